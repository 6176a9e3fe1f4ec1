#include "services/staffing/domain/attendance/attendance.h"

#include <algorithm>
#include <optional>

namespace kefu::staffing::attendance {
namespace {

constexpr absl::Duration kMinute = absl::Minutes(1);
constexpr absl::Duration kLongestPresence = absl::Hours(24);

int Minutes(absl::Duration duration) { return static_cast<int>(absl::ToInt64Minutes(duration)); }

void AddLeave(std::vector<LeaveFigure>& leaves, const LeaveFigure& more) {
  const auto at = std::ranges::lower_bound(leaves, more, [](const auto& a, const auto& b) {
    return std::pair(a.kind, a.paid) < std::pair(b.kind, b.paid);
  });
  if (at != leaves.end() && at->kind == more.kind && at->paid == more.paid) {
    at->count += more.count;
    at->minutes += more.minutes;
  } else {
    leaves.insert(at, more);
  }
}

// One shift minute by minute.
class ShiftCheck {
 public:
  ShiftCheck(const ScheduledShift& shift, const AgentTime& agent,
             std::span<const Interval> presences, absl::Time now)
      : shift_(shift), leave_(shift.length_minutes, -1), state_(shift.length_minutes, kPaid) {
    for (const Pause& pause : shift.unpaid) {
      Mark(pause.offset_minutes, pause.offset_minutes + pause.minutes, kUnpaid);
    }
    for (size_t i = 0; i < agent.leaves.size(); ++i)
      TakeLeave(agent.leaves[i], static_cast<int>(i));
    present_.resize(shift.length_minutes);
    for (const Interval& presence : presences) {
      const auto [from, to] = Range(presence);
      for (int m = from; m < to; ++m) present_[m] = true;
    }
    judged_ = std::clamp(Minutes(now - shift.begin), 0, shift.length_minutes);
  }

  void AddTo(Figures& figures, const std::vector<LeaveSpan>& leaves) const {
    std::vector<int> expected;
    for (int m = 0; m < shift_.length_minutes; ++m) {
      if (state_[m] == kUnpaid) continue;
      ++figures.scheduled_minutes;
      if (present_[m]) ++figures.worked_minutes;
      if (leave_[m] >= 0) {
        const LeaveSpan& leave = leaves[leave_[m]];
        AddLeave(figures.leaves, {leave.kind, leave.paid, 0, 1});
      } else if (m < judged_) {
        expected.push_back(m);
      }
    }
    AddMissing(figures, expected);
  }

  // Minutes worked between the midnights of holidays.
  int WorkedOn(std::span<const Interval> holidays) const {
    int worked = 0;
    for (const Interval& holiday : holidays) {
      const auto [from, to] = Range(holiday);
      for (int m = from; m < to; ++m) worked += present_[m] && state_[m] == kPaid ? 1 : 0;
    }
    return worked;
  }

  bool touched_by(int leave) const { return std::ranges::find(leave_, leave) != leave_.end(); }

 private:
  static constexpr char kPaid = 0, kUnpaid = 1;

  void Mark(int from, int to, char state) {
    for (int m = std::max(0, from); m < std::min(to, shift_.length_minutes); ++m) state_[m] = state;
  }
  // Minutes of the shift of which any part lies in the interval.
  std::pair<int, int> Range(const Interval& interval) const {
    const absl::Duration from = interval.begin - shift_.begin;
    const absl::Duration to = interval.end - shift_.begin;
    const int first = from < absl::ZeroDuration() ? 0 : Minutes(from);
    const int last = to <= absl::ZeroDuration() ? 0 : Minutes(absl::Ceil(to, kMinute));
    return {std::min(first, shift_.length_minutes), std::min(last, shift_.length_minutes)};
  }
  void TakeLeave(const LeaveSpan& leave, int index) {
    std::pair<int, int> range = {0, 0};
    if (!leave.whole_days) {
      range = Range(leave.part);
    } else if (leave.first <= shift_.day && shift_.day <= leave.last) {
      range = {0, shift_.length_minutes};
    }
    for (int m = range.first; m < range.second; ++m) {
      if (state_[m] == kPaid) leave_[m] = index;
    }
  }

  void AddMissing(Figures& figures, const std::vector<int>& expected) const {
    const auto here = [&](int m) { return static_cast<bool>(present_[m]); };
    const bool ended = judged_ == shift_.length_minutes;
    const auto first = std::ranges::find_if(expected, here);
    if (first == expected.end()) {
      if (!ended || expected.empty()) return;
      ++figures.absence_count;
      figures.absence_minutes += static_cast<int32_t>(expected.size());
      return;
    }
    const auto late = static_cast<int32_t>(first - expected.begin());
    if (late > shift_.late_grace_minutes) {
      ++figures.late_count;
      figures.late_minutes += late;
    }
    const auto last = std::find_if(expected.rbegin(), expected.rend(), here);
    const auto early = static_cast<int32_t>(last - expected.rbegin());
    if (ended && early > shift_.early_grace_minutes) {
      ++figures.early_count;
      figures.early_minutes += early;
    }
    const auto gap = static_cast<int32_t>(
        std::count_if(first, last.base(), [&](int m) { return !present_[m]; }));
    if (gap > shift_.late_grace_minutes) {
      ++figures.absence_count;
      figures.absence_minutes += gap;
    }
  }

