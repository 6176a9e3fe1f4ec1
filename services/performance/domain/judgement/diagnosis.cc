#include "services/performance/domain/judgement/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <tuple>

#include "common/money/money.h"

namespace kefu::performance::domain {
namespace {

constexpr double kAll = 10'000;  // basis points

const Words& NoSeller() {
  static const auto& words =
      *new Words{"售后岗位，不按销售评价", "serves after the sale: not judged by sales"};
  return words;
}

Quadrant PlaceOf(const Figures& agent, const Figures& usual, const DiagnosisPolicy& policy) {
  const auto conversion = ValueOf(agent, "conversion"),
             usual_conversion = ValueOf(usual, "conversion");
  const auto order = ValueOf(agent, "average_order_value"),
             usual_order = ValueOf(usual, "average_order_value");
  const auto consulted = ValueOf(agent, "consulted");
  if (!conversion || !usual_conversion || !usual_order || !consulted ||
      *consulted < static_cast<double>(policy.least_consulted))
    return Quadrant::kUnplaced;
  const bool high = *conversion >= *usual_conversion;
  // Who sold nothing has no order value: low.
  const bool high_order = order && *order >= *usual_order;
  if (high) return high_order ? Quadrant::kHighHigh : Quadrant::kHighLow;
  return high_order ? Quadrant::kLowHigh : Quadrant::kLowLow;
}

Words AdviceFor(const AgentDiagnosis& agent, bool operation, const DiagnosisPolicy& policy) {
  switch (agent.quadrant) {
    case Quadrant::kUnplaced:
      return {"咨询量太少，暂不评价", "too few inquiries to judge"};
    case Quadrant::kHighHigh:
      return {"转化高、客单价高：最佳，可分享经验",
              "high conversion, high order value: best; share how"};
    case Quadrant::kHighLow:
      return {"转化高、客单价低：培训产品知识与关联销售",
              "high conversion, low order value: train product knowledge and cross-selling"};
    case Quadrant::kLowHigh:
      return {"转化低、客单价高：查看在线时长与打字速度",
              "low conversion, high order value: look at hours worked and typing speed"};
    case Quadrant::kLowLow:
      break;
  }
  if (operation) {
    return {"转化低、客单价低，但问题在运营，不在客服",
            "low conversion, low order value; but the cause is the operation, not the agent"};
  }
  if (agent.low_low_months >= policy.months_in_a_row) {
    return {fmt::format("转化低、客单价低已连续{}个月：建议更换", agent.low_low_months),
            fmt::format("low conversion, low order value for {} months in a row: replace",
                        agent.low_low_months)};
  }
  return {fmt::format("转化低、客单价低已{}个月：培训并观察", agent.low_low_months),
          fmt::format("low conversion, low order value for {} months: train and watch",
                      agent.low_low_months)};
}

bool IsLow(Quadrant q) { return q == Quadrant::kLowHigh || q == Quadrant::kLowLow; }

// Works through the months.
class Diagnoser {
 public:
  Diagnoser(const std::vector<DiagnosedMonth>& months, size_t asked, const Figures& usual,
            const Figures& total, const DiagnosisPolicy& policy,
            const std::map<std::string, std::string>& names, const std::string& currency)
      : all_(months),
        months_(std::span(months).last(std::min(asked, months.size()))),
        usual_(usual),
        total_(total),
        policy_(policy),
        names_(names),
        currency_(currency) {}

  Diagnosis Run() {
    Place();
    Operation();
    std::vector<double> shop_sales;
    for (const DiagnosedMonth& month : months_)
      shop_sales.push_back(ValueOf(month.shop, "sales").value_or(0));
    if (EnoughToSwing(shop_sales)) result_.shop_variation = Variation(shop_sales);
    for (AgentDiagnosis& agent : result_.agents) {
      Courses(agent);
      if (agent.after_sales) {
        agent.advice = agent.stability = NoSeller();
        continue;
      }
      agent.advice = AdviceFor(agent, result_.operation_is_the_cause, policy_);
      Stability(agent);
      Loss(agent);
    }
    Pairs();
    Losses();
    Rank();
    return std::move(result_);
  }

