#include "services/staffing/handlers/rosters/books.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/staffing/convert/rosters.h"
#include "services/staffing/domain/leave/leave.h"
#include "services/staffing/handlers/attendance/support.h"
#include "services/staffing/store/attendance.h"
#include "services/staffing/store/leave.h"
#include "services/staffing/store/rosters.h"

namespace kefu::staffing {
namespace {

constexpr int kAllLeaves = 1'000'000;  // rows: two months of the largest organization
constexpr int kAllShifts = roster::kMaxAgents * roster::kMaxWeeks * roster::kDaysPerWeek;

using AgentDay = std::pair<std::string, absl::CivilDay>;

absl::CivilDay FirstOf(const v1::RosterOrder& order) {
  return kefu::convert::FromProto(order.first_date());
}
absl::CivilDay LastOf(const v1::RosterOrder& order) {
  return FirstOf(order) + order.weeks() * roster::kDaysPerWeek - 1;
}

void AddRange(absl::CivilDay first, absl::CivilDay last, v1::RosterAgent& agent) {
  common::v1::DateRange& range = *agent.add_leave();
  *range.mutable_start_date() = kefu::convert::ToProto(first);
  *range.mutable_end_date() = kefu::convert::ToProto(last);
}

// Whether the order tells of leave on all of these days already, by one range.
bool IsTold(const v1::RosterAgent& agent, absl::CivilDay first, absl::CivilDay last) {
  return std::ranges::any_of(agent.leave(), [&](const common::v1::DateRange& range) {
    return kefu::convert::FromProto(range.start_date()) <= first &&
           (!range.has_end_date() || last <= kefu::convert::FromProto(range.end_date()));
  });
}

// Whole days that are approved, by agent.
absl::StatusOr<std::map<std::string, std::vector<leave::Leave>>> LeavesOn(
    store::Reader reader, std::string_view org_id, const v1::RosterOrder& order) {
  ASSIGN_OR_RETURN(const auto leaves, store::ListLeaves(reader, org_id, {"", kAllLeaves},
                                                        {.state = NameOf(leave::State::kApproved),
                                                         .first = FirstOf(order),
                                                         .last = LastOf(order)}));
  std::map<std::string, std::vector<leave::Leave>> by_agent;
  for (const leave::Leave& leave : leaves) {
    if (leave.whole_days()) by_agent[leave.agent_id].push_back(leave);
  }
  return by_agent;
}

absl::Status AddLeaves(store::Reader reader, std::string_view org_id, v1::RosterOrder& order) {
  ASSIGN_OR_RETURN(const auto leaves, LeavesOn(reader, org_id, order));
  for (v1::RosterAgent& agent : *order.mutable_agents()) {
    const auto of_agent = leaves.find(agent.agent_id());
    if (of_agent == leaves.end()) continue;
    for (const leave::Leave& leave : of_agent->second) {
      const absl::CivilDay last = std::min(leave.last, LastOf(order));
      if (!IsTold(agent, leave.first, last)) AddRange(leave.first, last, agent);
    }
  }
  return absl::OkStatus();
}

// Finds or adds to an order the shift of another order that has the same times.
class Templates {
 public:
  explicit Templates(v1::RosterOrder& order) : order_(order) {}

  std::string Of(const v1::RosterShiftTemplate& before) {
    std::set<std::string> names;
    for (const v1::RosterShiftTemplate& known : order_.shift_templates()) {
      if (Same(known, before)) return known.shift_template_id();
      names.insert(known.shift_template_id());
    }
    v1::RosterShiftTemplate& added = *order_.add_shift_templates();
    added = before;
    added.clear_weekdays();
    added.set_fixed_only(true);
    for (int number = 1; names.contains(added.shift_template_id()); ++number) {
      added.set_shift_template_id(fmt::format("before-{}", number));
    }
    return added.shift_template_id();
  }

 private:
  static bool Same(const v1::RosterShiftTemplate& a, const v1::RosterShiftTemplate& b) {
    if (a.start_minute() != b.start_minute() || a.length_minutes() != b.length_minutes()) {
      return false;
    }
    return std::ranges::equal(a.breaks(), b.breaks(), [](const auto& x, const auto& y) {
      return x.offset_minutes() == y.offset_minutes() && x.minutes() == y.minutes() &&
             x.paid() == y.paid();
    });
  }

