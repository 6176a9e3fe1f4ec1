#include "services/staffing/handlers/attendance/support.h"

#include "common/time/civil.h"
#include "services/staffing/convert/rosters.h"
#include "services/staffing/errors_time.h"
#include "services/staffing/handlers/workload/support.h"
#include "services/staffing/store/attendance.h"
#include "services/staffing/store/leave.h"
#include "services/staffing/store/rosters.h"
#include "services/staffing/store/shifts.h"

namespace kefu::staffing {
namespace {

using attendance::AgentTime;
using attendance::DayClass;
using attendance::ScheduledShift;

constexpr int kAllShifts = roster::kMaxAgents * roster::kMaxWeeks * roster::kDaysPerWeek;
constexpr int kAllOfOrganization = 1'000'000;  // rows: two months of the largest organization

absl::Time MinuteOf(absl::CivilDay day, int minute, absl::TimeZone zone) {
  return absl::FromCivil(absl::CivilMinute(day) + minute, zone);
}

class Loader {
 public:
  Loader(store::Reader reader, std::string_view org_id, const std::string& agent_id,
         TimeSheet& sheet)
      : reader_(reader), org_id_(org_id), agent_id_(agent_id), sheet_(sheet) {}

  absl::Status Run() {
    ASSIGN_OR_RETURN(library_, store::ShiftTemplates(reader_, org_id_));
    ASSIGN_OR_RETURN(sheet_.employed, store::EmploymentsOn(reader_, org_id_, agent_id_,
                                                           sheet_.first - 1, sheet_.last + 1));
    ASSIGN_OR_RETURN(const auto rosters,
                     store::PublishedRosters(reader_, org_id_, sheet_.first - 1, sheet_.last + 1));
    for (const roster::Record& record : rosters) RETURN_IF_ERROR(TakeRoster(record));
    for (auto& [key, shift] : shifts_) {
      sheet_.agents[key.first].shifts.push_back(std::move(shift));
    }
    for (auto& [id, agent] : sheet_.agents) {
      std::ranges::sort(agent.shifts, {}, &ScheduledShift::begin);
    }
    RETURN_IF_ERROR(TakeClock());
    return TakeLeaves();
  }

 private:
  absl::Status TakeRoster(const roster::Record& record) {
    v1::RosterOrder order;
    if (!order.ParseFromString(record.order_body)) {
      return Internal("a stored order does not parse");
    }
    std::map<std::string, roster::ShiftTemplate> templates;
    FieldViolations checked_before;
    for (const v1::RosterShiftTemplate& sent : order.shift_templates()) {
      templates[sent.shift_template_id()] = convert::FromProto(sent, "", checked_before);
    }
    const absl::CivilDay end = record.first_day + record.weeks * roster::kDaysPerWeek;
    for (const v1::RosterAgent& agent : order.agents()) {
      if (!agent_id_.empty() && agent.agent_id() != agent_id_) continue;
      std::set<absl::CivilDay>& days = sheet_.rostered[agent.agent_id()];
      const absl::CivilDay first = std::max(record.first_day, sheet_.first - 1);
      for (absl::CivilDay day = first; day < end && day <= sheet_.last + 1; ++day) days.insert(day);
    }
    ASSIGN_OR_RETURN(const auto listed,
                     store::ListShifts(reader_, org_id_, record.id,
                                       {.agent_id = agent_id_, .limit = kAllShifts}));
    for (const roster::ListedShift& shift : listed) {
      if (shift.day < sheet_.first - 1 || shift.day > sheet_.last + 1) continue;
      // A roster outlives employments: nobody misses what comes after the last day.
      const auto employed = sheet_.employed.find(shift.agent_id);
      if (employed == sheet_.employed.end() || !employed->second.Contains(shift.day)) continue;
      const auto found = templates.find(shift.template_id);
      if (found == templates.end()) return Internal("a shift names no template of its order");
      shifts_[{shift.agent_id, shift.day}] = Scheduled(shift, found->second);
    }
    return absl::OkStatus();
  }

  ScheduledShift Scheduled(const roster::ListedShift& shift,
                           const roster::ShiftTemplate& shape) const {
    ScheduledShift result{.day = shift.day,
                          .template_id = shift.template_id,
                          .begin = MinuteOf(shift.day, shift.start_minute, sheet_.zone),
                          .length_minutes = shift.end_minute - shift.start_minute,
                          .late_grace_minutes = sheet_.policy.late_grace_minutes,
                          .early_grace_minutes = sheet_.policy.early_grace_minutes};
    for (const roster::Break& pause : shape.breaks) {
      if (!pause.paid) result.unpaid.push_back({pause.offset_minutes, pause.minutes});
    }
    const auto own = std::ranges::find_if(library_, [&](const shifts::Template& candidate) {
      return candidate.shape.id == shift.template_id;
    });
    if (own != library_.end()) {
      result.late_grace_minutes = own->late_grace_minutes;
      result.early_grace_minutes = own->early_grace_minutes;
    }
    return result;
  }

  absl::Status TakeClock() {
    ASSIGN_OR_RETURN(const auto events, store::ClockOf(reader_, org_id_, agent_id_,
                                                       StartOfDay(sheet_.first - 1, sheet_.zone),
                                                       StartOfDay(sheet_.last + 2, sheet_.zone)));
    for (const attendance::ClockRecord& event : events) {
      sheet_.agents[event.agent_id].clock.push_back({event.id, event.kind, event.time});
    }
    return absl::OkStatus();
  }

