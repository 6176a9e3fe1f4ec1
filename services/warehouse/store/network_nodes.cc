// The network's shape, and many nodes, SKUs and totals at once.
#include "common/status/status_macros.h"
#include "services/warehouse/domain/ledger.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/store/network.h"
#include "services/warehouse/store/rows.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse::store {
namespace {

constexpr db::Sql kExternalIds{
    "SELECT external_id, node_id FROM node WHERE org_id = ? AND external_id IN (?*)"
    " ORDER BY node_id LOCK IN SHARE MODE"};
constexpr db::Sql kSkuCodes{"SELECT code, sku_id FROM sku WHERE org_id = ? AND code IN (?*)"};
constexpr db::Sql kTotals{
    "SELECT sku_id, owner_id, node_id, on_hand, reserved, in_transit, version FROM stock_total"
    " WHERE org_id = ? AND stock_condition = 'SELLABLE' AND (sku_id, owner_id, node_id) IN (?*)"};
constexpr db::Sql kOnOrder{
    "SELECT line.sku_id, line.owner_id, n.node_id, line.quantity - line.received"
    " FROM inbound_notice AS n, JSON_TABLE(n.line_list, '$[*]' COLUMNS ("
    "sku_id VARCHAR(64) PATH '$[0]', owner_id VARCHAR(64) PATH '$[1]',"
    " quantity BIGINT PATH '$[2]', received BIGINT PATH '$[6]')) AS line"
    " WHERE n.org_id = ? AND n.node_id IN (?*) AND n.state IN ('EXPECTED', 'RECEIVING')"
    " AND n.kind = 'PURCHASE' AND line.quantity > line.received"};
constexpr std::string_view kInsertNodes =
    "INSERT INTO node (org_id, node_id, external_id, display_name, kind, parent_node_id,"
    " region_code, latitude_micro_degrees, longitude_micro_degrees, time_zone, capacity_units,"
    " daily_throughput_units, daily_rent_minor, daily_rent_currency, operator_name, state,"
    " version, create_us, update_us)";
constexpr std::string_view kInsertChains =
    "INSERT INTO ledger_chain (org_id, node_id, entry_number, entry_sha256)";
constexpr std::string_view kInsertSkus =
    "INSERT INTO sku (org_id, sku_id, code, display_name, category, barcode, size_class,"
    " weight_grams, length_mm, width_mm, height_mm, lot_tracked, shelf_life_days,"
    " list_price_minor, list_price_currency, state, version, create_us, update_us)";

constexpr size_t kPerStatement = 1000;  // tuples of a list

absl::StatusOr<std::map<std::string, std::string>> Pairs(absl::StatusOr<db::Rows> rows) {
  RETURN_IF_ERROR(rows.status());
  std::map<std::string, std::string> pairs;
  for (const db::Row row : *rows) pairs.emplace(row.Str(0), row.Str(1));
  return pairs;
}

}  // namespace

absl::StatusOr<std::vector<domain::Node>> ActiveNodes(db::Reader reader, std::string_view org_id) {
  constexpr int kPage = 1000;
  std::vector<domain::Node> nodes;
  for (std::string after;;) {
    ASSIGN_OR_RETURN(std::vector<domain::Node> page,
                     ListNodes(reader, org_id, {after, kPage}, NodeFilter()));
    const bool last = page.size() < kPage;
    if (!page.empty()) after = page.back().id;
    std::ranges::move(page, std::back_inserter(nodes));
    if (last) return nodes;
  }
}

absl::StatusOr<std::map<std::string, std::string>> FindExternalIds(
    db::Transaction& t, std::string_view org_id, const std::set<std::string>& external_ids) {
  const std::vector<db::Param> list(external_ids.begin(), external_ids.end());
  return Pairs(t.QueryIn(kExternalIds, {org_id}, list));
}

absl::StatusOr<std::map<std::string, std::string>> FindSkuCodes(
    db::Transaction& t, std::string_view org_id, const std::set<std::string>& codes) {
  const std::vector<db::Param> list(codes.begin(), codes.end());
  return Pairs(t.QueryIn(kSkuCodes, {org_id}, list));
}

