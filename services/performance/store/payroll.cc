#include "services/performance/store/payroll.h"

#include "common/db/sql.h"
#include "common/status/status_macros.h"
#include "services/performance/store/screening.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr Sql kNextVersion{
    "SELECT COALESCE(MAX(version), 0) + 1 FROM pay_plan WHERE org_id = ? AND shop_id = ?"};
constexpr Sql kInsertPlan{
    "INSERT INTO pay_plan (org_id, shop_id, version, pay_plan_id, effective_from, body) VALUES (?, "
    "?, ?, ?, ?, ?)"};
constexpr Sql kFindPlan{
    "SELECT pay_plan_id, shop_id, version, effective_from, body FROM pay_plan WHERE org_id = ? AND "
    "pay_plan_id = ?"};
constexpr Sql kPlanInForce{
    "SELECT pay_plan_id, shop_id, version, effective_from, body FROM pay_plan WHERE org_id = ? AND "
    "shop_id = ? AND effective_from <= ? ORDER BY effective_from DESC, version DESC LIMIT 1"};
constexpr Sql kListPlans{
    "SELECT pay_plan_id, shop_id, version, effective_from, body FROM pay_plan WHERE org_id = ? AND "
    "(? = '' OR shop_id = ?) AND (shop_id > ? OR (shop_id = ? AND version > ?)) ORDER BY shop_id, "
    "version LIMIT ?"};

constexpr Sql kMakeBook{
    "INSERT INTO pay_book (org_id, shop_id) VALUES (?, ?) ON DUPLICATE KEY UPDATE closed_month = "
    "closed_month"};
constexpr Sql kLockBook{
    "SELECT closed_month FROM pay_book WHERE org_id = ? AND shop_id = ? FOR UPDATE"};
constexpr Sql kReadBook{"SELECT closed_month FROM pay_book WHERE org_id = ? AND shop_id = ?"};
constexpr Sql kClosedBooks{
    "SELECT shop_id FROM pay_book WHERE org_id = ? AND closed_month IS NOT NULL"};
constexpr Sql kAdvanceBook{"UPDATE pay_book SET closed_month = ? WHERE org_id = ? AND shop_id = ?"};

constexpr Sql kInsertPeriod{
    "INSERT INTO pay_period (org_id, shop_id, month, body, plan_body) VALUES (?, ?, ?, ?, ?)"};
constexpr Sql kFindPeriod{
    "SELECT month, body, plan_body FROM pay_period WHERE org_id = ? AND shop_id = ? AND month = ?"};
constexpr Sql kClosedSince{"SELECT shop_id, month FROM pay_period WHERE org_id = ? AND month >= ?"};
constexpr Sql kListPeriods{
    "SELECT month, body, plan_body FROM pay_period WHERE org_id = ? AND shop_id = ? AND month > ? "
    "ORDER BY month LIMIT ?"};
constexpr std::string_view kInsertStatements =
    "INSERT INTO pay_statement (org_id, shop_id, month, agent_id, body, sources)";
constexpr Sql kLoadStatements{
    "SELECT month, agent_id, body, sources FROM pay_statement WHERE org_id = ? AND shop_id = ? AND "
    "month = ? ORDER BY agent_id"};
constexpr Sql kLoadBodies{
    "SELECT month, agent_id, body, '' FROM pay_statement WHERE org_id = ? AND shop_id = ? AND "
    "month = ? ORDER BY agent_id"};
// Bytes of statements, which with the rows behind them may have megabytes each.
constexpr size_t kInsertedAtOnce = 1 << 20;
constexpr Sql kFindStatement{
    "SELECT month, agent_id, body, sources FROM pay_statement WHERE org_id = ? AND shop_id = ? AND "
    "month = ? AND agent_id = ?"};
constexpr Sql kListStatements{
    "SELECT month, agent_id, body, '' FROM pay_statement WHERE org_id = ? AND shop_id = ? AND (? = "
    "'' OR agent_id = ?) AND (month > ? OR (month = ? AND agent_id > ?)) ORDER BY month, agent_id "
    "LIMIT ?"};
