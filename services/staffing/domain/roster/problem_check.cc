// What is wrong with a problem, all of it at once.
#include <algorithm>
#include <set>

#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/staffing/domain/roster/checker.h"
#include "services/staffing/domain/roster/model.h"

namespace kefu::staffing::roster {
namespace {

class Faults {
 public:
  void Check(bool holds, std::string field, std::string text) {
    if (!holds) all.push_back({std::move(field), std::move(text)});
  }
  void Range(int64_t value, int64_t least, int64_t most, std::string field) {
    Check(value >= least && value <= most, std::move(field),
          fmt::format("must be from {} to {}", least, most));
  }
  void Merge(const std::string& path, std::vector<Fault> inner) {
    for (Fault& fault : inner) {
      all.push_back({fmt::format("{}.{}", path, fault.field), std::move(fault.text)});
    }
  }
  std::vector<Fault> all;
};

void CheckSkills(const Problem& problem, Faults& faults) {
  const size_t skills = problem.skills.size();
  faults.Check(skills >= 1 && skills <= kMaxSkills, "skills",
               fmt::format("must be 1 to {}", kMaxSkills));
  std::set<std::string_view> seen;
  for (size_t k = 0; k < skills; ++k) {
    const Skill& skill = problem.skills[k];
    faults.Check(!skill.id.empty(), fmt::format("skills[{}].skill_id", k), "must be set");
    faults.Check(seen.insert(skill.id).second, fmt::format("skills[{}].skill_id", k),
                 "is named twice");
    faults.Range(skill.uncovered_minor, 1, kMaxRate,
                 fmt::format("skills[{}].uncovered_minor_units", k));
  }
  if (problem.need.size() != static_cast<size_t>(problem.slots()) * skills) {
    faults.Check(false, "need", "must name each half hour and skill once");
    return;
  }
  const auto wrong = std::ranges::find_if(problem.need, [](int n) { return n < 0 || n > 10'000; });
  faults.Check(wrong == problem.need.end(), "need", "must be from 0 to 10000 agents");
}

void CheckAgent(const Problem& problem, const Agent& agent, const std::string& path,
                Faults& faults) {
  faults.Check((agent.skills >> problem.skills.size()) == 0, path + ".skill_ids",
               "names an unknown skill");
  faults.Range(agent.cost_minor_per_hour, 0, kMaxRate, path + ".cost_minor_units_per_hour");
  faults.Range(agent.contract_minutes, 0, 7 * kMinutesPerDay, path + ".contract_minutes");
  faults.Range(agent.guaranteed_minutes, 0, agent.contract_minutes, path + ".guaranteed_minutes");
  faults.Range(agent.earliest_minute, 0, kMinutesPerDay, path + ".earliest_minute");
  faults.Range(agent.latest_minute, agent.earliest_minute + 1, 2 * kMinutesPerDay,
               path + ".latest_minute");
  for (size_t i = 0; i < agent.leave.size(); ++i) {
    faults.Check(agent.leave[i].first <= agent.leave[i].last, fmt::format("{}.leave[{}]", path, i),
                 "must not end before it begins");
  }
  for (size_t i = 0; i < agent.preferences.size(); ++i) {
    const Preference& wish = agent.preferences[i];
    const std::string field = fmt::format("{}.preferences[{}]", path, i);
    faults.Check(wish.shift < static_cast<int>(problem.templates.size()),
                 field + ".shift_template_id", "names an unknown shift");
    faults.Check(wish.first_day <= wish.last_day, field, "must not end before it begins");
    faults.Range(wish.cost_minor, -kMaxRate, kMaxRate, field + ".cost_minor_units");
  }
}

void CheckSeats(const Problem& problem, Faults& faults) {
  int64_t seats = 0;
  for (const SeatOffer& offer : problem.seats) seats += std::max(0, offer.seats);
  faults.Check(seats <= kMaxSeats, "seat_offers",
               fmt::format("must be at most {} seats in all", kMaxSeats));
  for (size_t o = 0; o < problem.seats.size(); ++o) {
    const SeatOffer& offer = problem.seats[o];
    const std::string path = fmt::format("seat_offers[{}]", o);
    faults.Check(offer.skills != 0 && (offer.skills >> problem.skills.size()) == 0,
                 path + ".skill_ids", "must name known skills");
    faults.Range(offer.price_minor, 0, kMaxRate, path + ".price_minor_units");
    faults.Range(offer.seats, 1, kMaxSeats, path + ".seats");
    faults.Check(offer.from_minute >= 0 && offer.from_minute < offer.to_minute &&
                     offer.to_minute <= kMinutesPerDay,
                 path + ".to_minute", "must be after from_minute, at most 1440");
    faults.Check(offer.first_day <= offer.last_day, path + ".last_day",
                 "must not be before first_day");
  }
}

// Those that are in range; what they break among themselves nobody could repair.
void CheckFixed(const Problem& problem, Faults& faults) {
  bool known = true;
  for (size_t i = 0; i < problem.fixed.size(); ++i) {
    const Shift& fixed = problem.fixed[i];
    const std::string path = fmt::format("fixed_shifts[{}]", i);
    const bool agent = fixed.agent >= 0 && fixed.agent < static_cast<int>(problem.agents.size());
    const bool shift = fixed.shift >= 0 && fixed.shift < static_cast<int>(problem.templates.size());
    const bool day = fixed.day >= -kHistoryDays && fixed.day < problem.days();
    faults.Check(agent, path + ".agent_id", "names an unknown agent");
    faults.Check(shift, path + ".shift_template_id", "names an unknown shift");
    faults.Check(day, path + ".date", "lies outside the roster and its 14 days of history");
    known = known && agent && shift && day;
  }
  if (!known) return;
  std::set<std::pair<int, int>> worked;
  for (size_t i = 0; i < problem.fixed.size(); ++i) {
    const Shift& fixed = problem.fixed[i];
    faults.Check(fixed.day >= 0 || worked.emplace(fixed.agent, fixed.day).second,
                 fmt::format("fixed_shifts[{}]", i), "is a second one of the agent on that day");
  }
  for (const Broken& broken : CheckRoster(problem, problem.fixed)) {
    faults.Check(
        false, "fixed_shifts",
        fmt::format("{}: agent {} on {} {}", NameOf(broken.rule), problem.agents[broken.agent].id,
                    FormatDay(problem.first_day + broken.day), broken.text));
  }
}

}  // namespace

std::vector<Fault> CheckTemplate(const ShiftTemplate& shift) {
  Faults faults;
  faults.Range(shift.start_minute, 0, kMinutesPerDay - 1, "start_minute");
  faults.Range(shift.length_minutes, kSlotMinutes, kMinutesPerDay, "length_minutes");
  faults.Check(shift.weekdays != 0, "weekdays", "must name a day");
  int end = 0;
  for (size_t i = 0; i < shift.breaks.size(); ++i) {
    const Break& pause = shift.breaks[i];
    const std::string path = fmt::format("breaks[{}]", i);
    faults.Check(pause.minutes > 0, path + ".minutes", "must be positive");
    faults.Check(pause.offset_minutes >= end, path + ".offset_minutes",
                 "must not begin before the break before has ended");
    end = std::max(end, pause.offset_minutes + std::max(0, pause.minutes));
    faults.Check(end <= shift.length_minutes, path, "must lie inside the shift");
  }
  faults.Check(!faults.all.empty() || WorkedMinutes(shift) > 0, "breaks", "leave no work");
  return std::move(faults.all);
}

std::vector<Fault> CheckRules(const Rules& rules) {
  Faults faults;
  faults.Range(rules.min_rest_minutes, 0, kMinutesPerDay, "min_rest_minutes");
  faults.Range(rules.max_shift_minutes, 60, kMinutesPerDay, "max_shift_minutes");
  faults.Range(rules.normal_shift_minutes, 60, kMinutesPerDay, "normal_shift_minutes");
  faults.Range(rules.max_week_minutes, 60, 7 * kMinutesPerDay, "max_week_minutes");
  faults.Range(rules.normal_week_minutes, 60, 7 * kMinutesPerDay, "normal_week_minutes");
  faults.Range(rules.max_overtime_minutes, 0, 28 * kMinutesPerDay, "max_overtime_minutes");
  faults.Range(rules.max_consecutive_days, 1, 13, "max_consecutive_days");
  faults.Range(rules.min_days_off_per_week, 0, 6, "min_days_off_per_week");
  faults.Range(rules.max_nights_in_row, 1, 13, "max_nights_in_row");
  faults.Range(rules.night_from_minute, 0, kMinutesPerDay, "night_from_minute");
  faults.Range(rules.night_to_minute, rules.night_from_minute + 1,
               rules.night_from_minute + kMinutesPerDay, "night_to_minute");
  faults.Range(rules.night_shift_minutes, 1, kMinutesPerDay, "night_shift_minutes");
  faults.Range(rules.night_supplement_bps, 0, 100'000, "night_supplement_bps");
  faults.Range(rules.overtime_supplement_bps, 0, 100'000, "overtime_supplement_bps");
  faults.Range(rules.holiday_supplement_bps, 0, 100'000, "holiday_supplement_bps");
  faults.Range(rules.fair_nights, 0, 28, "fair_nights");
  faults.Range(rules.fair_weekend_days, 0, 8, "fair_weekend_days");
  faults.Range(rules.unfair_minor, 0, kMaxRate, "unfair_minor_units");
  return std::move(faults.all);
}

std::vector<Fault> CheckProblem(const Problem& problem) {
  Faults faults;
  faults.Check(absl::GetWeekday(problem.first_day) == absl::Weekday::monday, "first_day",
               "must be a Monday");
  faults.Range(problem.weeks, 1, kMaxWeeks, "weeks");
  if (!faults.all.empty()) return std::move(faults.all);
  CheckSkills(problem, faults);
  faults.Check(problem.templates.size() <= kMaxTemplates, "shift_templates",
               fmt::format("must be at most {}", kMaxTemplates));
  faults.Check(problem.agents.size() <= kMaxAgents, "agents",
               fmt::format("must be at most {}", kMaxAgents));
  for (size_t t = 0; t < problem.templates.size(); ++t) {
    faults.Merge(fmt::format("shift_templates[{}]", t), CheckTemplate(problem.templates[t]));
  }
  faults.Merge("rules", CheckRules(problem.rules));
  for (size_t a = 0; a < problem.agents.size(); ++a) {
    CheckAgent(problem, problem.agents[a], fmt::format("agents[{}]", a), faults);
  }
  CheckSeats(problem, faults);
  if (faults.all.empty()) CheckFixed(problem, faults);
  return std::move(faults.all);
}

}  // namespace kefu::staffing::roster
