#include "services/staffing/store/days.h"

#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;

#define DAYS_COLUMNS "shop_id, month, agent_id, report_version, body"
constexpr std::string_view kInsertDays = "INSERT INTO reported_days (org_id, " DAYS_COLUMNS ")";
// The version last: the other compares with the one that was there.
constexpr std::string_view kReplaceDays =
    " ON DUPLICATE KEY UPDATE"
    " body = IF(VALUES(report_version) < report_version, body, VALUES(body)),"
    " report_version = GREATEST(report_version, VALUES(report_version))";
constexpr Sql kDeleteDays{
    "DELETE FROM reported_days WHERE org_id = ? AND shop_id = ? AND month = ?"
    " AND report_version < ?"};
constexpr Sql kDaysOf{"SELECT " DAYS_COLUMNS
                      " FROM reported_days WHERE org_id = ? AND shop_id = ?"
                      " AND month >= ? AND month <= ? AND agent_id IN ('', ?)"};
constexpr Sql kDaysOfShop{"SELECT " DAYS_COLUMNS
                          " FROM reported_days WHERE org_id = ? AND shop_id = ? AND month = ?"
                          " AND agent_id <> ''"};

DaysRow DaysFromRow(const Row& row) {
  return {row.Str(0), absl::CivilMonth(row.Day(1)), row.Str(2), static_cast<int32_t>(row.Int(3)),
          row.Str(4)};
}

}  // namespace

absl::Status SaveDays(db::Transaction& transaction, std::string_view org_id,
                      std::span<const DaysRow> rows) {
  std::vector<db::Param> flat;
  for (const DaysRow& row : rows) {
    flat.insert(flat.end(), {org_id, row.shop_id, absl::CivilDay(row.month), row.agent_id,
                             row.report_version, db::Param::Bytes(row.body)});
  }
  return transaction.InsertMany(kInsertDays, 6, flat, kReplaceDays).status();
}

absl::Status DeleteDaysBefore(db::Transaction& transaction, std::string_view org_id,
                              std::string_view shop_id, absl::CivilMonth month,
                              int32_t report_version) {
  return transaction.Execute(kDeleteDays, {org_id, shop_id, absl::CivilDay(month), report_version})
      .status();
}

absl::StatusOr<std::vector<DaysRow>> DaysOf(db::Transaction& transaction, std::string_view org_id,
                                            std::string_view shop_id, std::string_view agent_id,
                                            absl::CivilMonth first, absl::CivilMonth last) {
  return Collect(transaction.Query(kDaysOf, {org_id, shop_id, absl::CivilDay(first),
                                             absl::CivilDay(last), agent_id}),
                 DaysFromRow);
}

absl::StatusOr<std::vector<DaysRow>> DaysOfShop(db::Transaction& transaction,
                                                std::string_view org_id, std::string_view shop_id,
                                                absl::CivilMonth month) {
  return Collect(transaction.Query(kDaysOfShop, {org_id, shop_id, absl::CivilDay(month)}),
                 DaysFromRow);
}

}  // namespace kefu::staffing::store