 private:
  void Place() {
    for (const DiagnosedMonth& month : all_) {
      auto& places = places_.emplace_back();
      for (const auto& [id, figures] : month.agents) {
        places[id] = month.after_sales.contains(id) ? Quadrant::kUnplaced
                                                    : PlaceOf(figures, usual_, policy_);
      }
    }
    std::set<std::string> ids;
    for (const DiagnosedMonth& month : months_) {
      for (const auto& [agent, figures] : month.agents) ids.insert(agent);
    }
    const size_t first = all_.size() - months_.size();
    for (const std::string& id : ids) {
      AgentDiagnosis& agent = result_.agents.emplace_back();
      agent.agent_id = id;
      for (size_t m = 0; m < all_.size(); ++m) {
        const auto found = places_[m].find(id);
        const Quadrant place = found == places_[m].end() ? Quadrant::kUnplaced : found->second;
        if (m >= first) agent.by_month.push_back(place);
        if (m >= first && found != places_[m].end())
          agent.after_sales = all_[m].after_sales.contains(id);
        if (place == Quadrant::kUnplaced) continue;
        if (m >= first) agent.quadrant = place;
        agent.low_low_months = place == Quadrant::kLowLow ? agent.low_low_months + 1 : 0;
      }
    }
  }

  // Nearly all agents low in conversion, month after month up to the last one with inquiries.
  void Operation() {
    int in_a_row = 0, lately_low = 0, lately_placed = 0;
    for (const auto& places : places_) {
      int low = 0, placed = 0;
      for (const auto& [agent, place] : places) {
        placed += place != Quadrant::kUnplaced;
        low += IsLow(place);
      }
      if (placed == 0) continue;  // as for agents: too few inquiries neither count nor end it
      lately_low = low;
      lately_placed = placed;
      in_a_row = low * kAll >= placed * policy_.nearly_all_bps ? in_a_row + 1 : 0;
    }
    result_.operation_is_the_cause = in_a_row >= policy_.months_in_a_row;
    if (result_.operation_is_the_cause) {
      result_.operation = {
          fmt::format(
              "连续{}个月几乎所有客服（最近{}/{}人）转化率低于店铺平常水平：问题在运营（流量、"
              "商品、价格、页面），不在客服",
              in_a_row, lately_low, lately_placed),
          fmt::format("for {} months in a row nearly all agents (lately {} of {}) have converted "
                      "less than the shop usually does: the cause is the operation (traffic, "
                      "goods, prices, pages), not the agents",
                      in_a_row, lately_low, lately_placed)};
      return;
    }
    result_.operation = {
        fmt::format("转化率低的客服最近为{}/{}人，连续{}个月，未达到{}个月：不归因于运营",
                    lately_low, lately_placed, in_a_row, policy_.months_in_a_row),
        fmt::format("lately {} of {} agents convert less than usual, nearly all of them for {} "
                    "months of the {} needed: no sign that the operation is the cause",
                    lately_low, lately_placed, in_a_row, policy_.months_in_a_row)};
  }

  bool EnoughToSwing(const std::vector<double>& months) const {
    return months.size() >= static_cast<size_t>(policy_.swing_months);
  }

  void Stability(AgentDiagnosis& agent) const {
    std::vector<double> sales;
    for (const DiagnosedMonth& month : months_) {
      const auto found = month.agents.find(agent.agent_id);
      if (found != month.agents.end()) sales.push_back(ValueOf(found->second, "sales").value_or(0));
    }
    if (!EnoughToSwing(sales)) {
      agent.stability = {
          fmt::format("月份不足{}个，无法判断稳定性", policy_.swing_months),
          fmt::format("fewer than {} months: stability unknown", policy_.swing_months)};
      return;
    }
    agent.variation = Variation(sales);
    if (!agent.variation || !result_.shop_variation) {
      agent.stability = {"无法与店铺波动比较", "cannot be compared with the shop's swing"};
      return;
    }
    bool swinging = *agent.variation > 0;
    Words beside{"店铺自身没有波动", "the shop's own do not swing"};
    if (*result_.shop_variation > 0) {
      agent.against_shop = *agent.variation / *result_.shop_variation;
      swinging = *agent.against_shop * kAll > policy_.swinging_bps;
      beside = {fmt::format("为店铺自身波动的{:.2f}倍", *agent.against_shop),
                fmt::format("{:.2f} times the shop's own", *agent.against_shop)};
    }
    agent.stability = {
        fmt::format("变异系数{:.3f}，{}：{}", *agent.variation, beside.zh,
                    swinging ? "起伏大，大促与高峰的咨询优先分给稳定的客服，并查明起伏原因"
                             : "稳定，大促与高峰的咨询可放心多分配"),
        fmt::format("coefficient of variation {:.3f}, {}: {}", *agent.variation, beside.en,
                    swinging ? "swinging; allot the inquiries of campaigns and peaks to steady "
                               "agents first, and find out why"
                             : "steady; can be relied on for the inquiries of campaigns and "
                               "peaks")};
  }

