// What compensation comes to (DOMAIN 4.5): the same for who grants it and for who pays it.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "common/money/money.h"
#include "services/aftersales/domain/compensation.h"
#include "services/aftersales/domain/orders/order.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales {

// What a claim of this kind is about: freight, else late shipment.
domain::CompensationKind CompensationOf(domain::CaseKind kind);

struct PolicyQuote {
  domain::CompensationPolicy policy;
  domain::CompensationQuote quote;
};
// What the policy in force at that time gives for the order; may be 0. FAILED_PRECONDITION
// ORDER_NOT_PAID; the database's errors.
absl::StatusOr<PolicyQuote> QuoteFor(db::Transaction& t, const domain::Order& order,
                                     domain::CompensationKind kind, absl::Time at);

// What is paid when the claim, which leads to compensation, is approved at that time: what the
// policy gives, or of freight what the reviewer says that the buyer has laid out. NOT_FOUND
// ORDER_UNKNOWN; INVALID_ARGUMENT INVALID_FIELDS for a `said` that is not what is paid;
// FAILED_PRECONDITION ORDER_NOT_PAID, NOTHING_TO_COMPENSATE where the policy gives nothing and
// nobody says what was laid out, COST_EXCEEDS_PAID where the policy caps at what was paid.
absl::StatusOr<Money> PaidForClaim(db::Transaction& t, const domain::Case& record,
                                   const std::optional<Money>& said, absl::Time at);

}  // namespace kefu::aftersales