constexpr std::string_view kInsertCorrections =
    "INSERT INTO pay_correction (org_id, shop_id, month, agent_id, of_month, amount_minor, "
    "returning_sales_minor, returning_commission_minor, new_sales_minor, new_commission_minor, "
    "left_out_minor)";
constexpr size_t kCorrectionColumns = 11;
constexpr Sql kCorrectionsOf{
    "SELECT agent_id, of_month, amount_minor, returning_sales_minor, returning_commission_minor, "
    "new_sales_minor, new_commission_minor, left_out_minor FROM pay_correction WHERE org_id = ? "
    "AND "
    "shop_id = ? AND of_month = ? ORDER BY agent_id, month"};
constexpr Sql kCorrectionsBy{
    "SELECT agent_id, of_month, amount_minor, returning_sales_minor, returning_commission_minor, "
    "new_sales_minor, new_commission_minor, left_out_minor FROM pay_correction WHERE org_id = ? "
    "AND "
    "shop_id = ? AND month = ? ORDER BY agent_id, of_month"};
constexpr Sql kMonthVersions{
    "SELECT month, definition_id, version FROM month_state WHERE org_id = ? AND shop_id = ? AND "
    "month <= ?"};
constexpr Sql kSeenMonths{"SELECT month, versions FROM pay_seen WHERE org_id = ? AND shop_id = ?"};
constexpr std::string_view kInsertSeen = "INSERT INTO pay_seen (org_id, shop_id, month, versions)";
constexpr std::string_view kReplaceSeen = " ON DUPLICATE KEY UPDATE versions = VALUES(versions)";

constexpr Sql kPayParts{
    "SELECT agent_id, shop_id, weight FROM pay_part WHERE org_id = ? AND month = ?"};
constexpr std::string_view kInsertParts =
    "INSERT INTO pay_part (org_id, month, agent_id, shop_id, weight)";

constexpr Sql kMarksAtShops{
    "SELECT DISTINCT shop_id, day FROM dirty_day WHERE org_id = ? AND day BETWEEN ? AND ? AND "
    "((definition_id = ? AND day BETWEEN ? AND ?) OR definition_id = ?)"};

constexpr Sql kInsertEntry{
    "INSERT INTO pay_entry (org_id, shop_id, pay_entry_id, month, agent_id, body) VALUES (?, ?, ?, "
    "?, ?, ?)"};
constexpr Sql kLoadEntries{
    "SELECT pay_entry_id, agent_id, month, body FROM pay_entry WHERE org_id = ? AND shop_id = ? "
    "AND month = ? ORDER BY pay_entry_id"};
constexpr Sql kListEntries{
    "SELECT pay_entry_id, agent_id, month, body FROM pay_entry WHERE org_id = ? AND shop_id = ? "
    "AND (? = '' OR agent_id = ?) AND pay_entry_id > ? ORDER BY pay_entry_id LIMIT ?"};

constexpr Sql kShops{
    "SELECT shop_id, time_zone, currency_code, platform, display_name FROM shop_settings WHERE "
    "org_id = ? ORDER BY shop_id"};
constexpr Sql kBases{
    "SELECT agent_id, base_id, start_day FROM base_agent WHERE org_id = ? ORDER BY agent_id, "
    "start_day"};
constexpr Sql kGrades{
    "SELECT DISTINCT grade_id FROM tier_record WHERE org_id = ? AND grade_id <> ''"};
constexpr Sql kSold{
    "SELECT c.agent_id, c.order_id, c.pay_day, o.body FROM order_credit c JOIN sales_order o ON "
    "o.org_id = c.org_id AND o.shop_id = c.shop_id AND o.order_id = c.order_id WHERE c.org_id = ? "
    "AND c.shop_id = ? AND c.definition_id = ? AND c.pay_day BETWEEN ? AND ? AND c.agent_id <> '' "
    "AND (? = '' OR c.agent_id = ?) ORDER BY c.pay_day, c.order_id"};