  const Figures* LastOf(const std::string& agent) const {
    if (months_.empty()) return nullptr;
    const auto found = months_.back().agents.find(agent);
    return found == months_.back().agents.end() ? nullptr : &found->second;
  }

  double SumOf(const std::string& agent, std::string_view metric) const {
    double sum = 0;
    for (const DiagnosedMonth& month : months_) {
      const auto found = month.agents.find(agent);
      if (found != month.agents.end()) sum += ValueOf(found->second, metric).value_or(0);
    }
    return sum;
  }

  // Sums of counts and of money are whole numbers, exact in a double up to 2^53.
  static int64_t Whole(double sum) { return std::llround(sum); }

  // Customers × what a paying one brings, half up to the minor unit; nothing without paying ones.
  static std::optional<int64_t> Worth(int64_t customers, int64_t sales, int64_t paid) {
    if (paid <= 0) return std::nullopt;
    const auto worth = MulDivHalfUp(customers, sales, paid);
    return worth.ok() ? std::optional(*worth) : std::nullopt;
  }
  // The same at a shop's figures.
  static int64_t WorthAt(int64_t customers, const Figures& shop) {
    return Worth(customers, Whole(ValueOf(shop, "sales").value_or(0)),
                 Whole(ValueOf(shop, "paid_customers").value_or(0)))
        .value_or(0);
  }

  void Loss(AgentDiagnosis& agent) const {
    const int64_t lost = Whole(SumOf(agent.agent_id, "lost"));
    agent.lost = lost;
    const auto worth = Worth(lost, Whole(SumOf(agent.agent_id, "sales")),
                             Whole(SumOf(agent.agent_id, "paid_customers")));
    agent.lost_minor = worth ? *worth : WorthAt(lost, usual_);
  }

  void Courses(AgentDiagnosis& agent) const {
    const Figures* figures = LastOf(agent.agent_id);
    if (figures == nullptr) return;
    for (const CourseRule& rule : policy_.courses) {
      if (agent.after_sales && JudgesSelling(rule.metric_id)) continue;
      const auto mine = ValueOf(*figures, rule.metric_id), mean = ValueOf(usual_, rule.metric_id);
      if (!mine || !mean || *mean <= 0) continue;
      if (figures->find(rule.metric_id)->second.samples < rule.least_cases) continue;
      const double share = *mine / *mean * kAll;
      if (rule.lower_is_weak ? share < rule.weak_bps : share > rule.weak_bps)
        agent.courses.push_back(rule);
    }
  }

  struct Seller {
    std::string agent;
    int64_t sales = 0, consulted = 0, counted = 0;
    double conversion = 0;
  };

  // Those who were asked often enough, by sales.
  std::vector<Seller> Sellers() const {
    std::vector<Seller> sellers;
    for (const AgentDiagnosis& agent : result_.agents) {
      if (agent.after_sales) continue;
      const double consulted = SumOf(agent.agent_id, "consulted");
      const double counted = consulted - SumOf(agent.agent_id, "assisted_followups");
      const double sales = SumOf(agent.agent_id, "sales");
      if (consulted < static_cast<double>(policy_.least_consulted) || counted <= 0 || sales <= 0)
        continue;
      sellers.push_back({agent.agent_id, Whole(sales), Whole(consulted), Whole(counted),
                         SumOf(agent.agent_id, "converted") / counted});
    }
    std::ranges::stable_sort(sellers, {}, &Seller::sales);
    return sellers;
  }

