#include "services/warehouse/store/stock_control.h"

#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/warehouse/errors_core.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

using nlohmann::json;

#define ADJUSTMENT_COLUMNS                                                                \
  "adjustment_id, node_id, state, line_list, note, author, decided_by, decision_note,"    \
  " measured_pieces, measured_values, policy_version, business_date, version, create_us," \
  " update_us"

constexpr std::string_view kInsert =
    "INSERT INTO stock_adjustment (org_id, " ADJUSTMENT_COLUMNS ")";
constexpr db::Sql kFind{"SELECT " ADJUSTMENT_COLUMNS
                        " FROM stock_adjustment WHERE org_id = ? AND adjustment_id = ?"};
constexpr db::Sql kLock{"SELECT " ADJUSTMENT_COLUMNS
                        " FROM stock_adjustment WHERE org_id = ? AND adjustment_id = ? FOR UPDATE"};
constexpr db::Sql kUpdate{
    "UPDATE stock_adjustment SET state = ?, decided_by = ?, decision_note = ?, version = ?,"
    " update_us = ? WHERE org_id = ? AND adjustment_id = ?"};
constexpr db::Sql kList{"SELECT " ADJUSTMENT_COLUMNS
                        " FROM stock_adjustment WHERE org_id = ? AND adjustment_id < ?"
                        " AND (? = '' OR state = ?) ORDER BY adjustment_id DESC LIMIT ?"};
constexpr db::Sql kListNode{"SELECT " ADJUSTMENT_COLUMNS
                            " FROM stock_adjustment WHERE org_id = ? AND node_id = ?"
                            " AND adjustment_id < ? AND (? = '' OR state = ?)"
                            " ORDER BY adjustment_id DESC LIMIT ?"};
constexpr db::Sql kPolicy{
    "SELECT version, body, actor, create_us FROM stock_policy WHERE org_id = ?"
    " ORDER BY version DESC LIMIT 1"};
constexpr db::Sql kNextVersion{
    "INSERT INTO stock_policy_head (org_id, version) VALUES (?, 1)"
    " ON DUPLICATE KEY UPDATE version = version + 1"};
constexpr db::Sql kVersion{"SELECT version FROM stock_policy_head WHERE org_id = ?"};
constexpr db::Sql kInsertPolicy{
    "INSERT INTO stock_policy (org_id, version, body, actor, create_us) VALUES (?, ?, ?, ?, ?)"};
constexpr std::string_view kInsertRepair =
    "INSERT INTO stock_repair (org_id, repair_id, row_number_in, node_id, kind, sku_id, owner_id,"
    " stock_condition, lot, location, before_values, after_values, reason, actor, record_us)";
constexpr db::Sql kInsertAttestation{
    "INSERT INTO ledger_attestation (org_id, node_id, attestation_id, from_entry, to_entry, reason,"
    " actor, record_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Sql kAttestations{
    "SELECT attestation_id, node_id, from_entry, to_entry, reason, actor, record_us"
    " FROM ledger_attestation WHERE org_id = ? AND node_id = ? ORDER BY attestation_id"};
#undef ADJUSTMENT_COLUMNS

// Later than every id.
constexpr std::string_view kLastId = "~";

json DayJson(const std::optional<absl::CivilDay>& day) {
  return day ? json(FormatDay(*day)) : json();
}
std::optional<absl::CivilDay> DayFrom(const json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto day = ParseDay(value.get<std::string>());
  return day.ok() ? std::optional(*day) : std::nullopt;
}

json KeyJson(const domain::StockKey& key) {
  return {key.total.sku_id,  key.total.owner_id,
          key.total.node_id, std::string(NameOf(key.total.condition)),
          key.lot,           key.location};
}
domain::StockKey KeyFrom(const json& key) {
  return {{key[0], key[1], key[2],
           ParseName<domain::StockCondition>(key[3].get<std::string>())
               .value_or(domain::StockCondition::kUnspecified)},
          key[4],
          key[5]};
}

