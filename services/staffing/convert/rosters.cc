#include "services/staffing/convert/rosters.h"

#include <algorithm>
#include <map>

#include "fmt/format.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"
#include "services/staffing/domain/roster/rules.h"

namespace kefu::staffing::convert {
namespace {

using roster::kDaysPerWeek;
using roster::kMinutesPerDay;
using roster::kSlotsPerDay;

constexpr uint32_t kUnknownSkill = 1u << 31;  // beyond every skill that a problem can have
constexpr int kDefaultSeconds = 45, kMostSeconds = 600, kMostProgrammes = 1000;

// Places of names; a name that comes twice is a fault.
class Names {
 public:
  void Add(const std::string& name, const std::string& field, FieldViolations& violations) {
    Id(name, field, violations);
    const bool added = places_.try_emplace(name, static_cast<int>(places_.size())).second;
    violations.Check(added, field, "is named twice");
    if (added) return;
    const auto place = static_cast<int>(places_.size());
    places_.try_emplace(fmt::format("\n{}", place), place);
  }
  int Find(const std::string& name) const {
    const auto found = places_.find(name);
    return found == places_.end() ? -1 : found->second;
  }

 private:
  std::map<std::string, int> places_;
};

// None stands for all.
uint8_t WeekdayMask(const google::protobuf::RepeatedField<int32_t>& days, const std::string& field,
                    FieldViolations& violations) {
  uint8_t mask = 0;
  for (const int day : days) {
    if (violations.Check(day >= 1 && day <= kDaysPerWeek, field, "must be from 1 to 7")) {
      mask |= static_cast<uint8_t>(1 << (day - 1));
    }
  }
  return mask == 0 ? 0x7f : mask;
}

class OrderReader {
 public:
  OrderReader(const v1::RosterOrder& order, FieldViolations& violations)
      : order_(order), violations_(violations) {}

  roster::Problem Read() {
    const size_t known = violations_.size();
    problem_.first_day =
        RequiredDay(order_.has_first_date(), order_.first_date(), "first_date", violations_);
    problem_.weeks = Number(order_.weeks(), 1, roster::kMaxWeeks, "weeks", violations_);
    Limit(order_.skills_size(), roster::kMaxSkills, "skills");
    Limit(order_.shift_templates_size(), roster::kMaxTemplates, "shift_templates");
    Limit(order_.agents_size(), roster::kMaxAgents, "agents");
    Limit(order_.seat_offers_size(), roster::kMaxOffers, "seat_offers");
    Limit(order_.fixed_shifts_size(),
          roster::kMaxAgents * (roster::kMaxWeeks * kDaysPerWeek + roster::kHistoryDays),
          "fixed_shifts");
    Limit(order_.holidays_size(), roster::kMaxHolidays, "holidays");
    for (int t = 0; t < order_.shift_templates_size(); ++t) {
      Limit(order_.shift_templates(t).breaks_size(), roster::kMaxBreaks,
            fmt::format("shift_templates[{}].breaks", t));
    }
    for (int a = 0; a < order_.agents_size(); ++a) {
      Limit(order_.agents(a).leave_size(), roster::kMaxWishes, fmt::format("agents[{}].leave", a));
      Limit(order_.agents(a).preferences_size(), roster::kMaxWishes,
            fmt::format("agents[{}].preferences", a));
    }
    if (violations_.size() > known) return std::move(problem_);
    ReadSkills();
    for (int t = 0; t < order_.shift_templates_size(); ++t) ReadTemplate(t);
    for (int a = 0; a < order_.agents_size(); ++a) ReadAgent(a);
    for (int o = 0; o < order_.seat_offers_size(); ++o) ReadSeats(o);
    for (int f = 0; f < order_.fixed_shifts_size(); ++f) ReadFixed(f);
    ReadHolidays();
    if (order_.has_rules()) ReadRules();
    for (const roster::Fault& fault : roster::CheckProblem(problem_)) {
      violations_.Add(fault.field, fault.text);
    }
    return std::move(problem_);
  }

