// What the operating mode forbids. Pure.
#pragma once

#include "absl/status/status.h"
#include "services/warehouse/domain/network/policy.h"

namespace kefu::warehouse::domain {

// Calls that move stock without the process around them.
enum class DirectCall { kReceive, kReceiveTransfer, kShipOrder };

// Mode DIRECTED: the system directs the whole process, so goods come in by notice → receipt →
// inspection → put-away and leave by waves. FAILED_PRECONDITION PROCESS_REQUIRED then, naming what
// to call instead; OK in every other mode. Handlers of the direct calls ask this with the policy of
// the node's day; the process's own steps do not.
absl::Status CheckDirectCall(const NetworkPolicy& policy, DirectCall call);

// Whether proposals of this mode go through the directed process.
inline bool NeedsProcess(const NetworkPolicy& policy) {
  return policy.mode == OperatingMode::kDirected;
}

}  // namespace kefu::warehouse::domain