std::string LineList(const std::vector<domain::AdjustmentLine>& lines) {
  json list = json::array();
  for (const domain::AdjustmentLine& line : lines) {
    list.push_back({{"key", KeyJson(line.key)},
                    {"reason", std::string(NameOf(line.reason))},
                    {"quantity", line.quantity},
                    {"to", line.to ? KeyJson(*line.to) : json()},
                    {"expiry", DayJson(line.expiry_date)},
                    {"made", DayJson(line.made_date)}});
  }
  return list.dump();
}
std::vector<domain::AdjustmentLine> LinesFrom(std::string_view text) {
  std::vector<domain::AdjustmentLine> lines;
  for (const json& line : json::parse(text)) {
    lines.push_back(
        {.key = KeyFrom(line.at("key")),
         .reason = ParseName<domain::AdjustmentReason>(line.at("reason").get<std::string>())
                       .value_or(domain::AdjustmentReason::kUnspecified),
         .quantity = line.at("quantity").get<int64_t>(),
         .to = line.at("to").is_null() ? std::nullopt : std::optional(KeyFrom(line.at("to"))),
         .expiry_date = DayFrom(line.at("expiry")),
         .made_date = DayFrom(line.at("made"))});
  }
  return lines;
}

json MoneyList(const std::vector<Money>& amounts) {
  json list = json::array();
  for (const Money& amount : amounts) list.push_back({amount.minor, amount.currency});
  return list;
}
std::vector<Money> MoneyFrom(const json& list) {
  std::vector<Money> amounts;
  for (const json& amount : list) {
    amounts.push_back({amount[1].get<std::string>(), amount[0].get<int64_t>()});
  }
  return amounts;
}

domain::StockAdjustment AdjustmentFrom(const db::Row& row) {
  return {.id = row.Str(0),
          .node_id = row.Str(1),
          .lines = LinesFrom(row.Text(3)),
          .note = row.Str(4),
          .state = EnumAt<domain::AdjustmentState>(row, 2),
          .author = row.Str(5),
          .decided_by = row.Str(6),
          .decision_note = row.Str(7),
          .measured_pieces = row.Int(8),
          .measured_values = MoneyFrom(json::parse(row.Text(9))),
          .policy_version = row.Int(10),
          .business_date = row.Day(11),
          .info = InfoAt(row, 12)};
}

absl::StatusOr<domain::StockAdjustment> One(absl::StatusOr<db::Rows> rows, std::string_view id) {
  RETURN_IF_ERROR(rows.status());
  if (rows->empty()) return error::AdjustmentNotFound(id);
  return AdjustmentFrom(rows->front());
}

std::string Show(const RepairedRow& row, const domain::Balance& balance) {
  return row.bin ? fmt::format("{}", balance.on_hand)
                 : fmt::format("{}/{}/{}", balance.on_hand, balance.reserved, balance.in_transit);
}

}  // namespace

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::StockAdjustment& a) {
  const std::string lines = LineList(a.lines), values = MoneyList(a.measured_values).dump();
  const std::vector<db::Param> flat = {org_id,
                                       a.id,
                                       a.node_id,
                                       NameOf(a.state),
                                       lines,
                                       a.note,
                                       a.author,
                                       a.decided_by,
                                       a.decision_note,
                                       a.measured_pieces,
                                       values,
                                       a.policy_version,
                                       a.business_date,
                                       a.info.version,
                                       a.info.create_time,
                                       a.info.update_time};
  return t.InsertMany(kInsert, flat.size(), flat).status();
}

absl::StatusOr<domain::StockAdjustment> FindAdjustment(db::Reader reader, std::string_view org_id,
                                                       std::string_view id) {
  return One(reader.Query(kFind, {org_id, id}), id);
}

absl::StatusOr<domain::StockAdjustment> LockAdjustment(db::Transaction& t, std::string_view org_id,
                                                       std::string_view id) {
  return One(t.Query(kLock, {org_id, id}), id);
}