 private:
  void Limit(int size, int most, std::string_view field) {
    violations_.Check(size <= most, field, fmt::format("must be at most {}", most));
  }
  int DayOf(absl::CivilDay day) const {
    // No two days of the calendar are farther apart than an int.
    return static_cast<int>(day - problem_.first_day);
  }
  roster::DayRange Range(bool present, const common::v1::DateRange& range,
                         const std::string& field) {
    const auto days = OptionalDays(present, range, field, violations_);
    if (!days) return {0, problem_.days() - 1};
    // Ranges without end reach as far as any day that is looked at.
    constexpr int kFar = roster::kMaxWeeks * kDaysPerWeek + roster::kHistoryDays;
    return {std::clamp(DayOf(days->first), -kFar, kFar),
            std::clamp(DayOf(days->last), -kFar, kFar)};
  }
  uint32_t Skills(const google::protobuf::RepeatedPtrField<std::string>& ids) const {
    uint32_t mask = 0;
    for (const std::string& id : ids) {
      const int skill = skills_.Find(id);
      mask |= skill < 0 ? kUnknownSkill : 1u << skill;
    }
    return mask;
  }
  uint8_t Weekdays(const google::protobuf::RepeatedField<int32_t>& days, const std::string& field) {
    return WeekdayMask(days, field, violations_);
  }

  void ReadSkills() {
    problem_.need.resize(static_cast<size_t>(problem_.slots()) * order_.skills_size());
    for (int k = 0; k < order_.skills_size(); ++k) {
      const v1::RosterSkill& skill = order_.skills(k);
      const std::string path = fmt::format("skills[{}]", k);
      skills_.Add(skill.skill_id(), path + ".skill_id", violations_);
      // A name of its own, where the order's is missing or comes twice and was refused already.
      const bool good = !skill.skill_id().empty() && skills_.Find(skill.skill_id()) == k;
      problem_.skills.push_back(
          {good ? skill.skill_id() : fmt::format("\n{}", k), skill.uncovered_minor_units()});
      violations_.Check(skill.agents_needed_size() == problem_.slots(), path + ".agents_needed",
                        fmt::format("must name {} half hours", problem_.slots()));
      const int named = std::min(skill.agents_needed_size(), problem_.slots());
      for (int slot = 0; slot < named; ++slot) {
        problem_.need[static_cast<size_t>(slot) * order_.skills_size() + k] =
            skill.agents_needed(slot);
      }
    }
    violations_.Check(order_.skills_size() > 0, "skills", "must not be empty");
  }

  void ReadTemplate(int t) {
    const v1::RosterShiftTemplate& sent = order_.shift_templates(t);
    const std::string path = fmt::format("shift_templates[{}]", t);
    templates_.Add(sent.shift_template_id(), path + ".shift_template_id", violations_);
    problem_.templates.push_back(FromProto(sent, path, violations_));
  }

  void ReadAgent(int a) {
    const v1::RosterAgent& sent = order_.agents(a);
    const std::string path = fmt::format("agents[{}]", a);
    agents_.Add(sent.agent_id(), path + ".agent_id", violations_);
    roster::Agent agent{
        .id = sent.agent_id(),
        .skills = Skills(sent.skill_ids()),
        .cost_minor_per_hour = sent.cost_minor_units_per_hour(),
        .contract_minutes = sent.contract_minutes(),
        .guaranteed_minutes = sent.guaranteed_minutes(),
        .earliest_minute = sent.earliest_minute(),
        .latest_minute = sent.latest_minute() == 0 ? 2 * kMinutesPerDay : sent.latest_minute(),
        .no_nights = sent.no_nights(),
        .no_overtime = sent.no_overtime()};
    for (int i = 0; i < sent.leave_size(); ++i) {
      agent.leave.push_back(Range(true, sent.leave(i), fmt::format("{}.leave[{}]", path, i)));
    }
    for (int i = 0; i < sent.preferences_size(); ++i) {
      const v1::RosterPreference& wish = sent.preferences(i);
      const std::string field = fmt::format("{}.preferences[{}]", path, i);
      const roster::DayRange days = Range(wish.has_dates(), wish.dates(), field + ".dates");
      const bool any = wish.shift_template_id().empty();
      const int shift = any ? -1 : templates_.Find(wish.shift_template_id());
      violations_.Check(any || shift >= 0, field + ".shift_template_id", "names an unknown shift");
      agent.preferences.push_back({days.first, days.last,
                                   Weekdays(wish.weekdays(), field + ".weekdays"), shift,
                                   wish.cost_minor_units()});
    }
    problem_.agents.push_back(std::move(agent));
  }

  void ReadSeats(int o) {
    const v1::RosterSeatOffer& sent = order_.seat_offers(o);
    const std::string path = fmt::format("seat_offers[{}]", o);
    offers_.Add(sent.seat_offer_id(), path + ".seat_offer_id", violations_);
    const roster::DayRange days = Range(sent.has_dates(), sent.dates(), path + ".dates");
    problem_.seats.push_back(
        {.id = sent.seat_offer_id(),
         .skills = Skills(sent.skill_ids()),
         .price_minor = sent.price_minor_units(),
         .seats = sent.seats(),
         .from_minute = sent.from_minute(),
         .to_minute = sent.to_minute() == 0 ? kMinutesPerDay : sent.to_minute(),
         .first_day = days.first,
         .last_day = days.last});
  }

