#include "services/performance/store/order_exclusions.h"

#include "common/db/sql.h"
#include "common/status/status_macros.h"
#include "services/performance/store/lists.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;
using Source = domain::OrderVerdict::Source;

constexpr Sql kReviews{
    "SELECT order_id, decision, reviewer, reason FROM order_review WHERE org_id = ? AND shop_id = "
    "? AND order_id IN (?*)"};
// Begun on the day of payment or so many days before: what is paid then may be their result. Of
// several conversations the first by id. What was found on a day on which a conversation no
// longer begins says nothing.
constexpr Sql kFrauds{
    "SELECT o.order_id, e.conversation_id, e.rule_id, CASE e.source WHEN 'REVIEW' THEN "
    "COALESCE(r.reason, '') ELSE e.evidence END FROM sales_order o JOIN exclusion e ON e.org_id = "
    "o.org_id AND e.shop_id = o.shop_id AND e.customer_id = o.customer_id AND e.first_day BETWEEN "
    "o.pay_day - INTERVAL ? DAY AND o.pay_day JOIN conversation c ON c.org_id = e.org_id AND "
    "c.shop_id = e.shop_id AND "
    "c.first_day = e.first_day AND c.conversation_id = e.conversation_id LEFT JOIN "
    "exclusion_review r ON r.org_id = e.org_id AND r.shop_id = e.shop_id AND r.conversation_id = "
    "e.conversation_id WHERE o.org_id = ? AND o.shop_id = ? AND e.exclusion = 'FRAUD' AND "
    "o.order_id IN (?*) ORDER BY o.order_id, e.conversation_id DESC"};
constexpr Sql kKnown{
    "SELECT order_id FROM order_exclusion WHERE org_id = ? AND shop_id = ? AND order_id IN (?*)"};
constexpr Sql kFlagged{
    "SELECT order_id FROM sales_order WHERE org_id = ? AND shop_id = ? AND excluded = 1 AND "
    "order_id IN (?*)"};
constexpr Sql kOrders{
    "SELECT order_id, COALESCE(pay_day, create_day), customer_id, excluded, body FROM sales_order "
    "WHERE org_id = ? AND shop_id = ? AND order_id IN (?*)"};
constexpr Sql kSave{
    "INSERT INTO order_exclusion (org_id, shop_id, order_id, day, customer_id, exclusion, source, "
    "conversation_id, rule_id, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY "
    "UPDATE day = VALUES(day), customer_id = VALUES(customer_id), exclusion = VALUES(exclusion), "
    "source = VALUES(source), conversation_id = VALUES(conversation_id), rule_id = "
    "VALUES(rule_id), evidence = VALUES(evidence)"};
constexpr Sql kDelete{
    "DELETE FROM order_exclusion WHERE org_id = ? AND shop_id = ? AND order_id = ?"};
constexpr Sql kCount{
    "UPDATE sales_order SET excluded = ? WHERE org_id = ? AND shop_id = ? AND order_id = ?"};
constexpr Sql kKnownOfDay{
    "SELECT order_id FROM order_exclusion WHERE org_id = ? AND shop_id = ? AND day BETWEEN ? AND "
    "?"};
constexpr Sql kDaysOfVerdicts{
    "SELECT DISTINCT day FROM order_exclusion WHERE org_id = ? AND shop_id = ?"};
constexpr Sql kOrdersOfCustomers{
    "SELECT order_id FROM sales_order WHERE org_id = ? AND shop_id = ? AND pay_day BETWEEN ? AND ? "
    "AND customer_id IN (?*)"};
constexpr Sql kSaveDecision{
    "INSERT INTO order_review (org_id, shop_id, order_id, decision, reviewer, reason) VALUES (?, "
    "?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE decision = VALUES(decision), reviewer = "
    "VALUES(reviewer), reason = VALUES(reason)"};
constexpr Sql kDeleteDecision{
    "DELETE FROM order_review WHERE org_id = ? AND shop_id = ? AND order_id = ?"};
constexpr Sql kOne{
    "SELECT order_id, day, customer_id, exclusion, source, conversation_id, rule_id, evidence FROM "
    "order_exclusion WHERE org_id = ? AND shop_id = ? AND order_id = ?"};
// An order that is gone has its row until it comes again.
constexpr Sql kPage{
    "SELECT x.order_id, x.day, x.customer_id, x.exclusion, x.source, x.conversation_id, x.rule_id, "
    "x.evidence, COALESCE(r.decision, ''), COALESCE(r.reviewer, ''), COALESCE(r.reason, '') FROM "
    "order_exclusion x JOIN sales_order o ON o.org_id = x.org_id AND o.shop_id = x.shop_id AND "
    "o.order_id = x.order_id LEFT JOIN order_review r ON r.org_id = x.org_id AND r.shop_id = "
    "x.shop_id AND r.order_id = x.order_id WHERE x.org_id = ? AND x.shop_id = ? AND x.day BETWEEN "
    "? AND ? AND (x.day > ? OR (x.day = ? AND x.order_id > ?)) ORDER BY x.day, x.order_id LIMIT "
    "?"};

std::string_view NameOf(Source source) {
  switch (source) {
    case Source::kNone:
      return "";
    case Source::kFlag:
      return "FLAG";
    case Source::kCustomer:
      return "CUSTOMER";
    case Source::kReview:
      return "REVIEW";
  }
  return "";
}

Source SourceOf(std::string_view name) {
  for (const Source source : {Source::kFlag, Source::kCustomer, Source::kReview}) {
    if (name == NameOf(source)) return source;
  }
  return Source::kNone;
}

