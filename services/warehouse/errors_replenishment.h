// Failures of replenishment; each reason stands in docs/errors/warehouse_replenishment.md.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace kefu::warehouse::error {

// NOT_FOUND NOT_FOUND.
absl::Status ReplenishmentPlanNotFound(std::string_view id);
absl::Status ReplenishmentPolicyNotFound(int64_t version);

// FAILED_PRECONDITION PLAN_TOO_LARGE.
absl::Status PlanTooLarge(int64_t lines, int64_t most);

}  // namespace kefu::warehouse::error
