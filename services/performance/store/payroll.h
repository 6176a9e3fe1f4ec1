// Plans, closed months and entries of pay, and the facts that only pay reads, in the database.
// Every method runs in the caller's transaction and returns the Statuses of db::Transaction. In a
// Scope an empty shop_id is the organization over all of its shops.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/people.h"
#include "services/performance/domain/settings.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// --- Plans ---

struct PayPlanRow {
  std::string id, shop_id;
  int64_t version = 0;
  std::optional<absl::CivilDay> effective_from;
  std::string body;
};
absl::StatusOr<int64_t> NextPayPlanVersion(db::Transaction& t, const Scope& scope);
absl::Status InsertPayPlan(db::Transaction& t, std::string_view org_id, const PayPlanRow& row);
absl::StatusOr<std::optional<PayPlanRow>> FindPayPlan(db::Transaction& t, std::string_view org_id,
                                                      std::string_view id);
// Of the plans that hold from the month or before, the latest; of several from the same month the
// one with the highest version.
absl::StatusOr<std::optional<PayPlanRow>> PayPlanInForce(db::Transaction& t, const Scope& scope,
                                                         absl::CivilDay month);
// By (shop, version), after the given key. An empty shop_id lists all shops' and the
// organization's.
absl::StatusOr<std::vector<PayPlanRow>> ListPayPlans(db::Transaction& t, const Scope& scope,
                                                     std::string_view after_shop,
                                                     int64_t after_version, int limit);

// --- What is closed ---

// The last closed month; nothing when none is.
absl::StatusOr<std::optional<absl::CivilDay>> ClosedMonth(db::Transaction& t, const Scope& scope);
// The same, with the book locked until the end of the transaction.
absl::StatusOr<std::optional<absl::CivilDay>> LockPayBook(db::Transaction& t, const Scope& scope);
// The shops with closed months; "" among them: the organization has.
absl::StatusOr<std::set<std::string>> ClosedBooks(db::Transaction& t, std::string_view org_id);

// By month from `first` on, the shops that have closed it; "" among them: the organization has.
absl::StatusOr<std::map<absl::CivilDay, std::set<std::string>>> ClosedSince(db::Transaction& t,
                                                                            std::string_view org_id,
                                                                            absl::CivilDay first);

struct PayPeriodRow {
  absl::CivilDay month;
  std::string body, plan_body;
};
struct StatementRow {
  absl::CivilDay month;
  std::string agent_id, body;
  std::string sources;  // empty where it was not asked for
};
// Net sales and commission by buyer (returning, new): their quotient is the rate of later refunds.
struct CommissionedRates {
  std::array<int64_t, 2> sales_minor{}, commission_minor{};
  bool operator==(const CommissionedRates&) const = default;
};
struct CorrectionRow {
  std::string agent_id;
  absl::CivilDay of_month;
  int64_t amount_minor = 0;
  // What the corrected month came to by this correction; nothing where it was not kept.
  std::optional<CommissionedRates> rates = {};
  int64_t left_out_minor = 0;  // of a month too old to be corrected: told, not paid
};
// Stores a month and makes it the last closed one. The book must be locked.
absl::Status InsertPayPeriod(db::Transaction& t, const Scope& scope, const PayPeriodRow& period,
                             std::span<const StatementRow> statements,
                             std::span<const CorrectionRow> corrections);
absl::StatusOr<std::optional<PayPeriodRow>> FindPayPeriod(db::Transaction& t, const Scope& scope,
                                                          absl::CivilDay month);
// Oldest first, from after `after`.
inline constexpr absl::CivilDay kBeforeAllMonths(1, 1, 1);
inline constexpr int kAllMonths = 12'000;  // more than a millennium has been closed nowhere
absl::StatusOr<std::vector<PayPeriodRow>> ListPayPeriods(db::Transaction& t, const Scope& scope,
                                                         absl::CivilDay after, int limit);
// Of one month, by agent.
absl::StatusOr<std::vector<StatementRow>> LoadStatements(db::Transaction& t, const Scope& scope,
                                                         absl::CivilDay month, bool with_sources);
absl::StatusOr<std::optional<StatementRow>> FindStatement(db::Transaction& t, const Scope& scope,
                                                          absl::CivilDay month,
                                                          std::string_view agent_id);
// By (month, agent) after the given key, without sources; an empty agent_id lists all.
absl::StatusOr<std::vector<StatementRow>> ListStatements(db::Transaction& t, const Scope& scope,
                                                         std::string_view agent_id,
                                                         absl::CivilDay after_month,
                                                         std::string_view after_agent, int limit);
