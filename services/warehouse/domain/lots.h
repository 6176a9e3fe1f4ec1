// Lots: the dates that they come in with, and whether they may be sold. Pure.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

struct Lot {
  std::string sku_id;
  std::string lot;
  std::optional<absl::CivilDay> expiry_date;  // the last day on which it may be sold
  std::optional<absl::CivilDay> made_date;
  LotState state = LotState::kActive;
  RecordInfo info;

  bool ExpiredOn(absl::CivilDay day) const { return expiry_date && day > *expiry_date; }
};
using LotKey = std::pair<std::string, std::string>;  // SKU, lot
using Lots = std::map<LotKey, Lot>;                  // in the order in which rows are locked

// The lots that the lines name, as they would be if none existed: dates as given, the expiry
// counted from the day of making by the SKU's shelf life where only that day is given. `skus` are
// the lines' SKUs, index by index. FAILED_PRECONDITION LOT_MISMATCH (made after it expires or after
// today), LOT_NOT_ALLOWED (dates without a lot).
absl::StatusOr<Lots> ClaimLots(std::span<const ReceiptLine> lines, std::span<const Sku> skus,
                               absl::CivilDay today);

// Whether the lines may come into the lots as they are stored, and the lots that have to be saved
// because a date is known only now. FAILED_PRECONDITION: LOT_MISMATCH (a date contradicts the
// lot's), LOT_DATE_REQUIRED (the SKU has a shelf life and nobody knows the lot's expiry), and for
// sellable goods LOT_EXPIRED, LOT_RECALLED.
absl::StatusOr<std::vector<Lot>> CheckLots(std::span<const ReceiptLine> lines,
                                           std::span<const Sku> skus, const Lots& stored,
                                           absl::CivilDay today, absl::Time now);

}  // namespace kefu::warehouse::domain
