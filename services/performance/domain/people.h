// What is known of people beside their figures: conduct, attendance, employment.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/performance/domain/periods.h"

namespace kefu::performance::domain {

enum class Severity { kMinor, kModerate, kGrave };
enum class ConductState { kRecorded, kAppealed, kUpheld, kOverturned };
enum class Sanction { kNone, kPublicNotice, kWarning, kDemerit, kCompensation, kDismissal };

struct ConductEvent {
  std::string id;
  std::string agent_id;  // who did it; empty: the group as a whole
  std::string team_id;   // the group that answers for it; empty: nobody but the agent
  absl::CivilDay day;
  std::string kind;
  Severity severity = Severity::kMinor;
  std::string evidence;
  int points = 0;           // proposed, where a scheme leaves room
  int64_t money_minor = 0;  // proposed; negative takes away
  int days_off = 0;         // proposed
  std::string decided_by;
  ConductState state = ConductState::kRecorded;
  Sanction sanction = Sanction::kNone;
  bool operator==(const ConductEvent&) const = default;
};

// Whether an event may cost or earn anything: somebody has decided, and no appeal is open.
inline bool IsDecided(const ConductEvent& event) {
  return event.state == ConductState::kUpheld ||
         (event.state == ConductState::kRecorded && !event.decided_by.empty());
}

// An overturned event counts nowhere; one that is not decided is shown until it is.
inline bool IsOverturned(const ConductEvent& event) {
  return event.state == ConductState::kOverturned;
}

struct Leave {
  std::string kind;
  int count = 0;
  int minutes = 0;
  bool paid = false;
  bool operator==(const Leave&) const = default;
};

// On what day overtime was worked: the law pays it by that.
enum OvertimeDay : uint8_t { kOnWorkday, kOnRestDay, kOnHoliday };
inline constexpr size_t kOvertimeDays = 3;
using OvertimeMinutes = std::array<int64_t, kOvertimeDays>;

struct Attendance {
  std::string agent_id;
  absl::CivilDay day;  // of a month: its first
  bool whole_month = false;
  int64_t scheduled_minutes = 0, worked_minutes = 0;
  int64_t late_count = 0, late_minutes = 0;
  int64_t early_count = 0, early_minutes = 0;
  std::vector<Leave> leaves;
  int64_t absence_count = 0, absence_minutes = 0;
  OvertimeMinutes overtime{};
  bool operator==(const Attendance&) const = default;
};

// "agent day span", as the record is keyed: "a1 2024-11-11 DAY".
std::string AttendanceId(const Attendance& record);

// An agent's month as a sum.
struct AttendanceSummary {
  int64_t scheduled_minutes = 0, worked_minutes = 0;
  int64_t late_count = 0, late_minutes = 0;
  int64_t early_count = 0, early_minutes = 0;
  int64_t leave_count = 0, leave_minutes = 0, unpaid_leave_minutes = 0;
  int64_t absence_count = 0, absence_minutes = 0;
  OvertimeMinutes overtime{};
  std::vector<std::string> record_ids;  // those that were added up
  AttendanceSummary& operator+=(const AttendanceSummary& other);
  bool operator==(const AttendanceSummary&) const = default;
};

// Adds up the records of one agent and one month. Where the month has a record of its own, those of
// its days are left out.
AttendanceSummary SumAttendance(std::span<const Attendance> records);

// A person's attendance over several shops: the records that count, and their sum.
struct PersonAttendance {
  std::vector<Attendance> records;
  AttendanceSummary sum;
  std::set<std::string> shop_ids;  // that were told any; not the organization
};
using PeoplesAttendance = std::map<std::string, PersonAttendance>;  // by agent
// By agent, of one month's records as each shop was told them; those of no shop are of the
// organization. They are a person's: a record of the
// month leaves out days, whichever shops were told them, and of several of one day, where a shop
// was told a correction, one counts: with most scheduled, then worked minutes, then overtime, and
// of equals the one that holds least against the agent.
PeoplesAttendance CountAttendance(const std::map<std::string, std::vector<Attendance>>& by_shop);

struct EmploymentSpan {
  absl::CivilDay hire_day;
  std::optional<absl::CivilDay> leave_day;  // the last day; nothing while it lasts
  bool operator==(const EmploymentSpan&) const = default;
};

struct TierSpan {
  absl::CivilDay start_day;
  std::string tier_id;
  std::string grade_id;  // empty off the professional track
  bool operator==(const TierSpan&) const = default;
};

// Whose an agent is from a day on; an empty base_id: the organization's own.
struct BaseSpan {
  absl::CivilDay start_day;
  std::string base_id;
  bool operator==(const BaseSpan&) const = default;
};
// The base on a day, by spans with the oldest first; empty: the organization's own, or not known.
std::string_view BaseOn(std::span<const BaseSpan> spans, absl::CivilDay day);

// Whether an agent was a base's on some days of a span and the organization's own on others: then
// the own days are what the organization pays and judges. Else all of them are one's.
bool IsPartlyOfBase(std::span<const BaseSpan> spans, const Span& days);

struct Employment {
  std::vector<EmploymentSpan> spans;  // oldest first
  std::vector<TierSpan> tiers;        // oldest first; of two from the same day the later counts
  bool operator==(const Employment&) const = default;
};

// Days of an agent with a team, or with whoever it works for.
struct Membership {
  std::string id;  // the team's; the base's, empty: the organization itself
  absl::CivilDay start_day;
  std::optional<absl::CivilDay> end_day;  // the last day; nothing while it lasts
  bool operator==(const Membership&) const = default;
};

// The days on which one list holds otherwise than the other: spans apart from each other, by day.
std::vector<Span> DifferingDays(std::span<const Membership> one, std::span<const Membership> other);

// Before the first day that anything is known of.
inline constexpr absl::CivilDay kSinceEver(1000, 1, 1);

// For whom an agent works from the news that it works for `base_id` now, told on a day, in an
// employment hired on `hire_day` (kSinceEver: not told; `known_hire`: of the newest employment told
// before, kSinceEver: of none). `known` is by day, each until the next. The first news holds since
// the hire; later ones since the hire when that is a new one, else from the day they were told on.
// Days before stay as they are.
std::vector<Membership> WorksFor(std::vector<Membership> known, std::string_view base_id,
                                 absl::CivilDay hire_day, absl::CivilDay known_hire,
                                 absl::CivilDay told_on);

// Whole months of service before a day, over all employments: the whole months of each (from the
// 31st one is complete on the last day of a shorter month), and of the days left over in all of
// them together every 31, the longest month, as one more.
int ServiceMonths(const Employment& employment, absl::CivilDay until);

// The employment that contains the day, and the tier in force on it; nullptr when there is none.
const EmploymentSpan* EmployedOn(const Employment& employment, absl::CivilDay day);
const TierSpan* TierOn(const Employment& employment, absl::CivilDay day);

}  // namespace kefu::performance::domain
