// Shipments and manifests.
#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "services/warehouse/errors_outbound.h"
#include "services/warehouse/store/outbound.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

using nlohmann::json;

#define SHIPMENT_COLUMNS                                                                         \
  "shipment_id, reservation_id, node_id, order_id, channel, wave_id, state, carrier, cutoff_us," \
  " waybill, manifest_id, line_list, carton_list, policy_version, version, create_us, update_us"
#define OPEN_STATES "('OPEN', 'PLANNED', 'PICKING', 'PICKED', 'PACKED')"

constexpr std::string_view kInsert = "INSERT INTO shipment (org_id, " SHIPMENT_COLUMNS ")";
constexpr db::Sql kUpdate{
    "UPDATE shipment SET wave_id = ?, state = ?, carrier = ?, waybill = ?, manifest_id = ?,"
    " line_list = ?, carton_list = ?, policy_version = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND shipment_id = ?"};
constexpr db::Sql kFind{"SELECT " SHIPMENT_COLUMNS
                        " FROM shipment WHERE org_id = ? AND shipment_id = ?"};
constexpr db::Sql kLock{"SELECT " SHIPMENT_COLUMNS
                        " FROM shipment WHERE org_id = ? AND shipment_id = ? FOR UPDATE"};
constexpr db::Sql kLockMany{"SELECT " SHIPMENT_COLUMNS
                            " FROM shipment WHERE org_id = ? AND shipment_id IN (?*)"
                            " ORDER BY shipment_id FOR UPDATE"};
constexpr db::Sql kLockWave{"SELECT " SHIPMENT_COLUMNS
                            " FROM shipment WHERE org_id = ? AND wave_id = ?"
                            " ORDER BY shipment_id FOR UPDATE"};
constexpr db::Sql kLockWaiting{"SELECT " SHIPMENT_COLUMNS
                               " FROM shipment WHERE org_id = ? AND node_id = ?"
                               " AND state = 'OPEN' ORDER BY shipment_id LIMIT ? FOR UPDATE"};
constexpr db::Sql kOpenOf{
    "SELECT shipment_id FROM shipment WHERE org_id = ? AND reservation_id = ? AND node_id = ?"
    " AND state IN " OPEN_STATES " LIMIT 1"};
// Those that have something left to ship here: what has left already may keep its reservation
// confirmed for another node's sake, and must not take a place in the list.
constexpr db::Sql kWaitingReservations{
    "SELECT r.reservation_id FROM reservation AS r WHERE r.state = 'CONFIRMED' AND r.org_id = ?"
    " AND EXISTS (SELECT 1 FROM JSON_TABLE(r.line_list, '$[*]' COLUMNS ("
    "node_id VARCHAR(64) PATH '$[0]', quantity BIGINT PATH '$[3]', shipped BIGINT PATH '$[4]'))"
    " AS line WHERE line.node_id = ? AND line.quantity > line.shipped)"
    " AND NOT EXISTS ("
    "SELECT 1 FROM shipment AS s WHERE s.org_id = r.org_id"
    " AND s.reservation_id = r.reservation_id AND s.node_id = ? AND s.state IN " OPEN_STATES
    ")"
    " ORDER BY r.expire_us, r.reservation_id LIMIT ?"};
constexpr db::Sql kList{"SELECT " SHIPMENT_COLUMNS
                        " FROM shipment WHERE org_id = ? AND shipment_id > ?"
                        " AND (? = '' OR node_id = ?) AND (? = '' OR state = ?)"
                        " ORDER BY shipment_id LIMIT ?"};
constexpr db::Sql kListNode{"SELECT " SHIPMENT_COLUMNS
                            " FROM shipment WHERE org_id = ? AND node_id = ? AND state = ?"
                            " AND shipment_id > ? ORDER BY shipment_id LIMIT ?"};
constexpr db::Sql kListWave{"SELECT " SHIPMENT_COLUMNS
                            " FROM shipment WHERE org_id = ? AND wave_id = ? AND shipment_id > ?"
                            " AND (? = '' OR node_id = ?) AND (? = '' OR state = ?)"
                            " AND (? = '' OR reservation_id = ?) ORDER BY shipment_id LIMIT ?"};
constexpr db::Sql kListReservation{
    "SELECT " SHIPMENT_COLUMNS
    " FROM shipment WHERE org_id = ? AND reservation_id = ? AND shipment_id > ?"
    " AND (? = '' OR node_id = ?) AND (? = '' OR state = ?) ORDER BY shipment_id LIMIT ?"};
#undef SHIPMENT_COLUMNS

