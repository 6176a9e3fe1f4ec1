// Nodes and SKUs.
#include "common/status/status_macros.h"
#include "services/warehouse/domain/ledger.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/store/rows.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse::store {
namespace {

#define NODE_COLUMNS                                                                      \
  "node_id, external_id, display_name, kind, parent_node_id, region_code,"                \
  " latitude_micro_degrees, longitude_micro_degrees, time_zone, capacity_units,"          \
  " daily_throughput_units, daily_rent_minor, daily_rent_currency, operator_name, state," \
  " version, create_us, update_us"
#define SKU_COLUMNS                                                                            \
  "sku_id, code, display_name, category, barcode, size_class, weight_grams, length_mm,"        \
  " width_mm, height_mm, lot_tracked, shelf_life_days, list_price_minor, list_price_currency," \
  " state, version, create_us, update_us"

constexpr db::Sql kFindNode{"SELECT " NODE_COLUMNS " FROM node WHERE org_id = ? AND node_id = ?"};
constexpr db::Sql kLockNode{"SELECT " NODE_COLUMNS
                            " FROM node WHERE org_id = ? AND node_id = ? FOR UPDATE"};
constexpr db::Sql kShareNode{"SELECT " NODE_COLUMNS
                             " FROM node WHERE org_id = ? AND node_id = ? LOCK IN SHARE MODE"};
constexpr db::Sql kFindNodes{"SELECT " NODE_COLUMNS
                             " FROM node WHERE org_id = ? AND node_id IN (?*)"};
constexpr db::Sql kFindSku{"SELECT " SKU_COLUMNS " FROM sku WHERE org_id = ? AND sku_id = ?"};
constexpr db::Sql kLockSku{"SELECT " SKU_COLUMNS
                           " FROM sku WHERE org_id = ? AND sku_id = ? FOR UPDATE"};
constexpr db::Sql kFindSkus{"SELECT " SKU_COLUMNS " FROM sku WHERE org_id = ? AND sku_id IN (?*)"};
constexpr db::Sql kShareSkus{"SELECT " SKU_COLUMNS
                             " FROM sku WHERE org_id = ? AND sku_id IN (?*)"
                             " ORDER BY sku_id LOCK IN SHARE MODE"};

constexpr db::Sql kNodeBriefs{
    "SELECT node_id, state, time_zone FROM node WHERE org_id = ? AND node_id IN (?*)"};
constexpr db::Sql kSkuBriefs{
    "SELECT sku_id, state, guarded FROM sku WHERE org_id = ? AND sku_id IN (?*)"};

constexpr db::Sql kInsertNode{
    "INSERT INTO node (org_id, node_id, external_id, display_name, kind, parent_node_id,"
    " region_code, latitude_micro_degrees, longitude_micro_degrees, time_zone, capacity_units,"
    " daily_throughput_units, daily_rent_minor, daily_rent_currency, operator_name, state,"
    " version, create_us, update_us)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Sql kInsertChain{
    "INSERT INTO ledger_chain (org_id, node_id, entry_number, entry_sha256) VALUES (?, ?, 0, ?)"};
constexpr db::Sql kUpdateNode{
    "UPDATE node SET external_id = ?, display_name = ?, parent_node_id = ?, region_code = ?,"
    " latitude_micro_degrees = ?, longitude_micro_degrees = ?, time_zone = ?, capacity_units = ?,"
    " daily_throughput_units = ?, daily_rent_minor = ?, daily_rent_currency = ?,"
    " operator_name = ?, state = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND node_id = ?"};
constexpr db::Sql kInsertSku{
    "INSERT INTO sku (org_id, sku_id, code, display_name, category, barcode, size_class,"
    " weight_grams, length_mm, width_mm, height_mm, lot_tracked, shelf_life_days,"
    " list_price_minor, list_price_currency, state, version, create_us, update_us)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Sql kUpdateSku{
    "UPDATE sku SET display_name = ?, category = ?, barcode = ?, size_class = ?,"
    " weight_grams = ?, length_mm = ?, width_mm = ?, height_mm = ?, lot_tracked = ?,"
    " shelf_life_days = ?, list_price_minor = ?, list_price_currency = ?, state = ?,"
    " version = ?, update_us = ? WHERE org_id = ? AND sku_id = ?"};

constexpr db::Sql kListNodes{"SELECT " NODE_COLUMNS
                             " FROM node WHERE org_id = ? AND node_id > ?"
                             " AND (? = 1 OR state = 'ACTIVE') AND (? = '' OR kind = ?)"
                             " ORDER BY node_id LIMIT ?"};
constexpr db::Sql kListChildren{"SELECT " NODE_COLUMNS
                                " FROM node WHERE org_id = ? AND parent_node_id = ?"
                                " AND node_id > ? AND (? = 1 OR state = 'ACTIVE')"
                                " AND (? = '' OR kind = ?) ORDER BY node_id LIMIT ?"};
constexpr db::Sql kListSkus{"SELECT " SKU_COLUMNS
                            " FROM sku WHERE org_id = ? AND sku_id > ?"
                            " AND (? = 1 OR state = 'ACTIVE') ORDER BY sku_id LIMIT ?"};
constexpr db::Sql kListCategory{"SELECT " SKU_COLUMNS
                                " FROM sku WHERE org_id = ? AND category = ? AND sku_id > ?"
                                " AND (? = 1 OR state = 'ACTIVE') ORDER BY sku_id LIMIT ?"};
constexpr db::Sql kListCode{"SELECT " SKU_COLUMNS
                            " FROM sku WHERE org_id = ? AND code = ? AND sku_id > ?"
                            " AND (? = 1 OR state = 'ACTIVE') AND (? = '' OR category = ?)"
                            " ORDER BY sku_id LIMIT ?"};
#undef NODE_COLUMNS
#undef SKU_COLUMNS

domain::Node NodeFrom(const db::Row& row) {
  domain::Node node{.id = row.Str(0),
                    .external_id = row.Str(1),
                    .display_name = row.Str(2),
                    .kind = EnumAt<domain::NodeKind>(row, 3),
                    .parent_node_id = row.Str(4),
                    .region_code = row.Str(5),
                    .time_zone = row.Str(8),
                    .capacity_units = row.Int(9),
                    .daily_throughput_units = row.Int(10),
                    .daily_rent = MoneyAt(row, 11),
                    .operator_name = row.Str(13),
                    .state = EnumAt<domain::RecordState>(row, 14),
                    .info = InfoAt(row, 15)};
  if (!row.IsNull(6)) {
    node.location = {static_cast<int32_t>(row.Int(6)), static_cast<int32_t>(row.Int(7))};
  }
  return node;
}

domain::Sku SkuFrom(const db::Row& row) {
  return {.id = row.Str(0),
          .code = row.Str(1),
          .display_name = row.Str(2),
          .category = row.Str(3),
          .barcode = row.Str(4),
          .size_class = EnumAt<domain::SizeClass>(row, 5),
          .weight_grams = row.Int(6),
          .length_mm = static_cast<int32_t>(row.Int(7)),
          .width_mm = static_cast<int32_t>(row.Int(8)),
          .height_mm = static_cast<int32_t>(row.Int(9)),
          .lot_tracked = row.Bool(10),
          .shelf_life_days = static_cast<int32_t>(row.Int(11)),
          .list_price = MoneyAt(row, 12),
          .state = EnumAt<domain::RecordState>(row, 14),
          .info = InfoAt(row, 15)};
}

absl::StatusOr<domain::Node> OneNode(absl::StatusOr<db::Rows> rows, std::string_view id) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return error::NodeNotFound(id);
  return NodeFrom(rows->front());
}

