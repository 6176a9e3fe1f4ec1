// Reservations that leave the house, whole or in part, and those that go to another node. Pure.
// All-or-nothing: on an error the reservation and the rows must be thrown away.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/warehouse/domain/picking.h"
#include "services/warehouse/domain/stock.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

struct ShipLine {
  std::string node_id;
  std::string sku_id;
  std::string owner_id;
  int64_t quantity = 0;     // 0: the sum of the picks or, without picks, all that is open
  std::vector<Pick> picks;  // none: FEFO

  TotalKey key() const { return {sku_id, owner_id, node_id, StockCondition::kSellable}; }
};

struct Shipping {
  std::string_view document;
  std::optional<absl::CivilDay> business_date;  // absent: today at each node
  absl::Time now;
};

// RESERVED → CUSTOMER for the lines, none meaning all that is open, naming lots and bins; counts
// them in the reservation, which is SHIPPED once nothing is open. `bins` hold the free pieces of
// the lines' keys and are lowered; `today` knows the nodes. Errors: NOT_FOUND for a line that the
// reservation does not have; FAILED_PRECONDITION: RESERVATION_NOT_CONFIRMED, SHIPS_MORE_THAN_OPEN,
// BIN_SHORT (picks that are not there), LOT_EXPIRED and LOT_RECALLED (picks that may not be sold),
// NOT_PICKABLE (FEFO finds too few), BUSINESS_DATE_IN_FUTURE, and as CheckNotInShipment says.
absl::StatusOr<std::vector<Movement>> PlanShip(Reservation& reservation,
                                               std::span<const ShipLine> lines,
                                               std::map<TotalKey, std::vector<LotStock>>& bins,
                                               const NodeDays& today, const Shipping& shipping);

// Pieces of one line that leave.
struct Departure {
  TotalKey key;
  Pick pick;
  absl::CivilDay day;
};
// What both ways out share: RESERVED → CUSTOMER for each, counted in the reservation, which is
// SHIPPED once nothing is open. INTERNAL when it does not promise so much.
absl::StatusOr<std::vector<Movement>> ShipPieces(Reservation& reservation,
                                                 std::span<const Departure> departures,
                                                 std::string_view document, absl::Time now);

struct LineRef {
  std::string node_id;
  std::string sku_id;
  std::string owner_id;
};

// Promises what is open of the lines, none meaning all, at another node: RESERVED → FREE where they
// are, FREE → RESERVED there, and rewrites the lines; what was shipped of a line stays where it
// was. Nothing to do when no line is open elsewhere. Errors: NOT_FOUND for an unknown line;
// FAILED_PRECONDITION: RESERVATION_NOT_HELD (its time ran out, or it is closed), INSUFFICIENT_STOCK
// naming the lines that the target lacks, and as CheckNotInShipment says.
absl::StatusOr<std::vector<Movement>> PlanMove(Reservation& reservation,
                                               std::string_view to_node_id,
                                               std::span<const LineRef> lines, const Totals& totals,
                                               const NodeDays& today, std::string_view note,
                                               absl::Time now);

// The totals that PlanMove decides on, in lock order.
std::vector<TotalKey> KeysOfMove(const Reservation& reservation, std::string_view to_node_id);

}  // namespace kefu::warehouse::domain
