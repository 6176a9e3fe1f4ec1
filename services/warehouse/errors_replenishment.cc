#include "services/warehouse/errors_replenishment.h"

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::warehouse::error {

absl::Status ReplenishmentPlanNotFound(std::string_view id) {
  return NotFound("replenishment plan", id);
}
absl::Status ReplenishmentPolicyNotFound(int64_t version) {
  return NotFound("replenishment policy", fmt::format("{}", version));
}

absl::Status PlanTooLarge(int64_t lines, int64_t most) {
  return FailedPrecondition(
      "PLAN_TOO_LARGE", "plan",
      fmt::format("the plan would have {} lines, at most {}: name fewer nodes or series", lines,
                  most));
}

}  // namespace kefu::warehouse::error
