// Lots that must not go out: what of them can be taken out of sale at once. Pure.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/warehouse/domain/stock.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

enum class RecallState : uint8_t { kUnspecified, kActive, kLifted };
KEFU_ENUM_NAMES(RecallState, "UNSPECIFIED", "ACTIVE", "LIFTED")

// Pieces of one stock row.
struct RowPieces {
  StockKey key;
  int64_t quantity = 0;
};

struct Recall {
  std::string id;
  std::string sku_id;
  std::string lot;
  std::string reason;
  RecallState state = RecallState::kActive;
  std::vector<RowPieces> quarantined;  // whence: sellable rows
  std::string actor;
  RecordInfo info;
};

// What can be taken out of sale, and what cannot yet.
struct Quarantine {
  std::vector<RowPieces> moved;
  std::vector<RowPieces> promised;  // by (total, lot), without the bin
  std::vector<Movement> movements;
};

// One stock row of a lot: sellable or not, as the caller chose it.
struct LotRow {
  StockKey key;
  int64_t on_hand = 0;
  int64_t allocated = 0;

  int64_t free() const { return on_hand - allocated; }
};

// Takes the free pieces of the rows (sellable, of lots that must not go out) out of sale: SELLABLE
// → QUARANTINED by way of CLEARING, same lot and bin; of each total at most what is available, so
// that every promise stays covered. `totals` are locked and hold every row's; `today` every node's
// day.
Quarantine PlanQuarantine(std::span<const LotRow> rows, const Totals& totals,
                          std::string_view reason, std::string_view reference,
                          const NodeDays& today);
// The way back: of each quarantined row what `moved` says, as far as it still lies there.
std::vector<Movement> PlanUnquarantine(std::span<const RowPieces> moved,
                                       std::span<const LotRow> quarantined,
                                       std::string_view reference, const NodeDays& today);

// The total of the same goods in another condition.
TotalKey InCondition(TotalKey key, StockCondition condition);

// The sum of both, one entry a key.
std::vector<RowPieces> Sum(std::span<const RowPieces> a, std::span<const RowPieces> b);

}  // namespace kefu::warehouse::domain