  absl::Status TakeLeaves() {
    ASSIGN_OR_RETURN(const auto leaves,
                     store::ListLeaves(reader_, org_id_, {"", kAllOfOrganization},
                                       {.agent_id = agent_id_,
                                        .state = NameOf(leave::State::kApproved),
                                        .first = sheet_.first - 1,
                                        .last = sheet_.last + 1}));
    for (const leave::Leave& leave : leaves) {
      sheet_.agents[leave.agent_id].leaves.push_back(
          {.kind = leave.kind,
           .paid = leave.paid,
           .first = leave.first,
           .last = leave.last,
           .whole_days = leave.whole_days(),
           .part = {MinuteOf(leave.first, leave.from_minute, sheet_.zone),
                    MinuteOf(leave.first, leave.to_minute, sheet_.zone)}});
    }
    return absl::OkStatus();
  }

  const store::Reader reader_;
  const std::string_view org_id_;
  const std::string& agent_id_;
  TimeSheet& sheet_;
  std::vector<shifts::Template> library_;
  std::map<std::pair<std::string, absl::CivilDay>, ScheduledShift> shifts_;
};

}  // namespace

absl::StatusOr<std::vector<DayClass>> DayClasses(store::Reader reader, std::string_view org_id,
                                                 absl::CivilDay first, absl::CivilDay last) {
  ASSIGN_OR_RETURN(const auto calendar, CalendarOf(reader, org_id, "CN", first, last));
  std::vector<DayClass> classes;
  for (absl::CivilDay day = first; day <= last; ++day) {
    const bool weekend = absl::GetWeekday(day) == absl::Weekday::saturday ||
                         absl::GetWeekday(day) == absl::Weekday::sunday;
    DayClass day_class = weekend ? DayClass::kRestDay : DayClass::kWorkday;
    if (const auto at = calendar.find(day); at != calendar.end()) {
      if (at->second.kind == domain::CalendarDayKind::kMakeupWorkday) {
        day_class = DayClass::kWorkday;
      }
      if (at->second.kind == domain::CalendarDayKind::kHoliday) {
        day_class = at->second.statutory ? DayClass::kStatutoryHoliday : DayClass::kRestDay;
      }
    }
    classes.push_back(day_class);
  }
  return classes;
}

absl::Status LockMonths(db::Transaction& t, const RequestContext& ctx) {
  RETURN_IF_ERROR(RegisteredOrganization(t, ctx));
  return store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()).status();
}

absl::Status CheckMonthsOpen(store::Reader reader, const RequestContext& ctx, absl::CivilDay first,
                             absl::CivilDay last) {
  ASSIGN_OR_RETURN(
      const auto closed,
      store::ClosedMonth(reader, ctx.org_id(), absl::CivilMonth(first), absl::CivilMonth(last)));
  return closed ? error::MonthClosed(*closed) : absl::OkStatus();
}

std::vector<std::string> TimeSheet::EmployedAgents() const {
  std::vector<std::string> agents_of_days;
  for (const auto& [agent_id, periods] : employed) {
    const bool within = std::ranges::any_of(periods.all, [&](const domain::Period& period) {
      return period.Overlaps({first, last});
    });
    if (within) agents_of_days.push_back(agent_id);
  }
  return agents_of_days;
}

std::vector<attendance::DayFigures> TimeSheet::FiguresOf(const std::string& agent_id,
                                                         absl::Time now) const {
  static const AgentTime kNothing;
  const auto known = agents.find(agent_id);
  const auto covered = rostered.find(agent_id);
  std::vector<attendance::DayInfo> days;
  for (absl::CivilDay day = first; day <= last; ++day) {
    days.push_back({.day = day,
                    .bounds = {StartOfDay(day, zone), StartOfDay(day + 1, zone)},
                    .calendar_class = classes[day - first],
                    .rostered = covered != rostered.end() && covered->second.contains(day)});
  }
  return attendance::Evaluate(known == agents.end() ? kNothing : known->second, days, holidays,
                              policy, now);
}

absl::StatusOr<TimeSheet> LoadTime(store::Reader reader, std::string_view org_id,
                                   const std::string& agent_id, absl::CivilDay first,
                                   absl::CivilDay last) {
  TimeSheet sheet{.first = first, .last = last};
  ASSIGN_OR_RETURN(sheet.zone, store::ZoneOf(reader, org_id));
  ASSIGN_OR_RETURN(sheet.policy, store::AttendancePolicy(reader, org_id));
  ASSIGN_OR_RETURN(sheet.classes, DayClasses(reader, org_id, first, last + 1));
  for (absl::CivilDay day = first; day <= last + 1; ++day) {
    if (sheet.classes[day - first] != DayClass::kStatutoryHoliday) continue;
    sheet.holidays.push_back({StartOfDay(day, sheet.zone), StartOfDay(day + 1, sheet.zone)});
  }
  RETURN_IF_ERROR(Loader(reader, org_id, agent_id, sheet).Run());
  return sheet;
}

}  // namespace kefu::staffing
