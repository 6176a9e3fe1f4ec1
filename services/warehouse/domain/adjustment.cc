#include "services/warehouse/domain/adjustment.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "common/status/status_macros.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/errors_core.h"

namespace kefu::warehouse::domain {
namespace {

using BinKey = std::tuple<TotalKey, std::string, std::string>;

bool Counts(const AdjustmentLine& line) {
  return !line.Moves() || line.to->total.condition != line.key.total.condition ||
         line.to->total.owner_id != line.key.total.owner_id;
}

// "Damage", "Loss", …
std::string ReasonOf(const AdjustmentLine& line) {
  std::string name(NameOf(line.reason));
  std::transform(name.begin() + 1, name.end(), name.begin() + 1,
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

Movement MoveOf(const StockAdjustment& adjustment, const AdjustmentLine& line, const StockKey& key,
                LedgerAccount from, LedgerAccount to) {
  return {.key = key,
          .from = from,
          .to = to,
          .quantity = line.quantity,
          .reason = ReasonOf(line),
          .reference = adjustment.id,
          .note = adjustment.note,
          .business_date = adjustment.business_date};
}

void AddMovements(const StockAdjustment& adjustment, const AdjustmentLine& line,
                  std::vector<Movement>& movements) {
  using enum LedgerAccount;
  if (!line.Takes()) {
    movements.push_back(MoveOf(adjustment, line, line.key, kAdjustment, kFree));
  } else if (!line.Moves()) {
    const LedgerAccount to = line.reason == AdjustmentReason::kScrap ? kScrap : kAdjustment;
    movements.push_back(MoveOf(adjustment, line, line.key, kFree, to));
  } else {
    movements.push_back(MoveOf(adjustment, line, line.key, kFree, kClearing));
    movements.push_back(MoveOf(adjustment, line, *line.to, kClearing, kFree));
    // Between lots and bins of one total the pieces arrive before they leave, so that what is
    // reserved of them stays covered.
    if (line.key.total == line.to->total) std::iter_swap(movements.end() - 1, movements.end() - 2);
  }
}

// What is left under each key while the lines are gone through.
class Left {
 public:
  Left(const Totals& totals, const std::map<TotalKey, std::vector<LotStock>>& bins) {
    for (const auto& [key, total] : totals) totals_[key] = total.on_hand - total.reserved;
    for (const auto& [key, rows] : bins) {
      for (const LotStock& row : rows) bins_[{key, row.lot, row.location}] = row.free;
    }
  }
  int64_t& Of(const TotalKey& key) { return totals_[key]; }
  int64_t& Of(const StockKey& key) { return bins_[{key.total, key.lot, key.location}]; }

 private:
  std::map<TotalKey, int64_t> totals_;
  std::map<BinKey, int64_t> bins_;
};

}  // namespace

absl::Status Measure(StockAdjustment& adjustment, const std::map<std::string, Sku>& skus) {
  std::map<std::string, Money> values;
  adjustment.measured_pieces = 0;
  for (const AdjustmentLine& line : adjustment.lines) {
    if (!Counts(line)) continue;
    adjustment.measured_pieces += line.quantity;
    const auto& price = skus.at(line.key.total.sku_id).list_price;
    if (!price) continue;
    ASSIGN_OR_RETURN(const Money value, Multiply(*price, line.quantity));
    Money& sum = values.try_emplace(price->currency, Money{price->currency, 0}).first->second;
    ASSIGN_OR_RETURN(sum, Add(sum, value));
  }
  adjustment.measured_values.clear();
  for (auto& [currency, value] : values) adjustment.measured_values.push_back(std::move(value));
  return absl::OkStatus();
}

bool NeedsApproval(const StockAdjustment& adjustment, const StockPolicy& policy) {
  if (adjustment.measured_pieces > policy.approval_pieces) return true;
  return std::ranges::any_of(adjustment.measured_values, [&](const Money& value) {
    return std::ranges::any_of(policy.approval_values, [&](const Money& most) {
      return most.currency == value.currency && value.minor > most.minor;
    });
  });
}

std::vector<ReceiptLine> IncomingOf(const StockAdjustment& adjustment) {
  std::vector<ReceiptLine> incoming;
  for (const AdjustmentLine& line : adjustment.lines) {
    const StockKey& key = line.Moves() ? *line.to : line.key;
    const bool comes = !line.Takes() || line.Moves();
    incoming.push_back({.sku_id = key.total.sku_id,
                        .quantity = line.quantity,
                        .owner_id = key.total.owner_id,
                        .condition = key.total.condition,
                        .lot = comes ? key.lot : "",
                        .location = key.location,
                        .expiry_date = line.expiry_date,
                        .made_date = line.made_date});
  }
  return incoming;
}

std::vector<TotalKey> KeysOf(const StockAdjustment& adjustment) {
  std::set<TotalKey> keys;
  for (const AdjustmentLine& line : adjustment.lines) {
    keys.insert(line.key.total);
    if (line.Moves()) keys.insert(line.to->total);
  }
  return {keys.begin(), keys.end()};
}

absl::StatusOr<std::vector<Movement>> PlanAdjust(
    const StockAdjustment& adjustment, const Totals& totals,
    const std::map<TotalKey, std::vector<LotStock>>& bins) {
  Left left(totals, bins);
  std::vector<error::Shortfall> shortfalls;
  std::vector<error::BinShortfall> bin_shortfalls;
  std::vector<Movement> movements;
  for (size_t i = 0; i < adjustment.lines.size(); ++i) {
    const AdjustmentLine& line = adjustment.lines[i];
    const TotalKey& total = line.key.total;
    if (line.Takes()) {
      const bool stays = line.Moves() && line.to->total == total;
      if (!stays && line.quantity > left.Of(total)) {
        shortfalls.push_back(
            {i, {total.node_id, total.sku_id, total.owner_id, line.quantity}, left.Of(total)});
        continue;
      }
      if (line.quantity > left.Of(line.key)) {
        bin_shortfalls.push_back({i, line.key, line.quantity, left.Of(line.key)});
        continue;
      }
      left.Of(total) -= line.quantity;
      left.Of(line.key) -= line.quantity;
    }
    if (!line.Takes() || line.Moves()) {
      const StockKey& into = line.Moves() ? *line.to : line.key;
      left.Of(into.total) += line.quantity;
      left.Of(into) += line.quantity;
    }
    AddMovements(adjustment, line, movements);
  }
  if (!shortfalls.empty()) return error::InsufficientStock(shortfalls);
  if (!bin_shortfalls.empty()) return error::BinShort(bin_shortfalls);
  return movements;
}

namespace {

absl::StatusOr<bool> Decide(StockAdjustment& adjustment, AdjustmentState state, std::string_view by,
                            std::string_view note, absl::Time now) {
  if (adjustment.state == state) return false;
  if (adjustment.state != AdjustmentState::kPending) {
    return error::AdjustmentDecided(adjustment.id, NameOf(adjustment.state));
  }
  adjustment.state = state;
  adjustment.decided_by = by;
  adjustment.decision_note = note;
  ++adjustment.info.version;
  adjustment.info.update_time = now;
  return true;
}

}  // namespace

absl::StatusOr<bool> Approve(StockAdjustment& adjustment, std::string_view by,
                             std::string_view note, absl::Time now) {
  if (adjustment.state == AdjustmentState::kPending && adjustment.author == by) {
    return error::AdjustmentOwn(adjustment.id);
  }
  return Decide(adjustment, AdjustmentState::kApplied, by, note, now);
}

absl::StatusOr<bool> Reject(StockAdjustment& adjustment, std::string_view by, std::string_view note,
                            absl::Time now) {
  return Decide(adjustment, AdjustmentState::kRejected, by, note, now);
}

}  // namespace kefu::warehouse::domain
