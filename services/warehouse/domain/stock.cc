#include "services/warehouse/domain/stock.h"

#include <algorithm>
#include <set>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/warehouse/errors.h"

namespace kefu::warehouse::domain {
namespace {

// What entering an account adds to (on hand, reserved, in transit); leaving it takes the same away.
struct Effect {
  int on_hand;
  int reserved;
  int in_transit;
};
Effect EffectOf(LedgerAccount account) {
  switch (account) {
    case LedgerAccount::kFree:
      return {1, 0, 0};
    case LedgerAccount::kReserved:
      return {1, 1, 0};
    case LedgerAccount::kInTransit:
      return {0, 0, 1};
    default:
      return {0, 0, 0};
  }
}

bool IsStock(LedgerAccount account) {
  return account == LedgerAccount::kFree || account == LedgerAccount::kReserved ||
         account == LedgerAccount::kInTransit;
}

std::vector<TotalKey> ToVector(const std::set<TotalKey>& keys) {
  return {keys.begin(), keys.end()};
}

absl::Status ApplyOne(const Movement& movement, StockTotal& total) {
  if (movement.quantity <= 0 || movement.from == movement.to ||
      (!IsStock(movement.from) && !IsStock(movement.to))) {
    return Internal("a movement without effect");
  }
  if (movement.quantity > kMaxOnHand) {
    return error::StockLimit(total.key.node_id, total.key.sku_id);
  }
  const Effect in = EffectOf(movement.to), out = EffectOf(movement.from);
  total.on_hand += (in.on_hand - out.on_hand) * movement.quantity;
  total.reserved += (in.reserved - out.reserved) * movement.quantity;
  total.in_transit += (in.in_transit - out.in_transit) * movement.quantity;
  if (std::max(total.on_hand, total.in_transit) > kMaxOnHand)
    return error::StockLimit(total.key.node_id, total.key.sku_id);
  const bool sellable = total.key.condition == StockCondition::kSellable;
  if (total.reserved < 0 || total.reserved > total.on_hand || total.in_transit < 0 ||
      (!sellable && total.reserved != 0)) {
    return Internal("a movement breaks 0 <= reserved <= on hand or 0 <= in transit");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Apply(std::span<const Movement> movements, Totals& totals) {
  std::set<TotalKey> touched;
  for (const Movement& movement : movements) {
    StockTotal& total = totals[movement.key.total];
    total.key = movement.key.total;
    RETURN_IF_ERROR(ApplyOne(movement, total));
    if (touched.insert(total.key).second) ++total.version;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Movement>> PlanReserve(const Reservation& reservation,
                                                  const Totals& totals, const NodeDays& today) {
  std::vector<error::Shortfall> shortfalls;
  std::vector<Movement> movements;
  for (size_t i = 0; i < reservation.lines.size(); ++i) {
    const ReservationLine& line = reservation.lines[i];
    const auto total = totals.find(line.key());
    const int64_t available = total == totals.end() ? 0 : total->second.available();
    if (line.quantity > available) shortfalls.push_back({i, line, available});
    movements.push_back({.key = {line.key(), "", ""},
                         .from = LedgerAccount::kFree,
                         .to = LedgerAccount::kReserved,
                         .quantity = line.quantity,
                         .reason = "Reserve",
                         .reference = reservation.id,
                         .note = "",
                         .business_date = today.at(line.node_id)});
  }
  if (!shortfalls.empty()) return error::InsufficientStock(shortfalls);
  return movements;
}

std::vector<Movement> PlanGiveBack(const Reservation& reservation, std::string_view reason,
                                   std::string_view note, const NodeDays& today) {
  std::vector<Movement> movements;
  for (const ReservationLine& line : reservation.lines) {
    if (line.open() == 0) continue;
    movements.push_back({.key = {line.key(), "", ""},
                         .from = LedgerAccount::kReserved,
                         .to = LedgerAccount::kFree,
                         .quantity = line.open(),
                         .reason = std::string(reason),
                         .reference = reservation.id,
                         .note = std::string(note),
                         .business_date = today.at(line.node_id)});
  }
  return movements;
}

absl::StatusOr<std::vector<Movement>> PlanReceive(
    std::string_view node_id, std::span<const ReceiptLine> lines, std::span<const Sku> skus,
    std::string_view document, absl::CivilDay business_date, absl::CivilDay today) {
  if (business_date > today) return error::BusinessDateInFuture(business_date, today);
  std::vector<error::LotFault> faults;
  std::vector<Movement> movements;
  for (size_t i = 0; i < lines.size(); ++i) {
    const ReceiptLine& line = lines[i];
    if (skus[i].lot_tracked == line.lot.empty()) {
      faults.push_back(
          {i, line.sku_id, skus[i].lot_tracked ? "LOT_REQUIRED" : "LOT_NOT_ALLOWED", ""});
    }
    movements.push_back({.key = {{line.sku_id, line.owner_id, std::string(node_id), line.condition},
                                 line.lot,
                                 line.location},
                         .from = LedgerAccount::kSupplier,
                         .to = LedgerAccount::kFree,
                         .quantity = line.quantity,
                         .reason = "Receive",
                         .reference = std::string(document),
                         .note = "",
                         .business_date = business_date});
  }
  if (!faults.empty()) return error::LotRules(faults);
  return movements;
}

std::vector<TotalKey> KeysOf(std::span<const Movement> movements) {
  std::set<TotalKey> keys;
  for (const Movement& movement : movements) keys.insert(movement.key.total);
  return ToVector(keys);
}

std::vector<TotalKey> KeysOf(const Reservation& reservation) {
  std::set<TotalKey> keys;
  for (const ReservationLine& line : reservation.lines) keys.insert(line.key());
  return ToVector(keys);
}

}  // namespace kefu::warehouse::domain
