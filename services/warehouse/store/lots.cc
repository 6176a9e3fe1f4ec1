#include "services/warehouse/store/lots.h"

#include "common/status/status_macros.h"
#include "services/warehouse/errors_core.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

#define LOT_COLUMNS "sku_id, lot, expiry_date, made_date, state, version, create_us, update_us"

constexpr db::Sql kFind{"SELECT " LOT_COLUMNS
                        " FROM lot WHERE org_id = ? AND (sku_id, lot) IN (?*)"};
constexpr db::Sql kLock{"SELECT " LOT_COLUMNS
                        " FROM lot WHERE org_id = ? AND (sku_id, lot) IN (?*)"
                        " ORDER BY sku_id, lot FOR UPDATE"};
constexpr std::string_view kInsert = "INSERT INTO lot (org_id, " LOT_COLUMNS ")";
// Keeps what is there and locks it.
constexpr std::string_view kKeep = " ON DUPLICATE KEY UPDATE version = lot.version";
constexpr db::Sql kUpdate{
    "UPDATE lot SET expiry_date = ?, made_date = ?, state = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND sku_id = ? AND lot = ?"};
constexpr db::Sql kStockRows{
    "SELECT s.sku_id, s.owner_id, s.node_id, s.stock_condition, s.lot, s.location,"
    " s.on_hand - s.allocated,"
    " l.expiry_date, l.made_date, COALESCE(l.create_us, 0), COALESCE(l.state, '') FROM stock AS s"
    " LEFT JOIN lot AS l ON l.org_id = s.org_id AND l.sku_id = s.sku_id AND l.lot = s.lot"
    " WHERE s.org_id = ? AND (s.sku_id, s.owner_id, s.node_id, s.stock_condition) IN (?*)"
    " AND s.on_hand > s.allocated"};
#undef LOT_COLUMNS

domain::Lot LotFrom(const db::Row& row) {
  return {.sku_id = row.Str(0),
          .lot = row.Str(1),
          .expiry_date = row.OptDay(2),
          .made_date = row.OptDay(3),
          .state = EnumAt<domain::LotState>(row, 4),
          .info = InfoAt(row, 5)};
}

absl::StatusOr<domain::Lots> Select(db::Transaction& t, db::Sql sql, std::string_view org_id,
                                    const std::vector<db::Param>& list) {
  constexpr size_t kPerStatement = 400;  // values; two a lot
  domain::Lots lots;
  for (size_t from = 0; from < list.size(); from += kPerStatement) {
    const auto part = std::span(list).subspan(from, std::min(kPerStatement, list.size() - from));
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(sql, {org_id}, part, 2));
    for (const db::Row row : rows) {
      domain::Lot lot = LotFrom(row);
      domain::LotKey key{lot.sku_id, lot.lot};
      lots.emplace(std::move(key), std::move(lot));
    }
  }
  return lots;
}

}  // namespace

absl::StatusOr<domain::Lots> FindLots(db::Transaction& t, std::string_view org_id,
                                      const std::set<domain::LotKey>& keys) {
  std::vector<db::Param> list;
  for (const auto& [sku_id, lot] : keys) list.insert(list.end(), {sku_id, lot});
  return Select(t, kFind, org_id, list);
}

absl::StatusOr<domain::Lots> MakeAndLockLots(db::Transaction& t, std::string_view org_id,
                                             const domain::Lots& claims, absl::Time now) {
  std::vector<db::Param> flat, list;
  for (const auto& [key, lot] : claims) {
    flat.insert(flat.end(), {org_id, lot.sku_id, lot.lot, lot.expiry_date, lot.made_date,
                             NameOf(domain::LotState::kActive), 1, now, now});
    list.insert(list.end(), {lot.sku_id, lot.lot});
  }
  RETURN_IF_ERROR(t.InsertMany(kInsert, 9, flat, kKeep).status());
  return Select(t, kLock, org_id, list);
}

absl::StatusOr<domain::Lot> LockLot(db::Transaction& t, std::string_view org_id,
                                    std::string_view sku_id, std::string_view lot) {
  ASSIGN_OR_RETURN(const domain::Lots lots, Select(t, kLock, org_id, {sku_id, lot}));
  if (lots.empty()) return error::LotNotFound(sku_id, lot);
  return lots.begin()->second;
}

absl::Status Update(db::Transaction& t, std::string_view org_id,
                    std::span<const domain::Lot> lots) {
  for (const domain::Lot& lot : lots) {
    RETURN_IF_ERROR(
        t.Execute(kUpdate, {lot.expiry_date, lot.made_date, NameOf(lot.state), lot.info.version,
                            lot.info.update_time, org_id, lot.sku_id, lot.lot})
            .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<domain::TotalKey, std::vector<domain::LotStock>>> StockRows(
    db::Transaction& t, std::string_view org_id, std::span<const domain::TotalKey> keys) {
  constexpr size_t kPerStatement = 200;  // keys of 4 values each
  std::map<domain::TotalKey, std::vector<domain::LotStock>> found;
  for (size_t from = 0; from < keys.size(); from += kPerStatement) {
    std::vector<db::Param> list;
    for (const auto& key : keys.subspan(from, std::min(kPerStatement, keys.size() - from))) {
      list.insert(list.end(), {key.sku_id, key.owner_id, key.node_id, NameOf(key.condition)});
    }
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kStockRows, {org_id}, list, 4));
    for (const db::Row row : rows) {
      found[{row.Str(0), row.Str(1), row.Str(2), EnumAt<domain::StockCondition>(row, 3)}].push_back(
          {.lot = row.Str(4),
           .location = row.Str(5),
           .free = row.Int(6),
           .expiry_date = row.OptDay(7),
           .made_date = row.OptDay(8),
           .first_received = row.Time(9),
           .recalled = EnumAt<domain::LotState>(row, 10) == domain::LotState::kRecalled});
    }
  }
  for (auto& [key, rows] : found) domain::SortFefo(rows);
  return found;
}

}  // namespace kefu::warehouse::store
