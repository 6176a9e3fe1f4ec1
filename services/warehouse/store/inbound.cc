// Notices, returns, their receipts and steps.
#include "services/warehouse/store/inbound.h"

#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "services/warehouse/errors_inbound.h"
#include "services/warehouse/store/json_fields.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

#define NOTICE_COLUMNS                                                                        \
  "notice_id, node_id, kind, document, transfer_id, sender, line_list, state, dock, version," \
  " create_us, update_us"
#define RETURN_COLUMNS                                                                           \
  "return_id, node_id, order_id, reservation_id, case_id, line_list, state, version, create_us," \
  " update_us"
#define RECEIPT_COLUMNS                                                                 \
  "receipt_number, line_number, sku_id, owner_id, lot, expire_date, location,"          \
  " stock_condition, quantity, uninspected, sellable, damaged, quarantined, to_vendor," \
  " scrapped, sample, sample_failed, receive_us"
#define STEP_COLUMNS "step_number, verb, from_state, to_state, note, actor, step_us"

constexpr std::string_view kInsertNotice =
    "INSERT INTO inbound_notice (org_id, " NOTICE_COLUMNS ")";
constexpr db::Sql kUpdateNotice{
    "UPDATE inbound_notice SET line_list = ?, state = ?, dock = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND notice_id = ?"};
constexpr db::Sql kFindNotice{"SELECT " NOTICE_COLUMNS
                              " FROM inbound_notice WHERE org_id = ? AND notice_id = ?"};
constexpr db::Sql kLockNotice{"SELECT " NOTICE_COLUMNS
                              " FROM inbound_notice WHERE org_id = ? AND notice_id = ? FOR UPDATE"};
constexpr db::Sql kListNotices{"SELECT " NOTICE_COLUMNS
                               " FROM inbound_notice WHERE org_id = ? AND notice_id > ?"
                               " AND (? = '' OR state = ?) ORDER BY notice_id LIMIT ?"};
constexpr db::Sql kListNodeNotices{
    "SELECT " NOTICE_COLUMNS
    " FROM inbound_notice WHERE org_id = ? AND node_id = ? AND notice_id > ?"
    " AND (? = '' OR state = ?) ORDER BY notice_id LIMIT ?"};

constexpr std::string_view kInsertReturn =
    "INSERT INTO customer_return (org_id, " RETURN_COLUMNS ")";
constexpr db::Sql kUpdateReturn{
    "UPDATE customer_return SET line_list = ?, state = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND return_id = ?"};
constexpr db::Sql kFindReturn{"SELECT " RETURN_COLUMNS
                              " FROM customer_return WHERE org_id = ? AND return_id = ?"};
constexpr db::Sql kLockReturn{"SELECT " RETURN_COLUMNS
                              " FROM customer_return WHERE org_id = ? AND return_id = ?"
                              " FOR UPDATE"};
constexpr db::Sql kListReturns{"SELECT " RETURN_COLUMNS
                               " FROM customer_return WHERE org_id = ? AND return_id > ?"
                               " AND (? = '' OR node_id = ?) AND (? = '' OR state = ?)"
                               " ORDER BY return_id LIMIT ?"};
constexpr db::Sql kListReturnsOf{"SELECT " RETURN_COLUMNS
                                 " FROM customer_return WHERE org_id = ? AND reservation_id = ?"
                                 " AND return_id > ? AND (? = '' OR node_id = ?)"
                                 " AND (? = '' OR state = ?) ORDER BY return_id LIMIT ?"};

constexpr db::Sql kReceipts{"SELECT " RECEIPT_COLUMNS
                            " FROM inbound_receipt WHERE org_id = ? AND document_id = ?"
                            " ORDER BY receipt_number"};
constexpr std::string_view kInsertReceipts =
    "INSERT INTO inbound_receipt (org_id, document_id, " RECEIPT_COLUMNS ")";
constexpr std::string_view kUpdateReceipts =
    " ON DUPLICATE KEY UPDATE uninspected = VALUES(uninspected), sellable = VALUES(sellable),"
    " damaged = VALUES(damaged), quarantined = VALUES(quarantined),"
    " to_vendor = VALUES(to_vendor), scrapped = VALUES(scrapped), sample = VALUES(sample),"
    " sample_failed = VALUES(sample_failed)";
