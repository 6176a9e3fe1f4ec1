#include "services/performance/domain/judgement/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "common/money/money.h"

namespace kefu::performance::domain {
namespace {

constexpr double kAll = 10'000;     // basis points
constexpr size_t kLeastMonths = 3;  // a swing needs some

int64_t HalfUp(double value) { return static_cast<int64_t>(std::floor(value + 0.5)); }

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
            const Figures& total, const DiagnosisPolicy& policy)
      : months_(months.end() - static_cast<std::ptrdiff_t>(std::min(asked, months.size())),
                months.end()),
        usual_(usual),
        total_(total),
        policy_(policy) {}

  Diagnosis Run() {
    Place();
    Operation();
    std::vector<double> shop_sales;
    for (const DiagnosedMonth& month : months_)
      shop_sales.push_back(ValueOf(month.shop, "sales").value_or(0));
    if (shop_sales.size() >= kLeastMonths) result_.shop_variation = Variation(shop_sales);
    for (AgentDiagnosis& agent : result_.agents) {
      agent.advice = AdviceFor(agent, result_.operation_is_the_cause, policy_);
      Stability(agent);
      Loss(agent);
      Courses(agent);
    }
    Pairs();
    Losses();
    Rank();
    return std::move(result_);
  }

 private:
  void Place() {
    std::set<std::string> ids;
    for (const DiagnosedMonth& month : months_) {
      for (const auto& [agent, figures] : month.agents) ids.insert(agent);
    }
    for (const std::string& id : ids) {
      AgentDiagnosis& agent = result_.agents.emplace_back();
      agent.agent_id = id;
      for (const DiagnosedMonth& month : months_) {
        const auto found = month.agents.find(id);
        const Quadrant place = found == month.agents.end()
                                   ? Quadrant::kUnplaced
                                   : PlaceOf(found->second, usual_, policy_);
        agent.by_month.push_back(place);
        if (place != Quadrant::kUnplaced) agent.quadrant = place;
        agent.low_low_months = place == Quadrant::kLowLow ? agent.low_low_months + 1 : 0;
      }
    }
  }

  // Nearly all agents low in conversion, month after month up to the last one.
  void Operation() {
    int in_a_row = 0, low = 0, placed = 0;
    for (size_t m = 0; m < months_.size(); ++m) {
      low = placed = 0;
      for (const AgentDiagnosis& agent : result_.agents) {
        placed += agent.by_month[m] != Quadrant::kUnplaced;
        low += IsLow(agent.by_month[m]);
      }
      const bool nearly_all = placed > 0 && low * kAll >= placed * policy_.nearly_all_bps;
      in_a_row = nearly_all ? in_a_row + 1 : 0;
    }
    result_.operation_is_the_cause = in_a_row >= policy_.months_in_a_row;
    if (result_.operation_is_the_cause) {
      result_.operation = {
          fmt::format(
              "连续{}个月几乎所有客服（最近{}/{}人）转化率低于店铺平常水平：问题在运营（流量、"
              "商品、价格、页面），不在客服",
              in_a_row, low, placed),
          fmt::format("for {} months in a row nearly all agents (lately {} of {}) have converted "
                      "less than the shop usually does: the cause is the operation (traffic, "
                      "goods, prices, pages), not the agents",
                      in_a_row, low, placed)};
      return;
    }
    result_.operation = {
        fmt::format("转化率低的客服最近为{}/{}人，连续{}个月，未达到{}个月：不归因于运营", low,
                    placed, in_a_row, policy_.months_in_a_row),
        fmt::format("lately {} of {} agents convert less than usual, nearly all of them for {} "
                    "months of the {} needed: no sign that the operation is the cause",
                    low, placed, in_a_row, policy_.months_in_a_row)};
  }

