// Failures of owners, settlements, leases and contracts; each reason stands in
// docs/errors/warehouse_billing.md.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "services/warehouse/domain/billing.h"

namespace kefu::warehouse::error {

// NOT_FOUND NOT_FOUND.
absl::Status OwnerNotFound(std::string_view id);
absl::Status TermsNotFound(std::string_view owner_id);
absl::Status SettlementNotFound(std::string_view id);
absl::Status LeaseNotFound(std::string_view id);
absl::Status ContractNotFound(std::string_view node_id);

// ALREADY_EXISTS ALREADY_EXISTS.
absl::Status OwnerExists(std::string_view id);

// FAILED_PRECONDITION.
absl::Status TermsMissing(std::string_view owner_id);  // TERMS_MISSING
absl::Status TermsClosed(std::string_view owner_id, absl::CivilDay effective,
                         absl::CivilDay closed_to);  // TERMS_CLOSED
absl::Status TermsCurrency(std::string_view subject, std::string_view before,
                           std::string_view now);                                // TERMS_CURRENCY
absl::Status PeriodClosed(std::string_view owner_id, absl::CivilDay closed_to);  // PERIOD_CLOSED
absl::Status PeriodNotNext(std::string_view owner_id, absl::CivilDay next);      // PERIOD_NOT_NEXT
absl::Status PeriodNotOver(std::string_view owner_id, absl::CivilDay last,
                           absl::CivilDay today);  // PERIOD_NOT_OVER
// SETTLEMENT_INCOMPLETE with one violation per line that has a problem, up to a hundred.
absl::Status SettlementIncomplete(std::span<const domain::SettlementLine> lines);
absl::Status SettlementAltered(std::string_view id);  // SETTLEMENT_ALTERED
absl::Status LeaseExceedsCapacity(std::string_view node_id, absl::CivilDay day, int64_t wanted,
                                  int64_t left);         // LEASE_EXCEEDS_CAPACITY
absl::Status ContractMissing(std::string_view node_id);  // CONTRACT_MISSING

// ABORTED SETTLEMENT_CHANGED.
absl::Status SettlementChanged(std::string_view owner_id);

}  // namespace kefu::warehouse::error
