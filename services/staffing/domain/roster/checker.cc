#include "services/staffing/domain/roster/checker.h"

#include <algorithm>
#include <map>
#include <set>

#include "fmt/format.h"

namespace kefu::staffing::roster {
namespace {

// One agent's shifts on an axis of minutes; 0 is midnight before the roster's first day.
class AgentCheck {
 public:
  AgentCheck(const Problem& problem, int agent, std::vector<Shift> shifts,
             std::vector<Broken>& broken)
      : problem_(problem), agent_(agent), shifts_(std::move(shifts)), broken_(broken) {
    std::ranges::sort(shifts_);
  }

  void Run() {
    for (const Shift& shift : shifts_) CheckOne(shift);
    for (size_t i = 0; i + 1 < shifts_.size(); ++i) CheckPair(shifts_[i], shifts_[i + 1]);
    CheckRows();
    CheckWeeks();
    CheckOvertime();
  }

 private:
  const Agent& who() const { return problem_.agents[agent_]; }
  const Rules& rules() const { return problem_.rules; }
  const ShiftTemplate& Template(const Shift& shift) const {
    return problem_.templates[shift.shift];
  }
  int Begin(const Shift& shift) const {
    return shift.day * kMinutesPerDay + Template(shift).start_minute;
  }
  int End(const Shift& shift) const { return Begin(shift) + Template(shift).length_minutes; }
  // Length without what is not paid.
  int Hours(const Shift& shift) const {
    int minutes = Template(shift).length_minutes;
    for (const Break& pause : Template(shift).breaks) minutes -= pause.paid ? 0 : pause.minutes;
    return minutes;
  }
  // Minutes between the night's hours, counted one by one, breaks without pay left out.
  int NightMinutes(const Shift& shift) const {
    int count = 0;
    for (int minute = Template(shift).start_minute; minute < Template(shift).end_minute();
         ++minute) {
      const int since = minute - Template(shift).start_minute;
      const bool pausing = std::ranges::any_of(Template(shift).breaks, [&](const Break& pause) {
        return !pause.paid && since >= pause.offset_minutes &&
               since < pause.offset_minutes + pause.minutes;
      });
      // The night of this evening, of the evening before and of the next one.
      bool night = false;
      for (int moved = minute - kMinutesPerDay; moved <= minute + kMinutesPerDay;
           moved += kMinutesPerDay) {
        night = night || (moved >= rules().night_from_minute && moved < rules().night_to_minute);
      }
      if (night && !pausing) ++count;
    }
    return count;
  }
  bool Fixed(const Shift& shift) const {
    return std::ranges::find(problem_.fixed, shift) != problem_.fixed.end();
  }
  void Add(Rule rule, int day, std::string text) {
    if (day >= 0) broken_.push_back({rule, agent_, day, std::move(text)});
  }

  void CheckOne(const Shift& shift) {
    const ShiftTemplate& t = Template(shift);
    const int hours = Hours(shift);
    const int limit = who().no_overtime
                          ? std::min(rules().max_shift_minutes, rules().normal_shift_minutes)
                          : rules().max_shift_minutes;
    if (hours > limit) {
      Add(hours > rules().max_shift_minutes ? Rule::kShiftHours : Rule::kProtectedOvertime,
          shift.day, fmt::format("works {} minutes of at most {}", hours, limit));
    }
    if (who().no_nights && NightMinutes(shift) > 0) {
      Add(Rule::kProtectedNight, shift.day, "may not work at night");
    }
    for (const DayRange& leave : who().leave) {
      const int from = leave.first * kMinutesPerDay, to = (leave.last + 1) * kMinutesPerDay;
      if (Begin(shift) < to && End(shift) > from) Add(Rule::kLeave, shift.day, "is on leave");
    }
    if (t.start_minute < who().earliest_minute || t.end_minute() > who().latest_minute) {
      Add(Rule::kAvailability, shift.day, "is not available for the whole shift");
    }
    if (!Fixed(shift) && (!t.usable || (t.weekdays >> ((shift.day % 7 + 7) % 7) & 1) == 0)) {
      Add(Rule::kTemplate, shift.day, fmt::format("shift {} is not offered on this day", t.id));
    }
  }

  void CheckPair(const Shift& before, const Shift& after) {
    if (before.day == after.day || End(before) > Begin(after)) {
      Add(Rule::kOverlap, after.day, "has another shift at the same time or day");
    } else if (Begin(after) - End(before) < rules().min_rest_minutes) {
      Add(Rule::kRest, after.day,
          fmt::format("rests {} minutes of at least {}", Begin(after) - End(before),
                      rules().min_rest_minutes));
    }
  }

