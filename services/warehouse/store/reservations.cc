// Reservations and their lines.
#include "common/status/status_macros.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/store/rows.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse::store {
namespace {

#define RESERVATION_COLUMNS \
  "reservation_id, order_id, channel, state, expire_us, version, create_us, update_us"

constexpr db::Sql kFind{"SELECT " RESERVATION_COLUMNS
                        " FROM reservation WHERE org_id = ? AND reservation_id = ?"};
constexpr db::Sql kLock{"SELECT " RESERVATION_COLUMNS
                        " FROM reservation WHERE org_id = ? AND reservation_id = ? FOR UPDATE"};
constexpr db::Sql kLines{
    "SELECT reservation_id, node_id, sku_id, owner_id, quantity FROM reservation_line"
    " WHERE org_id = ? AND reservation_id IN (?*) ORDER BY reservation_id, line_number"};
constexpr db::Sql kInsert{
    "INSERT INTO reservation (org_id, reservation_id, order_id, channel, state, expire_us,"
    " version, create_us, update_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr std::string_view kInsertLines =
    "INSERT INTO reservation_line (org_id, reservation_id, line_number, node_id, sku_id, owner_id,"
    " quantity)";
constexpr db::Sql kUpdateState{
    "UPDATE reservation SET state = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND reservation_id = ?"};
constexpr db::Sql kDue{
    "SELECT org_id, reservation_id FROM reservation WHERE state = 'HELD' AND expire_us <= ?"
    " ORDER BY expire_us LIMIT ?"};
// By primary key, so that no lock is taken in the index of due times.
constexpr db::Sql kClaim{"SELECT " RESERVATION_COLUMNS
                         " FROM reservation FORCE INDEX (PRIMARY) WHERE org_id = ?"
                         " AND reservation_id IN (?*) AND state = 'HELD' AND expire_us <= ?"
                         " ORDER BY reservation_id FOR UPDATE SKIP LOCKED"};
#undef RESERVATION_COLUMNS

domain::Reservation ReservationFrom(const db::Row& row) {
  return {.id = row.Str(0),
          .order_id = row.Str(1),
          .channel = row.Str(2),
          .lines = {},
          .state = EnumAt<domain::ReservationState>(row, 3),
          .expire_time = row.Time(4),
          .info = InfoAt(row, 5)};
}

absl::Status FillLines(db::Transaction& t, std::string_view org_id,
                       std::span<domain::Reservation> reservations) {
  std::map<std::string_view, domain::Reservation*> by_id;
  std::vector<db::Param> list;
  for (domain::Reservation& reservation : reservations) {
    by_id[reservation.id] = &reservation;
    list.emplace_back(reservation.id);
  }
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kLines, {org_id}, list));
  for (const db::Row row : rows) {
    by_id.at(row.Text(0))->lines.push_back({row.Str(1), row.Str(2), row.Str(3), row.Int(4)});
  }
  return absl::OkStatus();
}

absl::StatusOr<domain::Reservation> One(db::Transaction& t, db::Sql sql, std::string_view org_id,
                                        std::string_view id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(sql, {org_id, id}));
  if (rows.empty()) return error::ReservationNotFound(id);
  domain::Reservation reservation = ReservationFrom(rows.front());
  RETURN_IF_ERROR(FillLines(t, org_id, {&reservation, 1}));
  return reservation;
}

}  // namespace

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    const domain::Reservation& reservation) {
  RETURN_IF_ERROR(t.Execute(
      kInsert, {org_id, reservation.id, reservation.order_id, reservation.channel,
                NameOf(reservation.state), reservation.expire_time, reservation.info.version,
                reservation.info.create_time, reservation.info.update_time}));
  std::vector<db::Param> flat;
  int number = 0;
  for (const domain::ReservationLine& line : reservation.lines) {
    flat.insert(flat.end(), {org_id, reservation.id, ++number, line.node_id, line.sku_id,
                             line.owner_id, line.quantity});
  }
  return t.InsertMany(kInsertLines, 7, flat).status();
}

absl::StatusOr<domain::Reservation> FindReservation(db::Transaction& t, std::string_view org_id,
                                                    std::string_view reservation_id) {
  return One(t, kFind, org_id, reservation_id);
}

absl::StatusOr<domain::Reservation> LockReservation(db::Transaction& t, std::string_view org_id,
                                                    std::string_view reservation_id) {
  return One(t, kLock, org_id, reservation_id);
}

absl::Status UpdateState(db::Transaction& t, std::string_view org_id,
                         const domain::Reservation& reservation) {
  return t
      .Execute(kUpdateState, {NameOf(reservation.state), reservation.info.version,
                              reservation.info.update_time, org_id, reservation.id})
      .status();
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
  ASSIGN_OR_RETURN(std::vector<domain::Reservation> claimed,
                   Collect(t.QueryIn(kClaim, {org_id}, list, 1, {now}), ReservationFrom));
  RETURN_IF_ERROR(FillLines(t, org_id, claimed));
  return claimed;
}

}  // namespace kefu::warehouse::store
