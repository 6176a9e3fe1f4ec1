#include "services/staffing/store/working_rules.h"

#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;

#define COLUMNS "version, effective, body, announcement_id, actor, create_us"
constexpr Sql kLast{"SELECT " COLUMNS
                    " FROM working_rules WHERE org_id = ? ORDER BY version DESC LIMIT 1"};
constexpr Sql kVersion{"SELECT " COLUMNS " FROM working_rules WHERE org_id = ? AND version = ?"};
constexpr Sql kOn{"SELECT " COLUMNS
                  " FROM working_rules WHERE org_id = ? AND effective <= ?"
                  " ORDER BY version DESC LIMIT 1"};
constexpr Sql kInsert{"INSERT INTO working_rules (org_id, " COLUMNS ") VALUES (?,?,?,?,?,?,?)"};
#undef COLUMNS

absl::StatusOr<std::optional<WorkingRulesRow>> One(absl::StatusOr<db::Rows> rows) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::nullopt;
  const Row row = rows->front();
  return WorkingRulesRow{.version = static_cast<int32_t>(row.Int(0)),
                         .effective = row.Day(1),
                         .body = row.Str(2),
                         .announcement_id = row.Str(3),
                         .actor = row.Str(4),
                         .create_time = row.Time(5)};
}

}  // namespace

absl::StatusOr<std::optional<WorkingRulesRow>> LastWorkingRules(Reader reader,
                                                                std::string_view org_id) {
  return One(reader.Query(kLast, {org_id}));
}

absl::StatusOr<std::optional<WorkingRulesRow>> WorkingRulesVersion(Reader reader,
                                                                   std::string_view org_id,
                                                                   int32_t version) {
  return One(reader.Query(kVersion, {org_id, version}));
}

absl::StatusOr<std::optional<WorkingRulesRow>> WorkingRulesOn(Reader reader,
                                                              std::string_view org_id,
                                                              absl::CivilDay day) {
  return One(reader.Query(kOn, {org_id, day}));
}

absl::Status InsertWorkingRules(db::Transaction& t, std::string_view org_id,
                                const WorkingRulesRow& row) {
  return t
      .Execute(kInsert, {org_id, row.version, row.effective, db::Param::Bytes(row.body),
                         row.announcement_id, row.actor, row.create_time})
      .status();
}

}  // namespace kefu::staffing::store
