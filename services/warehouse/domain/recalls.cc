#include "services/warehouse/domain/recalls.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace kefu::warehouse::domain {
namespace {

using RowId = std::tuple<TotalKey, std::string, std::string>;

RowId IdOf(const StockKey& key) { return {key.total, key.lot, key.location}; }

void AddMove(std::vector<Movement>& movements, const StockKey& from, const StockKey& to,
             int64_t quantity, std::string_view reason, std::string_view reference,
             absl::CivilDay day) {
  const Movement out{.key = from,
                     .from = LedgerAccount::kFree,
                     .to = LedgerAccount::kClearing,
                     .quantity = quantity,
                     .reason = std::string(reason),
                     .reference = std::string(reference),
                     .note = "",
                     .business_date = day};
  Movement in = out;
  in.key = to;
  std::swap(in.from, in.to);
  movements.push_back(out);
  movements.push_back(std::move(in));
}

}  // namespace

TotalKey InCondition(TotalKey key, StockCondition condition) {
  key.condition = condition;
  return key;
}

Quarantine PlanQuarantine(std::span<const LotRow> rows, const Totals& totals,
                          std::string_view reason, std::string_view reference,
                          const NodeDays& today) {
  Quarantine plan;
  std::map<TotalKey, int64_t> available;
  std::map<RowId, int64_t> promised;
  for (const LotRow& row : rows) {
    const TotalKey& key = row.key.total;
    const auto total = totals.find(key);
    if (total == totals.end()) continue;
    int64_t& left = available.emplace(key, total->second.available()).first->second;
    const int64_t moved = std::clamp<int64_t>(row.free(), 0, left);
    left -= moved;
    if (moved < row.on_hand) promised[{key, row.key.lot, ""}] += row.on_hand - moved;
    if (moved == 0) continue;
    plan.moved.push_back({row.key, moved});
    StockKey to = row.key;
    to.total.condition = StockCondition::kQuarantined;
    AddMove(plan.movements, row.key, to, moved, reason, reference, today.at(key.node_id));
  }
  for (const auto& [id, quantity] : promised) {
    plan.promised.push_back({{std::get<0>(id), std::get<1>(id), ""}, quantity});
  }
  return plan;
}

std::vector<Movement> PlanUnquarantine(std::span<const RowPieces> moved,
                                       std::span<const LotRow> quarantined,
                                       std::string_view reference, const NodeDays& today) {
  std::map<RowId, int64_t> there;
  for (const LotRow& row : quarantined) there[IdOf(row.key)] += row.free();
  std::vector<Movement> movements;
  for (const RowPieces& pieces : moved) {
    StockKey from = pieces.key;
    from.total.condition = StockCondition::kQuarantined;
    const int64_t back = std::min(pieces.quantity, there[IdOf(from)]);
    if (back <= 0) continue;
    AddMove(movements, from, pieces.key, back, "LiftRecall", reference,
            today.at(pieces.key.total.node_id));
  }
  return movements;
}

std::vector<RowPieces> Sum(std::span<const RowPieces> a, std::span<const RowPieces> b) {
  std::map<RowId, RowPieces> sums;
  for (const auto& part : {a, b}) {
    for (const RowPieces& pieces : part) {
      RowPieces& sum = sums.emplace(IdOf(pieces.key), RowPieces{pieces.key, 0}).first->second;
      sum.quantity += pieces.quantity;
    }
  }
  std::vector<RowPieces> result;
  for (auto& [id, pieces] : sums) result.push_back(std::move(pieces));
  return result;
}

}  // namespace kefu::warehouse::domain