  void ReadFixed(int f) {
    const v1::RosterFixedShift& sent = order_.fixed_shifts(f);
    const absl::CivilDay day = RequiredDay(sent.has_date(), sent.date(),
                                           fmt::format("fixed_shifts[{}].date", f), violations_);
    problem_.fixed.push_back(
        {agents_.Find(sent.agent_id()), DayOf(day), templates_.Find(sent.shift_template_id())});
  }

  void ReadHolidays() {
    problem_.holidays.resize(problem_.days());
    for (int i = 0; i < order_.holidays_size(); ++i) {
      const int day =
          DayOf(RequiredDay(true, order_.holidays(i), fmt::format("holidays[{}]", i), violations_));
      if (day >= 0 && day < problem_.days()) problem_.holidays[day] = true;
    }
  }

  void ReadRules() {
    const v1::RosterRules& sent = order_.rules();
    problem_.rules = {.version = sent.version(),
                      .min_rest_minutes = sent.min_rest_minutes(),
                      .max_shift_minutes = sent.max_shift_minutes(),
                      .normal_shift_minutes = sent.normal_shift_minutes(),
                      .max_week_minutes = sent.max_week_minutes(),
                      .normal_week_minutes = sent.normal_week_minutes(),
                      .max_overtime_minutes = sent.max_overtime_minutes(),
                      .max_consecutive_days = sent.max_consecutive_days(),
                      .min_days_off_per_week = sent.min_days_off_per_week(),
                      .max_nights_in_row = sent.max_nights_in_row(),
                      .night_from_minute = sent.night_from_minute(),
                      .night_to_minute = sent.night_to_minute(),
                      .night_shift_minutes = sent.night_shift_minutes(),
                      .night_supplement_bps = sent.night_supplement_bps(),
                      .overtime_supplement_bps = sent.overtime_supplement_bps(),
                      .holiday_supplement_bps = sent.holiday_supplement_bps(),
                      .fair_nights = sent.fair_nights(),
                      .fair_weekend_days = sent.fair_weekend_days(),
                      .unfair_minor = sent.unfair_minor_units()};
  }