  void Stability(AgentDiagnosis& agent) const {
    std::vector<double> sales;
    for (const DiagnosedMonth& month : months_) {
      const auto found = month.agents.find(agent.agent_id);
      if (found != month.agents.end()) sales.push_back(ValueOf(found->second, "sales").value_or(0));
    }
    if (sales.size() < kLeastMonths) {
      agent.stability = {"月份不足三个，无法判断稳定性",
                         "fewer than three months: stability unknown"};
      return;
    }
    agent.variation = Variation(sales);
    if (!agent.variation || !result_.shop_variation || *result_.shop_variation == 0) {
      agent.stability = {"无法与店铺波动比较", "cannot be compared with the shop's swing"};
      return;
    }
    agent.against_shop = *agent.variation / *result_.shop_variation;
    const bool swinging = *agent.against_shop * kAll > policy_.swinging_bps;
    agent.stability = {
        fmt::format("变异系数{:.3f}，为店铺自身波动的{:.2f}倍：{}", *agent.variation,
                    *agent.against_shop, swinging ? "起伏大" : "稳定"),
        fmt::format("coefficient of variation {:.3f}, {:.2f} times the shop's own: {}",
                    *agent.variation, *agent.against_shop, swinging ? "swinging" : "steady")};
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

  void Loss(AgentDiagnosis& agent) const {
    const double customers = SumOf(agent.agent_id, "paid_customers");
    const double lost = SumOf(agent.agent_id, "consulted") - SumOf(agent.agent_id, "converted") -
                        SumOf(agent.agent_id, "assisted_followups");
    agent.lost = HalfUp(lost);
    const double order = customers > 0 ? SumOf(agent.agent_id, "sales") / customers
                                       : ValueOf(usual_, "average_order_value").value_or(0);
    agent.lost_minor = HalfUp(lost * order);
  }

  void Courses(AgentDiagnosis& agent) const {
    const Figures* figures = LastOf(agent.agent_id);
    if (figures == nullptr) return;
    for (const CourseRule& rule : policy_.courses) {
      const auto mine = ValueOf(*figures, rule.metric_id), mean = ValueOf(usual_, rule.metric_id);
      if (!mine || !mean || *mean <= 0) continue;
      const double share = *mine / *mean * kAll;
      if (rule.lower_is_weak ? share < rule.weak_bps : share > rule.weak_bps)
        agent.courses.push_back(rule);
    }
  }

  void Pairs() {
    struct Sum {
      std::string agent;
      double sales, conversion, lead;
    };
    std::vector<Sum> sums;
    for (const AgentDiagnosis& agent : result_.agents) {
      const double consulted = SumOf(agent.agent_id, "consulted");
      const double counted = consulted - SumOf(agent.agent_id, "assisted_followups");
      const double sales = SumOf(agent.agent_id, "sales");
      if (consulted < static_cast<double>(policy_.least_consulted) || counted <= 0 || sales <= 0)
        continue;
      sums.push_back(
          {agent.agent_id, sales, SumOf(agent.agent_id, "converted") / counted, sales / consulted});
    }
    for (const Sum& a : sums) {
      for (const Sum& b : sums) {
        const bool equal = std::abs(a.sales - b.sales) * kAll <=
                           std::max(a.sales, b.sales) * policy_.equal_sales_bps;
        if (!equal || b.conversion <= 0 || a.conversion * kAll < b.conversion * policy_.twice_bps)
          continue;
        EqualSales& pair = result_.equal_sales.emplace_back(
            EqualSales{a.agent, b.agent, HalfUp(a.lead), HalfUp(b.lead), {}});
        const int64_t gain = (pair.better_lead_minor - pair.other_lead_minor) * 100;
        pair.text = {
            fmt::format(
                "销售额相当，但{}的转化率是{}的{:.1f}倍；每条咨询的价值为{}对{}（最小货币单位）"
                "。每100条咨询改派给前者约多卖{}，应多分配咨询给前者",
                a.agent, b.agent, a.conversion / b.conversion, pair.better_lead_minor,
                pair.other_lead_minor, gain),
            fmt::format("the same sales, but {} converts {:.1f} times as well as {}: an inquiry is "
                        "worth {} against {} (minor units). A hundred inquiries allotted to the "
                        "first and not to the second sell about {} more: allot more to the first",
                        a.agent, a.conversion / b.conversion, b.agent, pair.better_lead_minor,
                        pair.other_lead_minor, gain)};
      }
    }
  }

  void Losses() {
    const auto consulted = ValueOf(total_, "consulted"), converted = ValueOf(total_, "converted"),
               replied = ValueOf(total_, "replied");
    if (consulted && converted) {
      result_.lost = HalfUp(*consulted - *converted);
      result_.lost_minor =
          HalfUp((*consulted - *converted) * ValueOf(total_, "average_order_value").value_or(0));
    }
    if (consulted && replied) result_.missed = HalfUp(*consulted - *replied);
    const auto conversion = ValueOf(total_, "conversion");
    if (policy_.click_cost_minor > 0 && conversion) {
      result_.inquiry_cost_minor = InquiryCost(policy_.click_cost_minor, HalfUp(*conversion * 1e6),
                                               policy_.click_conversion_ppm);
    }
    if (result_.inquiry_cost_minor && result_.missed)
      result_.missed_minor = *result_.missed * *result_.inquiry_cost_minor;
  }

  void Rank() {
    if (months_.empty()) return;
    for (const char* metric : {"sales", "conversion", "average_order_value", "reply_rate"}) {
      Ranking& ranking = result_.rankings.emplace_back(Ranking{metric, {}});
      const auto ranks = RankAgents(months_.back().agents, {{metric, true}});
      ranking.ranks.assign(ranks.begin(), ranks.end());
      std::ranges::stable_sort(ranking.ranks, {}, &std::pair<std::string, int>::second);
    }
  }

  const std::vector<DiagnosedMonth> months_;
  const Figures& usual_;
  const Figures& total_;
  const DiagnosisPolicy& policy_;
  Diagnosis result_;
};

}  // namespace

const DiagnosisPolicy& ShippedDiagnosisPolicy() {
  static const auto& policy = *new DiagnosisPolicy{
      .courses = {{"reply_rate",
                   true,
                   9'500,
                   "service_details",
                   {"服务细节与结束语", "service details and closing lines"}},
                  {"response_seconds_mean",
                   false,
                   15'000,
                   "typing_and_quick_answers",
                   {"打字速度与快捷回复", "typing speed and quick answers"}},
                  {"conversion",
                   true,
                   8'000,
                   "guiding_purchase",
                   {"导购技巧与催单", "guiding purchase and follow-up"}},
                  {"average_order_value",
                   true,
                   8'000,
                   "cross_selling",
                   {"产品知识与关联销售", "product knowledge and cross-selling"}},
                  {"satisfaction",
                   true,
                   9'000,
                   "attitude",
                   {"服务态度与情绪管理", "attitude and composure"}},
                  {"quality",
                   true,
                   9'000,
                   "scripts_and_rules",
                   {"话术与平台规则", "scripts and platform rules"}}}};
  return policy;
}

Diagnosis Diagnose(const std::vector<DiagnosedMonth>& months, size_t asked, const Figures& usual,
                   const Figures& total, const DiagnosisPolicy& policy) {
  return Diagnoser(months, asked, usual, total, policy).Run();
}

std::optional<int64_t> InquiryCost(int64_t click_cost_minor, int64_t conversion_ppm,
                                   int64_t click_conversion_ppm) {
  if (click_conversion_ppm <= 0) return std::nullopt;
  const auto cost = MulDivHalfUp(click_cost_minor, conversion_ppm, click_conversion_ppm);
  return cost.ok() ? std::optional(*cost) : std::nullopt;
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
