// Contract <-> domain for rosters. Faults of an order are all named at once, with paths inside it.
// Pure, thread-safe.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/status/error.h"
#include "kefu/staffing/v1/rosters.pb.h"
#include "services/staffing/domain/roster/cost.h"
#include "services/staffing/domain/roster/model.h"
#include "services/staffing/domain/roster/record.h"

namespace kefu::staffing::convert {

// The problem of an order, checked as a whole: the planner may rely on it when no violation was
// added. Agents are those of the order, in its order.
roster::Problem ProblemFromProto(const v1::RosterOrder& order, FieldViolations& violations);
// What is kept of an order beside the order itself: name, days, currency (empty: the caller's).
roster::Record RecordFromProto(const v1::RosterOrder& order, FieldViolations& violations);

// A shift's shape, unchecked but for weekdays: see roster::CheckTemplate.
roster::ShiftTemplate FromProto(const v1::RosterShiftTemplate& sent, const std::string& path,
                                FieldViolations& violations);
v1::RosterShiftTemplate ToProto(const roster::ShiftTemplate& shift);

v1::RosterRules ToProto(const roster::Rules& rules);
// Without the outcome.
v1::Roster ToProto(const roster::Record& record);
v1::RosterShift ToProto(const roster::ListedShift& shift);
v1::RosterOutcome OutcomeToProto(const roster::Problem& problem, const roster::Outcome& outcome,
                                 const std::vector<roster::Shift>& shifts);
// Without the history.
std::vector<roster::ListedShift> ListedShifts(const roster::Problem& problem,
                                              const std::vector<roster::Shift>& shifts);
// Back again; those of agents or shifts that the problem does not have are left out.
std::vector<roster::Shift> ShiftsOf(const roster::Problem& problem,
                                    std::span<const roster::ListedShift> listed);

}  // namespace kefu::staffing::convert
