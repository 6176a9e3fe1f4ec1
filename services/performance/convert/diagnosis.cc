// The diagnosis and its policy.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/convert/fields.h"
#include "services/performance/convert/people.h"
#include "services/performance/convert/quality.h"
#include "services/performance/convert/scorecards.h"

namespace kefu::performance::convert {
namespace {

constexpr int kMaxCourses = 50;
constexpr int kMaxMetrics = 20;  // watched, or ranked
constexpr int kMaxName = 200;
constexpr int kMaxBps = 1'000'000;
constexpr int64_t kMaxClickCost = 1'000'000'000;

void SetMoney(kefu::common::v1::Money& out, int64_t minor, std::string_view currency) {
  out.set_currency_code(std::string(currency));
  out.set_minor_units(minor);
}

void SetWords(const domain::Words& words, v1::Words& out) {
  out.set_zh(words.zh);
  out.set_en(words.en);
}

void ToProto(const domain::CourseRule& rule, v1::CourseRule& out) {
  out.set_metric_id(rule.metric_id);
  out.set_higher_is_weak(!rule.lower_is_weak);
  out.set_weak_bps(rule.weak_bps);
  out.set_course_id(rule.course_id);
  SetWords(rule.course, *out.mutable_course());
  out.set_least_cases(static_cast<int32_t>(rule.least_cases));
}

void ToProto(const domain::AgentDiagnosis& agent, std::string_view currency,
             v1::AgentDiagnosis& out) {
  out.set_agent_id(agent.agent_id);
  out.set_quadrant(static_cast<v1::Quadrant>(agent.quadrant));
  for (const domain::Quadrant place : agent.by_month)
    out.add_by_month(static_cast<v1::Quadrant>(place));
  out.set_low_low_months(agent.low_low_months);
  SetWords(agent.advice, *out.mutable_advice());
  if (agent.variation) out.set_variation(*agent.variation);
  if (agent.against_shop) out.set_against_shop(*agent.against_shop);
  SetWords(agent.stability, *out.mutable_stability());
  out.set_lost(agent.lost.value_or(0));
  SetMoney(*out.mutable_lost_value(), agent.lost_minor, currency);
  for (const domain::CourseRule& rule : agent.courses) ToProto(rule, *out.add_courses());
  out.set_after_sales(agent.after_sales);
}

// A sum rests on no cases that could be few.
int LeastCases(int64_t least, const std::string& metric_id, const std::string& path,
               FieldViolations& violations) {
  violations.Check(least == 0 || !IsSum(metric_id), path,
                   fmt::format("must be 0: {} is a sum, which rests on no cases", metric_id));
  return kefu::convert::Number(least, 0, kMaxBps, path, violations);
}

domain::CourseRule CourseFrom(const v1::CourseRule& proto, const std::string& path,
                              FieldViolations& violations) {
  violations.Check(IsScoredMetric(proto.metric_id()), path + ".metric_id",
                   fmt::format("there is no metric '{}'", proto.metric_id()));
  violations.Check(IsWord(proto.course_id()), path + ".course_id",
                   "must be 1 to 64 of a-z, 0-9 and _");
  return {
      proto.metric_id(),
      !proto.higher_is_weak(),
      kefu::convert::Number(proto.weak_bps(), 1, kMaxBps, path + ".weak_bps", violations),
      proto.course_id(),
      {kefu::convert::OptionalText(proto.course().zh(), kMaxName, path + ".course.zh", violations),
       kefu::convert::OptionalText(proto.course().en(), kMaxName, path + ".course.en", violations)},
      LeastCases(proto.least_cases(), proto.metric_id(), path + ".least_cases", violations)};
}

bool IsShopMetric(const std::string& metric_id) {
  const domain::MetricSpec* spec = domain::FindMetric(metric_id);
  return spec != nullptr && domain::AppliesTo(*spec, domain::SubjectKind::kShop);
}

// Each metric of a list is one that there is, and stands once.
class MetricList {
 public:
  MetricList(std::string_view name, int size, FieldViolations& violations)
      : name_(name), violations_(violations) {
    violations.Check(size <= kMaxMetrics, name, "must hold at most 20 metrics");
  }
  void Take(const std::string& metric_id, int i, std::string_view field, bool known,
            std::string_view of) {
    const std::string path = fmt::format("{}[{}]{}", name_, i, field);
    violations_.Check(known, path, fmt::format("there is no metric '{}' of {}", metric_id, of));
    violations_.Check(seen_.insert(metric_id).second, path, "stands twice");
  }