  void Pairs() {
    const std::vector<Seller> sellers = Sellers();
    struct Found {
      int64_t gain;
      const Seller *better, *other;
    };
    std::vector<Found> found;
    for (size_t i = 0; i < sellers.size(); ++i) {
      for (size_t j = i + 1; j < sellers.size(); ++j) {
        const auto [less, more] = std::minmax(sellers[i].sales, sellers[j].sales);
        if (static_cast<double>(more - less) * kAll >
            static_cast<double>(more) * policy_.equal_sales_bps)
          break;  // further ones differ more
        const auto [b, a] = std::minmax(
            sellers[i], sellers[j],
            [](const Seller& x, const Seller& y) { return x.conversion < y.conversion; });
        if (b.conversion <= 0 || a.conversion * kAll < b.conversion * policy_.twice_bps) continue;
        found.push_back({(LeadOf(a) - LeadOf(b)) * 100, &a, &b});
      }
    }
    result_.equal_sales_count = static_cast<int64_t>(found.size());
    std::ranges::sort(found, {}, [](const Found& f) {
      return std::tuple(-f.gain, std::string_view(f.better->agent),
                        std::string_view(f.other->agent));
    });
    found.resize(std::min(found.size(), static_cast<size_t>(policy_.most_pairs)));
    for (const Found& f : found) result_.equal_sales.push_back(PairOf(*f.better, *f.other, f.gain));
  }

  // Sales of one inquiry.
  static int64_t LeadOf(const Seller& seller) {
    return MulDivHalfUp(seller.sales, 1, seller.consulted).value_or(0);
  }

  const std::string& NameOf(const Seller& seller) const {
    const auto found = names_.find(seller.agent);
    return found == names_.end() || found->second.empty() ? seller.agent : found->second;
  }
  std::string Amount(int64_t minor) const { return Format({currency_, minor}); }

  EqualSales PairOf(const Seller& a, const Seller& b, int64_t gain) const {
    const double times = a.conversion / b.conversion;
    const std::string lead = Amount(LeadOf(a)), other = Amount(LeadOf(b)), more = Amount(gain);
    return {a.agent,
            b.agent,
            LeadOf(a),
            LeadOf(b),
            {fmt::format("销售额相当，但{}的转化率是{}的{:.1f}倍；每条咨询的价值为{}对{}。"
                         "每100条咨询改派给前者约多卖{}，应多分配咨询给前者",
                         NameOf(a), NameOf(b), times, lead, other, more),
             fmt::format("the same sales, but {} converts {:.1f} times as well as {}: an inquiry "
                         "is worth {} against {}. A hundred inquiries allotted to the first and "
                         "not to the second sell about {} more: allot more to the first",
                         NameOf(a), times, NameOf(b), lead, other, more)}};
  }

  void Losses() {
    const auto consulted = ValueOf(total_, "consulted"), lost = ValueOf(total_, "lost"),
               replied = ValueOf(total_, "replied");
    if (lost) {
      result_.lost = Whole(*lost);
      result_.lost_minor = WorthAt(*result_.lost, total_);
    }
    if (consulted && replied) result_.missed = Whole(*consulted - *replied);
    PriceInquiries();
    if (result_.inquiry_cost_minor && result_.missed)
      result_.missed_minor = *result_.missed * *result_.inquiry_cost_minor;
  }

  // As the metrics "cost_of_inquiry" and "missed_value" have it, where they are defined.
  void PriceInquiries() {
    Words& basis = result_.inquiry_cost_basis;
    if (const auto cost = ValueOf(total_, "cost_of_inquiry")) {
      result_.inquiry_cost_minor = Whole(*cost);
      basis = {"按该期间的推广花费、点击及其订单",
               "by the period's ad spend, clicks and orders of them"};
    } else if (policy_.click_cost_minor <= 0) {
      basis = {"无推广数据，策略也未设点击单价", "no ad spend is known, nor a click cost set"};
    } else if (policy_.click_cost_currency != currency_) {
      basis = {fmt::format("策略的点击单价为{}，店铺货币为{}：不采用", policy_.click_cost_currency,
                           currency_),
               fmt::format("the policy's click cost is in {}, the shop's currency is {}: it is not "
                           "applied",
                           policy_.click_cost_currency, currency_)};
    } else {
      result_.inquiry_cost_minor = InquiryCost(ClickCostFor(policy_, currency_),
                                               Whole(ValueOf(total_, "converted").value_or(0)),
                                               Whole(ValueOf(total_, "consulted").value_or(0)));
      basis = result_.inquiry_cost_minor
                  ? Words{"该期间无推广数据，按策略的点击单价与点击转化率",
                          "no ad spend is known of the period: by the policy's click cost and "
                          "conversion"}
                  : Words{"无人咨询", "nobody consulted"};
    }
  }

