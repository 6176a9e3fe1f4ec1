#include "services/warehouse/domain/network/mode_rules.h"

#include "services/warehouse/errors_network.h"

namespace kefu::warehouse::domain {

absl::Status CheckDirectCall(const NetworkPolicy& policy, DirectCall call) {
  if (!NeedsProcess(policy)) return absl::OkStatus();
  return call == DirectCall::kReceive
             ? error::ProcessRequired("Receive", "an inbound notice, inspection and put-away")
             : error::ProcessRequired("ShipOrder", "a wave");
}

}  // namespace kefu::warehouse::domain
