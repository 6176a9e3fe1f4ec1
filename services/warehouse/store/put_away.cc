// Bins, and what lies in them.
#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"
#include "services/warehouse/store/inbound.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

#define BIN_COLUMNS "location, distance_cm, capacity_cm3, size_classes, closed"
constexpr db::Sql kOpenBins{"SELECT " BIN_COLUMNS
                            " FROM bin WHERE org_id = ? AND node_id = ? AND closed = 0"
                            " AND SUBSTRING_INDEX(location, '-', 1) IN (?*) ORDER BY location"};
constexpr db::Sql kLockBins{"SELECT " BIN_COLUMNS
                            " FROM bin WHERE org_id = ? AND node_id = ? AND location IN (?*)"
                            " ORDER BY location FOR UPDATE"};
constexpr db::Sql kAnyBin{"SELECT 1 FROM bin WHERE org_id = ? AND node_id = ? LIMIT 1"};
#undef BIN_COLUMNS
constexpr db::Sql kContents{
    "SELECT location, sku_id, owner_id, stock_condition, lot, on_hand FROM stock"
    " WHERE org_id = ? AND node_id = ? AND location IN (?*) AND on_hand > 0"};
constexpr db::Sql kGoods{
    "SELECT sku_id, owner_id, stock_condition, lot, location, on_hand - allocated FROM stock"
    " WHERE org_id = ? AND node_id = ? AND location = ? AND (? = '' OR sku_id = ?)"
    " AND on_hand > allocated ORDER BY sku_id, owner_id, stock_condition, lot LIMIT ?"};

domain::PutAwayBin BinFrom(const db::Row& row) {
  domain::PutAwayBin bin{.location = row.Str(0),
                         .distance_cm = row.Int(1),
                         .capacity_cm3 = row.Int(2),
                         .closed = row.Bool(4)};
  const std::string sizes = row.Str(3);
  for (const auto name : absl::StrSplit(sizes, ',', absl::SkipEmpty())) {
    const auto size = ParseName<domain::SizeClass>({name.data(), name.size()});
    if (size) bin.size_classes.push_back(*size);
  }
  return bin;
}

domain::PutAwayMove GoodsFrom(const db::Row& row) {
  return {.sku_id = row.Str(0),
          .owner_id = row.Str(1),
          .condition = EnumAt<domain::StockCondition>(row, 2),
          .lot = row.Str(3),
          .from_location = row.Str(4),
          .quantity = row.Int(5)};
}

}  // namespace

absl::StatusOr<std::vector<domain::PutAwayBin>> BinsIn(db::Transaction& t, std::string_view org_id,
                                                       std::string_view node_id,
                                                       const std::set<std::string>& zones) {
  const std::vector<db::Param> list(zones.begin(), zones.end());
  return Collect(t.QueryIn(kOpenBins, {org_id, node_id}, list), BinFrom);
}

absl::StatusOr<std::optional<std::vector<domain::PutAwayBin>>> LockBins(
    db::Transaction& t, std::string_view org_id, std::string_view node_id,
    const std::set<std::string>& locations) {
  ASSIGN_OR_RETURN(const db::Rows any, t.Query(kAnyBin, {org_id, node_id}));
  if (any.empty()) return std::nullopt;
  const std::vector<db::Param> list(locations.begin(), locations.end());
  ASSIGN_OR_RETURN(auto bins, Collect(t.QueryIn(kLockBins, {org_id, node_id}, list), BinFrom));
  return std::optional(std::move(bins));
}

absl::StatusOr<domain::BinContents> ContentsOf(db::Transaction& t, std::string_view org_id,
                                               std::string_view node_id,
                                               const std::set<std::string>& locations) {
  constexpr size_t kPerStatement = 500;
  const std::vector<db::Param> list(locations.begin(), locations.end());
  domain::BinContents contents;
  for (size_t from = 0; from < list.size(); from += kPerStatement) {
    const auto part = std::span(list).subspan(from, std::min(kPerStatement, list.size() - from));
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kContents, {org_id, node_id}, part));
    for (const db::Row row : rows) {
      contents[row.Str(0)].push_back(
          {row.Str(1), row.Str(2), EnumAt<domain::StockCondition>(row, 3), row.Str(4), row.Int(5)});
    }
  }
  return contents;
}

absl::StatusOr<std::vector<domain::PutAwayMove>> GoodsAt(db::Transaction& t,
                                                         std::string_view org_id,
                                                         std::string_view node_id,
                                                         std::string_view location,
                                                         std::string_view sku_id, int limit) {
  return Collect(t.Query(kGoods, {org_id, node_id, location, sku_id, sku_id, limit}), GoodsFrom);
}

}  // namespace kefu::warehouse::store
