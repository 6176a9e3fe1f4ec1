#include "services/staffing/store/weeks.h"

#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Sql;

#define WEEK_COLUMNS "shop_id, week, agent_id, report_id, report_version, body"
constexpr std::string_view kInsertWeeks = "INSERT INTO reported_week (org_id, " WEEK_COLUMNS ")";
// The version last: the others compare with the one that was there.
constexpr std::string_view kReplaceWeeks =
    " ON DUPLICATE KEY UPDATE"
    " report_id = IF(VALUES(report_version) < report_version, report_id, VALUES(report_id)),"
    " body = IF(VALUES(report_version) < report_version, body, VALUES(body)),"
    " report_version = GREATEST(report_version, VALUES(report_version))";
constexpr Sql kDeleteWeeks{
    "DELETE FROM reported_week WHERE org_id = ? AND shop_id = ? AND week = ?"
    " AND report_version < ?"};
constexpr Sql kWeekOfShop{"SELECT " WEEK_COLUMNS
                          " FROM reported_week WHERE org_id = ? AND shop_id = ? AND week = ?"};

}  // namespace

absl::Status SaveWeeks(db::Transaction& transaction, std::string_view org_id,
                       std::span<const WeekRow> rows) {
  std::vector<db::Param> flat;
  for (const WeekRow& row : rows) {
    flat.insert(flat.end(), {org_id, row.shop_id, row.monday, row.agent_id, row.report_id,
                             row.report_version, db::Param::Bytes(row.body)});
  }
  return transaction.InsertMany(kInsertWeeks, 7, flat, kReplaceWeeks).status();
}

absl::Status DeleteWeeksBefore(db::Transaction& transaction, std::string_view org_id,
                               std::string_view shop_id, absl::CivilDay monday,
                               int32_t report_version) {
  return transaction.Execute(kDeleteWeeks, {org_id, shop_id, monday, report_version}).status();
}

absl::StatusOr<std::vector<WeekRow>> WeekOfShop(db::Transaction& transaction,
                                                std::string_view org_id, std::string_view shop_id,
                                                absl::CivilDay monday) {
  return Collect(transaction.Query(kWeekOfShop, {org_id, shop_id, monday}), [](const db::Row& row) {
    return WeekRow{row.Str(0), row.Day(1), row.Str(2), row.Str(3), static_cast<int32_t>(row.Int(4)),
                   row.Str(5)};
  });
}

}  // namespace kefu::staffing::store
