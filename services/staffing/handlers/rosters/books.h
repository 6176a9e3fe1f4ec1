// What an order of a roster need not tell, since the organization's books know it.
#pragma once

#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "kefu/staffing/v1/rosters.pb.h"
#include "services/staffing/domain/roster/record.h"
#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {

// Completes an order without faults: approved leave of whole days is leave of its agents; what
// published rosters had them work in the 14 days before is history, where the order tells nothing
// of that agent and day; and statutory holidays are the calendar's, where it names none.
absl::Status CompleteOrder(store::Reader reader, std::string_view org_id, v1::RosterOrder& order);

// For a replan of a roster with these shifts: nobody stands in on approved leave. Leave on days on
// which the agent has a shift is left to the absences.
absl::Status BarOnLeave(store::Reader reader, std::string_view org_id,
                        std::span<const roster::ListedShift> shifts, v1::RosterOrder& order);

}  // namespace kefu::staffing
