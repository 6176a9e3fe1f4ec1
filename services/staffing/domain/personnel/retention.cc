#include "services/staffing/domain/personnel/retention.h"

#include <set>
#include <utility>

#include "fmt/format.h"
#include "services/staffing/domain/tenure.h"

namespace kefu::staffing::personnel {
namespace {

using domain::careers::MonthBook;

constexpr int32_t kMostPoints = 100, kMostMonths = 120;
constexpr int32_t kMostFalling = 36;  // months that are kept with an agent
constexpr size_t kMostMetrics = 20, kMostBands = 100;

std::optional<int64_t> FigureIn(const MonthBook& months, absl::CivilMonth month,
                                const std::string& metric_id) {
  const auto* const reported = months.Find(month);
  if (reported == nullptr) return std::nullopt;
  const auto found = reported->own.find(metric_id);
  return found == reported->own.end() ? std::nullopt : std::optional(found->second);
}

// Whether a step up comes by tenure soon enough.
bool InSight(const RetentionPolicy& policy, const AgentFacts& facts, absl::CivilDay today) {
  return facts.may_step_up || (facts.step_day && *facts.step_day > today &&
                               *facts.step_day <= domain::AddMonths(today, policy.sight_months));
}

}  // namespace

std::vector<Fault> CheckPolicy(const RetentionPolicy& policy) {
  std::vector<Fault> faults;
  const auto range = [&](int64_t value, int64_t least, int64_t most, std::string field) {
    if (value >= least && value <= most) return;
    faults.push_back({std::move(field), fmt::format("must be {} to {}", least, most)});
  };
  range(policy.new_months, 0, kMostMonths, "new_months");
  range(policy.stuck_months, 0, kMostMonths, "stuck_months");
  range(policy.sight_months, 0, kMostMonths, "sight_months");
  range(policy.falling_months, 1, kMostFalling, "falling_months");
  for (const auto& [points, field] : {std::pair(policy.new_points, "new_points"),
                                      {policy.promotion_points, "promotion_points"},
                                      {policy.falling_points, "falling_points"},
                                      {policy.pay_points, "pay_points"},
                                      {policy.promise_points, "promise_points"}}) {
    range(points, 0, kMostPoints, field);
  }
  range(policy.medium_points, 1, kMostPoints * kMostPoints, "medium_points");
  range(policy.high_points, policy.medium_points, kMostPoints * kMostPoints, "high_points");
  range(static_cast<int64_t>(policy.metrics.size()), 0, kMostMetrics, "metrics");
  range(static_cast<int64_t>(policy.low_minor.size()), 0, kMostBands, "bands");
  std::set<std::string> seen;
  for (size_t i = 0; i < policy.metrics.size(); ++i) {
    if (seen.insert(policy.metrics[i].id).second) continue;
    faults.push_back({fmt::format("metrics[{}].metric_id", i), "stands twice"});
  }
  return faults;
}

int32_t MonthsFalling(const MonthBook& months, const Metric& metric, absl::CivilDay today) {
  // Last month's report may not be there yet.
  absl::CivilMonth month = absl::CivilMonth(today) - 1;
  if (!FigureIn(months, month, metric.id)) --month;
  int32_t falling = 0;
  for (; falling < kMostFalling; ++falling, --month) {
    const auto figure = FigureIn(months, month, metric.id);
    const auto before = FigureIn(months, month - 1, metric.id);
    if (!figure || !before) break;
    const bool worse = metric.lower_is_better ? *figure > *before : *figure < *before;
    if (!worse) break;
  }
  return falling;
}

Risk Assess(const RetentionPolicy& policy, const AgentFacts& facts, absl::CivilDay today) {
  Risk risk;
  const auto add = [&](Check check) {
    if (check.points == 0) return;
    risk.points += check.points;
    risk.reasons.push_back(std::move(check));
  };
  if (facts.service_months < policy.new_months) {
    add({Reason::kNew, policy.new_points, facts.service_months, policy.new_months, ""});
  }
  if (facts.tier_months >= policy.stuck_months && !InSight(policy, facts, today)) {
    add({Reason::kNoPromotion, policy.promotion_points, facts.tier_months, policy.stuck_months,
         ""});
  }
  for (const Metric& metric : policy.metrics) {
    const int32_t falling =
        facts.months == nullptr ? 0 : MonthsFalling(*facts.months, metric, today);
    if (falling < policy.falling_months) continue;
    add({Reason::kFallingFigure, policy.falling_points, falling, policy.falling_months, metric.id});
  }
  const auto band = policy.low_minor.find(facts.tier_id);
  if (facts.pay_minor && band != policy.low_minor.end() && *facts.pay_minor < band->second) {
    add({Reason::kPayBelowMarket, policy.pay_points, *facts.pay_minor, band->second, ""});
  }
  if (facts.overdue_promises > 0) {
    add({Reason::kPromiseOverdue, policy.promise_points, facts.overdue_promises, 0, ""});
  }
  if (risk.points >= policy.high_points) {
    risk.level = Level::kHigh;
  } else if (risk.points >= policy.medium_points) {
    risk.level = Level::kMedium;
  }
  return risk;
}

}  // namespace kefu::staffing::personnel
