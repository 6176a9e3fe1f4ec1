// Reservations and their lines.
#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/store/rows.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse::store {
namespace {

#define RESERVATION_COLUMNS                                                             \
  "reservation_id, order_id, channel, state, expire_us, line_list, version, create_us," \
  " update_us, shop_id"

constexpr db::Sql kFind{
    "SELECT " RESERVATION_COLUMNS
    ", open_shipments FROM reservation WHERE org_id = ? AND reservation_id = ?"};
constexpr db::Sql kLock{
    "SELECT " RESERVATION_COLUMNS
    ", open_shipments FROM reservation WHERE org_id = ? AND reservation_id = ? FOR UPDATE"};
constexpr std::string_view kInsert = "INSERT INTO reservation (org_id, " RESERVATION_COLUMNS ")";
constexpr db::Sql kUpdate{
    "UPDATE reservation SET state = ?, expire_us = ?, line_list = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND reservation_id = ?"};
constexpr db::Sql kAddShipments{
    "UPDATE reservation SET open_shipments = open_shipments + ?"
    " WHERE org_id = ? AND reservation_id = ?"};
constexpr db::Sql kLockMany{
    "SELECT " RESERVATION_COLUMNS
    ", open_shipments FROM reservation WHERE org_id = ? AND reservation_id IN (?*)"
    " ORDER BY reservation_id FOR UPDATE"};
// Of rows that exist: the transaction has locked them.
constexpr std::string_view kReplace =
    " ON DUPLICATE KEY UPDATE state = VALUES(state), expire_us = VALUES(expire_us),"
    " line_list = VALUES(line_list), version = VALUES(version), update_us = VALUES(update_us)";
constexpr db::Sql kDue{
    "SELECT org_id, reservation_id FROM reservation WHERE state = 'HELD' AND expire_us <= ?"
    " ORDER BY expire_us LIMIT ?"};
// By primary key, so that no lock is taken in the index of due times.
constexpr db::Sql kClaim{"SELECT " RESERVATION_COLUMNS
                         ", open_shipments FROM reservation FORCE INDEX (PRIMARY) WHERE org_id = ?"
                         " AND reservation_id IN (?*) AND state = 'HELD' AND expire_us <= ?"
                         " ORDER BY reservation_id FOR UPDATE SKIP LOCKED"};
#undef RESERVATION_COLUMNS

// [["node","SKU","owner",quantity,shipped],…], with ",counted of all,counted of channel" behind
// where a sales guard counts the line. Written by hand, since it stands in every reservation: ids
// hold no character that JSON escapes.
std::string LineList(std::span<const domain::ReservationLine> lines) {
  std::string text;
  text.reserve(16 + lines.size() * 96);  // ids are mostly of 26 characters
  const auto add_number = [&text](int64_t value, char end) {
    const fmt::format_int number(value);
    text.append(number.data(), number.size()).push_back(end);
  };
  text += '[';
  for (const domain::ReservationLine& line : lines) {
    text.append(text.size() == 1 ? "[\"" : ",[\"").append(line.node_id).append("\",\"");
    text.append(line.sku_id).append("\",\"").append(line.owner_id).append("\",");
    add_number(line.quantity, ',');
    if (line.counted_of_all != 0 || line.counted_of_channel != 0) {
      add_number(line.shipped, ',');
      add_number(line.counted_of_all, ',');
      add_number(line.counted_of_channel, ']');
    } else {
      add_number(line.shipped, ']');
    }
  }
  return text += ']';
}

std::vector<domain::ReservationLine> LinesFrom(std::string_view text) {
  std::vector<domain::ReservationLine> lines;
  // The database has checked that it is JSON; only this file writes it.
  for (const auto& line : nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false)) {
    lines.push_back({line[0], line[1], line[2], line[3], line[4]});
    if (line.size() < 7) continue;
    lines.back().counted_of_all = line[5];
    lines.back().counted_of_channel = line[6];
  }
  return lines;
}