  const ScheduledShift& shift_;
  std::vector<int> leave_;  // index of the leave, by minute
  std::vector<char> state_;
  std::vector<bool> present_;
  int judged_ = 0;  // minutes that lie before now
};

// Presence outside every shift, cut to units, and the time that decides about its day.
struct Excess {
  absl::Time belongs;
  int minutes = 0, holiday_minutes = 0;
};

Excess ExcessOf(const Interval& presence, std::span<const ScheduledShift> shifts,
                std::span<const Interval> holidays, int unit) {
  Excess excess{presence.begin, 0, 0};
  absl::Time at = presence.begin;
  bool touched = false;
  const auto take = [&](absl::Time until) {
    if (until <= at) return;
    const int minutes = Minutes(until - at) / unit * unit;
    int on_holidays = 0;
    for (const Interval& holiday : holidays) {
      const absl::Duration common = std::min(until, holiday.end) - std::max(at, holiday.begin);
      on_holidays += Minutes(std::max(absl::ZeroDuration(), common));
    }
    excess.minutes += minutes;
    excess.holiday_minutes += std::min(minutes, on_holidays);
  };
  for (const ScheduledShift& shift : shifts) {
    if (shift.end() <= presence.begin || shift.begin >= presence.end) continue;
    if (!touched) excess.belongs = shift.begin;
    touched = true;
    take(std::min(shift.begin, presence.end));
    at = std::max(at, shift.end());
  }
  take(presence.end);
  return excess;
}

}  // namespace

void Figures::Add(const Figures& other) {
  scheduled_minutes += other.scheduled_minutes;
  worked_minutes += other.worked_minutes;
  late_count += other.late_count;
  late_minutes += other.late_minutes;
  early_count += other.early_count;
  early_minutes += other.early_minutes;
  for (const LeaveFigure& leave : other.leaves) AddLeave(leaves, leave);
  absence_count += other.absence_count;
  absence_minutes += other.absence_minutes;
  overtime_minutes += other.overtime_minutes;
  rest_day_overtime_minutes += other.rest_day_overtime_minutes;
  holiday_overtime_minutes += other.holiday_overtime_minutes;
  unpaired_clock_count += other.unpaired_clock_count;
}

DayClass ClassOf(const DayInfo& info, bool scheduled) {
  if (info.calendar_class == DayClass::kStatutoryHoliday) return DayClass::kStatutoryHoliday;
  if (scheduled) return DayClass::kWorkday;
  return info.rostered ? DayClass::kRestDay : info.calendar_class;
}

Presence PresenceOf(std::span<const ClockEvent> clock, absl::Time now) {
  Presence presence;
  std::optional<absl::Time> in;
  std::vector<ClockEvent> ordered(clock.begin(), clock.end());
  for (size_t i = 0; i < ordered.size(); ++i) {
    ClockEvent& event = ordered[i];
    const ClockKind unfit = in ? ClockKind::kIn : ClockKind::kOut;
    if (i + 1 < ordered.size() && ordered[i + 1].time == event.time && event.kind == unfit &&
        ordered[i + 1].kind != unfit) {
      std::swap(event, ordered[i + 1]);
    }
    if (event.kind == ClockKind::kIn) {
      if (in) presence.unpaired.push_back(*in);
      in = event.time;
    } else if (in) {
      presence.intervals.push_back({*in, event.time});
      in.reset();
    } else {
      presence.unpaired.push_back(event.time);
    }
  }
  if (in) {
    presence.unpaired.push_back(*in);
    presence.intervals.push_back({*in, std::max(*in, std::min(now, *in + kLongestPresence))});
  }
  return presence;
}

std::vector<DayFigures> Evaluate(const AgentTime& agent, std::span<const DayInfo> days,
                                 std::span<const Interval> holidays, const Policy& policy,
                                 absl::Time now) {
  std::vector<DayFigures> result;
  const Presence presence = PresenceOf(agent.clock, now);
  for (const DayInfo& info : days) {
    DayFigures row{.day = info.day};
    Figures& figures = row.figures;
    bool scheduled = false;
    std::vector<bool> on_leave(agent.leaves.size());
    for (const ScheduledShift& shift : agent.shifts) {
      if (shift.day != info.day) continue;
      scheduled = true;
      const ShiftCheck check(shift, agent, presence.intervals, now);
      check.AddTo(figures, agent.leaves);
      figures.holiday_overtime_minutes += check.WorkedOn(holidays);
      for (size_t i = 0; i < on_leave.size(); ++i) {
        if (check.touched_by(static_cast<int>(i))) on_leave[i] = true;
      }
    }
    for (size_t i = 0; i < on_leave.size(); ++i) {
      if (!on_leave[i]) continue;
      AddLeave(figures.leaves, {agent.leaves[i].kind, agent.leaves[i].paid, 1, 0});
    }
    row.day_class = ClassOf(info, scheduled);
    const auto inside = [&](absl::Time time) {
      return info.bounds.begin <= time && time < info.bounds.end;
    };
    figures.overtime_minutes = figures.holiday_overtime_minutes;
    for (const Interval& interval : presence.intervals) {
      const Excess more = ExcessOf(interval, agent.shifts, holidays, policy.overtime_unit_minutes);
      if (!inside(more.belongs)) continue;
      figures.worked_minutes += more.minutes;
      figures.overtime_minutes += more.minutes;
      figures.holiday_overtime_minutes += more.holiday_minutes;
    }
    if (row.day_class == DayClass::kRestDay) {
      figures.rest_day_overtime_minutes =
          figures.overtime_minutes - figures.holiday_overtime_minutes;
    }
    figures.unpaired_clock_count =
        static_cast<int32_t>(std::ranges::count_if(presence.unpaired, inside));
    result.push_back(std::move(row));
  }
  return result;
}

}  // namespace kefu::staffing::attendance
