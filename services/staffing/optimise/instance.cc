#include "services/staffing/optimise/instance.h"

#include <algorithm>

#include "services/staffing/domain/roster/cost.h"

namespace kefu::staffing::optimise {
namespace {

using roster::kDaysPerWeek;
using roster::kMinutesPerDay;

}  // namespace

Instance::Instance(const roster::Problem& problem) : problem_(problem), fixed_(agents()) {
  for (const roster::ShiftTemplate& shift : problem.templates) {
    facts_.push_back(
        {.served = roster::ServedSlots(shift),
         .minutes = roster::WorkedMinutes(shift),
         .night = roster::IsNight(problem.rules, shift),
         .start = shift.start_minute,
         .release = shift.end_minute() + problem.rules.min_rest_minutes - kMinutesPerDay});
  }
  for (const roster::Shift& shift : problem.fixed) fixed_[shift.agent].push_back(shift);
  for (auto& own : fixed_) std::ranges::sort(own);
  for (const roster::Agent& agent : problem.agents) {
    size_t at = 0;
    while (at < classes_.size() && classes_[at].skills != agent.skills) ++at;
    if (at == classes_.size()) classes_.push_back({agent.skills, 0});
    class_of_.push_back(static_cast<int>(at));
  }
  for (const roster::SeatOffer& offer : problem.seats) {
    classes_.push_back({offer.skills, offer.price_minor});
  }
  for (const roster::Skill& skill : problem.skills) penalties_.push_back(skill.uncovered_minor);
  options_.resize(static_cast<size_t>(agents()) * days());
  for (int a = 0; a < agents(); ++a) {
    for (int d = 0; d < days(); ++d) {
      DayOptions& own = options_[a * days() + d];
      const auto fixed = std::ranges::find(fixed_[a], d, &roster::Shift::day);
      own.may_be_off = fixed == fixed_[a].end();
      for (int t = 0; t < templates(); ++t) {
        const bool taken = own.may_be_off ? Allowed(a, d, t) : fixed->shift == t;
        if (!taken) continue;
        own.shifts.push_back(
            {static_cast<int8_t>(t),
             roster::ShiftPay(problem, a, d, t) + roster::PreferenceCost(problem, a, d, t)});
      }
    }
  }
  SetLimits();
  SetHistory();
}

bool Instance::Allowed(int agent, int day, int shift) const {
  const roster::ShiftTemplate& t = problem_.templates[shift];
  const roster::Agent& who = problem_.agents[agent];
  const roster::Rules& rules = problem_.rules;
  const int longest = who.no_overtime
                          ? std::min(rules.max_shift_minutes, rules.normal_shift_minutes)
                          : rules.max_shift_minutes;
  if (who.skills == 0 || facts_[shift].served.empty()) return false;
  if (!t.usable || (t.weekdays >> roster::WeekdayOf(day) & 1) == 0) return false;
  if (facts_[shift].minutes > longest) return false;
  // Rest that reaches past the next day would have to be kept in mind for two days.
  if (facts_[shift].release > kMinutesPerDay) return false;
  if (who.no_nights && roster::TouchesNight(rules, t)) return false;
  if (t.start_minute < who.earliest_minute || t.end_minute() > who.latest_minute) return false;
  return !OnLeave(agent, day, shift) && FitsFixed(agent, day, shift);
}

bool Instance::OnLeave(int agent, int day, int shift) const {
  const roster::ShiftTemplate& t = problem_.templates[shift];
  return std::ranges::any_of(problem_.agents[agent].leave, [&](const roster::DayRange& leave) {
    return day * kMinutesPerDay + t.start_minute < (leave.last + 1) * kMinutesPerDay &&
           day * kMinutesPerDay + t.end_minute() > leave.first * kMinutesPerDay;
  });
}

bool Instance::FitsFixed(int agent, int day, int shift) const {
  const auto begin = [&](int d, int t) {
    return d * kMinutesPerDay + problem_.templates[t].start_minute;
  };
  const auto end = [&](int d, int t) { return begin(d, t) + problem_.templates[t].length_minutes; };
  const int rest = problem_.rules.min_rest_minutes;
  return std::ranges::all_of(fixed_[agent], [&](const roster::Shift& fixed) {
    return end(day, shift) + rest <= begin(fixed.day, fixed.shift) ||
           end(fixed.day, fixed.shift) + rest <= begin(day, shift);
  });
}

void Instance::SetLimits() {
  const roster::Rules& rules = problem_.rules;
  for (int a = 0; a < agents(); ++a) {
    const roster::Agent& who = problem_.agents[a];
    const int limit =
        who.no_overtime
            ? std::min({rules.max_week_minutes, rules.normal_week_minutes, who.contract_minutes})
            : rules.max_week_minutes;
    std::vector<int> fixed(weeks());
    for (const roster::Shift& shift : fixed_[a]) {
      if (shift.day >= 0) fixed[shift.day / kDaysPerWeek] += facts_[shift.shift].minutes;
    }
    const auto overtime = [&](int minutes) {
      return std::max(0, minutes - rules.normal_week_minutes);
    };
    // What fixed shifts use of the four weeks' overtime is used; the rest is shared evenly.
    int used = 0;
    for (const int minutes : fixed) used += overtime(minutes);
    const int left = std::max(0, rules.max_overtime_minutes - used) / std::min(4, weeks());
    for (int w = 0; w < weeks(); ++w) {
      const int strict = rules.normal_week_minutes + overtime(fixed[w]) + left;
      strict_limit_.push_back(std::max(fixed[w], std::min(limit, strict)));
      limit_.push_back(limit);
    }
  }
}

void Instance::SetHistory() {
  history_.resize(agents());
  for (int a = 0; a < agents(); ++a) {
    History& own = history_[a];
    bool days_run = true, nights_run = true;
    for (int day = -1; day >= -roster::kHistoryDays; --day) {
      const auto found = std::ranges::find(fixed_[a], day, &roster::Shift::day);
      const bool worked = found != fixed_[a].end();
      days_run = days_run && worked;
      nights_run = nights_run && worked && facts_[found->shift].night;
      if (days_run) ++own.days_in_row;
      if (nights_run) ++own.nights_in_row;
      if (day == -1 && worked) own.release_minute = facts_[found->shift].release;
    }
  }
}

Line Instance::FixedLine(int agent) const {
  Line line(days(), kOff);
  for (const roster::Shift& shift : fixed_[agent]) {
    if (shift.day >= 0) line[shift.day] = static_cast<int8_t>(shift.shift);
  }
  return line;
}

int64_t Instance::LineCost(int agent, const Line& line) const {
  int64_t cost = 0;
  int minutes = 0, nights = 0, weekend_days = 0;
  for (int d = 0; d < days(); ++d) {
    if (line[d] != kOff) {
      cost += roster::ShiftPay(problem_, agent, d, line[d]) +
              roster::PreferenceCost(problem_, agent, d, line[d]);
      minutes += facts_[line[d]].minutes;
      nights += facts_[line[d]].night ? 1 : 0;
      weekend_days += roster::IsWeekend(d) ? 1 : 0;
    }
    if (roster::WeekdayOf(d) == kDaysPerWeek - 1) {
      cost += roster::OvertimePay(problem_, agent, minutes) +
              roster::GuaranteedPay(problem_, agent, minutes);
      minutes = 0;
    }
  }
  return cost + roster::UnfairCost(problem_, nights, weekend_days);
}

std::vector<roster::Shift> Instance::Shifts(const std::vector<Line>& lines) const {
  std::vector<roster::Shift> shifts;
  for (const roster::Shift& shift : problem_.fixed) {
    if (shift.day < 0) shifts.push_back(shift);
  }
  for (int a = 0; a < agents(); ++a) {
    for (int d = 0; d < days(); ++d) {
      if (lines[a][d] != kOff) shifts.push_back({a, d, lines[a][d]});
    }
  }
  std::ranges::sort(shifts);
  return shifts;
}

}  // namespace kefu::staffing::optimise
