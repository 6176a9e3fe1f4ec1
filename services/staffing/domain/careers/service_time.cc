#include "services/staffing/domain/careers/service_time.h"

#include <algorithm>

#include "services/staffing/domain/tenure.h"
#include "services/staffing/domain/tier.h"

namespace kefu::staffing::domain::careers {
namespace {

// Days of [from, to), where a period without an end reaches `to`.
int64_t DaysWithin(const Period& period, absl::CivilDay from, absl::CivilDay to) {
  const absl::CivilDay first = std::max(period.start, from);
  const absl::CivilDay end = period.end ? std::min(*period.end + 1, to) : to;
  return std::max<int64_t>(0, end - first);
}

// The union, by start.
std::vector<Period> Merged(const std::vector<Break>& breaks) {
  std::vector<Period> sorted;
  for (const Break& b : breaks) sorted.push_back(b.days);
  std::ranges::sort(sorted, {}, &Period::start);
  std::vector<Period> merged;
  for (const Period& period : sorted) {
    if (merged.empty() || (merged.back().end && *merged.back().end + 1 < period.start)) {
      merged.push_back(period);
      continue;
    }
    std::optional<absl::CivilDay>& end = merged.back().end;
    if (!period.end) {
      end.reset();
    } else if (end) {
      end = std::max(*end, *period.end);
    }
  }
  return merged;
}

// The first employment whose days count on `day`, and the gaps from it on.
std::optional<size_t> FirstCounted(const std::vector<Period>& employments, const TenureRules& rules,
                                   absl::CivilDay day, std::vector<Break>& breaks) {
  const auto now =
      std::ranges::find_if(employments, [&](const Period& period) { return period.Contains(day); });
  if (now == employments.end()) return std::nullopt;
  auto first = static_cast<size_t>(now - employments.begin());
  for (; first > 0; --first) {
    const Period gap{*employments[first - 1].end + 1, employments[first].start - 1};
    const int64_t days = *gap.end - gap.start + 1;
    if (days > rules.max_gap_days) break;
    if (days > 0) breaks.push_back({"gap", gap});
  }
  return first;
}

// Times in a position outside customer service.
void AddRoles(const std::vector<const TierRecord*>& records, std::vector<Break>& breaks) {
  for (size_t i = 0; i < records.size(); ++i) {
    if (records[i]->role_id.empty()) continue;
    Period days{records[i]->effective_date, std::nullopt};
    if (i + 1 < records.size()) days.end = records[i + 1]->effective_date - 1;
    breaks.push_back({"role", days});
  }
}

void AddLeaves(const std::vector<Leave>& leaves, const TenureRules& rules,
               std::vector<Break>& breaks) {
  for (const Leave& leave : leaves) {
    const bool counted = leave.period.end &&
                         *leave.period.end - leave.period.start + 1 <= rules.max_counted_leave_days;
    if (!counted) breaks.push_back({"leave", leave.period});
  }
}

// Ends what does not concern the tenure: breaks that ended before it began.
Tenure Finish(absl::CivilDay since, std::vector<Break> breaks, std::string record_id) {
  std::erase_if(breaks, [&](const Break& b) { return b.days.end && *b.days.end < since; });
  std::ranges::sort(breaks, {}, [](const Break& b) { return b.days.start; });
  Tenure tenure{since, Merged(breaks), std::move(breaks), std::move(record_id)};
  return tenure;
}

// The tenure of what `key` names of the records.
template <class Key>
std::optional<Tenure> TenureOf(const ServiceRecord& service, const TenureRules& rules,
                               absl::CivilDay day, Key key) {
  const std::optional<Tenure> department = DepartmentTenure(service, rules, day);
  if (!department) return std::nullopt;
  const std::vector<const TierRecord*> records = Surviving(service.history);
  auto held = std::ranges::find_if(records.rbegin(), records.rend(), [&](const TierRecord* record) {
    return record->effective_date <= day;
  });
  if (held == records.rend()) return std::nullopt;
  while (held + 1 != records.rend() && key(**(held + 1)) == key(**held)) ++held;
  return Finish(std::max((*held)->effective_date, department->since), department->breaks,
                (*held)->id);
}

}  // namespace

int64_t MonthsOn(const Tenure& tenure, absl::CivilDay day) {
  if (day < tenure.since) return 0;
  int64_t uncounted = 0;
  for (const Period& period : tenure.uncounted) uncounted += DaysWithin(period, tenure.since, day);
  return std::max<int64_t>(0, WholeMonthsBetween(tenure.since, day - uncounted));
}

std::optional<absl::CivilDay> DayOfMonths(const Tenure& tenure, int64_t months) {
  absl::CivilDay day = AddMonths(tenure.since, months);
  for (const Period& period : tenure.uncounted) {
    const absl::CivilDay from = std::max(period.start, tenure.since);
    if (from >= day) break;
    if (!period.end) return std::nullopt;
    day += *period.end - from + 1;
  }
  return day;
}

std::optional<Tenure> DepartmentTenure(const ServiceRecord& service, const TenureRules& rules,
                                       absl::CivilDay day) {
  std::vector<Break> breaks;
  const std::vector<Period>& employments = service.employments.all;
  const std::optional<size_t> first = FirstCounted(employments, rules, day, breaks);
  if (!first) return std::nullopt;
  AddLeaves(service.leaves, rules, breaks);
  AddRoles(Surviving(service.history), breaks);
  return Finish(employments[*first].start, std::move(breaks), "");
}

std::optional<Tenure> TierTenure(const ServiceRecord& service, const TenureRules& rules,
                                 absl::CivilDay day) {
  return TenureOf(service, rules, day, [](const TierRecord& r) { return r.tier_id; });
}

std::optional<Tenure> GradeTenure(const ServiceRecord& service, const TenureRules& rules,
                                  absl::CivilDay day) {
  return TenureOf(service, rules, day, [](const TierRecord& r) { return r.grade_id; });
}

}  // namespace kefu::staffing::domain::careers