  const v1::RosterOrder& order_;
  FieldViolations& violations_;
  roster::Problem problem_;
  Names skills_, templates_, agents_, offers_;
};

common::v1::Date DateOf(const roster::Problem& problem, int slot) {
  return ToProto(problem.first_day + slot / kSlotsPerDay);
}
int MinuteOf(int slot) { return slot % kSlotsPerDay * roster::kSlotMinutes; }

// Joins half hours of a day that follow each other and are alike.
template <class Item, class Key, class Begin, class Prolong>
void Join(const std::vector<Item>& items, Key key, Begin begin, Prolong prolong) {
  using Open = decltype(begin(items.front()));
  std::map<decltype(key(items.front())), std::pair<int, Open>> last;  // slot, what was begun
  for (const Item& item : items) {
    const auto found = last.find(key(item));
    const bool follows = found != last.end() && found->second.first + 1 == item.slot &&
                         item.slot % kSlotsPerDay != 0;
    if (follows) {
      prolong(found->second.second, item);
      found->second.first = item.slot;
    } else {
      last[key(item)] = {item.slot, begin(item)};
    }
  }
}

}  // namespace

roster::ShiftTemplate FromProto(const v1::RosterShiftTemplate& sent, const std::string& path,
                                FieldViolations& violations) {
  roster::ShiftTemplate shift{
      .id = sent.shift_template_id(),
      .start_minute = sent.start_minute(),
      .length_minutes = sent.length_minutes(),
      .weekdays = WeekdayMask(sent.weekdays(), path + ".weekdays", violations),
      .usable = !sent.fixed_only()};
  for (const v1::RosterBreak& pause : sent.breaks()) {
    shift.breaks.push_back({pause.offset_minutes(), pause.minutes(), pause.paid()});
  }
  return shift;
}

v1::RosterShiftTemplate ToProto(const roster::ShiftTemplate& shift) {
  v1::RosterShiftTemplate proto;
  proto.set_shift_template_id(shift.id);
  proto.set_start_minute(shift.start_minute);
  proto.set_length_minutes(shift.length_minutes);
  proto.set_fixed_only(!shift.usable);
  for (const roster::Break& pause : shift.breaks) {
    v1::RosterBreak* out = proto.add_breaks();
    out->set_offset_minutes(pause.offset_minutes);
    out->set_minutes(pause.minutes);
    out->set_paid(pause.paid);
  }
  for (int day = 0; day < kDaysPerWeek; ++day) {
    if ((shift.weekdays >> day & 1) != 0 && shift.weekdays != 0x7f) proto.add_weekdays(day + 1);
  }
  return proto;
}

roster::Problem ProblemFromProto(const v1::RosterOrder& order, FieldViolations& violations) {
  return OrderReader(order, violations).Read();
}

roster::Record RecordFromProto(const v1::RosterOrder& order, FieldViolations& violations) {
  roster::Record record{
      .display_name = Text(order.display_name(), kMaxName, "display_name", violations),
      .weeks = order.weeks(),
      .currency_code = OptionalCurrency(order.currency_code(), "currency_code", violations)};
  // A bad day is named with the problem.
  FieldViolations known;
  record.first_day = RequiredDay(order.has_first_date(), order.first_date(), "first_date", known);
  Number(order.time_limit_seconds(), 0, kMostSeconds, "time_limit_seconds", violations);
  Number(order.max_day_programmes(), 0, kMostProgrammes, "max_day_programmes", violations);
  return record;
}

v1::RosterRules ToProto(const roster::Rules& rules) {
  v1::RosterRules proto;
  proto.set_version(rules.version);
  proto.set_min_rest_minutes(rules.min_rest_minutes);
  proto.set_max_shift_minutes(rules.max_shift_minutes);
  proto.set_normal_shift_minutes(rules.normal_shift_minutes);
  proto.set_max_week_minutes(rules.max_week_minutes);
  proto.set_normal_week_minutes(rules.normal_week_minutes);
  proto.set_max_overtime_minutes(rules.max_overtime_minutes);
  proto.set_max_consecutive_days(rules.max_consecutive_days);
  proto.set_min_days_off_per_week(rules.min_days_off_per_week);
  proto.set_max_nights_in_row(rules.max_nights_in_row);
  proto.set_night_from_minute(rules.night_from_minute);
  proto.set_night_to_minute(rules.night_to_minute);
  proto.set_night_shift_minutes(rules.night_shift_minutes);
  proto.set_night_supplement_bps(rules.night_supplement_bps);
  proto.set_overtime_supplement_bps(rules.overtime_supplement_bps);
  proto.set_holiday_supplement_bps(rules.holiday_supplement_bps);
  proto.set_fair_nights(rules.fair_nights);
  proto.set_fair_weekend_days(rules.fair_weekend_days);
  proto.set_unfair_minor_units(rules.unfair_minor);
  for (const roster::RuleSource& source : roster::ShippedRuleSources()) {
    v1::RosterRuleSource* out = proto.add_sources();
    out->set_rule(std::string(source.rule));
    out->set_source(std::string(source.source));
    out->set_source_zh(std::string(source.source_zh));
  }
  return proto;
}

v1::Roster ToProto(const roster::Record& record) {
  v1::Roster proto;
  proto.set_roster_id(record.id);
  proto.set_state(static_cast<v1::RosterState>(record.state));
  proto.set_display_name(record.display_name);
  *proto.mutable_first_date() = ToProto(record.first_day);
  proto.set_weeks(record.weeks);
  proto.set_currency_code(record.currency_code);
  proto.set_cost_minor_units(record.cost_minor);
  proto.set_bound_minor_units(record.bound_minor);
  proto.set_gap_bps(
      record.bound_minor == 0 ? 0 : roster::GapBps(record.cost_minor, record.bound_minor));
  proto.set_elapsed_seconds(static_cast<int32_t>(record.elapsed_ms / 1000));
  proto.set_failure(record.failure);
  proto.set_replans_roster_id(record.replans_id);
  proto.set_etag(Etag(record.info));
  *proto.mutable_create_time() = ToProto(record.info.create_time);
  *proto.mutable_update_time() = ToProto(record.info.update_time);
  return proto;
}

v1::RosterShift ToProto(const roster::ListedShift& shift) {
  v1::RosterShift proto;
  proto.set_agent_id(shift.agent_id);
  *proto.mutable_date() = ToProto(shift.day);
  proto.set_shift_template_id(shift.template_id);
  proto.set_start_minute(shift.start_minute);
  proto.set_end_minute(shift.end_minute);
  return proto;
}

v1::RosterOutcome OutcomeToProto(const roster::Problem& problem, const roster::Outcome& outcome,
                                 const std::vector<roster::Shift>& shifts) {
  v1::RosterOutcome proto;
  const roster::Cost& cost = outcome.cost;
  v1::RosterCost& sums = *proto.mutable_cost();
  sums.set_pay_minor_units(cost.pay_minor);
  sums.set_overtime_minor_units(cost.overtime_minor);
  sums.set_guaranteed_minor_units(cost.guaranteed_minor);
  sums.set_seats_minor_units(cost.seats_minor);
  sums.set_preferences_minor_units(cost.preferences_minor);
  sums.set_unfair_minor_units(cost.unfair_minor);
  sums.set_uncovered_minor_units(cost.uncovered_minor);
  sums.set_total_minor_units(cost.total());
  Join(
      outcome.uncovered,
      [](const roster::Uncovered& gap) { return std::pair(gap.skill, gap.missing); },
      [&](const roster::Uncovered& gap) {
        v1::RosterUncovered* out = proto.add_uncovered();
        *out->mutable_date() = DateOf(problem, gap.slot);
        out->set_start_minute(MinuteOf(gap.slot));
        out->set_end_minute(MinuteOf(gap.slot) + roster::kSlotMinutes);
        out->set_skill_id(problem.skills[gap.skill].id);
        out->set_missing(gap.missing);
        out->set_penalty_minor_units(gap.penalty_minor);
        return out;
      },
      [](v1::RosterUncovered* out, const roster::Uncovered& gap) {
        out->set_end_minute(MinuteOf(gap.slot) + roster::kSlotMinutes);
        out->set_penalty_minor_units(out->penalty_minor_units() + gap.penalty_minor);
      });
  Join(
      outcome.bookings,
      [](const roster::SeatBooking& seats) {
        return std::tuple(seats.offer, seats.skill, seats.seats);
      },
      [&](const roster::SeatBooking& seats) {
        v1::RosterSeatBooking* out = proto.add_seat_bookings();
        *out->mutable_date() = DateOf(problem, seats.slot);
        out->set_start_minute(MinuteOf(seats.slot));
        out->set_end_minute(MinuteOf(seats.slot) + roster::kSlotMinutes);
        out->set_seat_offer_id(problem.seats[seats.offer].id);
        out->set_skill_id(problem.skills[seats.skill].id);
        out->set_seats(seats.seats);
        return out;
      },
      [](v1::RosterSeatBooking* out, const roster::SeatBooking& seats) {
        out->set_end_minute(MinuteOf(seats.slot) + roster::kSlotMinutes);
      });
  proto.set_needed_half_hours(outcome.needed_half_hours);
  proto.set_uncovered_half_hours(outcome.uncovered_half_hours);
  const roster::Spread spread = roster::SpreadOf(problem, shifts);
  proto.set_least_nights(spread.least_nights);
  proto.set_most_nights(spread.most_nights);
  proto.set_least_weekend_days(spread.least_weekend_days);
  proto.set_most_weekend_days(spread.most_weekend_days);
  proto.set_shifts(static_cast<int32_t>(
      std::ranges::count_if(shifts, [](const roster::Shift& shift) { return shift.day >= 0; })));
  return proto;
}

std::vector<roster::ListedShift> ListedShifts(const roster::Problem& problem,
                                              const std::vector<roster::Shift>& shifts) {
  std::vector<roster::ListedShift> listed;
  for (const roster::Shift& shift : shifts) {
    if (shift.day < 0) continue;
    const roster::ShiftTemplate& worked = problem.templates[shift.shift];
    listed.push_back({problem.first_day + shift.day, problem.agents[shift.agent].id, worked.id,
                      worked.start_minute, worked.end_minute()});
  }
  return listed;
}

std::vector<roster::Shift> ShiftsOf(const roster::Problem& problem,
                                    std::span<const roster::ListedShift> listed) {
  std::map<std::string_view, int> agents, templates;
  for (size_t a = 0; a < problem.agents.size(); ++a) {
    agents[problem.agents[a].id] = static_cast<int>(a);
  }
  for (size_t t = 0; t < problem.templates.size(); ++t) {
    templates[problem.templates[t].id] = static_cast<int>(t);
  }
  std::vector<roster::Shift> shifts;
  for (const roster::ListedShift& shift : listed) {
    const auto agent = agents.find(shift.agent_id);
    const auto worked = templates.find(shift.template_id);
    if (agent == agents.end() || worked == templates.end()) continue;
    shifts.push_back(
        {agent->second, static_cast<int>(shift.day - problem.first_day), worked->second});
  }
  return shifts;
}

}  // namespace kefu::staffing::convert