absl::StatusOr<domain::Sku> OneSku(absl::StatusOr<db::Rows> rows, std::string_view id) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return error::SkuNotFound(id);
  return SkuFrom(rows->front());
}

db::Param LatitudeOf(const domain::Node& node) {
  return node.location ? db::Param(node.location->latitude_micro_degrees) : db::Param(nullptr);
}
db::Param LongitudeOf(const domain::Node& node) {
  return node.location ? db::Param(node.location->longitude_micro_degrees) : db::Param(nullptr);
}

// The one other unique key of each table.
absl::Status Named(const absl::Status& status, const domain::Node& node) {
  return db::IsDuplicate(status, "node_external") ? error::ExternalIdTaken(node.external_id)
                                                  : status;
}
absl::Status Named(const absl::Status& status, const domain::Sku& sku) {
  return db::IsDuplicate(status, "sku_code") ? error::SkuCodeTaken(sku.code) : status;
}

}  // namespace

absl::StatusOr<domain::Node> FindNode(db::Reader reader, std::string_view org_id,
                                      std::string_view node_id) {
  return OneNode(reader.Query(kFindNode, {org_id, node_id}), node_id);
}

absl::StatusOr<domain::Sku> FindSku(db::Reader reader, std::string_view org_id,
                                    std::string_view sku_id) {
  return OneSku(reader.Query(kFindSku, {org_id, sku_id}), sku_id);
}

absl::StatusOr<domain::Node> LockNode(db::Transaction& t, std::string_view org_id,
                                      std::string_view node_id, LockMode mode) {
  return OneNode(t.Query(mode == LockMode::kUpdate ? kLockNode : kShareNode, {org_id, node_id}),
                 node_id);
}

absl::StatusOr<domain::Sku> LockSku(db::Transaction& t, std::string_view org_id,
                                    std::string_view sku_id) {
  return OneSku(t.Query(kLockSku, {org_id, sku_id}), sku_id);
}

absl::StatusOr<std::map<std::string, domain::Node>> FindNodes(db::Transaction& t,
                                                              std::string_view org_id,
                                                              const std::set<std::string>& ids) {
  const std::vector<db::Param> list(ids.begin(), ids.end());
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kFindNodes, {org_id}, list));
  std::map<std::string, domain::Node> nodes;
  for (const db::Row row : rows) nodes.emplace(row.Str(0), NodeFrom(row));
  return nodes;
}

