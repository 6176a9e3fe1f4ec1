#include "services/performance/domain/people.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace kefu::performance::domain {

std::string AttendanceId(const Attendance& record) {
  // absl formats days by way of instants: of all of a shop's attendance that takes longer than the
  // rest of it.
  return fmt::format("{} {:04}-{:02}-{:02} {}", record.agent_id, record.day.year(),
                     record.day.month(), record.day.day(), record.whole_month ? "MONTH" : "DAY");
}

AttendanceSummary& AttendanceSummary::operator+=(const AttendanceSummary& other) {
  scheduled_minutes += other.scheduled_minutes;
  worked_minutes += other.worked_minutes;
  late_count += other.late_count;
  late_minutes += other.late_minutes;
  early_count += other.early_count;
  early_minutes += other.early_minutes;
  leave_count += other.leave_count;
  leave_minutes += other.leave_minutes;
  unpaid_leave_minutes += other.unpaid_leave_minutes;
  absence_count += other.absence_count;
  absence_minutes += other.absence_minutes;
  for (size_t i = 0; i < kOvertimeDays; ++i) overtime[i] += other.overtime[i];
  record_ids.insert(record_ids.end(), other.record_ids.begin(), other.record_ids.end());
  return *this;
}

AttendanceSummary SumAttendance(std::span<const Attendance> records) {
  const bool by_month = std::ranges::any_of(records, &Attendance::whole_month);
  AttendanceSummary sum;
  for (const Attendance& record : records) {
    if (record.whole_month != by_month) continue;
    sum.scheduled_minutes += record.scheduled_minutes;
    sum.worked_minutes += record.worked_minutes;
    sum.late_count += record.late_count;
    sum.late_minutes += record.late_minutes;
    sum.early_count += record.early_count;
    sum.early_minutes += record.early_minutes;
    for (const Leave& leave : record.leaves) {
      sum.leave_count += leave.count;
      sum.leave_minutes += leave.minutes;
      if (!leave.paid) sum.unpaid_leave_minutes += leave.minutes;
    }
    sum.absence_count += record.absence_count;
    sum.absence_minutes += record.absence_minutes;
    for (size_t i = 0; i < kOvertimeDays; ++i) sum.overtime[i] += record.overtime[i];
    sum.record_ids.push_back(AttendanceId(record));
  }
  return sum;
}

namespace {

auto FullnessOf(const Attendance& record) {
  const AttendanceSummary sum = SumAttendance(std::span(&record, 1));
  return std::tuple(sum.scheduled_minutes, sum.worked_minutes,
                    std::accumulate(sum.overtime.begin(), sum.overtime.end(), int64_t{0}),
                    -sum.absence_minutes - sum.unpaid_leave_minutes,
                    -sum.late_count - sum.early_count - sum.absence_count);
}

}  // namespace

PeoplesAttendance CountAttendance(const std::map<std::string, std::vector<Attendance>>& by_shop) {
  PeoplesAttendance people;
  std::set<std::string_view> by_month;
  for (const auto& [shop_id, records] : by_shop) {
    for (const Attendance& record : records) {
      PersonAttendance& person = people[record.agent_id];
      if (!shop_id.empty()) person.shop_ids.insert(shop_id);
      if (record.whole_month) by_month.insert(record.agent_id);
    }
  }
  std::map<std::pair<std::string_view, absl::CivilDay>, const Attendance*> counted;
  for (const auto& [shop_id, records] : by_shop) {
    for (const Attendance& record : records) {
      if (!record.whole_month && by_month.contains(record.agent_id)) continue;
      const auto [at, first] = counted.try_emplace({record.agent_id, record.day}, &record);
      if (!first && FullnessOf(record) > FullnessOf(*at->second)) at->second = &record;
    }
  }
  for (const auto& [key, record] : counted) {
    PersonAttendance& person = people[record->agent_id];
    person.records.push_back(*record);
    person.sum += SumAttendance(std::span(record, 1));
  }
  return people;
}

std::string_view BaseOn(std::span<const BaseSpan> spans, absl::CivilDay day) {
  std::string_view base;
  for (const BaseSpan& span : spans) {
    if (span.start_day <= day) base = span.base_id;
  }
  return base;
}

