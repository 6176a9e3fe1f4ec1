#include "services/warehouse/store/scopes.h"

#include <utility>

#include "common/status/status_macros.h"
#include "services/warehouse/store/rows.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse::store {
namespace {

constexpr db::Sql kRegion{"SELECT node_id FROM node WHERE org_id = ? AND LEFT(region_code, ?) = ?"};
constexpr db::Sql kChildren{"SELECT node_id FROM node WHERE org_id = ? AND parent_node_id IN (?*)"};
constexpr db::Sql kAllOwners{
    "SELECT sku_id, owner_id, node_id, on_hand, reserved, in_transit, version FROM stock_total"
    " WHERE org_id = ? AND sku_id IN (?*) AND stock_condition = 'SELLABLE'"
    " ORDER BY sku_id, node_id, owner_id"};
constexpr db::Sql kNodeHasStock{
    "SELECT 1 FROM stock_total WHERE org_id = ? AND node_id = ? AND (on_hand > 0 OR in_transit > 0)"
    " LIMIT 1 LOCK IN SHARE MODE"};

}  // namespace

absl::StatusOr<std::set<std::string>> NodesOfRegion(db::Reader reader, std::string_view org_id,
                                                    std::string_view prefix) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kRegion, {org_id, prefix.size(), prefix}));
  std::set<std::string> nodes;
  for (const db::Row row : rows) nodes.insert(row.Str(0));
  return nodes;
}

absl::StatusOr<std::set<std::string>> NodesBelow(db::Transaction& t, std::string_view org_id,
                                                 std::string_view node_id) {
  constexpr size_t kPerStatement = 500;
  RETURN_IF_ERROR(FindNode(t, org_id, node_id).status());
  std::set<std::string> all = {std::string(node_id)};
  std::vector<std::string> level(all.begin(), all.end());
  while (!level.empty()) {
    std::vector<std::string> next;
    for (size_t from = 0; from < level.size(); from += kPerStatement) {
      const auto part =
          std::span(level).subspan(from, std::min(kPerStatement, level.size() - from));
      const std::vector<db::Param> list(part.begin(), part.end());
      ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kChildren, {org_id}, list));
      for (const db::Row row : rows) {
        if (all.insert(row.Str(0)).second) next.push_back(row.Str(0));
      }
    }
    level = std::move(next);
  }
  return all;
}

absl::StatusOr<std::vector<domain::StockTotal>> SellableOfAllOwners(
    db::Transaction& t, std::string_view org_id, std::span<const std::string> skus) {
  const std::vector<db::Param> list(skus.begin(), skus.end());
  return Collect(t.QueryIn(kAllOwners, {org_id}, list), [](const db::Row& row) {
    return domain::StockTotal{.key = {row.Str(0), row.Str(1), row.Str(2)},
                              .on_hand = row.Int(3),
                              .reserved = row.Int(4),
                              .in_transit = row.Int(5),
                              .version = row.Int(6)};
  });
}

absl::StatusOr<bool> NodeHasStock(db::Transaction& t, std::string_view org_id,
                                  std::string_view node_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kNodeHasStock, {org_id, node_id}));
  return !rows.empty();
}

}  // namespace kefu::warehouse::store