constexpr db::Sql kInsertStep{"INSERT INTO document_step (org_id, document_id, " STEP_COLUMNS
                              ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Sql kSteps{"SELECT " STEP_COLUMNS
                         " FROM document_step WHERE org_id = ? AND document_id = ?"
                         " ORDER BY step_number"};
#undef NOTICE_COLUMNS
#undef RETURN_COLUMNS
#undef RECEIPT_COLUMNS
#undef STEP_COLUMNS

using nlohmann::json;

std::string LineList(std::span<const domain::InboundLine> lines) {
  json list = json::array();
  for (const domain::InboundLine& l : lines) {
    list.push_back({l.sku_id, l.owner_id, l.quantity, l.lot, DayField(l.expire_date),
                    DayField(l.expected_date), l.received, l.damaged, l.unannounced,
                    l.over_tolerance});
  }
  return list.dump();
}

std::vector<domain::InboundLine> NoticeLines(std::string_view text) {
  std::vector<domain::InboundLine> lines;
  for (const json& l : ListFrom(text)) {
    lines.push_back({l[0], l[1], l[2], l[3], DayFrom(l[4]), DayFrom(l[5]), l[6], l[7], l[8], l[9]});
  }
  return lines;
}

std::string LineList(std::span<const domain::ReturnLine> lines) {
  json list = json::array();
  for (const domain::ReturnLine& l : lines) {
    list.push_back({l.sku_id, l.owner_id, l.quantity, l.received, l.intact, l.damaged,
                    l.unannounced, l.sent_wrongly});
  }
  return list.dump();
}

std::vector<domain::ReturnLine> ReturnLines(std::string_view text) {
  std::vector<domain::ReturnLine> lines;
  for (const json& l : ListFrom(text)) {
    // Returns of before have no mark.
    lines.push_back({l[0], l[1], l[2], l[3], l[4], l[5], l[6], l.size() > 7 && l[7].get<bool>()});
  }
  return lines;
}

domain::InboundNotice NoticeFrom(const db::Row& row) {
  return {.id = row.Str(0),
          .node_id = row.Str(1),
          .kind = EnumAt<domain::InboundKind>(row, 2),
          .document = row.Str(3),
          .transfer_id = row.Str(4),
          .sender = row.Str(5),
          .lines = NoticeLines(row.Text(6)),
          .state = EnumAt<domain::InboundState>(row, 7),
          .dock = row.Str(8),
          .info = InfoAt(row, 9)};
}

domain::CustomerReturn ReturnFrom(const db::Row& row) {
  return {.id = row.Str(0),
          .node_id = row.Str(1),
          .order_id = row.Str(2),
          .reservation_id = row.Str(3),
          .case_id = row.Str(4),
          .lines = ReturnLines(row.Text(5)),
          .state = EnumAt<domain::ReturnState>(row, 6),
          .info = InfoAt(row, 7)};
}

domain::Receipt ReceiptFrom(const db::Row& row) {
  return {.number = static_cast<int>(row.Int(0)),
          .line_number = static_cast<int>(row.Int(1)),
          .sku_id = row.Str(2),
          .owner_id = row.Str(3),
          .lot = row.Str(4),
          .expire_date = row.IsNull(5) ? std::nullopt : std::optional(row.Day(5)),
          .location = row.Str(6),
          .condition = EnumAt<domain::StockCondition>(row, 7),
          .quantity = row.Int(8),
          .uninspected = row.Int(9),
          .sellable = row.Int(10),
          .damaged = row.Int(11),
          .quarantined = row.Int(12),
          .to_vendor = row.Int(13),
          .scrapped = row.Int(14),
          .sample = row.Int(15),
          .sample_failed = row.Int(16),
          .time = row.Time(17)};
}

domain::DocumentStep StepFrom(const db::Row& row) {
  return {.number = row.Int(0),
          .verb = row.Str(1),
          .from_state = row.Str(2),
          .to_state = row.Str(3),
          .note = row.Str(4),
          .actor = row.Str(5),
          .time = row.Time(6)};
}

absl::StatusOr<domain::InboundNotice> OneNotice(absl::StatusOr<db::Rows> rows,
                                                std::string_view id) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return error::NoticeNotFound(id);
  return NoticeFrom(rows->front());
}

absl::StatusOr<domain::CustomerReturn> OneReturn(absl::StatusOr<db::Rows> rows,
                                                 std::string_view id) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return error::ReturnNotFound(id);
  return ReturnFrom(rows->front());
}

}  // namespace

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::InboundNotice& n) {
  const std::string lines = LineList(n.lines);
  const db::Param row[] = {org_id,
                           n.id,
                           n.node_id,
                           NameOf(n.kind),
                           n.document,
                           n.transfer_id,
                           n.sender,
                           lines,
                           NameOf(n.state),
                           n.dock,
                           n.info.version,
                           n.info.create_time,
                           n.info.update_time};
  return t.InsertMany(kInsertNotice, std::size(row), row).status();
}

absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::InboundNotice& n) {
  return t
      .Execute(kUpdateNotice, {LineList(n.lines), NameOf(n.state), n.dock, n.info.version,
                               n.info.update_time, org_id, n.id})
      .status();
}