constexpr Sql kRefundsOfSales{
    "SELECT c.agent_id, r.refund_id, r.order_id, r.day, c.pay_day, r.body, o.body FROM "
    "order_credit "
    "c JOIN refund r ON r.org_id = c.org_id AND r.shop_id = c.shop_id AND r.order_id = c.order_id "
    "JOIN sales_order o ON o.org_id = c.org_id AND o.shop_id = c.shop_id AND o.order_id = "
    "c.order_id WHERE c.org_id = ? AND c.shop_id = ? AND c.definition_id = ? AND c.pay_day BETWEEN "
    "? AND ? AND o.excluded = 0 AND c.agent_id <> '' ORDER BY GREATEST(r.day, c.pay_day), "
    "r.refund_id"};
constexpr Sql kPayDaysOfRefunds{
    "SELECT DISTINCT c.pay_day FROM refund r JOIN order_credit c ON c.org_id = r.org_id AND "
    "c.shop_id = r.shop_id AND c.definition_id = ? AND c.order_id = r.order_id WHERE r.org_id = ? "
    "AND r.shop_id = ? AND r.day BETWEEN ? AND ? AND c.agent_id <> ''"};

template <class Record, class F>
absl::StatusOr<std::vector<Record>> Collect(absl::StatusOr<db::Rows> rows, F from) {
  if (!rows.ok()) return std::move(rows).status();
  std::vector<Record> records;
  records.reserve(rows->size());
  for (const db::Row row : *rows) records.push_back(from(row));
  return records;
}
template <class Record>
absl::StatusOr<std::optional<Record>> First(absl::StatusOr<std::vector<Record>> records) {
  if (!records.ok()) return std::move(records).status();
  if (records->empty()) return std::nullopt;
  return std::move(records->front());
}

PayPlanRow PlanFrom(const db::Row& row) {
  return {row.Str(0), row.Str(1), row.Int(2), row.OptDay(3), row.Str(4)};
}
PayPeriodRow PeriodFrom(const db::Row& row) { return {row.Day(0), row.Str(1), row.Str(2)}; }
StatementRow StatementFrom(const db::Row& row) {
  return {row.Day(0), row.Str(1), row.Str(2), row.Str(3)};
}
CorrectionRow CorrectionFrom(const db::Row& row) {
  CorrectionRow correction{row.Str(0), row.Day(1), row.Int(2)};
  if (!row.IsNull(3)) {
    correction.rates = {{row.Int(3), row.Int(5)}, {row.Int(4), row.Int(6)}};
  }
  correction.left_out_minor = row.Int(7);
  return correction;
}
PayEntryRow EntryFrom(const db::Row& row) {
  return {row.Str(0), row.Str(1), row.Day(2), row.Str(3)};
}

absl::StatusOr<std::set<std::string>> Names(absl::StatusOr<db::Rows> rows) {
  if (!rows.ok()) return std::move(rows).status();
  std::set<std::string> names;
  for (const db::Row row : *rows) names.insert(row.Str(0));
  return names;
}

}  // namespace

absl::StatusOr<int64_t> NextPayPlanVersion(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kNextVersion, {scope.org_id, scope.shop_id}));
  return rows.front().Int(0);
}

absl::Status InsertPayPlan(db::Transaction& t, std::string_view org_id, const PayPlanRow& row) {
  return t
      .Execute(kInsertPlan, {org_id, row.shop_id, row.version, row.id, row.effective_from,
                             Param::Bytes(row.body)})
      .status();
}

absl::StatusOr<std::optional<PayPlanRow>> FindPayPlan(db::Transaction& t, std::string_view org_id,
                                                      std::string_view id) {
  return First(Collect<PayPlanRow>(t.Query(kFindPlan, {org_id, id}), PlanFrom));
}

absl::StatusOr<std::optional<PayPlanRow>> PayPlanInForce(db::Transaction& t, const Scope& scope,
                                                         absl::CivilDay month) {
  return First(
      Collect<PayPlanRow>(t.Query(kPlanInForce, {scope.org_id, scope.shop_id, month}), PlanFrom));
}

