// Transfers between nodes.
#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "services/warehouse/errors_inbound.h"
#include "services/warehouse/store/inbound.h"
#include "services/warehouse/store/json_fields.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

#define TRANSFER_COLUMNS                                                                       \
  "transfer_id, from_node_id, to_node_id, line_list, reason, expected_date, state, notice_id," \
  " dispatch_us, receive_us, version, create_us, update_us"

constexpr std::string_view kInsert = "INSERT INTO stock_transfer (org_id, " TRANSFER_COLUMNS ")";
constexpr db::Sql kUpdate{
    "UPDATE stock_transfer SET line_list = ?, state = ?, notice_id = ?, dispatch_us = ?,"
    " receive_us = ?, version = ?, update_us = ? WHERE org_id = ? AND transfer_id = ?"};
constexpr db::Sql kFind{"SELECT " TRANSFER_COLUMNS
                        " FROM stock_transfer WHERE org_id = ? AND transfer_id = ?"};
constexpr db::Sql kLock{"SELECT " TRANSFER_COLUMNS
                        " FROM stock_transfer WHERE org_id = ? AND transfer_id = ? FOR UPDATE"};
constexpr db::Sql kList{"SELECT " TRANSFER_COLUMNS
                        " FROM stock_transfer WHERE org_id = ? AND transfer_id > ?"
                        " AND (? = '' OR to_node_id = ?) AND (? = '' OR state = ?)"
                        " ORDER BY transfer_id LIMIT ?"};
constexpr db::Sql kListFrom{"SELECT " TRANSFER_COLUMNS
                            " FROM stock_transfer WHERE org_id = ? AND from_node_id = ?"
                            " AND transfer_id > ? AND (? = '' OR to_node_id = ?)"
                            " AND (? = '' OR state = ?) ORDER BY transfer_id LIMIT ?"};
#undef TRANSFER_COLUMNS

using nlohmann::json;

std::string LineList(std::span<const domain::TransferLine> lines) {
  json list = json::array();
  for (const domain::TransferLine& l : lines) {
    json picks = json::array();
    for (const domain::TransferPick& p : l.picks) {
      picks.push_back({p.lot, p.location, p.quantity, p.in_transit});
    }
    list.push_back({l.sku_id, l.owner_id, NameOf(l.condition), l.quantity, l.lot, l.location,
                    l.received, l.damaged, l.short_quantity, l.over, std::move(picks)});
  }
  return list.dump();
}

std::vector<domain::TransferLine> LinesFrom(std::string_view text) {
  std::vector<domain::TransferLine> lines;
  for (const json& l : ListFrom(text)) {
    std::vector<domain::TransferPick> picks;
    for (const json& p : l[10]) picks.push_back({p[0], p[1], p[2], p[3]});
    const auto condition = ParseName<domain::StockCondition>(l[2].get_ref<const std::string&>());
    lines.push_back({l[0], l[1], condition.value_or(domain::StockCondition::kUnspecified), l[3],
                     l[4], l[5], std::move(picks), l[6], l[7], l[8], l[9]});
  }
  return lines;
}

std::optional<absl::Time> TimeAt(const db::Row& row, size_t column) {
  return row.IsNull(column) ? std::nullopt : std::optional(row.Time(column));
}

domain::StockTransfer TransferFrom(const db::Row& row) {
  return {.id = row.Str(0),
          .from_node_id = row.Str(1),
          .to_node_id = row.Str(2),
          .lines = LinesFrom(row.Text(3)),
          .reason = row.Str(4),
          .expected_date = row.IsNull(5) ? std::nullopt : std::optional(row.Day(5)),
          .state = EnumAt<domain::TransferState>(row, 6),
          .notice_id = row.Str(7),
          .dispatch_time = TimeAt(row, 8),
          .receive_time = TimeAt(row, 9),
          .info = InfoAt(row, 10)};
}

absl::StatusOr<domain::StockTransfer> One(absl::StatusOr<db::Rows> rows, std::string_view id) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return error::TransferNotFound(id);
  return TransferFrom(rows->front());
}

}  // namespace

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::StockTransfer& s) {
  const std::string lines = LineList(s.lines);
  const db::Param row[] = {org_id,
                           s.id,
                           s.from_node_id,
                           s.to_node_id,
                           lines,
                           s.reason,
                           s.expected_date,
                           NameOf(s.state),
                           s.notice_id,
                           s.dispatch_time,
                           s.receive_time,
                           s.info.version,
                           s.info.create_time,
                           s.info.update_time};
  return t.InsertMany(kInsert, std::size(row), row).status();
}

absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::StockTransfer& s) {
  return t
      .Execute(kUpdate, {LineList(s.lines), NameOf(s.state), s.notice_id, s.dispatch_time,
                         s.receive_time, s.info.version, s.info.update_time, org_id, s.id})
      .status();
}

absl::StatusOr<domain::StockTransfer> FindTransfer(db::Reader reader, std::string_view org_id,
                                                   std::string_view transfer_id) {
  return One(reader.Query(kFind, {org_id, transfer_id}), transfer_id);
}

absl::StatusOr<domain::StockTransfer> LockTransfer(db::Transaction& t, std::string_view org_id,
                                                   std::string_view transfer_id) {
  return One(t.Query(kLock, {org_id, transfer_id}), transfer_id);
}

absl::StatusOr<std::vector<domain::StockTransfer>> ListTransfers(db::Reader reader,
                                                                 std::string_view org_id, Page page,
                                                                 const DocumentFilter& f) {
  if (f.node_id.empty()) {
    return Collect(reader.Query(kList, {org_id, page.after, f.to_node_id, f.to_node_id, f.state,
                                        f.state, page.limit}),
                   TransferFrom);
  }
  return Collect(reader.Query(kListFrom, {org_id, f.node_id, page.after, f.to_node_id, f.to_node_id,
                                          f.state, f.state, page.limit}),
                 TransferFrom);
}

}  // namespace kefu::warehouse::store
