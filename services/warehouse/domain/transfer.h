// Goods on their way from one node to another. Pure.
//
//   verb      from                     to
//   Dispatch  PLANNED                  IN_TRANSIT
//   Receive   IN_TRANSIT, RECEIVING    RECEIVING; RECEIVED when nothing is on the way any more
//   Cancel    PLANNED, IN_TRANSIT      CANCELLED
//
// From dispatch to arrival the pieces stand in IN_TRANSIT of the destination, by lot, without bin.
#pragma once

#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/warehouse/domain/inbound.h"
#include "services/warehouse/domain/inbound_types.h"
#include "services/warehouse/domain/picking.h"
#include "services/warehouse/domain/stock.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

enum class TransferVerb { kDispatch, kReceive, kCancel };

// OK, or FAILED_PRECONDITION TRANSFER_STATE with the reason.
absl::Status CheckMove(const StockTransfer& transfer, TransferVerb verb);

// The day at both ends, and the time.
struct TransferTimes {
  absl::CivilDay source;
  absl::CivilDay destination;
  absl::Time now;
};

// Pieces by key, in the order in which they go.
using RowsByKey = std::map<TotalKey, std::vector<LotStock>>;

// Chooses lots and bins — the named ones; else what expires first, which passes by what may not be
// sold any more — and returns FREE → CLEARING at the source and CLEARING → IN_TRANSIT at the
// destination. `totals` and `rows` are the source's. FAILED_PRECONDITION TRANSFER_STATE,
// INSUFFICIENT_STOCK with every line that wants more than is free, BIN_SHORT with every line whose
// lots or bins hold less. On an error the transfer must be thrown away.
absl::StatusOr<std::vector<Movement>> Dispatch(StockTransfer& transfer, const Totals& totals,
                                               RowsByKey rows, const TransferTimes& times);

// What arrives: IN_TRANSIT → FREE; in another condition than sent through CLEARING; more than was
// sent from ADJUSTMENT. With `final` what is still on the way goes to ADJUSTMENT: the loss is the
// transit's. FAILED_PRECONDITION TRANSFER_STATE, OVER_RECEIPT by the destination's policy,
// LOT_AMBIGUOUS where a line has several lots on the way, the arrival names none and is not all of
// them, or it names one that was not sent; NOT_FOUND for a line that is not there. On an error the
// transfer must be thrown away.
absl::StatusOr<std::vector<Movement>> Receive(StockTransfer& transfer,
                                              std::span<const Arrival> arrivals, bool final,
                                              const InboundPolicy& policy, std::string_view note,
                                              const TransferTimes& times);

// What is on the way goes back to the bins it came from.
absl::StatusOr<std::vector<Movement>> CancelTransfer(StockTransfer& transfer, std::string_view note,
                                                     const TransferTimes& times);

}  // namespace kefu::warehouse::domain
