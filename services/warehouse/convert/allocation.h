// Orders to be allocated, their rules and results: contract ⇄ domain, with all shape checks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/convert/fields.h"
#include "kefu/warehouse/v1/allocation.pb.h"
#include "services/warehouse/domain/allocation.h"

namespace kefu::warehouse::convert {

// As FromProto of convert/promise.h. What is not set takes the shipped value where 0 means nothing.
domain::AllocationPolicy FromProto(const v1::AllocationPolicy& proto, FieldViolations& violations);
v1::AllocationPolicy ToProto(const domain::AllocationPolicy& policy);

// An order and what only the promise looks at.
struct AllocationCommand {
  domain::AllocationOrder order;
  std::optional<absl::CivilDay> promise_by;
  absl::Time order_time;
  absl::TimeZone zone;
};
// `now`: the time of an order that names none.
std::vector<AllocationCommand> Orders(const v1::AllocateRequest& request, absl::Time now,
                                      FieldViolations& violations);

// Without reservation and error. `nodes`: those that the allocation refers to.
v1::AllocationResult ToProto(const domain::AllocationOrder& order,
                             const domain::Allocation& allocation,
                             const std::vector<domain::AllocationStock::NodeState>& nodes);

}  // namespace kefu::warehouse::convert
