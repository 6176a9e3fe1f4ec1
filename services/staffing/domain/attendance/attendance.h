// Attendance (考勤): what the clock says, measured against the roster and leave. Pure; times are
// arguments.
//
// Everything counts in whole minutes: a minute of which any part was present is present. A shift
// belongs to the day on which it begins, whatever midnight it passes; whether that is a rest day is
// said of its first minute, and what falls on a statutory holiday of every minute.
//   scheduled  minutes of the day's shifts without unpaid breaks
//   late       expected minutes before the first one present, when they are more than the grace;
//              expected are scheduled ones that are not on leave
//   early      expected minutes after the last one present, when more than the grace
//   absent     all expected minutes of a shift without any presence; in between, gaps of more than
//              the grace
//   overtime   presence outside every shift, each piece cut down to the policy's unit; it belongs
//              to the day of the shift that the same presence touches, else to the day on which it
//              begins. Also everything worked in shifts between the midnights of a statutory
//              holiday (Labour Law art. 44 (3)). Rest-day overtime is that of days on which nothing
//              is scheduled (art. 44 (2)), without what falls on a holiday.
//   worked     scheduled minutes present, and overtime outside shifts
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/enums/enum_names.h"

namespace kefu::staffing::attendance {

enum class DayClass : uint8_t { kUnspecified, kWorkday, kRestDay, kStatutoryHoliday };
enum class ClockKind : uint8_t { kUnspecified, kIn, kOut };

KEFU_ENUM_NAMES(DayClass, "UNSPECIFIED", "WORKDAY", "REST_DAY", "STATUTORY_HOLIDAY")
KEFU_ENUM_NAMES(ClockKind, "UNSPECIFIED", "IN", "OUT")

// attendance::NameOf.
using ::kefu::NameOf;

// The shipped numbers are this product's: grace is what employers grant, not what law asks.
struct Policy {
  int64_t version = 0;  // 0: shipped
  int32_t late_grace_minutes = 5;
  int32_t early_grace_minutes = 0;
  int32_t overtime_unit_minutes = 30;
  absl::Time create_time = absl::UnixEpoch();
};

struct Interval {
  absl::Time begin, end;
};

struct Pause {
  int offset_minutes = 0, minutes = 0;  // after the shift's start; unpaid ones only
};

struct ScheduledShift {
  absl::CivilDay day;
  std::string template_id;
  absl::Time begin;
  int length_minutes = 0;  // at most a day
  std::vector<Pause> unpaid;
  int late_grace_minutes = 0, early_grace_minutes = 0;

  absl::Time end() const { return begin + absl::Minutes(length_minutes); }
};

struct LeaveSpan {
  std::string kind;
  bool paid = false;
  absl::CivilDay first, last;  // shifts that begin on these days
  bool whole_days = true;
  Interval part;  // otherwise
};

struct ClockEvent {
  std::string id;
  ClockKind kind = ClockKind::kUnspecified;
  absl::Time time;
};

// What is known of an agent around the days in question.
struct AgentTime {
  std::vector<ScheduledShift> shifts;  // by begin
  std::vector<ClockEvent> clock;       // by time
  std::vector<LeaveSpan> leaves;
};

struct LeaveFigure {
  std::string kind;
  bool paid = false;
  int32_t count = 0;  // one a day
  int32_t minutes = 0;
  friend bool operator==(const LeaveFigure&, const LeaveFigure&) = default;
};

// Terms and units of performance's attendance facts.
struct Figures {
  int32_t scheduled_minutes = 0;
  int32_t worked_minutes = 0;
  int32_t late_count = 0, late_minutes = 0;
  int32_t early_count = 0, early_minutes = 0;
  std::vector<LeaveFigure> leaves;  // by kind
  int32_t absence_count = 0, absence_minutes = 0;
  int32_t overtime_minutes = 0;
  int32_t rest_day_overtime_minutes = 0;
  int32_t holiday_overtime_minutes = 0;
  int32_t unpaired_clock_count = 0;
  friend bool operator==(const Figures&, const Figures&) = default;

  void Add(const Figures& other);
};

struct DayInfo {
  absl::CivilDay day;
  Interval bounds;  // the day in the organization's zone
  DayClass calendar_class = DayClass::kUnspecified;
  bool rostered = false;  // a published roster covers the agent's day
};

struct DayFigures {
  absl::CivilDay day;
  DayClass day_class = DayClass::kUnspecified;
  Figures figures;
};

// A rest day is one on which a roster that covers it schedules nothing; without a roster the
// calendar says so. A statutory holiday is one in any case.
DayClass ClassOf(const DayInfo& info, bool scheduled);

// Presences from clock events by time; of two at the same time the one that fits comes first: out
// for who is in. An event without its counterpart is unpaired; an entry that is the last event
// counts until `now`, at most 24 hours, and is unpaired too.
struct Presence {
  std::vector<Interval> intervals;
  std::vector<absl::Time> unpaired;
};
Presence PresenceOf(std::span<const ClockEvent> clock, absl::Time now);

// One row for each of `days`, which follow each other. `agent` holds everything from the day before
// the first to the day after the last. What lies after `now` is not judged yet: a shift that has
// not ended counts no absence, and nobody leaves early before its end. `holidays` are the statutory
// ones from the first day to the day after the last, by time.
std::vector<DayFigures> Evaluate(const AgentTime& agent, std::span<const DayInfo> days,
                                 std::span<const Interval> holidays, const Policy& policy,
                                 absl::Time now);

}  // namespace kefu::staffing::attendance
