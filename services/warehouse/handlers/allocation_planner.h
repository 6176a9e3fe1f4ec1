// Plans a batch of orders against what the database says now.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "services/warehouse/convert/allocation.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

// The rules of a batch.
struct AllocationRules {
  domain::AllocationPolicy policy;
  int64_t policy_version = 0;
  int explain = 0;
};

// One order's plan; with an error the order itself is wrong.
struct PlannedOrder {
  absl::Status error;
  v1::AllocationResult result;
};

// Plans the orders in their sequence, each with what those before have left. Reads the totals of
// the SKUs touched and nothing else of stock, so its cost does not grow with the stock of others.
absl::StatusOr<std::vector<PlannedOrder>> PlanBatch(
    db::Transaction& t, const RequestContext& ctx, const AllocationRules& rules,
    std::span<const convert::AllocationCommand> commands);

}  // namespace kefu::warehouse
