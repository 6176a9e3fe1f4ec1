// Every failure that the warehouse itself can answer; each reason stands in
// docs/errors/warehouse.md. What another tenant owns is reported exactly like what does not exist.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::error {

// NOT_FOUND NOT_FOUND.
absl::Status NodeNotFound(std::string_view id);
absl::Status SkuNotFound(std::string_view id);
absl::Status ReservationNotFound(std::string_view id);

// ALREADY_EXISTS.
absl::Status ExternalIdTaken(std::string_view external_id);  // EXTERNAL_ID_TAKEN
absl::Status SkuCodeTaken(std::string_view code);            // SKU_CODE_TAKEN

// ABORTED ETAG_MISMATCH.
absl::Status EtagMismatch(std::string_view resource, std::string_view id);

// PERMISSION_DENIED ORGANIZATION_REQUIRED.
absl::Status OrganizationRequired();

// FAILED_PRECONDITION.
absl::Status RecordArchived(std::string_view resource, std::string_view id);  // RECORD_ARCHIVED
absl::Status NetworkCycle(std::string_view node_id,
                          std::string_view parent_id);  // NETWORK_CYCLE
absl::Status SkuHasStock(std::string_view sku_id);      // SKU_HAS_STOCK

// One line that asks for more than there is.
struct Shortfall {
  size_t line = 0;  // from 0
  domain::ReservationLine wanted;
  int64_t available = 0;
};
// INSUFFICIENT_STOCK with one PreconditionFailure violation per line; subject
// "lines[i] node/sku/owner".
absl::Status InsufficientStock(std::span<const Shortfall> shortfalls);

// One line of a receipt that breaks a rule of its SKU.
struct LotFault {
  size_t line = 0;
  std::string sku_id;
  std::string_view reason;  // LOT_REQUIRED, LOT_NOT_ALLOWED or one of errors_core.h
  std::string what;         // for the reasons of errors_core.h
};
// The first fault's reason, with one violation per faulty line. `faults` is not empty.
absl::Status LotRules(std::span<const LotFault> faults);
absl::Status BusinessDateInFuture(absl::CivilDay day,
                                  absl::CivilDay today);  // BUSINESS_DATE_IN_FUTURE
absl::Status StockLimit(std::string_view node_id, std::string_view sku_id);  // STOCK_LIMIT

absl::Status ReservationNotHeld(std::string_view id, std::string_view why);  // RESERVATION_NOT_HELD
absl::Status ReservationClosed(std::string_view id, std::string_view why);   // RESERVATION_CLOSED

}  // namespace kefu::warehouse::error
