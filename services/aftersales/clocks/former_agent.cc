#include "services/aftersales/clocks/former_agent.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/aftersales/v1/assignment.pb.h"
#include "services/aftersales/store/assignment.h"

namespace kefu::aftersales {
namespace {

// The latest first. One that gives the case to nobody says who had it; the same is not told twice.
absl::StatusOr<std::vector<v1::AssignmentDecision>> LatestDecisions(db::Transaction& t,
                                                                    const domain::Case& record) {
  constexpr int kLook = 10;
  ASSIGN_OR_RETURN(const auto bodies,
                   store::ListDecisions(t, record.org_id, record.case_id, kLook));
  std::vector<v1::AssignmentDecision> decisions(bodies.size());
  for (size_t i = 0; i < bodies.size(); ++i) decisions[i].ParseFromString(bodies[i]);
  return decisions;
}

absl::Time MadeAt(const v1::AssignmentDecision& decision) {
  return FromMicros(decision.create_time().seconds() * 1'000'000 +
                    decision.create_time().nanos() / 1000);
}

// Who had the case then, by its decisions, the latest first, or had had it last.
const std::string& HolderAt(const std::vector<v1::AssignmentDecision>& decisions, absl::Time at) {
  for (const v1::AssignmentDecision& decision : decisions) {
    if (MadeAt(decision) > at) continue;
    return decision.agent_id().empty() ? decision.previous_agent_id() : decision.agent_id();
  }
  return decisions.back().previous_agent_id();
}

bool RunsLate(const domain::SlaClock& clock, absl::Time now) {
  return clock.state == domain::ClockState::kRunning && clock.due < now;
}

}  // namespace

absl::Status NameLateOwners(db::Transaction& t, absl::Time now, domain::Case& record) {
  record.late_owners.clear();
  const auto late = [&](const domain::SlaClock& clock) { return RunsLate(clock, now); };
  if (std::ranges::none_of(record.clocks, late)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto decisions, LatestDecisions(t, record));
  if (decisions.empty()) return absl::OkStatus();
  for (const domain::SlaClock& clock : record.clocks) {
    if (late(clock)) record.late_owners[clock.kind] = HolderAt(decisions, clock.due);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> WasHandedToNobody(db::Transaction& t, const domain::Case& record,
                                       absl::Time at) {
  ASSIGN_OR_RETURN(const auto decisions, LatestDecisions(t, record));
  for (const v1::AssignmentDecision& decision : decisions) {
    if (MadeAt(decision) <= at) return decision.agent_id().empty();
  }
  return false;
}

}  // namespace kefu::aftersales
