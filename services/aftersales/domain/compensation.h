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
  std::string shop_id;   // empty: every shop
  std::string platform;  // name; empty: every platform
  absl::Time effective = absl::InfinitePast();
  std::string actor;  // empty: shipped
  absl::Time create_time;
  int64_t late_shipment_bps = 0;        // share of what was paid
  int64_t late_shipment_min_minor = 0;  // minor units of the order's currency
  int64_t late_shipment_max_minor = 0;
  int64_t freight_multiple_bps = 0;  // of the freight
  bool cap_at_paid = false;
  int64_t advance_max_bps = 10'000;  // of what was paid
};

// Longest id of a policy: that of a shop's.
inline constexpr int kMaxPolicyId = 80;
// "own", "platform:<platform>" or "shop:<shop_id>": one an organization and scope.
std::string PolicyIdOf(const CompensationPolicy& policy);

struct CompensationQuestion {
  CompensationKind kind = CompensationKind::kUnspecified;
  std::optional<Money> paid;     // set for late shipment and advance payment
  std::optional<Money> freight;  // set for freight
  std::optional<Money> claimed;  // set for advance payment
};

struct CompensationQuote {
  Money amount;
  std::string explanation;
};

// Late shipment: the share of what was paid, rounded half up to the minor unit, then raised to the
// least and lowered to the most; of nothing, nothing. Freight: the multiple, rounded alike. Advance
// payment: what is claimed, at most its share of what was paid. With cap_at_paid never more than
// what was paid. INVALID_ARGUMENT PAID_REQUIRED (capped, but not said what was paid) or
// CURRENCY_MISMATCH (of the amounts given); OUT_OF_RANGE MONEY_OVERFLOW.
absl::StatusOr<CompensationQuote> Compute(const CompensationPolicy& policy,
                                          const CompensationQuestion& question);

}  // namespace kefu::aftersales::domain