#define MANIFEST_COLUMNS                                                                \
  "manifest_id, node_id, carrier, document, shipment_count, carton_count, piece_count," \
  " weight_grams, actor, create_us"
constexpr std::string_view kInsertManifest = "INSERT INTO manifest (org_id, " MANIFEST_COLUMNS ")";
constexpr db::Sql kFindManifest{"SELECT " MANIFEST_COLUMNS
                                " FROM manifest WHERE org_id = ? AND manifest_id = ?"};
constexpr db::Sql kShipmentsOf{
    "SELECT shipment_id FROM shipment WHERE org_id = ? AND manifest_id = ? ORDER BY shipment_id"};
#undef MANIFEST_COLUMNS

// [[SKU, owner, quantity, planned, picked, shipped], …]
std::string LineList(const domain::Shipment& shipment) {
  auto list = json::array();
  for (const domain::ShipmentLine& line : shipment.lines) {
    list.push_back(
        {line.sku_id, line.owner_id, line.quantity, line.planned, line.picked, line.shipped});
  }
  return list.dump();
}

std::vector<domain::ShipmentLine> LinesFrom(std::string_view text) {
  std::vector<domain::ShipmentLine> lines;
  // The database has checked that it is JSON; only this file writes it. So below.
  for (const auto& line : json::parse(text, nullptr, /*allow_exceptions=*/false)) {
    lines.push_back({line[0], line[1], line[2], line[3], line[4], line[5]});
  }
  return lines;
}

// [[code, grams, tare, expected, [[SKU, owner, lot, quantity], …]], …]
std::string CartonList(const domain::Shipment& shipment) {
  auto list = json::array();
  for (const domain::Carton& carton : shipment.cartons) {
    auto contents = json::array();
    for (const domain::CartonContent& content : carton.contents) {
      contents.push_back({content.sku_id, content.owner_id, content.lot, content.quantity});
    }
    list.push_back({carton.code, carton.weight_grams, carton.tare_grams, carton.expected_grams,
                    std::move(contents)});
  }
  return list.dump();
}

std::vector<domain::Carton> CartonsFrom(std::string_view text) {
  std::vector<domain::Carton> cartons;
  for (const auto& item : json::parse(text, nullptr, /*allow_exceptions=*/false)) {
    domain::Carton carton{item[0], item[1], item[2], item[3]};
    for (const auto& content : item[4]) {
      carton.contents.push_back({content[0], content[1], content[2], content[3]});
    }
    cartons.push_back(std::move(carton));
  }
  return cartons;
}

// 0 in the column: it does not matter.
db::Param CutoffOf(absl::Time time) {
  return time == absl::InfiniteFuture() ? db::Param(0) : db::Param(time);
}

domain::Shipment ShipmentFrom(const db::Row& row) {
  return {.id = row.Str(0),
          .reservation_id = row.Str(1),
          .node_id = row.Str(2),
          .order_id = row.Str(3),
          .channel = row.Str(4),
          .wave_id = row.Str(5),
          .state = EnumAt<domain::ShipmentState>(row, 6),
          .carrier = row.Str(7),
          .cutoff_time = row.Int(8) == 0 ? absl::InfiniteFuture() : row.Time(8),
          .waybill = row.Str(9),
          .manifest_id = row.Str(10),
          .lines = LinesFrom(row.Text(11)),
          .cartons = CartonsFrom(row.Text(12)),
          .policy_version = row.Int(13),
          .info = InfoAt(row, 14)};
}

absl::StatusOr<domain::Shipment> One(absl::StatusOr<db::Rows> rows, std::string_view id) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return error::ShipmentNotFound(id);
  return ShipmentFrom(rows->front());
}

}  // namespace

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    std::span<const domain::Shipment> shipments) {
  std::vector<std::string> texts;
  texts.reserve(shipments.size() * 2);  // the parameters refer into it
  std::vector<db::Param> flat;
  for (const domain::Shipment& s : shipments) {
    const std::string& lines = texts.emplace_back(LineList(s));
    const std::string& cartons = texts.emplace_back(CartonList(s));
    flat.insert(flat.end(), {org_id, s.id, s.reservation_id, s.node_id, s.order_id, s.channel,
                             s.wave_id, NameOf(s.state), s.carrier, CutoffOf(s.cutoff_time),
                             s.waybill, s.manifest_id, lines, cartons, s.policy_version,
                             s.info.version, s.info.create_time, s.info.update_time});
  }
  return t.InsertMany(kInsert, 18, flat).status();
}