absl::Status InsertMany(db::Transaction& t, std::string_view org_id,
                        std::span<const domain::Node> nodes) {
  std::vector<db::Param> flat, chains;
  const std::string genesis = domain::GenesisHash();
  for (const domain::Node& n : nodes) {
    const auto degrees = [&n](auto member) {
      return n.location ? db::Param((*n.location).*member) : db::Param(nullptr);
    };
    flat.insert(
        flat.end(),
        {org_id, n.id, NullIfEmpty(n.external_id), n.display_name, NameOf(n.kind), n.parent_node_id,
         n.region_code, degrees(&domain::GeoPoint::latitude_micro_degrees),
         degrees(&domain::GeoPoint::longitude_micro_degrees), n.time_zone, n.capacity_units,
         n.daily_throughput_units, MinorOf(n.daily_rent), CurrencyOf(n.daily_rent), n.operator_name,
         NameOf(n.state), n.info.version, n.info.create_time, n.info.update_time});
    chains.insert(chains.end(), {org_id, n.id, 0, db::Param::Bytes(genesis)});
  }
  const absl::Status inserted = t.InsertMany(kInsertNodes, 19, flat).status();
  if (db::IsDuplicate(inserted, "node_external")) return error::ExternalIdTaken("");
  RETURN_IF_ERROR(inserted);
  return t.InsertMany(kInsertChains, 4, chains).status();
}

absl::Status InsertMany(db::Transaction& t, std::string_view org_id,
                        std::span<const domain::Sku> skus) {
  std::vector<db::Param> flat;
  for (const domain::Sku& s : skus) {
    flat.insert(flat.end(),
                {org_id, s.id, s.code, s.display_name, s.category, s.barcode, NameOf(s.size_class),
                 s.weight_grams, s.length_mm, s.width_mm, s.height_mm, s.lot_tracked,
                 s.shelf_life_days, MinorOf(s.list_price), CurrencyOf(s.list_price),
                 NameOf(s.state), s.info.version, s.info.create_time, s.info.update_time});
  }
  const absl::Status inserted = t.InsertMany(kInsertSkus, 19, flat).status();
  return db::IsDuplicate(inserted, "sku_code") ? error::SkuCodeTaken("") : inserted;
}

absl::StatusOr<std::map<domain::TotalKey, domain::StockTotal>> TotalsOf(
    db::Transaction& t, std::string_view org_id, std::span<const domain::TotalKey> keys) {
  std::map<domain::TotalKey, domain::StockTotal> totals;
  for (size_t from = 0; from < keys.size(); from += kPerStatement) {
    std::vector<db::Param> list;
    for (const domain::TotalKey& key :
         keys.subspan(from, std::min(kPerStatement, keys.size() - from))) {
      list.insert(list.end(), {key.sku_id, key.owner_id, key.node_id});
    }
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kTotals, {org_id}, list, 3));
    for (const db::Row row : rows) {
      domain::StockTotal total{.key = {row.Str(0), row.Str(1), row.Str(2)},
                               .on_hand = row.Int(3),
                               .reserved = row.Int(4),
                               .in_transit = row.Int(5),
                               .version = row.Int(6)};
      domain::TotalKey key = total.key;
      totals.emplace(std::move(key), std::move(total));
    }
  }
  return totals;
}

absl::StatusOr<std::map<domain::TotalKey, int64_t>> OnOrderAt(
    db::Transaction& t, std::string_view org_id, const std::set<std::string>& node_ids) {
  const std::vector<db::Param> all(node_ids.begin(), node_ids.end());
  const std::span<const db::Param> list(all);
  std::map<domain::TotalKey, int64_t> on_order;
  for (size_t from = 0; from < list.size(); from += kPerStatement) {
    ASSIGN_OR_RETURN(const db::Rows rows,
                     t.QueryIn(kOnOrder, {org_id},
                               list.subspan(from, std::min(kPerStatement, list.size() - from))));
    for (const db::Row row : rows) {
      on_order[{row.Str(0), row.Str(1), row.Str(2)}] += row.Int(3);
    }
  }
  return on_order;
}

}  // namespace kefu::warehouse::store