OrderExclusionRow RowFrom(const db::Row& row) {
  return {row.Str(0),
          row.Day(1),
          row.Str(2),
          {ExclusionOf(row.Text(3)), SourceOf(row.Text(4))},
          {row.Str(5), row.Str(6), row.Str(7)}};
}

}  // namespace

absl::StatusOr<std::map<std::string, OrderCase>> LoadOrderCases(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> order_ids,
    int within_days) {
  const std::vector<Param> ids(order_ids.begin(), order_ids.end());
  std::map<std::string, OrderCase> cases;
  RETURN_IF_ERROR(ForEachIn(t, kReviews, scope, ids, 1, [&](const db::Row& row) {
    cases[row.Str(0)].review = ReviewDecision{row.Str(1), row.Str(2), row.Str(3)};
  }));
  RETURN_IF_ERROR(ForEachAfter(
      t, kFrauds, {within_days, scope.org_id, scope.shop_id}, ids, 1, [&](const db::Row& row) {
        cases[row.Str(0)].customer = domain::FraudOfCustomer{row.Str(1), row.Str(2), row.Str(3)};
      }));
  for (const Sql& sql : {kKnown, kFlagged})
    RETURN_IF_ERROR(
        ForEachIn(t, sql, scope, ids, 1, [&](const db::Row& row) { cases[row.Str(0)]; }));
  if (cases.empty()) return cases;
  std::vector<Param> found;
  for (const auto& [id, of_order] : cases) found.emplace_back(id);
  std::map<std::string, OrderCase> stored;
  RETURN_IF_ERROR(ForEachIn(t, kOrders, scope, found, 1, [&](const db::Row& row) {
    OrderCase& of_order = stored[row.Str(0)] = std::move(cases[row.Str(0)]);
    of_order.day = row.Day(1);
    of_order.customer_id = row.Str(2);
    of_order.excluded = row.Bool(3);
    of_order.body = row.Str(4);
  }));
  return stored;
}

absl::Status SaveOrderExclusion(db::Transaction& t, const Scope& scope,
                                const OrderExclusionRow& row) {
  const bool counts = row.verdict.exclusion == domain::Exclusion::kNone;
  RETURN_IF_ERROR(t.Execute(kCount, {!counts, scope.org_id, scope.shop_id, row.order_id}).status());
  if (row.verdict.source == Source::kNone)
    return t.Execute(kDelete, {scope.org_id, scope.shop_id, row.order_id}).status();
  return t
      .Execute(kSave, {scope.org_id, scope.shop_id, row.order_id, row.day, row.customer_id,
                       NameOf(row.verdict.exclusion), NameOf(row.verdict.source),
                       row.customer.conversation_id, row.customer.rule_id, row.customer.evidence})
      .status();
}

absl::StatusOr<std::vector<std::string>> OrdersToJudge(db::Transaction& t, const Scope& scope,
                                                       absl::CivilDay first, absl::CivilDay last,
                                                       std::span<const std::string> customers) {
  ASSIGN_OR_RETURN(const db::Rows known,
                   t.Query(kKnownOfDay, {scope.org_id, scope.shop_id, first, last}));
  std::vector<std::string> orders;
  for (const db::Row row : known) orders.push_back(row.Str(0));
  const std::vector<Param> ids(customers.begin(), customers.end());
  RETURN_IF_ERROR(ForEachAfter(t, kOrdersOfCustomers, {scope.org_id, scope.shop_id, first, last},
                               ids, 1, [&](const db::Row& row) { orders.push_back(row.Str(0)); }));
  std::ranges::sort(orders);
  orders.erase(std::ranges::unique(orders).begin(), orders.end());
  return orders;
}

absl::StatusOr<std::set<absl::CivilDay>> DaysOfVerdicts(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kDaysOfVerdicts, {scope.org_id, scope.shop_id}));
  std::set<absl::CivilDay> days;
  for (const db::Row row : rows) days.insert(row.Day(0));
  return days;
}

absl::Status SaveOrderDecision(db::Transaction& t, const Scope& scope, std::string_view order_id,
                               const ReviewDecision& decision) {
  return t
      .Execute(kSaveDecision, {scope.org_id, scope.shop_id, order_id, decision.decision,
                               decision.reviewer, decision.reason})
      .status();
}

absl::Status DeleteOrderDecision(db::Transaction& t, const Scope& scope,
                                 std::string_view order_id) {
  return t.Execute(kDeleteDecision, {scope.org_id, scope.shop_id, order_id}).status();
}

absl::StatusOr<std::optional<OrderExclusionRow>> LoadOrderExclusion(db::Transaction& t,
                                                                    const Scope& scope,
                                                                    std::string_view order_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kOne, {scope.org_id, scope.shop_id, order_id}));
  if (rows.empty()) return std::nullopt;
  return RowFrom(rows.front());
}

absl::StatusOr<std::vector<OrderExclusionPageRow>> PageOrderExclusions(
    db::Transaction& t, const Scope& scope, absl::CivilDay first, absl::CivilDay last,
    absl::CivilDay after_day, std::string_view after_id, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kPage, {scope.org_id, scope.shop_id, first, last,
                                                        after_day, after_day, after_id, limit}));
  std::vector<OrderExclusionPageRow> result;
  for (const db::Row row : rows)
    result.push_back({RowFrom(row), {row.Str(8), row.Str(9), row.Str(10)}});
  return result;
}

}  // namespace kefu::performance::store
