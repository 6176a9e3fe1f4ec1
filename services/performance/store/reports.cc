#include "services/performance/store/reports.h"

#include "common/status/status_macros.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr Sql kInsert{
    "INSERT INTO report (org_id, report_id, shop_id, kind, first_day, subject, definition_id, "
    "version, content_hash, head, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr Sql kNewest{
    "SELECT report_id, version, content_hash, head FROM report WHERE org_id = ? AND shop_id = ? "
    "AND kind = ? AND first_day = ? AND subject = ? AND definition_id = ? ORDER BY version DESC "
    "LIMIT 1"};
constexpr Sql kVersion{
    "SELECT report_id, version, content_hash, head FROM report WHERE org_id = ? AND shop_id = ? "
    "AND kind = ? AND first_day = ? AND subject = ? AND definition_id = ? AND version = ?"};
constexpr Sql kLoad{
    "SELECT report_id, version, content_hash, head, body FROM report WHERE org_id = ? AND "
    "report_id = ?"};
constexpr Sql kInsertPart{
    "INSERT INTO report_part (org_id, report_id, part, body) VALUES (?, ?, ?, ?)"};
constexpr Sql kParts{
    "SELECT body FROM report_part WHERE org_id = ? AND report_id = ? ORDER BY part"};
constexpr Sql kList{
    "SELECT first_day, report_id, head FROM report WHERE org_id = ? AND shop_id = ? AND (? = '' "
    "OR kind = ?) AND (? = '' OR subject = ?) AND first_day BETWEEN ? AND ? AND (first_day < ? OR "
    "(first_day = ? AND "
    "report_id < ?)) ORDER BY first_day DESC, report_id DESC LIMIT ?"};

// Of a body in one statement: far below max_allowed_packet (16 MB), also where the client's limit
// is less than the server's.
constexpr size_t kPieceBytes = 4 << 20;

ReportRow RowOf(const db::Row& row) {
  return {row.Str(0), static_cast<int>(row.Int(1)), row.Str(2), row.Str(3), ""};
}

}  // namespace

absl::Status InsertReport(db::Transaction& t, const ReportKey& key, const ReportRow& row) {
  const std::string_view body = row.body;
  RETURN_IF_ERROR(t.Execute(kInsert, {key.scope.org_id, row.report_id, key.scope.shop_id, key.kind,
                                      key.first_day, key.subject, key.definition_id, row.version,
                                      row.content_hash, Param::Bytes(row.head),
                                      Param::Bytes(body.substr(0, kPieceBytes))})
                      .status());
  int part = 0;
  for (size_t at = kPieceBytes; at < body.size(); at += kPieceBytes) {
    RETURN_IF_ERROR(t.Execute(kInsertPart, {key.scope.org_id, row.report_id, ++part,
                                            Param::Bytes(body.substr(at, kPieceBytes))})
                        .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<ReportRow>> FindReport(db::Transaction& t, const ReportKey& key,
                                                    int version) {
  std::vector<Param> params{key.scope.org_id, key.scope.shop_id, key.kind,
                            key.first_day,    key.subject,       key.definition_id};
  if (version > 0) params.emplace_back(version);
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(version > 0 ? kVersion : kNewest, params));
  if (rows.empty()) return std::nullopt;
  return RowOf(rows[0]);
}

absl::StatusOr<std::optional<ReportRow>> LoadReport(db::Transaction& t, std::string_view org_id,
                                                    std::string_view report_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLoad, {org_id, report_id}));
  if (rows.empty()) return std::nullopt;
  ReportRow row = RowOf(rows[0]);
  row.body = rows[0].Str(4);
  ASSIGN_OR_RETURN(const db::Rows parts, t.Query(kParts, {org_id, report_id}));
  for (const db::Row part : parts) row.body += part.Str(0);
  return row;
}

absl::StatusOr<std::vector<ListedReport>> ListReports(db::Transaction& t, const Scope& scope,
                                                      std::string_view kind,
                                                      std::string_view subject,
                                                      absl::CivilDay first, absl::CivilDay last,
                                                      const std::optional<ReportPosition>& after,
                                                      int limit) {
  const ReportPosition from = after ? *after : ReportPosition{last + 1, ""};
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kList, {scope.org_id, scope.shop_id, kind, kind, subject, subject, first,
                                   last, from.first_day, from.first_day, from.report_id, limit}));
  std::vector<ListedReport> result;
  for (const db::Row row : rows) result.push_back({{row.Day(0), row.Str(1)}, row.Str(2)});
  return result;
}

}  // namespace kefu::performance::store
