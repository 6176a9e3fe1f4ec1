#include "services/staffing/domain/roster/cost.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "services/staffing/domain/roster/cover.h"

namespace kefu::staffing::roster {
namespace {

constexpr int64_t kBps = 10'000;
constexpr int64_t kMinutesPerHour = 60;

// rate × minutes × bps ÷ (60 × 10,000), half up.
int64_t Supplement(int64_t rate, int64_t minute_bps) {
  const int64_t divisor = kMinutesPerHour * kBps;
  return (rate * minute_bps + divisor / 2) / divisor;
}

std::vector<SupplyClass> Classes(const Problem& problem) {
  std::vector<SupplyClass> classes;
  for (const Agent& agent : problem.agents) {
    const bool known = std::ranges::any_of(
        classes, [&](const SupplyClass& c) { return c.skills == agent.skills; });
    if (!known) classes.push_back({agent.skills, 0});
  }
  for (const SeatOffer& offer : problem.seats) {
    classes.push_back({offer.skills, offer.price_minor});
  }
  return classes;
}

// Agents on duty by slot and class; the offers' classes stay 0.
std::vector<int> Presence(const Problem& problem, const std::vector<Shift>& shifts,
                          const std::vector<SupplyClass>& classes) {
  std::vector<int> present(static_cast<size_t>(problem.slots()) * classes.size());
  std::vector<std::vector<int>> served;
  for (const ShiftTemplate& shift : problem.templates) served.push_back(ServedSlots(shift));
  for (const Shift& shift : shifts) {
    const uint32_t skills = problem.agents[shift.agent].skills;
    const size_t own = std::ranges::find(classes, skills, &SupplyClass::skills) - classes.begin();
    for (const int offset : served[shift.shift]) {
      const int slot = shift.day * kSlotsPerDay + offset;
      if (slot >= 0 && slot < problem.slots()) ++present[slot * classes.size() + own];
    }
  }
  return present;
}

void AddCover(const Problem& problem, const std::vector<Shift>& shifts, Outcome& outcome) {
  const std::vector<SupplyClass> classes = Classes(problem);
  const size_t first_offer = classes.size() - problem.seats.size();
  std::vector<int64_t> penalties;
  for (const Skill& skill : problem.skills) penalties.push_back(skill.uncovered_minor);
  const std::vector<int> present = Presence(problem, shifts, classes);
  for (int slot = 0; slot < problem.slots(); ++slot) {
    SlotCover cover(classes, penalties,
                    &problem.need[static_cast<size_t>(slot) * problem.skills.size()]);
    for (size_t c = 0; c < first_offer; ++c) {
      for (int n = present[slot * classes.size() + c]; n > 0; --n) cover.Add(static_cast<int>(c));
    }
    for (size_t o = 0; o < problem.seats.size(); ++o) {
      const SeatOffer& offer = problem.seats[o];
      if (!offer.Serves(slot / kSlotsPerDay, slot % kSlotsPerDay)) continue;
      for (int n = offer.seats; n > 0; --n) cover.Add(static_cast<int>(first_offer + o));
    }
    for (size_t o = 0; o < problem.seats.size(); ++o) {
      for (size_t k = 0; k < problem.skills.size(); ++k) {
        const int seats = cover.used(static_cast<int>(first_offer + o), static_cast<int>(k));
        if (seats == 0) continue;
        outcome.bookings.push_back({slot, static_cast<int>(o), static_cast<int>(k), seats});
        outcome.cost.seats_minor += seats * problem.seats[o].price_minor;
      }
    }
    for (int k = 0; k < static_cast<int>(problem.skills.size()); ++k) {
      outcome.needed_half_hours += problem.Need(slot, k);
      const int missing = cover.uncovered(k);
      if (missing == 0) continue;
      outcome.uncovered.push_back({slot, k, missing, missing * penalties[k]});
      outcome.uncovered_half_hours += missing;
      outcome.cost.uncovered_minor += missing * penalties[k];
    }
  }
}

}  // namespace

int64_t ShiftPay(const Problem& problem, int agent, int day, int shift) {
  const ShiftTemplate& worked = problem.templates[shift];
  const Rules& rules = problem.rules;
  const int64_t minutes = WorkedMinutes(worked);
  int64_t night = 0;
  for (const int shifted : {-1, 0, 1}) {
    night += WorkedMinutes(worked, rules.night_from_minute + shifted * kMinutesPerDay,
                           rules.night_to_minute + shifted * kMinutesPerDay);
  }
  const int64_t holiday = problem.IsHoliday(day) ? minutes : 0;
  return Supplement(
      problem.agents[agent].cost_minor_per_hour,
      minutes * kBps + night * rules.night_supplement_bps + holiday * rules.holiday_supplement_bps);
}

int64_t PreferenceCost(const Problem& problem, int agent, int day, int shift) {
  int64_t cost = 0;
  for (const Preference& wish : problem.agents[agent].preferences) {
    const bool meets = day >= wish.first_day && day <= wish.last_day &&
                       (wish.weekdays >> WeekdayOf(day) & 1) != 0 &&
                       (wish.shift < 0 || wish.shift == shift);
    if (meets) cost += wish.cost_minor;
  }
  return cost;
}

int64_t OvertimePay(const Problem& problem, int agent, int minutes) {
  const Agent& a = problem.agents[agent];
  const int64_t beyond = std::max(0, minutes - a.contract_minutes);
  return Supplement(a.cost_minor_per_hour, beyond * problem.rules.overtime_supplement_bps);
}

int64_t GuaranteedPay(const Problem& problem, int agent, int minutes) {
  const Agent& a = problem.agents[agent];
  return Supplement(a.cost_minor_per_hour,
                    int64_t{std::max(0, a.guaranteed_minutes - minutes)} * kBps);
}

int FairShare(const Problem& problem, int in_four_weeks) {
  return (in_four_weeks * problem.weeks + 3) / 4;
}

int64_t UnfairCost(const Problem& problem, int nights, int weekend_days) {
  const int beyond =
      std::max(0, nights - FairShare(problem, problem.rules.fair_nights)) +
      std::max(0, weekend_days - FairShare(problem, problem.rules.fair_weekend_days));
  return beyond * problem.rules.unfair_minor;
}

Outcome Evaluate(const Problem& problem, const std::vector<Shift>& shifts) {
  struct Worked {
    std::vector<int> week_minutes;
    int nights = 0, weekend_days = 0;
  };
  std::vector<Worked> worked(problem.agents.size());
  for (Worked& w : worked) w.week_minutes.resize(problem.weeks);
  Outcome outcome;
  for (const Shift& shift : shifts) {
    if (shift.day < 0) continue;
    Worked& w = worked[shift.agent];
    w.week_minutes[shift.day / kDaysPerWeek] += WorkedMinutes(problem.templates[shift.shift]);
    if (IsNight(problem.rules, problem.templates[shift.shift])) ++w.nights;
    if (IsWeekend(shift.day)) ++w.weekend_days;
    outcome.cost.pay_minor += ShiftPay(problem, shift.agent, shift.day, shift.shift);
    outcome.cost.preferences_minor += PreferenceCost(problem, shift.agent, shift.day, shift.shift);
  }
  for (int a = 0; a < static_cast<int>(worked.size()); ++a) {
    for (const int minutes : worked[a].week_minutes) {
      outcome.cost.overtime_minor += OvertimePay(problem, a, minutes);
      outcome.cost.guaranteed_minor += GuaranteedPay(problem, a, minutes);
    }
    outcome.cost.unfair_minor += UnfairCost(problem, worked[a].nights, worked[a].weekend_days);
  }
  AddCover(problem, shifts, outcome);
  return outcome;
}

Spread SpreadOf(const Problem& problem, const std::vector<Shift>& shifts) {
  std::vector<int> nights(problem.agents.size()), weekend_days(problem.agents.size());
  for (const Shift& shift : shifts) {
    if (shift.day < 0) continue;
    if (IsNight(problem.rules, problem.templates[shift.shift])) ++nights[shift.agent];
    if (IsWeekend(shift.day)) ++weekend_days[shift.agent];
  }
  Spread spread;
  if (problem.agents.empty()) return spread;
  const auto [least, most] = std::ranges::minmax_element(weekend_days);
  spread.least_weekend_days = *least;
  spread.most_weekend_days = *most;
  bool first = true;
  for (size_t a = 0; a < problem.agents.size(); ++a) {
    if (problem.agents[a].no_nights) continue;
    spread.least_nights = first ? nights[a] : std::min(spread.least_nights, nights[a]);
    spread.most_nights = std::max(spread.most_nights, nights[a]);
    first = false;
  }
  return spread;
}

int32_t GapBps(int64_t cost_minor, int64_t bound_minor) {
  if (cost_minor <= 0 || bound_minor >= cost_minor) return 0;
  const double gap =
      static_cast<double>(cost_minor - bound_minor) / static_cast<double>(cost_minor);
  return static_cast<int32_t>(std::min(1e6, std::ceil(gap * 10'000)));
}

}  // namespace kefu::staffing::roster