  void Rank() {
    if (months_.empty()) return;
    const DiagnosedMonth& month = months_.back();
    for (const auto& [metric, lower_is_better, least_cases] : policy_.ranked) {
      Ranking& ranking = result_.rankings.emplace_back(Ranking{metric, {}});
      std::set<std::string> left_out;
      if (JudgesSelling(metric)) left_out = month.after_sales;
      for (const auto& [agent, figures] : month.agents) {
        const auto figure = figures.find(metric);
        if (figure != figures.end() && figure->second.samples < least_cases) left_out.insert(agent);
      }
      const auto ranks = RankAgents(month.agents, {{metric, !lower_is_better}}, left_out);
      ranking.ranks.assign(ranks.begin(), ranks.end());
      std::ranges::stable_sort(ranking.ranks, {}, &std::pair<std::string, int>::second);
    }
  }

  const std::vector<DiagnosedMonth>& all_;
  const std::span<const DiagnosedMonth> months_;         // those asked
  std::vector<std::map<std::string, Quadrant>> places_;  // by month of all_
  const Figures& usual_;
  const Figures& total_;
  const DiagnosisPolicy& policy_;
  const std::map<std::string, std::string>& names_;  // by agent
  const std::string& currency_;
  Diagnosis result_;
};

}  // namespace

bool JudgesSelling(std::string_view metric_id) {
  constexpr std::string_view kOfSelling[] = {
      "converted",           "conversion",   "assisted_followups", "lost",  "loss_rate",
      "lost_value",          "paid_orders",  "paid_customers",     "sales", "net_sales",
      "average_order_value", "repurchasers", "repurchase_rate"};
  return std::ranges::find(kOfSelling, metric_id) != std::end(kOfSelling);
}

const DiagnosisPolicy& ShippedDiagnosisPolicy() {
  static const auto& policy = *new DiagnosisPolicy{
      .watched = {{"conversion"},
                  {"reply_rate"},
                  {"response_seconds_mean", /*lower_is_better=*/true},
                  {"sales", false, /*shop_only=*/true}},
      .ranked = {{"sales"},
                 {"conversion", false, 30},
                 {"average_order_value", false, 10},
                 {"reply_rate", false, 30}},
      .daily = {"visits", "consulted", "reply_rate", "response_seconds_mean", "conversion",
                "paid_orders", "sales", "average_order_value"},
      .courses = {{"reply_rate",
                   true,
                   9'500,
                   "service_details",
                   {"服务细节与结束语", "service details and closing lines"},
                   30},
                  {"response_seconds_mean",
                   false,
                   15'000,
                   "typing_and_quick_answers",
                   {"打字速度与快捷回复", "typing speed and quick answers"},
                   30},
                  {"conversion",
                   true,
                   8'000,
                   "guiding_purchase",
                   {"导购技巧与催单", "guiding purchase and follow-up"},
                   30},
                  {"average_order_value",
                   true,
                   8'000,
                   "cross_selling",
                   {"产品知识与关联销售", "product knowledge and cross-selling"},
                   10},
                  {"satisfaction",
                   true,
                   9'000,
                   "attitude",
                   {"服务态度与情绪管理", "attitude and composure"},
                   10},
                  {"quality",
                   true,
                   9'000,
                   "scripts_and_rules",
                   {"话术与平台规则", "scripts and platform rules"},
                   10}}};
  return policy;
}

Diagnosis Diagnose(const std::vector<DiagnosedMonth>& months, size_t asked, const Figures& usual,
                   const Figures& total, const DiagnosisPolicy& policy,
                   const std::map<std::string, std::string>& names, const std::string& currency) {
  return Diagnoser(months, asked, usual, total, policy, names, currency).Run();
}

ClickCost ClickCostFor(const DiagnosisPolicy& policy, std::string_view currency) {
  if (policy.click_cost_currency != currency) return {};
  return {policy.click_cost_minor, policy.click_conversion_ppm, policy.version};
}

std::optional<double> Variation(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  const double n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  const double mean = sum / n;
  if (mean == 0) return std::nullopt;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (n - 1)) / mean;
}

}  // namespace kefu::performance::domain