absl::StatusOr<std::vector<PayPlanRow>> ListPayPlans(db::Transaction& t, const Scope& scope,
                                                     std::string_view after_shop,
                                                     int64_t after_version, int limit) {
  return Collect<PayPlanRow>(t.Query(kListPlans, {scope.org_id, scope.shop_id, scope.shop_id,
                                                  after_shop, after_shop, after_version, limit}),
                             PlanFrom);
}

absl::StatusOr<std::optional<absl::CivilDay>> ClosedMonth(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kReadBook, {scope.org_id, scope.shop_id}));
  if (rows.empty()) return std::nullopt;
  return rows.front().OptDay(0);
}

absl::StatusOr<std::optional<absl::CivilDay>> LockPayBook(db::Transaction& t, const Scope& scope) {
  RETURN_IF_ERROR(t.Execute(kMakeBook, {scope.org_id, scope.shop_id}).status());
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLockBook, {scope.org_id, scope.shop_id}));
  return rows.front().OptDay(0);
}

absl::StatusOr<std::set<std::string>> ClosedBooks(db::Transaction& t, std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kClosedBooks, {org_id}));
  std::set<std::string> books;
  for (const db::Row row : rows) books.insert(row.Str(0));
  return books;
}

absl::StatusOr<std::map<absl::CivilDay, std::set<std::string>>> ClosedSince(db::Transaction& t,
                                                                            std::string_view org_id,
                                                                            absl::CivilDay first) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kClosedSince, {org_id, first}));
  std::map<absl::CivilDay, std::set<std::string>> closed;
  for (const db::Row row : rows) closed[row.Day(1)].insert(row.Str(0));
  return closed;
}

absl::Status InsertPayPeriod(db::Transaction& t, const Scope& scope, const PayPeriodRow& period,
                             std::span<const StatementRow> statements,
                             std::span<const CorrectionRow> corrections) {
  RETURN_IF_ERROR(
      t.Execute(kInsertPeriod, {scope.org_id, scope.shop_id, period.month,
                                Param::Bytes(period.body), Param::Bytes(period.plan_body)})
          .status());
  std::vector<Param> flat;
  size_t bytes = 0;
  for (const StatementRow& row : statements) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, period.month, row.agent_id,
                             Param::Bytes(row.body), Param::Bytes(row.sources)});
    bytes += row.body.size() + row.sources.size();
    if (bytes < kInsertedAtOnce && &row != &statements.back()) continue;
    RETURN_IF_ERROR(t.InsertMany(kInsertStatements, 6, flat).status());
    flat.clear();
    bytes = 0;
  }
  for (const CorrectionRow& row : corrections) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, period.month, row.agent_id, row.of_month,
                             row.amount_minor});
    for (size_t buyer = 0; buyer < 2; ++buyer) {
      const auto column = [&](const std::array<int64_t, 2> CommissionedRates::*of) {
        return row.rates ? std::optional((*row.rates.*of)[buyer]) : std::nullopt;
      };
      flat.insert(flat.end(), {column(&CommissionedRates::sales_minor),
                               column(&CommissionedRates::commission_minor)});
    }
    flat.push_back(row.left_out_minor);
  }
  RETURN_IF_ERROR(t.InsertMany(kInsertCorrections, kCorrectionColumns, flat).status());
  return t.Execute(kAdvanceBook, {period.month, scope.org_id, scope.shop_id}).status();
}

absl::StatusOr<std::optional<PayPeriodRow>> FindPayPeriod(db::Transaction& t, const Scope& scope,
                                                          absl::CivilDay month) {
  return First(Collect<PayPeriodRow>(t.Query(kFindPeriod, {scope.org_id, scope.shop_id, month}),
                                     PeriodFrom));
}

absl::StatusOr<std::vector<PayPeriodRow>> ListPayPeriods(db::Transaction& t, const Scope& scope,
                                                         absl::CivilDay after, int limit) {
  return Collect<PayPeriodRow>(t.Query(kListPeriods, {scope.org_id, scope.shop_id, after, limit}),
                               PeriodFrom);
}

