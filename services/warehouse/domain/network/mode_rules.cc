#include "services/warehouse/domain/network/mode_rules.h"

#include "services/warehouse/errors_network.h"

namespace kefu::warehouse::domain {

absl::Status CheckDirectCall(const NetworkPolicy& policy, DirectCall call) {
  if (!NeedsProcess(policy)) return absl::OkStatus();
  switch (call) {
    case DirectCall::kReceive:
      return error::ProcessRequired("Receive", "an inbound notice, inspection and put-away");
    case DirectCall::kReceiveTransfer:
      return error::ProcessRequired("ReceiveTransfer", "an inbound notice of the transfer");
    case DirectCall::kShipOrder:
      break;
  }
  return error::ProcessRequired("ShipOrder", "a wave");
}

}  // namespace kefu::warehouse::domain
