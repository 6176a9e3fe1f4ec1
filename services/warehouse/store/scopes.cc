#include "services/warehouse/store/scopes.h"

#include "common/status/status_macros.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

// A range of the index; codes are printable ASCII, so all that begin with a prefix lie before
// prefix and DEL.
constexpr db::Sql kRegion{
    "SELECT node_id FROM node WHERE org_id = ? AND region_code >= ? AND region_code < ?"};
// UNION keeps each node once, so a cycle would end too.
constexpr db::Sql kBelow{
    "WITH RECURSIVE below (node_id) AS ("
    " SELECT node_id FROM node WHERE org_id = ? AND node_id = ?"
    " UNION SELECT n.node_id FROM below AS b"
    " JOIN node AS n ON n.org_id = ? AND n.parent_node_id = b.node_id)"
    " SELECT node_id FROM below"};
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
  const std::string end = std::string(prefix) + '\x7f';
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kRegion, {org_id, prefix, end}));
  std::set<std::string> nodes;
  for (const db::Row row : rows) nodes.insert(row.Str(0));
  return nodes;
}

absl::StatusOr<std::set<std::string>> NodesBelow(db::Reader reader, std::string_view org_id,
                                                 std::string_view node_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kBelow, {org_id, node_id, org_id}));
  if (rows.empty()) return error::NodeNotFound(node_id);
  std::set<std::string> all;
  for (const db::Row row : rows) all.insert(row.Str(0));
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