// What was corrected of a month by all closed months together, by agent, with what it came to by
// the last of them.
absl::StatusOr<std::map<std::string, CorrectionRow>> CorrectionsOf(db::Transaction& t,
                                                                   const Scope& scope,
                                                                   absl::CivilDay of_month);
// How the facts of each month until `last` stand: versions that grow with every change, by the
// definition of the figures; those of facts about people stand under kPeopleFacts.
struct MonthVersion {
  absl::CivilDay month;
  std::string definition;
  int64_t version = 0;
};
absl::StatusOr<std::vector<MonthVersion>> MonthVersions(db::Transaction& t, const Scope& shop,
                                                        absl::CivilDay last);
// Sums of such versions that pay has taken in, by month.
absl::StatusOr<std::map<absl::CivilDay, int64_t>> SeenMonths(db::Transaction& t,
                                                             const Scope& scope);
absl::Status SaveSeenMonths(db::Transaction& t, const Scope& scope,
                            const std::map<absl::CivilDay, int64_t>& months);
// The weights by which people's months are shared among shops, by agent and shop, of those with
// whom a shop has closed the month.
using PayParts = std::map<std::string, std::map<std::string, int64_t>>;
absl::StatusOr<PayParts> LoadPayParts(db::Transaction& t, std::string_view org_id,
                                      absl::CivilDay month);
// Stores those of agents who have none of the month yet. The organization's book must be locked.
absl::Status SavePayParts(db::Transaction& t, std::string_view org_id, absl::CivilDay month,
                          const PayParts& parts);
// What a month has corrected of others, by agent and corrected month.
absl::StatusOr<std::vector<CorrectionRow>> CorrectionsBy(db::Transaction& t, const Scope& scope,
                                                         absl::CivilDay month);

// --- Entries ---

struct PayEntryRow {
  std::string id, agent_id;
  absl::CivilDay month;
  std::string body;
};
absl::Status InsertPayEntry(db::Transaction& t, const Scope& scope, const PayEntryRow& row);
absl::StatusOr<std::vector<PayEntryRow>> LoadPayEntries(db::Transaction& t, const Scope& scope,
                                                        absl::CivilDay month);
// By id after the given one; an empty agent_id lists all.
absl::StatusOr<std::vector<PayEntryRow>> ListPayEntries(db::Transaction& t, const Scope& scope,
                                                        std::string_view agent_id,
                                                        std::string_view after_id, int limit);

// --- Facts ---

// The organization's shops in order of their ids.
absl::StatusOr<std::vector<domain::Settings>> LoadShops(db::Transaction& t,
                                                        std::string_view org_id);
// Whose each agent of an organization has been, oldest first: a base is another company, which pays
// its agents. Agents of whom nothing is known are absent.
absl::StatusOr<std::map<std::string, std::vector<domain::BaseSpan>>> LoadBases(
    db::Transaction& t, std::string_view org_id);
// Days of an organization's shops that figures of [first, last] by a definition wait for, by shop:
// marked for it, or for screening in [first - before, last + after].
absl::StatusOr<std::map<std::string, std::set<absl::CivilDay>>> MarkedDaysAtShops(
    db::Transaction& t, std::string_view org_id, std::string_view definition, absl::CivilDay first,
    absl::CivilDay last, int before, int after);
// Grades that staffing has told of.
absl::StatusOr<std::set<std::string>> LoadGrades(db::Transaction& t, std::string_view org_id);

struct SoldRow {
  std::string agent_id, order_id;
  absl::CivilDay pay_day;
  std::string body;
};
// Counted orders paid in [first, last] with the agent that they are credited to, by day and id; of
// one agent where one is named. Silent ones are left out.
absl::StatusOr<std::vector<SoldRow>> LoadSold(db::Transaction& t, const Scope& scope,
                                              std::string_view definition, absl::CivilDay first,
                                              absl::CivilDay last, std::string_view agent_id);
struct PaidBackRow {
  std::string agent_id, refund_id, order_id;
  absl::CivilDay day, pay_day;
  std::string body, order_body;
};
// All refunds of such orders that were paid in [first, last], by the later of the refund's and the
// payment's day, and id.
absl::StatusOr<std::vector<PaidBackRow>> LoadRefundsOfSales(db::Transaction& t, const Scope& scope,
                                                            std::string_view definition,
                                                            absl::CivilDay first,
                                                            absl::CivilDay last);
// The first days of the months in which orders were paid of which something was paid back in
// [first, last].
absl::StatusOr<std::set<absl::CivilDay>> SaleMonthsOfRefunds(db::Transaction& t, const Scope& scope,
                                                             std::string_view definition,
                                                             absl::CivilDay first,
                                                             absl::CivilDay last);

}  // namespace kefu::performance::store
