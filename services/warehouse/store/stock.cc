// Stock totals and stock by lot and bin.
#include <tuple>

#include "common/status/status_macros.h"
#include "services/warehouse/errors_core.h"
#include "services/warehouse/store/rows.h"
#include "services/warehouse/store/store.h"
#include "services/warehouse/store/totals.h"

namespace kefu::warehouse::store {
namespace {

#define TOTAL_COLUMNS \
  "sku_id, owner_id, node_id, stock_condition, on_hand, reserved, in_transit, version"

constexpr db::Sql kHasStock{
    "SELECT 1 FROM stock_total WHERE org_id = ? AND sku_id = ?"
    " AND (on_hand > 0 OR in_transit > 0) LIMIT 1"};
#define TOTALS_BY_KEY                  \
  "SELECT " TOTAL_COLUMNS              \
  " FROM stock_total WHERE org_id = ?" \
  " AND (sku_id, owner_id, node_id, stock_condition) IN (?*)"
constexpr db::Sql kReadTotals{TOTALS_BY_KEY};
constexpr db::Sql kLockTotals{TOTALS_BY_KEY
                              " ORDER BY sku_id, owner_id, node_id, stock_condition FOR UPDATE"};
#undef TOTALS_BY_KEY
constexpr std::string_view kInsertTotals =
    "INSERT INTO stock_total (org_id, sku_id, owner_id, node_id, stock_condition, on_hand,"
    " reserved, in_transit, available, version)";
// Keeps what is there and locks it.
constexpr std::string_view kKeepTotals = " ON DUPLICATE KEY UPDATE version = version";
constexpr std::string_view kReplaceTotals =
    " ON DUPLICATE KEY UPDATE on_hand = VALUES(on_hand), reserved = VALUES(reserved),"
    " in_transit = VALUES(in_transit), available = VALUES(available), version = VALUES(version)";
constexpr std::string_view kInsertStock =
    "INSERT INTO stock (org_id, sku_id, owner_id, node_id, stock_condition, lot, location,"
    " on_hand)";
constexpr std::string_view kAddStock =
    " ON DUPLICATE KEY UPDATE on_hand = stock.on_hand + VALUES(on_hand)";
constexpr std::string_view kReplaceStock = " ON DUPLICATE KEY UPDATE on_hand = VALUES(on_hand)";
constexpr db::Sql kLockStock{
    "SELECT sku_id, owner_id, node_id, stock_condition, lot, location, on_hand, allocated FROM "
    "stock"
    " WHERE org_id = ? AND (sku_id, owner_id, node_id, stock_condition, lot, location) IN (?*)"
    " ORDER BY sku_id, owner_id, node_id, stock_condition, lot, location FOR UPDATE"};
constexpr db::Sql kSellable{"SELECT " TOTAL_COLUMNS
                            " FROM stock_total WHERE org_id = ? AND sku_id IN (?*)"
                            " AND owner_id = ? AND stock_condition = 'SELLABLE'"
                            " ORDER BY sku_id, node_id"};

// Keyset conditions, spelled out: the optimizers make ranges of them, which they do not of row
// comparisons. One parameter per question mark, in this order.
constexpr db::Sql kListAll{"SELECT " TOTAL_COLUMNS
                           " FROM stock_total WHERE org_id = ? AND (node_id > ?"
                           " OR (node_id = ? AND sku_id > ?)"
                           " OR (node_id = ? AND sku_id = ? AND owner_id > ?)"
                           " OR (node_id = ? AND sku_id = ? AND owner_id = ?"
                           " AND stock_condition > ?))"
                           " ORDER BY node_id, sku_id, owner_id, stock_condition LIMIT ?"};
constexpr db::Sql kListNode{"SELECT " TOTAL_COLUMNS
                            " FROM stock_total WHERE org_id = ? AND node_id = ?"
                            " AND (? = '' OR sku_id = ?) AND (sku_id > ?"
                            " OR (sku_id = ? AND owner_id > ?)"
                            " OR (sku_id = ? AND owner_id = ? AND stock_condition > ?))"
                            " ORDER BY sku_id, owner_id, stock_condition LIMIT ?"};
constexpr db::Sql kListSku{"SELECT " TOTAL_COLUMNS
                           " FROM stock_total WHERE org_id = ? AND sku_id = ? AND (node_id > ?"
                           " OR (node_id = ? AND owner_id > ?)"
                           " OR (node_id = ? AND owner_id = ? AND stock_condition > ?))"
                           " ORDER BY node_id, owner_id, stock_condition LIMIT ?"};
constexpr db::Sql kListLow{"SELECT " TOTAL_COLUMNS
                           " FROM stock_total WHERE org_id = ? AND stock_condition = 'SELLABLE'"
                           " AND available < ? AND (? = '' OR node_id = ?)"
                           " AND (? = '' OR sku_id = ?) AND (available > ?"
                           " OR (available = ? AND node_id > ?)"
                           " OR (available = ? AND node_id = ? AND sku_id > ?)"
                           " OR (available = ? AND node_id = ? AND sku_id = ? AND owner_id > ?))"
                           " ORDER BY available, node_id, sku_id, owner_id LIMIT ?"};
#undef TOTAL_COLUMNS

domain::StockTotal TotalFrom(const db::Row& row) {
  return {.key = {row.Str(0), row.Str(1), row.Str(2), EnumAt<domain::StockCondition>(row, 3)},
          .on_hand = row.Int(4),
          .reserved = row.Int(5),
          .in_transit = row.Int(6),
          .version = row.Int(7)};
}

absl::Status InsertTotals(db::Transaction& t, std::string_view org_id,
                          std::span<const domain::StockTotal> totals, std::string_view tail) {
  std::vector<db::Param> flat;
  flat.reserve(totals.size() * 10);
  for (const domain::StockTotal& total : totals) {
    flat.insert(flat.end(), {org_id, total.key.sku_id, total.key.owner_id, total.key.node_id,
                             NameOf(total.key.condition), total.on_hand, total.reserved,
                             total.in_transit, total.available(), total.version});
  }
  return t.InsertMany(kInsertTotals, 10, flat, tail).status();
}

absl::StatusOr<domain::Totals> TotalsOf(db::Transaction& t, db::Sql sql, std::string_view org_id,
                                        std::span<const domain::TotalKey> keys) {
  constexpr size_t kPerStatement = 200;  // 4 values each; in key order over all statements
  domain::Totals totals;
  for (size_t from = 0; from < keys.size(); from += kPerStatement) {
    std::vector<db::Param> list;
    for (const domain::TotalKey& key :
         keys.subspan(from, std::min(kPerStatement, keys.size() - from))) {
      list.insert(list.end(), {key.sku_id, key.owner_id, key.node_id, NameOf(key.condition)});
    }
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(sql, {org_id}, list, 4));
    for (const db::Row row : rows) {
      domain::StockTotal total = TotalFrom(row);
      domain::TotalKey key = total.key;
      totals.emplace(std::move(key), std::move(total));
    }
  }
  return totals;
}

// By (total, lot, bin).
using BinSums = std::map<std::tuple<domain::TotalKey, std::string, std::string>, int64_t>;

// The sums plus what stands in the rows, which are locked. BIN_SHORT names those below zero.
absl::Status AddWhatIsThere(db::Transaction& t, std::string_view org_id, BinSums& sums) {
  constexpr size_t kPerStatement = 100 * 6;  // 100 rows of 6 values
  std::vector<db::Param> list;
  for (const auto& [key, sum] : sums) {
    const auto& [total, lot, location] = key;
    list.insert(list.end(), {total.sku_id, total.owner_id, total.node_id, NameOf(total.condition),
                             lot, location});
  }
  std::vector<db::Rows> found;
  for (size_t from = 0; from < list.size(); from += kPerStatement) {
    const auto part = std::span(list).subspan(from, std::min(kPerStatement, list.size() - from));
    ASSIGN_OR_RETURN(db::Rows rows, t.QueryIn(kLockStock, {org_id}, part, 6));
    found.push_back(std::move(rows));
  }
  struct Bin {
    int64_t on_hand = 0, allocated = 0;
  };
  std::map<BinSums::key_type, Bin> there;
  for (const db::Rows& rows : found) {
    for (const db::Row row : rows) {
      domain::TotalKey total{row.Str(0), row.Str(1), row.Str(2),
                             EnumAt<domain::StockCondition>(row, 3)};
      there[{std::move(total), row.Str(4), row.Str(5)}] = {row.Int(6), row.Int(7)};
    }
  }
  std::vector<error::BinShortfall> shortfalls;
  for (auto& [key, sum] : sums) {
    const auto at = there.find(key);
    const Bin bin = at == there.end() ? Bin{} : at->second;
    const auto& [total, lot, location] = key;
    if (sum < 0 && -sum > bin.on_hand - bin.allocated) {
      shortfalls.push_back(
          {shortfalls.size(), {total, lot, location}, -sum, bin.on_hand - bin.allocated});
    }
    sum += bin.on_hand;
  }
  return shortfalls.empty() ? absl::OkStatus() : error::BinShort(shortfalls);
}

absl::Status InsertStock(db::Transaction& t, std::string_view org_id, const BinSums& sums,
                         std::string_view tail) {
  std::vector<db::Param> flat;
  for (const auto& [key, quantity] : sums) {
    const auto& [total, lot, location] = key;
    flat.insert(flat.end(), {org_id, total.sku_id, total.owner_id, total.node_id,
                             NameOf(total.condition), lot, location, quantity});
  }
  return t.InsertMany(kInsertStock, 8, flat, tail).status();
}

}  // namespace

