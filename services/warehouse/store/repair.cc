#include "services/warehouse/store/repair.h"

#include "common/status/status_macros.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

constexpr db::Sql kLastEntry{
    "SELECT entry_number FROM ledger_entry WHERE org_id = ? AND node_id = ?"
    " ORDER BY entry_number DESC LIMIT 1"};
constexpr db::Sql kKeys{
    "SELECT sku_id, owner_id, node_id, stock_condition FROM stock_total"
    " WHERE org_id = ? AND sku_id IN (?*) AND node_id = ?"};
constexpr db::Sql kLockBins{
    "SELECT sku_id, owner_id, node_id, stock_condition, lot, location, on_hand, allocated"
    " FROM stock WHERE org_id = ? AND sku_id IN (?*) AND node_id = ?"
    " ORDER BY sku_id, owner_id, node_id, stock_condition, lot, location FOR UPDATE"};
constexpr std::string_view kInsertBins =
    "INSERT INTO stock (org_id, sku_id, owner_id, node_id, stock_condition, lot, location,"
    " on_hand)";
constexpr std::string_view kReplace = " ON DUPLICATE KEY UPDATE on_hand = VALUES(on_hand)";

domain::TotalKey KeyFrom(const db::Row& row) {
  return {row.Str(0), row.Str(1), row.Str(2), EnumAt<domain::StockCondition>(row, 3)};
}

}  // namespace

absl::StatusOr<int64_t> LastEntry(db::Reader reader, std::string_view org_id,
                                  std::string_view node_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kLastEntry, {org_id, node_id}));
  return rows.empty() ? 0 : rows.front().Int(0);
}

absl::StatusOr<std::vector<domain::TotalKey>> KeysAtNode(db::Transaction& t,
                                                         std::string_view org_id,
                                                         std::string_view node_id,
                                                         std::span<const std::string> sku_ids) {
  const std::vector<db::Param> list(sku_ids.begin(), sku_ids.end());
  return Collect(t.QueryIn(kKeys, {org_id}, list, 1, {node_id}), KeyFrom);
}

absl::StatusOr<std::map<domain::BinKey, LockedBin>> LockBins(db::Transaction& t,
                                                             std::string_view org_id,
                                                             std::string_view node_id,
                                                             std::span<const std::string> sku_ids) {
  const std::vector<db::Param> list(sku_ids.begin(), sku_ids.end());
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kLockBins, {org_id}, list, 1, {node_id}));
  std::map<domain::BinKey, LockedBin> bins;
  for (const db::Row row : rows) {
    bins[{KeyFrom(row), row.Str(4), row.Str(5)}] = {row.Int(6), row.Int(7)};
  }
  return bins;
}

absl::Status WriteBins(db::Transaction& t, std::string_view org_id,
                       const std::map<domain::BinKey, int64_t>& bins) {
  std::vector<db::Param> flat;
  for (const auto& [key, on_hand] : bins) {
    const auto& [total, lot, location] = key;
    flat.insert(flat.end(), {org_id, total.sku_id, total.owner_id, total.node_id,
                             NameOf(total.condition), lot, location, on_hand});
  }
  return t.InsertMany(kInsertBins, 8, flat, kReplace).status();
}

}  // namespace kefu::warehouse::store
