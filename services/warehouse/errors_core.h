// The failures of adjusting, shipping and checking stock; each reason stands in
// docs/errors/warehouse_core.md. As errors.h says. LOT_MISMATCH, LOT_DATE_REQUIRED, LOT_EXPIRED and
// LOT_RECALLED are made by error::LotRules.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "services/warehouse/domain/types.h"
#include "services/warehouse/errors.h"

namespace kefu::warehouse::error {

// NOT_FOUND NOT_FOUND.
absl::Status LotNotFound(std::string_view sku_id, std::string_view lot);
absl::Status AdjustmentNotFound(std::string_view id);
absl::Status SalesGuardNotFound(std::string_view sku_id, std::string_view owner_id,
                                std::string_view channel);
absl::Status ReservationLineNotFound(std::string_view id, std::string_view node_id,
                                     std::string_view sku_id, std::string_view owner_id);

// PERMISSION_DENIED SHOP_NOT_ALLOWED.
absl::Status ShopNotAllowed(std::string_view shop_id);
absl::Status NotForShops();  // SHOP_NOT_ALLOWED: of calls about all shops' work

// FAILED_PRECONDITION.
absl::Status AdjustmentDecided(std::string_view id, std::string_view state);  // ADJUSTMENT_DECIDED
absl::Status AdjustmentOwn(std::string_view id);                              // ADJUSTMENT_OWN
// RESERVATION_NOT_CONFIRMED
absl::Status ReservationNotConfirmed(std::string_view id, std::string_view state);
// SHIPS_MORE_THAN_OPEN and NOT_PICKABLE: one violation a line with what is open or can be picked.
absl::Status ShipsMoreThanOpen(std::span<const Shortfall> lines);
absl::Status NotPickable(std::span<const Shortfall> lines);
absl::Status NodeHasStock(std::string_view node_id);  // NODE_HAS_STOCK
// LEDGER_INCONSISTENT: the entries themselves sum up to what no row can hold.
absl::Status LedgerInconsistent(std::string_view node_id, std::string_view sku_id);
// CHANNEL_CAP and SAFETY_STOCK: one violation a line of a reservation that a guard holds back.
struct GuardFault {
  size_t line = 0;
  std::string sku_id;
  std::string channel;  // of the guard
  int64_t wanted = 0;   // by all lines that the guard counts
  int64_t left = 0;
};
absl::Status ChannelCap(std::span<const GuardFault> faults);
absl::Status SafetyStock(std::span<const GuardFault> faults);

// One bin that holds fewer pieces than are to leave it.
struct BinShortfall {
  size_t line = 0;  // of the request; ignored where the request has none
  domain::StockKey key;
  int64_t wanted = 0;
  int64_t free = 0;
};
// FAILED_PRECONDITION BIN_SHORT with one violation a bin; subject
// "lines[i] node/sku/owner/condition/lot/bin".
absl::Status BinShort(std::span<const BinShortfall> shortfalls);

}  // namespace kefu::warehouse::error