absl::StatusOr<domain::InboundNotice> FindNotice(db::Reader reader, std::string_view org_id,
                                                 std::string_view notice_id) {
  return OneNotice(reader.Query(kFindNotice, {org_id, notice_id}), notice_id);
}

absl::StatusOr<domain::InboundNotice> LockNotice(db::Transaction& t, std::string_view org_id,
                                                 std::string_view notice_id) {
  return OneNotice(t.Query(kLockNotice, {org_id, notice_id}), notice_id);
}

absl::StatusOr<std::vector<domain::InboundNotice>> ListNotices(db::Reader reader,
                                                               std::string_view org_id, Page page,
                                                               const DocumentFilter& filter) {
  if (filter.node_id.empty()) {
    return Collect(
        reader.Query(kListNotices, {org_id, page.after, filter.state, filter.state, page.limit}),
        NoticeFrom);
  }
  return Collect(reader.Query(kListNodeNotices, {org_id, filter.node_id, page.after, filter.state,
                                                 filter.state, page.limit}),
                 NoticeFrom);
}

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::CustomerReturn& r) {
  const std::string lines = LineList(r.lines);
  const db::Param row[] = {org_id,
                           r.id,
                           r.node_id,
                           r.order_id,
                           r.reservation_id,
                           r.case_id,
                           lines,
                           NameOf(r.state),
                           r.info.version,
                           r.info.create_time,
                           r.info.update_time};
  return t.InsertMany(kInsertReturn, std::size(row), row).status();
}

absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::CustomerReturn& r) {
  return t
      .Execute(kUpdateReturn, {LineList(r.lines), NameOf(r.state), r.info.version,
                               r.info.update_time, org_id, r.id})
      .status();
}

absl::StatusOr<domain::CustomerReturn> FindReturn(db::Reader reader, std::string_view org_id,
                                                  std::string_view return_id) {
  return OneReturn(reader.Query(kFindReturn, {org_id, return_id}), return_id);
}

absl::StatusOr<domain::CustomerReturn> LockReturn(db::Transaction& t, std::string_view org_id,
                                                  std::string_view return_id) {
  return OneReturn(t.Query(kLockReturn, {org_id, return_id}), return_id);
}

absl::StatusOr<std::vector<domain::CustomerReturn>> ListReturns(db::Reader reader,
                                                                std::string_view org_id, Page page,
                                                                const DocumentFilter& f) {
  if (f.reservation_id.empty()) {
    return Collect(reader.Query(kListReturns, {org_id, page.after, f.node_id, f.node_id, f.state,
                                               f.state, page.limit}),
                   ReturnFrom);
  }
  return Collect(reader.Query(kListReturnsOf, {org_id, f.reservation_id, page.after, f.node_id,
                                               f.node_id, f.state, f.state, page.limit}),
                 ReturnFrom);
}

absl::StatusOr<std::vector<domain::CustomerReturn>> ReturnsOf(db::Transaction& t,
                                                              std::string_view org_id,
                                                              std::string_view reservation_id) {
  constexpr int kAll = 1'000'000;  // each brings back at least a piece of what was shipped
  return ListReturns(t, org_id, {"", kAll}, {.reservation_id = reservation_id});
}

absl::StatusOr<std::vector<domain::Receipt>> ReceiptsOf(db::Reader reader, std::string_view org_id,
                                                        std::string_view document_id) {
  return Collect(reader.Query(kReceipts, {org_id, document_id}), ReceiptFrom);
}

absl::Status SaveReceipts(db::Transaction& t, std::string_view org_id, std::string_view document_id,
                          std::span<const domain::Receipt> receipts) {
  std::vector<db::Param> flat;
  for (const domain::Receipt& r : receipts) {
    flat.insert(flat.end(),
                {org_id,      document_id,   r.number,      r.line_number,   r.sku_id,
                 r.owner_id,  r.lot,         r.expire_date, r.location,      NameOf(r.condition),
                 r.quantity,  r.uninspected, r.sellable,    r.damaged,       r.quarantined,
                 r.to_vendor, r.scrapped,    r.sample,      r.sample_failed, r.time});
  }
  return t.InsertMany(kInsertReceipts, 20, flat, kUpdateReceipts).status();
}

absl::Status InsertStep(db::Transaction& t, std::string_view org_id, std::string_view document_id,
                        const domain::DocumentStep& step) {
  return t
      .Execute(kInsertStep, {org_id, document_id, step.number, step.verb, step.from_state,
                             step.to_state, step.note, step.actor, step.time})
      .status();
}

absl::StatusOr<std::vector<domain::DocumentStep>> StepsOf(db::Reader reader,
                                                          std::string_view org_id,
                                                          std::string_view document_id) {
  return Collect(reader.Query(kSteps, {org_id, document_id}), StepFrom);
}

}  // namespace kefu::warehouse::store