absl::StatusOr<bool> HasStock(db::Transaction& t, std::string_view org_id,
                              std::string_view sku_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kHasStock, {org_id, sku_id}));
  return !rows.empty();
}

absl::StatusOr<domain::Totals> ReadTotals(db::Transaction& t, std::string_view org_id,
                                          std::span<const domain::TotalKey> keys) {
  return TotalsOf(t, kReadTotals, org_id, keys);
}

absl::StatusOr<domain::Totals> LockTotals(db::Transaction& t, std::string_view org_id,
                                          std::span<const domain::TotalKey> keys) {
  return TotalsOf(t, kLockTotals, org_id, keys);
}

absl::StatusOr<domain::Totals> MakeAndLockTotals(db::Transaction& t, std::string_view org_id,
                                                 std::span<const domain::TotalKey> keys) {
  std::vector<domain::StockTotal> empty;
  for (const domain::TotalKey& key : keys) empty.push_back({.key = key});
  RETURN_IF_ERROR(InsertTotals(t, org_id, empty, kKeepTotals));
  return LockTotals(t, org_id, keys);
}

absl::Status SaveTotals(db::Transaction& t, std::string_view org_id, const domain::Totals& totals) {
  std::vector<domain::StockTotal> rows;
  for (const auto& [key, total] : totals) rows.push_back(total);
  return InsertTotals(t, org_id, rows, kReplaceTotals);
}