bool IsPartlyOfBase(std::span<const BaseSpan> spans, const Span& days) {
  const bool at_first = BaseOn(spans, days.first).empty();
  for (const BaseSpan& span : spans) {
    const bool within = span.start_day > days.first && span.start_day <= days.last;
    if (within && BaseOn(spans, span.start_day).empty() != at_first) return true;
  }
  return false;
}

namespace {

std::set<std::string_view> HoldingOn(std::span<const Membership> memberships, absl::CivilDay day) {
  std::set<std::string_view> ids;
  for (const Membership& m : memberships) {
    if (m.start_day <= day && (!m.end_day || day <= *m.end_day)) ids.insert(m.id);
  }
  return ids;
}

}  // namespace

std::vector<Span> DifferingDays(std::span<const Membership> one,
                                std::span<const Membership> other) {
  constexpr absl::CivilDay kEnd(9999, 12, 31);
  std::set<absl::CivilDay> turns;  // days on which something begins or is over
  for (const auto& list : {one, other}) {
    for (const Membership& m : list) {
      turns.insert(m.start_day);
      if (m.end_day) turns.insert(*m.end_day + 1);
    }
  }
  std::vector<Span> differing;
  for (auto turn = turns.begin(); turn != turns.end(); ++turn) {
    if (HoldingOn(one, *turn) == HoldingOn(other, *turn)) continue;
    const absl::CivilDay last = std::next(turn) == turns.end() ? kEnd : *std::next(turn) - 1;
    if (!differing.empty() && differing.back().last + 1 == *turn) {
      differing.back().last = last;
    } else {
      differing.push_back({*turn, last});
    }
  }
  return differing;
}

std::vector<Membership> WorksFor(std::vector<Membership> known, std::string_view base_id,
                                 absl::CivilDay hire_day, absl::CivilDay known_hire,
                                 absl::CivilDay told_on) {
  if (known.empty()) return {{std::string(base_id), hire_day, std::nullopt}};
  Membership& newest = known.back();
  if (newest.id == base_id) {
    // The only hire was told wrongly at first.
    if (known.size() == 1 && hire_day != kSinceEver)
      newest.start_day = std::min(newest.start_day, hire_day);
    return known;
  }
  // A hire that is told for the first time may be an old one.
  const bool anew = known_hire != kSinceEver && hire_day > std::max(known_hire, newest.start_day);
  const absl::CivilDay from = anew ? hire_day : std::max(told_on, newest.start_day);
  if (from == newest.start_day) {
    newest.id = base_id;
    if (known.size() > 1 && known[known.size() - 2].id == base_id) {
      known.pop_back();
      known.back().end_day.reset();
    }
    return known;
  }
  newest.end_day = from - 1;
  known.push_back({std::string(base_id), from, std::nullopt});
  return known;
}

int ServiceMonths(const Employment& employment, absl::CivilDay until) {
  constexpr int64_t kLongestMonth = 31;  // so that no employment's own days make one more
  int64_t months = 0, days = 0;
  for (const EmploymentSpan& span : employment.spans) {
    const absl::CivilDay end = span.leave_day ? std::min(until, *span.leave_day + 1) : until;
    if (end <= span.hire_day) continue;
    int64_t whole = absl::CivilMonth(end) - absl::CivilMonth(span.hire_day);
    if (AddMonths(span.hire_day, whole) > end) --whole;
    months += whole;
    days += end - AddMonths(span.hire_day, whole);
  }
  return static_cast<int>(months + days / kLongestMonth);
}

const EmploymentSpan* EmployedOn(const Employment& employment, absl::CivilDay day) {
  for (const EmploymentSpan& span : employment.spans) {
    if (span.hire_day <= day && (!span.leave_day || day <= *span.leave_day)) return &span;
  }
  return nullptr;
}

const TierSpan* TierOn(const Employment& employment, absl::CivilDay day) {
  const TierSpan* found = nullptr;
  for (const TierSpan& tier : employment.tiers) {
    if (tier.start_day <= day) found = &tier;
  }
  return found;
}

}  // namespace kefu::performance::domain