absl::StatusOr<std::map<std::string, domain::Sku>> FindSkus(db::Transaction& t,
                                                            std::string_view org_id,
                                                            const std::set<std::string>& ids,
                                                            bool shared) {
  const std::vector<db::Param> list(ids.begin(), ids.end());
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(shared ? kShareSkus : kFindSkus, {org_id}, list));
  std::map<std::string, domain::Sku> skus;
  for (const db::Row row : rows) skus.emplace(row.Str(0), SkuFrom(row));
  return skus;
}

absl::StatusOr<std::map<std::string, NodeBrief>> NodeBriefs(db::Transaction& t,
                                                            std::string_view org_id,
                                                            const std::set<std::string>& ids) {
  std::map<std::string, NodeBrief> found;
  RETURN_IF_ERROR(ByIds(t, kNodeBriefs, org_id, ids, [&found](const db::Row& row) {
    found[row.Str(0)] = {EnumAt<domain::RecordState>(row, 1), row.Str(2)};
  }));
  return found;
}

absl::StatusOr<std::map<std::string, SkuBrief>> SkuBriefs(db::Transaction& t,
                                                          std::string_view org_id,
                                                          const std::set<std::string>& ids) {
  std::map<std::string, SkuBrief> found;
  RETURN_IF_ERROR(ByIds(t, kSkuBriefs, org_id, ids, [&found](const db::Row& row) {
    found[row.Str(0)] = {EnumAt<domain::RecordState>(row, 1), row.Bool(2)};
  }));
  return found;
}

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Node& node) {
  const absl::Status inserted =
      t.Execute(
           kInsertNode,
           {org_id, node.id, NullIfEmpty(node.external_id), node.display_name, NameOf(node.kind),
            node.parent_node_id, node.region_code, LatitudeOf(node), LongitudeOf(node),
            node.time_zone, node.capacity_units, node.daily_throughput_units,
            MinorOf(node.daily_rent), CurrencyOf(node.daily_rent), node.operator_name,
            NameOf(node.state), node.info.version, node.info.create_time, node.info.update_time})
          .status();
  RETURN_IF_ERROR(Named(inserted, node));
  return t.Execute(kInsertChain, {org_id, node.id, db::Param::Bytes(domain::GenesisHash())})
      .status();
}

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Sku& sku) {
  return Named(
      t.Execute(kInsertSku, {org_id, sku.id, sku.code, sku.display_name, sku.category, sku.barcode,
                             NameOf(sku.size_class), sku.weight_grams, sku.length_mm, sku.width_mm,
                             sku.height_mm, sku.lot_tracked, sku.shelf_life_days,
                             MinorOf(sku.list_price), CurrencyOf(sku.list_price), NameOf(sku.state),
                             sku.info.version, sku.info.create_time, sku.info.update_time})
          .status(),
      sku);
}

absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::Node& node) {
  return Named(
      t.Execute(kUpdateNode,
                {NullIfEmpty(node.external_id), node.display_name, node.parent_node_id,
                 node.region_code, LatitudeOf(node), LongitudeOf(node), node.time_zone,
                 node.capacity_units, node.daily_throughput_units, MinorOf(node.daily_rent),
                 CurrencyOf(node.daily_rent), node.operator_name, NameOf(node.state),
                 node.info.version, node.info.update_time, org_id, node.id})
          .status(),
      node);
}

absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::Sku& sku) {
  return Named(
      t.Execute(kUpdateSku,
                {sku.display_name, sku.category, sku.barcode, NameOf(sku.size_class),
                 sku.weight_grams, sku.length_mm, sku.width_mm, sku.height_mm, sku.lot_tracked,
                 sku.shelf_life_days, MinorOf(sku.list_price), CurrencyOf(sku.list_price),
                 NameOf(sku.state), sku.info.version, sku.info.update_time, org_id, sku.id})
          .status(),
      sku);
}

absl::StatusOr<std::vector<domain::Node>> ListNodes(db::Reader reader, std::string_view org_id,
                                                    Page page, const NodeFilter& filter) {
  if (filter.parent_node_id.empty()) {
    return Collect(reader.Query(kListNodes, {org_id, page.after, filter.archived, filter.kind,
                                             filter.kind, page.limit}),
                   NodeFrom);
  }
  return Collect(
      reader.Query(kListChildren, {org_id, filter.parent_node_id, page.after, filter.archived,
                                   filter.kind, filter.kind, page.limit}),
      NodeFrom);
}

absl::StatusOr<std::vector<domain::Sku>> ListSkus(db::Reader reader, std::string_view org_id,
                                                  Page page, const SkuFilter& filter) {
  if (!filter.code.empty()) {
    return Collect(reader.Query(kListCode, {org_id, filter.code, page.after, filter.archived,
                                            filter.category, filter.category, page.limit}),
                   SkuFrom);
  }
  if (!filter.category.empty()) {
    return Collect(reader.Query(kListCategory,
                                {org_id, filter.category, page.after, filter.archived, page.limit}),
                   SkuFrom);
  }
  return Collect(reader.Query(kListSkus, {org_id, page.after, filter.archived, page.limit}),
                 SkuFrom);
}

}  // namespace kefu::warehouse::store
