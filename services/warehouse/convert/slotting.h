// Bins, affinities and rules of slotting: contract ⇄ domain, with all shape checks.
#pragma once

#include <string>
#include <vector>

#include "common/convert/fields.h"
#include "kefu/warehouse/v1/slotting.pb.h"
#include "services/warehouse/domain/slotting.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::convert {

using namespace ::kefu::convert;  // NOLINT: the field checks that all services share

domain::SlottingPolicy FromProto(const v1::SlottingPolicy& proto, FieldViolations& violations);
v1::SlottingPolicy ToProto(const domain::SlottingPolicy& policy);

// A bin as it is stored: what slotting knows of it and its place in the aisle.
struct BinCommand {
  domain::SlotBin bin;
  int32_t position = 0;
};
std::vector<BinCommand> Bins(const v1::SetBinsRequest& request, FieldViolations& violations);
v1::Bin ToProto(const domain::SlotBin& bin, int32_t position);

// What is wrong with a pair; empty when nothing is.
std::string FaultOf(const v1::Affinity& affinity);

}  // namespace kefu::warehouse::convert