absl::Status Update(db::Transaction& t, std::string_view org_id,
                    std::span<const domain::Shipment> shipments) {
  for (const domain::Shipment& s : shipments) {
    RETURN_IF_ERROR(t.Execute(kUpdate, {s.wave_id, NameOf(s.state), s.carrier, s.waybill,
                                        s.manifest_id, LineList(s), CartonList(s), s.policy_version,
                                        s.info.version, s.info.update_time, org_id, s.id})
                        .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<domain::Shipment> FindShipment(db::Reader reader, std::string_view org_id,
                                              std::string_view shipment_id) {
  return One(reader.Query(kFind, {org_id, shipment_id}), shipment_id);
}

absl::StatusOr<domain::Shipment> LockShipment(db::Transaction& t, std::string_view org_id,
                                              std::string_view shipment_id) {
  return One(t.Query(kLock, {org_id, shipment_id}), shipment_id);
}

absl::StatusOr<std::vector<domain::Shipment>> LockShipments(db::Transaction& t,
                                                            std::string_view org_id,
                                                            std::span<const std::string> ids) {
  const std::vector<db::Param> list(ids.begin(), ids.end());
  return Collect(t.QueryIn(kLockMany, {org_id}, list), ShipmentFrom);
}

absl::StatusOr<std::vector<domain::Shipment>> LockShipmentsOf(db::Transaction& t,
                                                              std::string_view org_id,
                                                              std::string_view wave_id) {
  return Collect(t.Query(kLockWave, {org_id, wave_id}), ShipmentFrom);
}

absl::StatusOr<std::vector<domain::Shipment>> LockWaiting(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view node_id, int limit) {
  return Collect(t.Query(kLockWaiting, {org_id, node_id, limit}), ShipmentFrom);
}

absl::StatusOr<std::string> OpenShipmentOf(db::Transaction& t, std::string_view org_id,
                                           std::string_view reservation_id,
                                           std::string_view node_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kOpenOf, {org_id, reservation_id, node_id}));
  return rows.empty() ? std::string() : rows.front().Str(0);
}

absl::StatusOr<std::vector<std::string>> WaitingReservations(db::Transaction& t,
                                                             std::string_view org_id,
                                                             std::string_view node_id, int limit) {
  return Collect(t.Query(kWaitingReservations, {org_id, node_id, node_id, limit}),
                 [](const db::Row& row) { return row.Str(0); });
}

absl::StatusOr<std::vector<domain::Shipment>> ListShipments(db::Reader reader,
                                                            std::string_view org_id, Page page,
                                                            const ShipmentFilter& filter) {
  const std::string_view node = filter.node_id, state = filter.state,
                         reservation = filter.reservation_id;
  if (!filter.wave_id.empty()) {
    return Collect(reader.Query(kListWave, {org_id, filter.wave_id, page.after, node, node, state,
                                            state, reservation, reservation, page.limit}),
                   ShipmentFrom);
  }
  if (!reservation.empty()) {
    return Collect(reader.Query(kListReservation, {org_id, reservation, page.after, node, node,
                                                   state, state, page.limit}),
                   ShipmentFrom);
  }
  if (!node.empty() && !state.empty()) {
    return Collect(reader.Query(kListNode, {org_id, node, state, page.after, page.limit}),
                   ShipmentFrom);
  }
  return Collect(reader.Query(kList, {org_id, page.after, node, node, state, state, page.limit}),
                 ShipmentFrom);
}

absl::Status Insert(db::Transaction& t, std::string_view org_id, const Manifest& m) {
  const std::vector<db::Param> flat = {
      org_id,         m.id,          m.node_id,      m.carrier, m.document,   m.shipment_count,
      m.carton_count, m.piece_count, m.weight_grams, m.actor,   m.create_time};
  return t.InsertMany(kInsertManifest, 11, flat).status();
}

absl::StatusOr<Manifest> FindManifest(db::Reader reader, std::string_view org_id,
                                      std::string_view manifest_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kFindManifest, {org_id, manifest_id}));
  if (rows.empty()) return error::ManifestNotFound(manifest_id);
  const db::Row row = rows.front();
  Manifest manifest{.id = row.Str(0),
                    .node_id = row.Str(1),
                    .carrier = row.Str(2),
                    .document = row.Str(3),
                    .shipment_count = static_cast<int>(row.Int(4)),
                    .carton_count = static_cast<int>(row.Int(5)),
                    .piece_count = row.Int(6),
                    .weight_grams = row.Int(7),
                    .actor = row.Str(8),
                    .create_time = row.Time(9)};
  ASSIGN_OR_RETURN(manifest.shipment_ids, Collect(reader.Query(kShipmentsOf, {org_id, manifest_id}),
                                                  [](const db::Row& r) { return r.Str(0); }));
  return manifest;
}

}  // namespace kefu::warehouse::store