absl::Status AddStock(db::Transaction& t, std::string_view org_id,
                      std::span<const domain::Movement> movements) {
  using domain::LedgerAccount;
  const auto in_house = [](LedgerAccount account) {
    return account == LedgerAccount::kFree || account == LedgerAccount::kReserved ? 1 : 0;
  };
  // Summed by key, so that rows are locked in the order of their key and once.
  BinSums sums;
  bool taken = false;
  for (const domain::Movement& m : movements) {
    const int sign = in_house(m.to) - in_house(m.from);
    if (sign == 0) continue;
    int64_t& sum = sums[{m.key.total, m.key.lot, m.key.location}];
    sum += sign * m.quantity;
    taken |= sign < 0;
  }
  if (!taken) return InsertStock(t, org_id, sums, kAddStock);
  // A row cannot be lowered by adding: the server checks the negative row before it sees the other.
  RETURN_IF_ERROR(AddWhatIsThere(t, org_id, sums));
  return InsertStock(t, org_id, sums, kReplaceStock);
}

absl::StatusOr<std::vector<domain::StockTotal>> SellableTotals(db::Transaction& t,
                                                               std::string_view org_id,
                                                               std::string_view owner_id,
                                                               std::span<const std::string> skus) {
  const std::vector<db::Param> list(skus.begin(), skus.end());
  return Collect(t.QueryIn(kSellable, {org_id}, list, 1, {owner_id}), TotalFrom);
}

absl::StatusOr<std::vector<domain::StockTotal>> ListTotals(db::Reader reader,
                                                           std::string_view org_id,
                                                           const TotalFilter& filter,
                                                           const TotalCursor& after, int limit) {
  const std::string_view node = after.key.node_id, sku = after.key.sku_id,
                         owner = after.key.owner_id;
  // The first page begins before every row; no stored condition is empty.
  const std::string_view condition = after.first ? "" : NameOf(after.key.condition);
  if (filter.available_below > 0) {
    const int64_t a = after.available;
    return Collect(reader.Query(kListLow, {org_id, filter.available_below, filter.node_id,
                                           filter.node_id, filter.sku_id, filter.sku_id, a, a, node,
                                           a, node, sku, a, node, sku, owner, limit}),
                   TotalFrom);
  }
  if (!filter.node_id.empty()) {
    return Collect(reader.Query(kListNode, {org_id, filter.node_id, filter.sku_id, filter.sku_id,
                                            sku, sku, owner, sku, owner, condition, limit}),
                   TotalFrom);
  }
  if (!filter.sku_id.empty()) {
    return Collect(reader.Query(kListSku, {org_id, filter.sku_id, node, node, owner, node, owner,
                                           condition, limit}),
                   TotalFrom);
  }
  return Collect(reader.Query(kListAll, {org_id, node, node, sku, node, sku, owner, node, sku,
                                         owner, condition, limit}),
                 TotalFrom);
}

}  // namespace kefu::warehouse::store
