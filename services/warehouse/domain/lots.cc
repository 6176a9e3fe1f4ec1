#include "services/warehouse/domain/lots.h"

#include <algorithm>

#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/warehouse/errors.h"

namespace kefu::warehouse::domain {
namespace {

using OptionalDay = std::optional<absl::CivilDay>;

bool Contradict(const OptionalDay& a, const OptionalDay& b) { return a && b && *a != *b; }

OptionalDay ExpiryOf(const ReceiptLine& line, const Sku& sku) {
  if (line.expiry_date || !line.made_date || sku.shelf_life_days == 0) return line.expiry_date;
  return *line.made_date + sku.shelf_life_days;
}

std::string Show(const OptionalDay& day) { return day ? FormatDay(*day) : "unknown"; }

// What is wrong with the line in the lot as it is by now; nothing when it may come in.
std::optional<error::LotFault> FaultOf(size_t i, const ReceiptLine& line, const Sku& sku,
                                       const Lot& lot, absl::CivilDay today) {
  const auto fault = [&](std::string_view reason, std::string what) {
    return error::LotFault{i, line.sku_id, reason, std::move(what)};
  };
  if (Contradict(line.expiry_date, lot.expiry_date) || Contradict(line.made_date, lot.made_date)) {
    return fault("LOT_MISMATCH", fmt::format("the lot was made {} and expires {}",
                                             Show(lot.made_date), Show(lot.expiry_date)));
  }
  if (sku.shelf_life_days > 0 && !lot.expiry_date) {
    return fault("LOT_DATE_REQUIRED", "the SKU has a shelf life: say when the lot expires");
  }
  if (line.condition != StockCondition::kSellable) return std::nullopt;
  if (lot.state == LotState::kRecalled) {
    return fault("LOT_RECALLED", "the lot was called back: take it in as quarantined");
  }
  if (lot.ExpiredOn(today)) {
    return fault("LOT_EXPIRED", fmt::format("the lot expired {}", Show(lot.expiry_date)));
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<Lots> ClaimLots(std::span<const ReceiptLine> lines, std::span<const Sku> skus,
                               absl::CivilDay today) {
  std::vector<error::LotFault> faults;
  Lots claims;
  for (size_t i = 0; i < lines.size(); ++i) {
    const ReceiptLine& line = lines[i];
    const OptionalDay expiry = ExpiryOf(line, skus[i]);
    if (line.lot.empty()) {
      if (line.expiry_date || line.made_date) {
        faults.push_back({i, line.sku_id, "LOT_NOT_ALLOWED", "dates belong to a lot: name it"});
      }
      continue;
    }
    if (line.made_date && (*line.made_date > today || (expiry && *line.made_date > *expiry))) {
      faults.push_back({i, line.sku_id, "LOT_MISMATCH", "made after today or after it expires"});
      continue;
    }
    Lot& lot = claims[{line.sku_id, line.lot}];
    lot.sku_id = line.sku_id;
    lot.lot = line.lot;
    if (!lot.expiry_date) lot.expiry_date = expiry;
    if (!lot.made_date) lot.made_date = line.made_date;
  }
  if (!faults.empty()) return error::LotRules(faults);
  return claims;
}

absl::StatusOr<std::vector<Lot>> CheckLots(std::span<const ReceiptLine> lines,
                                           std::span<const Sku> skus, const Lots& stored,
                                           absl::CivilDay today, absl::Time now) {
  std::vector<error::LotFault> faults;
  Lots known = stored;
  std::map<LotKey, bool> learnt;
  for (size_t i = 0; i < lines.size(); ++i) {
    const ReceiptLine& line = lines[i];
    if (line.lot.empty()) continue;
    const LotKey key{line.sku_id, line.lot};
    Lot& lot = known.at(key);
    if (!lot.made_date && line.made_date &&
        (!lot.expiry_date || *line.made_date <= *lot.expiry_date)) {
      lot.made_date = line.made_date;
      learnt[key] = true;
    }
    if (!lot.expiry_date && ExpiryOf(line, skus[i]) &&
        (!lot.made_date || *lot.made_date <= *ExpiryOf(line, skus[i]))) {
      lot.expiry_date = ExpiryOf(line, skus[i]);
      learnt[key] = true;
    }
    if (auto fault = FaultOf(i, line, skus[i], lot, today)) faults.push_back(*std::move(fault));
  }
  if (!faults.empty()) return error::LotRules(faults);
  std::vector<Lot> changed;
  for (const auto& [key, unused] : learnt) {
    Lot lot = known.at(key);
    ++lot.info.version;
    lot.info.update_time = now;
    changed.push_back(std::move(lot));
  }
  return changed;
}

}  // namespace kefu::warehouse::domain
