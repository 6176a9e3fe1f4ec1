// Compensation (DOMAIN 4.5). Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/money/money.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain {

struct CompensationPolicy {
  PolicyRef ref;
  int64_t late_shipment_bps = 0;        // share of what was paid
  int64_t late_shipment_min_minor = 0;  // minor units of the order's currency
  int64_t late_shipment_max_minor = 0;
  int64_t freight_multiple_bps = 0;  // of the freight
  bool cap_at_paid = false;
};

struct CompensationQuestion {
  CompensationKind kind = CompensationKind::kUnspecified;
  std::optional<Money> paid;     // set for late shipment
  std::optional<Money> freight;  // set for freight
};

struct CompensationQuote {
  Money amount;
  std::string explanation;
};

// Late shipment: the share of what was paid, rounded half up to the minor unit, then raised to the
// least and lowered to the most. Freight: the multiple, rounded alike. With cap_at_paid never more
// than what was paid. INVALID_ARGUMENT PAID_REQUIRED (capped, but not said what was paid) or
// CURRENCY_MISMATCH (paid and freight); OUT_OF_RANGE MONEY_OVERFLOW.
absl::StatusOr<CompensationQuote> Compute(const CompensationPolicy& policy,
                                          const CompensationQuestion& question);

}  // namespace kefu::aftersales::domain
