// Corrections of stock, when they need a second person, and what they move. Pure.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/money/money.h"
#include "services/warehouse/domain/picking.h"
#include "services/warehouse/domain/stock.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

struct AdjustmentLine {
  StockKey key;
  AdjustmentReason reason = AdjustmentReason::kUnspecified;
  int64_t quantity = 0;
  std::optional<StockKey> to;  // of RECLASSIFY, and of DAMAGE always
  std::optional<absl::CivilDay> expiry_date;
  std::optional<absl::CivilDay> made_date;

  bool Takes() const {  // from stock
    return reason != AdjustmentReason::kFound && reason != AdjustmentReason::kOpening;
  }
  bool Moves() const { return to.has_value(); }
};

struct StockAdjustment {
  std::string id;
  std::string node_id;
  std::vector<AdjustmentLine> lines;
  std::string note;
  AdjustmentState state = AdjustmentState::kPending;
  std::string author;
  std::string decided_by;
  std::string decision_note;
  int64_t measured_pieces = 0;
  std::vector<Money> measured_values;  // by currency, in its order
  int64_t policy_version = 0;
  absl::CivilDay business_date;
  RecordInfo info;
};

// The numbers of stock control; as they are here, they are the shipped version 0.
struct StockPolicy {
  int64_t approval_pieces = 100;
  std::vector<Money> approval_values = {{"CNY", 100'000}};  // CNY 1,000.00
  bool audit_nightly = true;
  int audit_minute = 180;  // after midnight in Asia/Shanghai: 03:00
  int64_t version = 0;
  std::string actor;
  absl::Time create_time;
};

// Sets measured_pieces and measured_values: lines that change condition or owner, come or go, at
// the SKUs' list prices. `skus` by id. OUT_OF_RANGE MONEY_OVERFLOW.
absl::Status Measure(StockAdjustment& adjustment, const std::map<std::string, Sku>& skus);

// Whether what was measured is above one of the policy's thresholds.
bool NeedsApproval(const StockAdjustment& adjustment, const StockPolicy& policy);

// What comes in by each line, as a receipt would bring it, so that the rules of lots can be asked;
// a line that brings nothing in names no lot.
std::vector<ReceiptLine> IncomingOf(const StockAdjustment& adjustment);

// The keys under which the lines take and bring, without repetition, in lock order.
std::vector<TotalKey> KeysOf(const StockAdjustment& adjustment);

// The movements of all lines in their order; each sees what those before it did. `bins` hold the
// pieces that nobody has taken hold of. FAILED_PRECONDITION INSUFFICIENT_STOCK names every line
// that would take what is reserved or not there; BIN_SHORT every line whose lot and bin do not hold
// it.
absl::StatusOr<std::vector<Movement>> PlanAdjust(
    const StockAdjustment& adjustment, const Totals& totals,
    const std::map<TotalKey, std::vector<LotStock>>& bins);

// Approves or rejects a pending one; the caller posts it when the answer of Approve is true. False
// when it was decided so before. FAILED_PRECONDITION: ADJUSTMENT_DECIDED otherwise;
// ADJUSTMENT_OWN when the author approves.
absl::StatusOr<bool> Approve(StockAdjustment& adjustment, std::string_view by,
                             std::string_view note, absl::Time now);
absl::StatusOr<bool> Reject(StockAdjustment& adjustment, std::string_view by, std::string_view note,
                            absl::Time now);

}  // namespace kefu::warehouse::domain