absl::StatusOr<std::vector<StatementRow>> LoadStatements(db::Transaction& t, const Scope& scope,
                                                         absl::CivilDay month, bool with_sources) {
  return Collect<StatementRow>(
      t.Query(with_sources ? kLoadStatements : kLoadBodies, {scope.org_id, scope.shop_id, month}),
      StatementFrom);
}

absl::StatusOr<std::optional<StatementRow>> FindStatement(db::Transaction& t, const Scope& scope,
                                                          absl::CivilDay month,
                                                          std::string_view agent_id) {
  return First(Collect<StatementRow>(
      t.Query(kFindStatement, {scope.org_id, scope.shop_id, month, agent_id}), StatementFrom));
}

absl::StatusOr<std::vector<StatementRow>> ListStatements(db::Transaction& t, const Scope& scope,
                                                         std::string_view agent_id,
                                                         absl::CivilDay after_month,
                                                         std::string_view after_agent, int limit) {
  return Collect<StatementRow>(
      t.Query(kListStatements, {scope.org_id, scope.shop_id, agent_id, agent_id, after_month,
                                after_month, after_agent, limit}),
      StatementFrom);
}

absl::StatusOr<std::map<std::string, CorrectionRow>> CorrectionsOf(db::Transaction& t,
                                                                   const Scope& scope,
                                                                   absl::CivilDay of_month) {
  ASSIGN_OR_RETURN(
      const auto rows,
      Collect<CorrectionRow>(t.Query(kCorrectionsOf, {scope.org_id, scope.shop_id, of_month}),
                             CorrectionFrom));
  std::map<std::string, CorrectionRow> sums;
  for (const CorrectionRow& row : rows) {
    CorrectionRow& sum =
        sums.try_emplace(row.agent_id, CorrectionRow{row.agent_id, row.of_month}).first->second;
    sum.amount_minor += row.amount_minor;
    sum.left_out_minor += row.left_out_minor;
    if (row.rates) sum.rates = row.rates;
  }
  return sums;
}

absl::StatusOr<std::vector<MonthVersion>> MonthVersions(db::Transaction& t, const Scope& shop,
                                                        absl::CivilDay last) {
  return Collect<MonthVersion>(t.Query(kMonthVersions, {shop.org_id, shop.shop_id, last}),
                               [](const db::Row& row) {
                                 return MonthVersion{row.Day(0), row.Str(1), row.Int(2)};
                               });
}

absl::StatusOr<std::map<absl::CivilDay, int64_t>> SeenMonths(db::Transaction& t,
                                                             const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kSeenMonths, {scope.org_id, scope.shop_id}));
  std::map<absl::CivilDay, int64_t> months;
  for (const db::Row row : rows) months[row.Day(0)] = row.Int(1);
  return months;
}

absl::Status SaveSeenMonths(db::Transaction& t, const Scope& scope,
                            const std::map<absl::CivilDay, int64_t>& months) {
  std::vector<Param> flat;
  for (const auto& [month, versions] : months) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, month, versions});
  }
  return t.InsertMany(kInsertSeen, 4, flat, kReplaceSeen).status();
}

absl::StatusOr<PayParts> LoadPayParts(db::Transaction& t, std::string_view org_id,
                                      absl::CivilDay month) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kPayParts, {org_id, month}));
  PayParts parts;
  for (const db::Row row : rows) parts[row.Str(0)][row.Str(1)] = row.Int(2);
  return parts;
}

absl::Status SavePayParts(db::Transaction& t, std::string_view org_id, absl::CivilDay month,
                          const PayParts& parts) {
  std::vector<Param> flat;
  for (const auto& [agent_id, by_shop] : parts) {
    for (const auto& [shop_id, weight] : by_shop) {
      flat.insert(flat.end(), {org_id, month, agent_id, shop_id, weight});
    }
  }
  return t.InsertMany(kInsertParts, 5, flat).status();
}

absl::StatusOr<std::vector<CorrectionRow>> CorrectionsBy(db::Transaction& t, const Scope& scope,
                                                         absl::CivilDay month) {
  return Collect<CorrectionRow>(t.Query(kCorrectionsBy, {scope.org_id, scope.shop_id, month}),
                                CorrectionFrom);
}

