#include "services/staffing/domain/outsourcing/breaches.h"

#include <algorithm>

#include "absl/numeric/int128.h"

namespace kefu::staffing::outsourcing {
namespace {

constexpr int64_t kMillion = 1'000'000;

Judgement Judge(const ServiceLevel& level, const Figure& figure) {
  if (figure.denominator <= 0) return Judgement::kUnknown;
  if (figure.denominator < level.least_cases) return Judgement::kThin;
  // Microseconds are millionths already.
  const absl::int128 value = absl::int128(figure.numerator) * (figure.is_duration ? 1 : kMillion);
  const absl::int128 limit = absl::int128(level.limit_millionths) * figure.denominator;
  const bool kept = level.bound == Bound::kAtLeast ? value >= limit : value <= limit;
  return kept ? Judgement::kKept : Judgement::kMissed;
}

}  // namespace

std::vector<LevelResult> JudgeLevels(const Terms& terms, LevelPeriod period,
                                     const std::map<std::string, Figure>& figures) {
  std::vector<LevelResult> results;
  for (size_t i = 0; i < terms.levels.size(); ++i) {
    if (terms.levels[i].weekly() != (period == LevelPeriod::kWeek)) continue;
    LevelResult& result = results.emplace_back(LevelResult{.level = i});
    const auto found = figures.find(terms.levels[i].metric_id);
    if (found == figures.end()) continue;
    result.figure = found->second;
    result.judgement = Judge(terms.levels[i], found->second);
  }
  return results;
}

std::vector<absl::CivilDay> WeeksOf(const Terms& terms, absl::CivilDay month) {
  std::vector<absl::CivilDay> mondays;
  const absl::CivilDay after(absl::CivilMonth(month) + 1);
  for (absl::CivilDay sunday = absl::NextWeekday(month - 1, absl::Weekday::sunday); sunday < after;
       sunday += 7) {
    if (sunday - 6 >= terms.first_day && sunday <= terms.last_day) mondays.push_back(sunday - 6);
  }
  return mondays;
}

std::vector<size_t> OverdueMilestones(const Terms& terms, const std::set<std::string>& done,
                                      absl::CivilDay day) {
  std::vector<size_t> overdue;
  for (size_t i = 0; i < terms.milestones.size(); ++i) {
    const Milestone& milestone = terms.milestones[i];
    const bool due = milestone.due_day < day && milestone.due_day <= terms.last_day;
    if (due && !done.contains(milestone.id)) overdue.push_back(i);
  }
  return overdue;
}

std::optional<Demand> DemandOf(const Terms& terms, std::span<const absl::CivilDay> months,
                               absl::CivilDay month) {
  std::optional<Demand> gravest;
  for (const Consequence& consequence : terms.consequences) {
    const auto counted = std::ranges::count_if(months, [&](absl::CivilDay each) {
      const auto ago = absl::CivilMonth(month) - absl::CivilMonth(each);
      return ago >= 0 && ago < consequence.months;
    });
    if (counted < consequence.breaches) continue;
    if (!gravest || consequence.demand > *gravest) gravest = consequence.demand;
  }
  return gravest;
}

}  // namespace kefu::staffing::outsourcing