  v1::RosterOrder& order_;
};

absl::Status AddHistoryOf(store::Reader reader, std::string_view org_id,
                          const roster::Record& before, std::set<AgentDay>& told,
                          v1::RosterOrder& order) {
  v1::RosterOrder older;
  if (!older.ParseFromString(before.order_body)) return Internal("a stored order does not parse");
  std::set<std::string> agents;
  for (const v1::RosterAgent& agent : order.agents()) agents.insert(agent.agent_id());
  ASSIGN_OR_RETURN(const auto listed,
                   store::ListShifts(reader, org_id, before.id, {.limit = kAllShifts}));
  Templates templates(order);
  for (const roster::ListedShift& shift : listed) {
    if (shift.day < FirstOf(order) - roster::kHistoryDays || shift.day >= FirstOf(order)) continue;
    if (!agents.contains(shift.agent_id) || !told.emplace(shift.agent_id, shift.day).second) {
      continue;
    }
    const auto shape = std::ranges::find(older.shift_templates(), shift.template_id,
                                         &v1::RosterShiftTemplate::shift_template_id);
    if (shape == older.shift_templates().end()) {
      return Internal("a shift names no template of its order");
    }
    v1::RosterFixedShift& fixed = *order.add_fixed_shifts();
    fixed.set_agent_id(shift.agent_id);
    *fixed.mutable_date() = kefu::convert::ToProto(shift.day);
    fixed.set_shift_template_id(templates.Of(*shape));
  }
  return absl::OkStatus();
}

absl::Status AddHistory(store::Reader reader, std::string_view org_id, v1::RosterOrder& order) {
  std::set<AgentDay> told;
  for (const v1::RosterFixedShift& fixed : order.fixed_shifts()) {
    told.emplace(fixed.agent_id(), kefu::convert::FromProto(fixed.date()));
  }
  const absl::CivilDay first = FirstOf(order);
  ASSIGN_OR_RETURN(
      const auto rosters,
      store::PublishedRosters(reader, org_id, first - roster::kHistoryDays, first - 1));
  for (const roster::Record& before : rosters) {
    RETURN_IF_ERROR(AddHistoryOf(reader, org_id, before, told, order));
  }
  return absl::OkStatus();
}

absl::Status AddHolidays(store::Reader reader, std::string_view org_id, v1::RosterOrder& order) {
  if (!order.holidays().empty()) return absl::OkStatus();
  const absl::CivilDay first = FirstOf(order);
  ASSIGN_OR_RETURN(const auto classes, DayClasses(reader, org_id, first, LastOf(order)));
  for (size_t i = 0; i < classes.size(); ++i) {
    if (classes[i] != attendance::DayClass::kStatutoryHoliday) continue;
    *order.add_holidays() = kefu::convert::ToProto(first + static_cast<int64_t>(i));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CompleteOrder(store::Reader reader, std::string_view org_id, v1::RosterOrder& order) {
  RETURN_IF_ERROR(AddLeaves(reader, org_id, order));
  RETURN_IF_ERROR(AddHistory(reader, org_id, order));
  return AddHolidays(reader, org_id, order);
}

absl::Status BarOnLeave(store::Reader reader, std::string_view org_id,
                        std::span<const roster::ListedShift> shifts, v1::RosterOrder& order) {
  std::set<AgentDay> working;
  for (const roster::ListedShift& shift : shifts) {
    working.emplace(shift.agent_id, shift.day);
    if (shift.end_minute > roster::kMinutesPerDay) working.emplace(shift.agent_id, shift.day + 1);
  }
  ASSIGN_OR_RETURN(const auto leaves, LeavesOn(reader, org_id, order));
  for (v1::RosterAgent& agent : *order.mutable_agents()) {
    const auto of_agent = leaves.find(agent.agent_id());
    if (of_agent == leaves.end()) continue;
    std::vector<domain::Period> free;
    for (const leave::Leave& leave : of_agent->second) {
      const absl::CivilDay last = std::min(leave.last, LastOf(order));
      for (absl::CivilDay day = std::max(leave.first, FirstOf(order)); day <= last; ++day) {
        if (working.contains({agent.agent_id(), day}) || IsTold(agent, day, day)) continue;
        if (!free.empty() && *free.back().end + 1 == day) {
          free.back().end = day;
        } else {
          free.push_back({day, day});
        }
      }
    }
    for (const domain::Period& days : free) AddRange(days.start, *days.end, agent);
  }
  return absl::OkStatus();
}

}  // namespace kefu::staffing