domain::Reservation ReservationFrom(const db::Row& row) {
  return {.id = row.Str(0),
          .order_id = row.Str(1),
          .channel = row.Str(2),
          .shop_id = row.Str(9),
          .lines = LinesFrom(row.Text(5)),
          .state = EnumAt<domain::ReservationState>(row, 3),
          .expire_time = row.Time(4),
          .info = InfoAt(row, 6),
          .open_shipments = static_cast<int>(row.Int(10))};
}

absl::StatusOr<domain::Reservation> One(db::Transaction& t, db::Sql sql, std::string_view org_id,
                                        std::string_view id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(sql, {org_id, id}));
  if (rows.empty()) return error::ReservationNotFound(id);
  return ReservationFrom(rows.front());
}

absl::Status InsertRows(db::Transaction& t, std::string_view org_id,
                        std::span<const domain::Reservation> reservations, std::string_view tail) {
  std::vector<std::string> lists;
  lists.reserve(reservations.size());  // the parameters refer into it
  std::vector<db::Param> flat;
  flat.reserve(reservations.size() * 11);
  for (const domain::Reservation& reservation : reservations) {
    lists.push_back(LineList(reservation.lines));
    flat.insert(flat.end(), {org_id, reservation.id, reservation.order_id, reservation.channel,
                             NameOf(reservation.state), reservation.expire_time, lists.back(),
                             reservation.info.version, reservation.info.create_time,
                             reservation.info.update_time, reservation.shop_id});
  }
  return t.InsertMany(kInsert, 11, flat, tail).status();
}

}  // namespace

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    std::span<const domain::Reservation> reservations) {
  return InsertRows(t, org_id, reservations, "");
}

absl::StatusOr<std::map<std::string, domain::Reservation>> LockReservations(
    db::Transaction& t, std::string_view org_id, const std::set<std::string>& ids) {
  std::map<std::string, domain::Reservation> found;
  RETURN_IF_ERROR(ByIds(t, kLockMany, org_id, ids, [&found](const db::Row& row) {
    found.emplace(row.Str(0), ReservationFrom(row));
  }));
  return found;
}

absl::Status SaveAll(db::Transaction& t, std::string_view org_id,
                     std::span<const domain::Reservation> reservations) {
  return InsertRows(t, org_id, reservations, kReplace);
}

absl::StatusOr<domain::Reservation> FindReservation(db::Transaction& t, std::string_view org_id,
                                                    std::string_view reservation_id) {
  return One(t, kFind, org_id, reservation_id);
}

absl::StatusOr<domain::Reservation> LockReservation(db::Transaction& t, std::string_view org_id,
                                                    std::string_view reservation_id) {
  return One(t, kLock, org_id, reservation_id);
}

absl::Status Update(db::Transaction& t, std::string_view org_id,
                    const domain::Reservation& reservation) {
  return t
      .Execute(kUpdate,
               {NameOf(reservation.state), reservation.expire_time, LineList(reservation.lines),
                reservation.info.version, reservation.info.update_time, org_id, reservation.id})
      .status();
}

absl::Status AddOpenShipments(db::Transaction& t, std::string_view org_id,
                              std::string_view reservation_id, int change) {
  return t.Execute(kAddShipments, {change, org_id, reservation_id}).status();
}

absl::StatusOr<std::map<std::string, std::vector<std::string>>> DueReservations(db::Reader reader,
                                                                                absl::Time now,
                                                                                int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kDue, {now, limit}));
  std::map<std::string, std::vector<std::string>> due;
  for (const db::Row row : rows) due[row.Str(0)].push_back(row.Str(1));
  return due;
}

absl::StatusOr<std::vector<domain::Reservation>> ClaimDue(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::span<const std::string> ids,
                                                          absl::Time now) {
  const std::vector<db::Param> list(ids.begin(), ids.end());
  return Collect(t.QueryIn(kClaim, {org_id}, list, 1, {now}), ReservationFrom);
}

}  // namespace kefu::warehouse::store