 private:
  const std::string_view name_;
  FieldViolations& violations_;
  std::set<std::string> seen_;
};

// What is watched, ranked and compared by day: as shipped where nothing is named.
void MetricsFrom(const v1::DiagnosisPolicy& proto, domain::DiagnosisPolicy& policy,
                 FieldViolations& violations) {
  MetricList watched_list("watched", proto.watched_size(), violations);
  for (int i = 0; i < std::min(proto.watched_size(), kMaxMetrics); ++i) {
    const v1::WatchedMetric& watched = proto.watched(i);
    const std::string& id = watched.metric_id();
    watched_list.Take(id, i, ".metric_id",
                      watched.shop_only() ? IsShopMetric(id) : IsScoredMetric(id),
                      watched.shop_only() ? "shops" : "agents");
    policy.watched.push_back({id, watched.lower_is_better(), watched.shop_only()});
  }
  MetricList ranked_list("ranked", proto.ranked_size(), violations);
  for (int i = 0; i < std::min(proto.ranked_size(), kMaxMetrics); ++i) {
    const v1::RankedMetric& ranked = proto.ranked(i);
    const std::string& id = ranked.metric_id();
    ranked_list.Take(id, i, ".metric_id", IsScoredMetric(id), "agents");
    policy.ranked.push_back({id, ranked.lower_is_better(),
                             LeastCases(ranked.least_cases(), id,
                                        fmt::format("ranked[{}].least_cases", i), violations)});
  }
  MetricList daily_list("daily_metric_ids", proto.daily_metric_ids_size(), violations);
  for (int i = 0; i < std::min(proto.daily_metric_ids_size(), kMaxMetrics); ++i) {
    const std::string& id = proto.daily_metric_ids(i);
    daily_list.Take(id, i, "", IsShopMetric(id), "shops");
    policy.daily.push_back(id);
  }
  const domain::DiagnosisPolicy& shipped = domain::ShippedDiagnosisPolicy();
  if (policy.watched.empty()) policy.watched = shipped.watched;
  if (policy.ranked.empty()) policy.ranked = shipped.ranked;
  if (policy.daily.empty()) policy.daily = shipped.daily;
}

}  // namespace

domain::DiagnosisPolicy FromProto(const v1::DiagnosisPolicy& proto, std::string_view currency,
                                  FieldViolations& violations) {
  const auto number = [&](int64_t value, int64_t least, int64_t most, std::string_view field) {
    return kefu::convert::Number(value, least, most, field, violations);
  };
  domain::DiagnosisPolicy policy;
  policy.effective_from = kefu::convert::RequiredDay(
      proto.has_effective_from(), proto.effective_from(), "effective_from", violations);
  policy.least_consulted = number(proto.least_consulted(), 1, kMaxBps, "least_consulted");
  policy.nearly_all_bps = number(proto.nearly_all_bps(), 1, 10'000, "nearly_all_bps");
  policy.months_in_a_row = number(proto.months_in_a_row(), 1, 24, "months_in_a_row");
  policy.equal_sales_bps = number(proto.equal_sales_bps(), 0, 10'000, "equal_sales_bps");
  policy.twice_bps = number(proto.twice_bps(), 10'000, kMaxBps, "twice_bps");
  policy.swinging_bps = number(proto.swinging_bps(), 1, kMaxBps, "swinging_bps");
  policy.least_points = number(proto.least_points(), 2, 366, "least_points");
  policy.watched_days = number(proto.watched_days(), 1, 31, "watched_days");
  const domain::DiagnosisPolicy shipped;
  policy.baseline_days = proto.baseline_days() == 0
                             ? shipped.baseline_days
                             : number(proto.baseline_days(), 2, 366, "baseline_days");
  if (proto.has_least_range_bps())
    policy.least_range_bps = number(proto.least_range_bps(), 0, 10'000, "least_range_bps");
  if (proto.has_least_count_range_milli()) {
    policy.least_count_range_milli =
        number(proto.least_count_range_milli(), 0, kMaxBps, "least_count_range_milli");
  }
  const auto shipped_or = [&](int64_t value, int of_shipped, int64_t least, int64_t most,
                              std::string_view field) {
    return value == 0 ? of_shipped : number(value, least, most, field);
  };
  policy.most_pairs = shipped_or(proto.most_pairs(), shipped.most_pairs, 1, 1'000, "most_pairs");
  policy.run_points = shipped_or(proto.run_points(), shipped.run_points, 2, 50, "run_points");
  policy.limit_sigma_bps = shipped_or(proto.limit_sigma_bps(), shipped.limit_sigma_bps, 10'000,
                                      60'000, "limit_sigma_bps");
  policy.daily_least_points = shipped_or(proto.daily_least_points(), shipped.daily_least_points, 2,
                                         366, "daily_least_points");
  policy.usual_months =
      shipped_or(proto.usual_months(), shipped.usual_months, 1, 24, "usual_months");
  policy.swing_months =
      shipped_or(proto.swing_months(), shipped.swing_months, 2, 24, "swing_months");
  MetricsFrom(proto, policy, violations);
  if (proto.has_click_cost()) {
    policy.click_cost_currency = kefu::convert::OptionalCurrency(
        proto.click_cost().currency_code(), "click_cost.currency_code", violations);
    violations.Check(!policy.click_cost_currency.empty() &&
                         (currency.empty() || policy.click_cost_currency == currency),
                     "click_cost.currency_code", "must be the shop's currency");
    policy.click_cost_minor =
        number(proto.click_cost().minor_units(), 1, kMaxClickCost, "click_cost.minor_units");
    policy.click_conversion_ppm =
        number(proto.click_conversion_ppm(), 1, 1'000'000, "click_conversion_ppm");
  } else {
    violations.Check(proto.click_conversion_ppm() == 0, "click_conversion_ppm",
                     "needs a click_cost");
  }
  violations.Check(proto.courses_size() <= kMaxCourses, "courses", "must hold at most 50 courses");
  for (int i = 0; i < std::min(proto.courses_size(), kMaxCourses); ++i)
    policy.courses.push_back(
        CourseFrom(proto.courses(i), fmt::format("courses[{}]", i), violations));
  return policy;
}

v1::DiagnosisPolicy ToProto(const domain::DiagnosisPolicy& policy) {
  v1::DiagnosisPolicy proto;
  proto.set_version(policy.version);
  *proto.mutable_effective_from() = kefu::convert::ToProto(policy.effective_from);
  proto.set_least_consulted(policy.least_consulted);
  proto.set_nearly_all_bps(policy.nearly_all_bps);
  proto.set_months_in_a_row(policy.months_in_a_row);
  proto.set_equal_sales_bps(policy.equal_sales_bps);
  proto.set_twice_bps(policy.twice_bps);
  proto.set_swinging_bps(policy.swinging_bps);
  proto.set_least_points(policy.least_points);
  proto.set_watched_days(policy.watched_days);
  proto.set_baseline_days(policy.baseline_days);
  proto.set_most_pairs(policy.most_pairs);
  proto.set_least_range_bps(policy.least_range_bps);
  proto.set_least_count_range_milli(policy.least_count_range_milli);
  if (policy.click_cost_minor > 0)
    SetMoney(*proto.mutable_click_cost(), policy.click_cost_minor, policy.click_cost_currency);
  proto.set_click_conversion_ppm(policy.click_conversion_ppm);
  proto.set_run_points(policy.run_points);
  proto.set_limit_sigma_bps(policy.limit_sigma_bps);
  proto.set_daily_least_points(policy.daily_least_points);
  proto.set_usual_months(policy.usual_months);
  proto.set_swing_months(policy.swing_months);
  for (const domain::WatchedMetric& watched : policy.watched) {
    v1::WatchedMetric* out = proto.add_watched();
    out->set_metric_id(watched.metric_id);
    out->set_lower_is_better(watched.lower_is_better);
    out->set_shop_only(watched.shop_only);
  }
  for (const domain::RankedMetric& ranked : policy.ranked) {
    v1::RankedMetric* out = proto.add_ranked();
    out->set_metric_id(ranked.metric_id);
    out->set_lower_is_better(ranked.lower_is_better);
    out->set_least_cases(static_cast<int32_t>(ranked.least_cases));
  }
  for (const std::string& metric_id : policy.daily) proto.add_daily_metric_ids(metric_id);
  for (const domain::CourseRule& rule : policy.courses) ToProto(rule, *proto.add_courses());
  return proto;
}

absl::StatusOr<domain::DiagnosisPolicy> DiagnosisPolicyFromBody(std::string_view body,
                                                                int64_t version) {
  v1::DiagnosisPolicy proto;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return Internal("a stored policy cannot be read");
  FieldViolations ignored;
  domain::DiagnosisPolicy policy = FromProto(proto, "", ignored);
  policy.version = version;
  return policy;
}

void Fill(const domain::Diagnosis& diagnosis, std::string_view currency,
          v1::DiagnoseResponse& response) {
  for (const domain::AgentDiagnosis& agent : diagnosis.agents)
    ToProto(agent, currency, *response.add_agents());
  response.set_operation_is_the_cause(diagnosis.operation_is_the_cause);
  SetWords(diagnosis.operation, *response.mutable_operation());
  if (diagnosis.shop_variation) response.set_shop_variation(*diagnosis.shop_variation);
  for (const domain::EqualSales& pair : diagnosis.equal_sales) {
    v1::EqualSales* out = response.add_equal_sales();
    out->set_better_agent_id(pair.better);
    out->set_other_agent_id(pair.other);
    SetMoney(*out->mutable_better_lead_value(), pair.better_lead_minor, currency);
    SetMoney(*out->mutable_other_lead_value(), pair.other_lead_minor, currency);
    SetWords(pair.text, *out->mutable_text());
  }
  response.set_equal_sales_count(diagnosis.equal_sales_count);
  response.set_lost(diagnosis.lost.value_or(0));
  SetMoney(*response.mutable_lost_value(), diagnosis.lost_minor, currency);
  response.set_missed(diagnosis.missed.value_or(0));
  if (diagnosis.inquiry_cost_minor)
    SetMoney(*response.mutable_inquiry_cost(), *diagnosis.inquiry_cost_minor, currency);
  if (diagnosis.missed_minor)
    SetMoney(*response.mutable_missed_cost(), *diagnosis.missed_minor, currency);
  SetWords(diagnosis.inquiry_cost_basis, *response.mutable_inquiry_cost_basis());
  for (const domain::Ranking& ranking : diagnosis.rankings) {
    v1::Ranking* out = response.add_rankings();
    out->set_metric_id(ranking.metric_id);
    for (const auto& [agent, rank] : ranking.ranks) {
      v1::AgentRank* each = out->add_ranks();
      each->set_agent_id(agent);
      each->set_rank(rank);
    }
  }
}

}  // namespace kefu::performance::convert
