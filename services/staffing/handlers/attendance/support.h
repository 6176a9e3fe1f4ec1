// What the handlers of attendance and leave share: the calendar's classes, closed months, and what
// is known of agents' time.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/staffing/domain/attendance/attendance.h"
#include "services/staffing/domain/period.h"
#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {

// What the organization's calendar says of each day: Saturdays, Sundays and holidays are rest days
// but for make-up workdays; statutory holidays are what they are.
absl::StatusOr<std::vector<attendance::DayClass>> DayClasses(store::Reader reader,
                                                             std::string_view org_id,
                                                             absl::CivilDay first,
                                                             absl::CivilDay last);

// Months cannot be closed by another transaction until this one ends. Before all other locks.
absl::Status LockMonths(db::Transaction& t, const RequestContext& ctx);
// FAILED_PRECONDITION MONTH_CLOSED when a month of the days is closed.
absl::Status CheckMonthsOpen(store::Reader reader, const RequestContext& ctx, absl::CivilDay first,
                             absl::CivilDay last);

// Everything that decides about attendance on some days.
struct TimeSheet {
  absl::TimeZone zone;
  attendance::Policy policy;
  absl::CivilDay first, last;
  std::vector<attendance::DayClass> classes;            // by day, to the day after the last
  std::vector<attendance::Interval> holidays;           // the statutory ones among them
  std::map<std::string, attendance::AgentTime> agents;  // those of whom anything is known
  std::map<std::string, std::set<absl::CivilDay>> rostered;
  std::map<std::string, domain::Periods, std::less<>> employed;  // around the days

  // Those who were employed on any of the days, by id.
  std::vector<std::string> EmployedAgents() const;

  // One row a day.
  std::vector<attendance::DayFigures> FiguresOf(const std::string& agent_id, absl::Time now) const;
};
// Of one agent, or with an empty id of all.
absl::StatusOr<TimeSheet> LoadTime(store::Reader reader, std::string_view org_id,
                                   const std::string& agent_id, absl::CivilDay first,
                                   absl::CivilDay last);

}  // namespace kefu::staffing