absl::Status Update(db::Transaction& t, std::string_view org_id, const domain::StockAdjustment& a) {
  return t
      .Execute(kUpdate, {NameOf(a.state), a.decided_by, a.decision_note, a.info.version,
                         a.info.update_time, org_id, a.id})
      .status();
}

absl::StatusOr<std::vector<domain::StockAdjustment>> ListAdjustments(db::Reader reader,
                                                                     std::string_view org_id,
                                                                     const AdjustmentFilter& filter,
                                                                     std::string_view before,
                                                                     int limit) {
  if (before.empty()) before = kLastId;
  if (filter.node_id.empty()) {
    return Collect(reader.Query(kList, {org_id, before, filter.state, filter.state, limit}),
                   AdjustmentFrom);
  }
  return Collect(
      reader.Query(kListNode, {org_id, filter.node_id, before, filter.state, filter.state, limit}),
      AdjustmentFrom);
}

absl::StatusOr<domain::StockPolicy> FindStockPolicy(db::Reader reader, std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kPolicy, {org_id}));
  if (rows.empty()) return domain::StockPolicy();
  const json body = json::parse(rows.front().Text(1));
  return domain::StockPolicy{.approval_pieces = body.at("approval_pieces").get<int64_t>(),
                             .approval_values = MoneyFrom(body.at("approval_values")),
                             .audit_nightly = body.at("audit_nightly").get<bool>(),
                             .audit_minute = body.at("audit_minute").get<int>(),
                             .version = rows.front().Int(0),
                             .actor = rows.front().Str(2),
                             .create_time = rows.front().Time(3)};
}

absl::StatusOr<int64_t> AddStockPolicy(db::Transaction& t, std::string_view org_id,
                                       const domain::StockPolicy& policy) {
  RETURN_IF_ERROR(t.Execute(kNextVersion, {org_id}).status());
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kVersion, {org_id}));
  const int64_t version = rows.front().Int(0);
  const std::string body = json{
      {"approval_pieces", policy.approval_pieces},
      {"approval_values", MoneyList(policy.approval_values)},
      {"audit_nightly", policy.audit_nightly},
      {"audit_minute",
       policy.audit_minute}}.dump();
  RETURN_IF_ERROR(
      t.Execute(kInsertPolicy, {org_id, version, body, policy.actor, policy.create_time}).status());
  return version;
}

absl::Status InsertRepair(db::Transaction& t, std::string_view org_id, const Repair& repair,
                          std::span<const RepairedRow> rows) {
  std::vector<std::string> texts;
  texts.reserve(2 * rows.size());  // the parameters refer into it
  std::vector<db::Param> flat;
  for (size_t i = 0; i < rows.size(); ++i) {
    const RepairedRow& row = rows[i];
    texts.push_back(Show(row, row.before));
    texts.push_back(Show(row, row.after));
    const domain::TotalKey& key = row.key.total;
    flat.insert(flat.end(),
                {org_id, repair.id, i, repair.node_id, row.bin ? "BIN" : "TOTAL", key.sku_id,
                 key.owner_id, NameOf(key.condition), row.key.lot, row.key.location, texts[2 * i],
                 texts[2 * i + 1], repair.reason, repair.actor, repair.now});
  }
  return t.InsertMany(kInsertRepair, 15, flat).status();
}

absl::Status Insert(db::Transaction& t, std::string_view org_id, const domain::Attestation& a) {
  return t
      .Execute(kInsertAttestation, {org_id, a.node_id, a.id, a.from_entry, a.to_entry, a.reason,
                                    a.actor, a.record_time})
      .status();
}

absl::StatusOr<std::vector<domain::Attestation>> Attestations(db::Reader reader,
                                                              std::string_view org_id,
                                                              std::string_view node_id) {
  return Collect(reader.Query(kAttestations, {org_id, node_id}), [](const db::Row& row) {
    return domain::Attestation{row.Str(0), row.Str(1), row.Int(2), row.Int(3),
                               row.Str(4), row.Str(5), row.Time(6)};
  });
}

}  // namespace kefu::warehouse::store