absl::Status InsertPayEntry(db::Transaction& t, const Scope& scope, const PayEntryRow& row) {
  return t
      .Execute(kInsertEntry, {scope.org_id, scope.shop_id, row.id, row.month, row.agent_id,
                              Param::Bytes(row.body)})
      .status();
}

absl::StatusOr<std::vector<PayEntryRow>> LoadPayEntries(db::Transaction& t, const Scope& scope,
                                                        absl::CivilDay month) {
  return Collect<PayEntryRow>(t.Query(kLoadEntries, {scope.org_id, scope.shop_id, month}),
                              EntryFrom);
}

absl::StatusOr<std::vector<PayEntryRow>> ListPayEntries(db::Transaction& t, const Scope& scope,
                                                        std::string_view agent_id,
                                                        std::string_view after_id, int limit) {
  return Collect<PayEntryRow>(
      t.Query(kListEntries, {scope.org_id, scope.shop_id, agent_id, agent_id, after_id, limit}),
      EntryFrom);
}

absl::StatusOr<std::vector<domain::Settings>> LoadShops(db::Transaction& t,
                                                        std::string_view org_id) {
  return Collect<domain::Settings>(t.Query(kShops, {org_id}), [](const db::Row& row) {
    return domain::Settings{row.Str(0), row.Str(1), row.Str(2), row.Str(3), row.Str(4)};
  });
}

absl::StatusOr<std::map<std::string, std::vector<domain::BaseSpan>>> LoadBases(
    db::Transaction& t, std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kBases, {org_id}));
  std::map<std::string, std::vector<domain::BaseSpan>> bases;
  for (const db::Row row : rows) bases[row.Str(0)].push_back({row.Day(2), row.Str(1)});
  return bases;
}

absl::StatusOr<std::map<std::string, std::set<absl::CivilDay>>> MarkedDaysAtShops(
    db::Transaction& t, std::string_view org_id, std::string_view definition, absl::CivilDay first,
    absl::CivilDay last, int before, int after) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kMarksAtShops, {org_id, first - before, last + after, definition, first,
                                           last, kScreening}));
  std::map<std::string, std::set<absl::CivilDay>> days;
  for (const db::Row row : rows) days[row.Str(0)].insert(row.Day(1));
  return days;
}

absl::StatusOr<std::set<std::string>> LoadGrades(db::Transaction& t, std::string_view org_id) {
  return Names(t.Query(kGrades, {org_id}));
}

absl::StatusOr<std::vector<SoldRow>> LoadSold(db::Transaction& t, const Scope& scope,
                                              std::string_view definition, absl::CivilDay first,
                                              absl::CivilDay last, std::string_view agent_id) {
  return Collect<SoldRow>(
      t.Query(kSold, {scope.org_id, scope.shop_id, definition, first, last, agent_id, agent_id}),
      [](const db::Row& row) {
        return SoldRow{row.Str(0), row.Str(1), row.Day(2), row.Str(3)};
      });
}

absl::StatusOr<std::vector<PaidBackRow>> LoadRefundsOfSales(db::Transaction& t, const Scope& scope,
                                                            std::string_view definition,
                                                            absl::CivilDay first,
                                                            absl::CivilDay last) {
  return Collect<PaidBackRow>(
      t.Query(kRefundsOfSales, {scope.org_id, scope.shop_id, definition, first, last}),
      [](const db::Row& row) {
        return PaidBackRow{row.Str(0), row.Str(1), row.Str(2), row.Day(3),
                           row.Day(4), row.Str(5), row.Str(6)};
      });
}

absl::StatusOr<std::set<absl::CivilDay>> SaleMonthsOfRefunds(db::Transaction& t, const Scope& scope,
                                                             std::string_view definition,
                                                             absl::CivilDay first,
                                                             absl::CivilDay last) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kPayDaysOfRefunds, {definition, scope.org_id,
                                                                    scope.shop_id, first, last}));
  std::set<absl::CivilDay> months;
  for (const db::Row row : rows) months.insert(absl::CivilDay(absl::CivilMonth(row.Day(0))));
  return months;
}

}  // namespace kefu::performance::store