  // Days in a row, and nights in a row.
  void CheckRows() {
    std::set<int> days, nights;
    for (const Shift& shift : shifts_) {
      days.insert(shift.day);
      if (NightMinutes(shift) >= rules().night_shift_minutes) nights.insert(shift.day);
    }
    const auto too_long = [](const std::set<int>& marked, int day, int limit) {
      for (int back = 0; back <= limit; ++back) {
        if (!marked.contains(day - back)) return false;
      }
      return true;
    };
    for (const int day : days) {
      if (too_long(days, day, rules().max_consecutive_days)) {
        Add(Rule::kConsecutiveDays, day,
            fmt::format("works more than {} days in a row", rules().max_consecutive_days));
      }
      if (too_long(nights, day, rules().max_nights_in_row)) {
        Add(Rule::kNightsInRow, day,
            fmt::format("works more than {} nights in a row", rules().max_nights_in_row));
      }
    }
  }

  std::vector<Shift> OfWeek(int week) const {
    std::vector<Shift> found;
    for (const Shift& shift : shifts_) {
      if (shift.day >= week * 7 && shift.day < week * 7 + 7) found.push_back(shift);
    }
    return found;
  }

  void CheckWeeks() {
    const int limit = who().no_overtime
                          ? std::min({rules().max_week_minutes, rules().normal_week_minutes,
                                      who().contract_minutes})
                          : rules().max_week_minutes;
    for (int week = 0; week < problem_.weeks; ++week) {
      int minutes = 0;
      std::set<int> days;
      for (const Shift& shift : OfWeek(week)) {
        minutes += Hours(shift);
        days.insert(shift.day);
      }
      if (minutes > limit) {
        Add(minutes > rules().max_week_minutes ? Rule::kWeekHours : Rule::kProtectedOvertime,
            week * 7 + 6, fmt::format("works {} minutes a week of at most {}", minutes, limit));
      }
      if (7 - static_cast<int>(days.size()) < rules().min_days_off_per_week) {
        Add(Rule::kDaysOff, week * 7 + 6,
            fmt::format("has {} days off of at least {}", 7 - days.size(),
                        rules().min_days_off_per_week));
      }
    }
  }

  void CheckOvertime() {
    for (int first = 0; first == 0 || first + 4 <= problem_.weeks; ++first) {
      int overtime = 0;
      for (int week = first; week < std::min(first + 4, problem_.weeks); ++week) {
        int minutes = 0;
        for (const Shift& shift : OfWeek(week)) minutes += Hours(shift);
        overtime += std::max(0, minutes - rules().normal_week_minutes);
      }
      if (overtime > rules().max_overtime_minutes) {
        Add(Rule::kOvertime, std::min(first + 4, problem_.weeks) * 7 - 1,
            fmt::format("works {} minutes of overtime in four weeks of at most {}", overtime,
                        rules().max_overtime_minutes));
      }
    }
  }

  const Problem& problem_;
  const int agent_;
  std::vector<Shift> shifts_;
  std::vector<Broken>& broken_;
};

bool Known(const Problem& problem, const Shift& shift) {
  return shift.agent >= 0 && shift.agent < static_cast<int>(problem.agents.size()) &&
         shift.shift >= 0 && shift.shift < static_cast<int>(problem.templates.size()) &&
         shift.day >= -kHistoryDays && shift.day < problem.days();
}

}  // namespace

std::vector<Broken> CheckRoster(const Problem& problem, const std::vector<Shift>& shifts) {
  std::vector<Broken> broken;
  std::map<int, std::vector<Shift>> by_agent;
  for (const Shift& shift : shifts) {
    if (!Known(problem, shift)) {
      broken.push_back({Rule::kUnknown, shift.agent, shift.day, "names what the roster lacks"});
      continue;
    }
    by_agent[shift.agent].push_back(shift);
  }
  for (auto& [agent, own] : by_agent) AgentCheck(problem, agent, std::move(own), broken).Run();
  for (const Shift& fixed : problem.fixed) {
    if (std::ranges::find(shifts, fixed) == shifts.end()) {
      broken.push_back({Rule::kFixed, fixed.agent, fixed.day, "a fixed shift is missing"});
    }
  }
  std::ranges::stable_sort(broken, {}, [](const Broken& b) { return std::pair(b.agent, b.day); });
  return broken;
}

}  // namespace kefu::staffing::roster
