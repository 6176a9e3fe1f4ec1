#include "services/warehouse/store/past_stock.h"

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

constexpr db::Sql kSkus{
    "SELECT DISTINCT sku_id FROM stock_total WHERE org_id = ? AND node_id = ? AND sku_id > ?"
    " ORDER BY sku_id LIMIT ?"};

#define ON_HAND                                             \
  "SUM(IF(to_account IN ('FREE', 'RESERVED'), quantity, 0)" \
  " - IF(from_account IN ('FREE', 'RESERVED'), quantity, 0)) AS on_hand"
#define SUM_OF(account, name)     \
  "SUM(IF(to_account = '" account \
  "', quantity, 0)"               \
  " - IF(from_account = '" account "', quantity, 0)) AS " name
#define OF_SKUS                                                                        \
  " FROM ledger_entry FORCE INDEX (ledger_entry_sku) WHERE org_id = ? AND node_id = ?" \
  " AND sku_id IN (?*) AND record_us <= ? AND business_date <= ?"

constexpr db::Sql kTotals{"SELECT sku_id, owner_id, stock_condition, '', '', " ON_HAND ", " SUM_OF(
    "RESERVED", "reserved") ", " SUM_OF("IN_TRANSIT", "in_transit") OF_SKUS
                          " GROUP BY sku_id, owner_id, stock_condition"
                          " HAVING on_hand <> 0 OR reserved <> 0 OR in_transit <> 0"
                          " ORDER BY sku_id, owner_id, stock_condition"};
constexpr db::Sql kBins{
    "SELECT sku_id, owner_id, stock_condition, lot, location, " ON_HAND ", 0, 0" OF_SKUS
    " GROUP BY sku_id, owner_id, stock_condition, lot, location HAVING on_hand <> 0"
    " ORDER BY sku_id, owner_id, stock_condition, lot, location"};
#undef ON_HAND
#undef SUM_OF
#undef OF_SKUS

}  // namespace

absl::StatusOr<std::vector<std::string>> SkusOfNode(db::Reader reader, std::string_view org_id,
                                                    std::string_view node_id,
                                                    std::string_view after, int limit) {
  return Collect(reader.Query(kSkus, {org_id, node_id, after, limit}),
                 [](const db::Row& row) { return row.Str(0); });
}

absl::StatusOr<std::vector<PastLevel>> PastLevels(db::Transaction& t, std::string_view org_id,
                                                  const PastAsked& asked,
                                                  std::span<const std::string> sku_ids) {
  const std::vector<db::Param> list(sku_ids.begin(), sku_ids.end());
  const absl::CivilDay day = asked.day.value_or(absl::CivilDay(9999, 12, 31));
  return Collect(t.QueryIn(asked.by_bin ? kBins : kTotals, {org_id, asked.node_id}, list, 1,
                           {ToMicros(asked.upto), day}),
                 [&](const db::Row& row) {
                   return PastLevel{{{row.Str(0), row.Str(1), std::string(asked.node_id),
                                      EnumAt<domain::StockCondition>(row, 2)},
                                     row.Str(3),
                                     row.Str(4)},
                                    row.Int(5),
                                    row.Int(6),
                                    row.Int(7)};
                 });
}

}  // namespace kefu::warehouse::store
