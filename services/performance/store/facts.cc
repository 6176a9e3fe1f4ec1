#include "services/performance/store/facts.h"

#include "common/db/sql.h"
#include "common/status/status_macros.h"
#include "services/performance/domain/facts.h"
#include "services/performance/store/definitions.h"
#include "services/performance/store/handlings.h"
#include "services/performance/store/lists.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr Sql kFindConversations{
    "SELECT conversation_id, body_hash, body FROM conversation "
    "WHERE org_id = ? AND shop_id = ? AND conversation_id IN (?*)"};
constexpr Sql kFindOrders{
    "SELECT order_id, body_hash, body FROM sales_order WHERE org_id = ? AND shop_id = ? AND "
    "order_id IN (?*)"};
constexpr Sql kFindRefunds{
    "SELECT refund_id, body_hash, body FROM refund WHERE org_id = ? AND shop_id = ? AND refund_id "
    "IN (?*)"};
constexpr Sql kFindReviews{
    "SELECT CONCAT(order_id, ' ', review_id), body_hash, body FROM review "
    "WHERE org_id = ? AND shop_id = ? AND (order_id, review_id) IN (?*)"};

constexpr Sql kDeleteSpans{
    "DELETE FROM conversation_span WHERE org_id = ? AND shop_id = ? AND conversation_id IN (?*)"};
// REPLACE: an id may move to another day, and two imports may bring the same new id at once.
constexpr std::string_view kInsertConversations =
    "REPLACE INTO conversation (org_id, shop_id, first_day, conversation_id, last_day, "
    "customer_id, body_hash, body)";
constexpr std::string_view kInsertSpans =
    "REPLACE INTO conversation_span (org_id, shop_id, last_day, conversation_id, first_day, "
    "customer_id)";
constexpr std::string_view kInsertOrders =
    "INSERT INTO sales_order (org_id, shop_id, order_id, create_day, pay_day, late_shipment, "
    "excluded, customer_id, paid_minor, body_hash, body)";
constexpr std::string_view kReplaceOrder =
    " ON DUPLICATE KEY UPDATE create_day = VALUES(create_day), pay_day = VALUES(pay_day), "
    "late_shipment = VALUES(late_shipment), excluded = VALUES(excluded), customer_id = "
    "VALUES(customer_id), paid_minor = VALUES(paid_minor), body_hash = VALUES(body_hash), body = "
    "VALUES(body)";
constexpr std::string_view kInsertRefunds =
    "INSERT INTO refund (org_id, shop_id, refund_id, order_id, day, body_hash, body)";
constexpr std::string_view kReplaceRefund =
    " ON DUPLICATE KEY UPDATE order_id = VALUES(order_id), day = VALUES(day), body_hash = "
    "VALUES(body_hash), "
    "body = VALUES(body)";
constexpr std::string_view kInsertReviews =
    "INSERT INTO review (org_id, shop_id, order_id, review_id, day, body_hash, body)";
constexpr std::string_view kReplaceReview =
    " ON DUPLICATE KEY UPDATE day = VALUES(day), body_hash = VALUES(body_hash), body = "
    "VALUES(body)";

constexpr Sql kConversationsOfDay{
    "SELECT body FROM conversation WHERE org_id = ? AND shop_id = ? AND first_day = ? ORDER BY "
    "conversation_id"};
constexpr Sql kConversationsReaching{
    "SELECT c.body FROM conversation_span s JOIN conversation c ON c.org_id = s.org_id AND "
    "c.shop_id = s.shop_id AND "
    "c.first_day = s.first_day AND c.conversation_id = s.conversation_id "
    "WHERE s.org_id = ? AND s.shop_id = ? AND s.last_day BETWEEN ? AND ? AND s.first_day < ? ORDER "
    "BY "
    "s.last_day, s.conversation_id"};
constexpr Sql kOrdersOfDay{
    "SELECT body, excluded FROM sales_order WHERE org_id = ? AND shop_id = ? AND create_day = ? "
    "UNION ALL "
    "SELECT body, excluded FROM sales_order WHERE org_id = ? AND shop_id = ? AND pay_day BETWEEN ? "
    "AND ? AND "
    "create_day <> ?"};
constexpr Sql kConversationsOfDayBy{
    "SELECT body FROM conversation FORCE INDEX (conversation_by_customer) WHERE org_id = ? AND "
    "shop_id = ? AND first_day = ? AND customer_id IN (?*)"};
constexpr Sql kConversationsReachingBy{
    "SELECT c.body FROM conversation_span s FORCE INDEX (conversation_span_by_customer) JOIN "
    "conversation c ON c.org_id = s.org_id AND "
    "c.shop_id = s.shop_id AND c.first_day = s.first_day AND c.conversation_id = s.conversation_id "
    "WHERE s.org_id = ? AND s.shop_id = ? AND s.last_day BETWEEN ? AND ? AND s.first_day < ? AND "
    "s.customer_id IN (?*)"};
// Left to itself the optimizer reads a shop's whole table here while statistics are young.
constexpr Sql kOrdersOfDayBy{
    "SELECT body, excluded FROM sales_order FORCE INDEX (sales_order_by_customer) WHERE org_id = ? "
    "AND "
    "shop_id = ? AND (create_day = ? OR pay_day "
    "BETWEEN ? AND ?) AND customer_id IN (?*)"};
constexpr Sql kOrder{
    "SELECT body FROM sales_order WHERE org_id = ? AND shop_id = ? AND order_id = ?"};
// What is paid back of an order that is not known counts once that arrives.
constexpr Sql kRefundsOfDay{
    "SELECT r.body, COALESCE(c.agent_id, ''), COALESCE(o.excluded, 1) FROM refund r "
    "LEFT JOIN order_credit c ON c.org_id = r.org_id AND c.shop_id = r.shop_id AND c.definition_id "
    "= ? AND c.order_id = r.order_id "
    "LEFT JOIN sales_order o ON o.org_id = r.org_id AND o.shop_id = r.shop_id AND o.order_id = "
    "r.order_id "
    "WHERE r.org_id = ? AND r.shop_id = ? AND r.day = ? ORDER BY r.refund_id"};
constexpr Sql kReviewsOfDay{
    "SELECT r.body, COALESCE(c.agent_id, ''), COALESCE(o.excluded, 1) FROM review r "
    "LEFT JOIN order_credit c ON c.org_id = r.org_id AND c.shop_id = r.shop_id AND c.definition_id "
    "= ? AND c.order_id = r.order_id "
    "LEFT JOIN sales_order o ON o.org_id = r.org_id AND o.shop_id = r.shop_id AND o.order_id = "
    "r.order_id "
    "WHERE r.org_id = ? AND r.shop_id = ? AND r.day = ? ORDER BY r.order_id, r.review_id"};
constexpr Sql kRefundsOfOrders{
    "SELECT r.refund_id, r.order_id, r.day, r.body, COALESCE(c.agent_id, ''), COALESCE(o.excluded, "
    "1) FROM refund r "
    "LEFT JOIN order_credit c ON c.org_id = r.org_id AND c.shop_id = r.shop_id AND c.definition_id "
    "= ? AND c.order_id = r.order_id "
    "LEFT JOIN sales_order o ON o.org_id = r.org_id AND o.shop_id = r.shop_id AND o.order_id = "
    "r.order_id "
    "WHERE r.org_id = ? AND r.shop_id = ? AND r.order_id IN (?*)"};
constexpr Sql kReviewsOfOrders{
    "SELECT r.review_id, r.order_id, r.day, r.body, COALESCE(c.agent_id, ''), COALESCE(o.excluded, "
    "1) FROM review r "
    "LEFT JOIN order_credit c ON c.org_id = r.org_id AND c.shop_id = r.shop_id AND c.definition_id "
    "= ? AND c.order_id = r.order_id "
    "LEFT JOIN sales_order o ON o.org_id = r.org_id AND o.shop_id = r.shop_id AND o.order_id = "
    "r.order_id "
    "WHERE r.org_id = ? AND r.shop_id = ? AND r.order_id IN (?*)"};
constexpr Sql kOrdersOfFollowUps{
    "SELECT order_id FROM refund WHERE org_id = ? AND shop_id = ? AND day = ? UNION "
    "SELECT order_id FROM review WHERE org_id = ? AND shop_id = ? AND day = ? ORDER BY order_id"};
constexpr Sql kLockCredits{
    "SELECT order_id FROM order_credit WHERE org_id = ? AND shop_id = ? AND definition_id = ? AND "
    "order_id IN (?*) ORDER BY order_id LOCK IN SHARE MODE"};
constexpr Sql kRefundDays{
    "SELECT DISTINCT day FROM refund WHERE org_id = ? AND shop_id = ? AND order_id IN (?*)"};
constexpr Sql kReviewDays{
    "SELECT DISTINCT day FROM review WHERE org_id = ? AND shop_id = ? AND order_id IN (?*)"};

constexpr Sql kEarlierBuyers{
    "SELECT DISTINCT customer_id FROM sales_order FORCE INDEX (sales_order_by_customer) WHERE "
    "org_id = ? AND shop_id = ? AND pay_day "
    "BETWEEN ? AND ? AND excluded = 0 AND paid_minor IS NOT NULL AND customer_id IN (?*)"};
constexpr Sql kPayDays{
    "SELECT DISTINCT pay_day FROM sales_order FORCE INDEX (sales_order_by_customer) WHERE org_id = "
    "? AND shop_id = ? AND pay_day BETWEEN "
    "? AND ? AND customer_id IN (?*)"};
constexpr Sql kLaterPurchases{
    "SELECT DISTINCT later.pay_day FROM sales_order o JOIN sales_order later FORCE INDEX "
    "(sales_order_by_customer) ON later.org_id = o.org_id AND later.shop_id = o.shop_id AND "
    "later.customer_id = o.customer_id AND "
    "later.pay_day > o.pay_day AND later.pay_day <= o.pay_day + INTERVAL ? DAY WHERE o.org_id = ? "
    "AND o.shop_id = ? AND o.customer_id <> '' AND o.order_id IN (?*)"};

constexpr std::string_view kInsertMarks =
    "INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks)";
constexpr std::string_view kCountMark = " ON DUPLICATE KEY UPDATE marks = marks + 1";
constexpr Sql kMarkOne{
    "INSERT INTO dirty_day (org_id, shop_id, day, definition_id, marks) VALUES (?, ?, ?, ?, 1) ON "
    "DUPLICATE KEY UPDATE marks = marks + 1"};
constexpr Sql kMarkedPayDays{
    "SELECT 1 FROM sales_order o JOIN dirty_day d ON d.org_id = o.org_id AND d.shop_id = o.shop_id "
    "AND d.day = o.pay_day AND d.definition_id = ? WHERE o.org_id = ? AND o.shop_id = ? AND "
    "o.order_id IN (?*) LIMIT 1"};
// An order that is gone has its credit until the day is computed.
constexpr Sql kMarkedCreditDays{
    "SELECT 1 FROM order_credit c JOIN dirty_day d ON d.org_id = c.org_id AND d.shop_id = "
    "c.shop_id "
    "AND d.day = c.pay_day AND d.definition_id = c.definition_id WHERE c.definition_id = ? AND "
    "c.org_id = ? AND c.shop_id = ? AND c.order_id IN (?*) LIMIT 1"};
constexpr Sql kBumpVersion{
    "UPDATE shop_settings SET facts_version = facts_version + 1 WHERE org_id = ? AND shop_id = ?"};
constexpr Sql kVersion{"SELECT facts_version FROM shop_settings WHERE org_id = ? AND shop_id = ?"};
constexpr Sql kMarkedDays{
    "SELECT day, definition_id FROM dirty_day WHERE org_id = ? AND shop_id = ? AND day BETWEEN ? "
    "AND ? AND (? = '' OR definition_id = ?) ORDER BY day, definition_id"};
constexpr Sql kMarksOfOrg{
    "SELECT DISTINCT shop_id, day FROM dirty_day WHERE org_id = ? ORDER BY shop_id, day"};
constexpr Sql kAllMarks{
    "SELECT org_id, shop_id, day, definition_id, marks FROM dirty_day WHERE org_id >= ? AND "
    "(org_id "
    "> ? OR shop_id > ? OR (shop_id = ? AND (day > ? OR (day = ? AND definition_id > ?)))) ORDER "
    "BY "
    "org_id, shop_id, day, definition_id LIMIT ?"};
constexpr Sql kLockMark{
    "SELECT marks FROM dirty_day WHERE org_id = ? AND shop_id = ? AND day = ? AND definition_id = "
    "? FOR UPDATE"};
constexpr Sql kClearMark{
    "DELETE FROM dirty_day WHERE org_id = ? AND shop_id = ? AND day = ? AND definition_id = ?"};

constexpr Sql kExtent{
    "SELECT MIN(f), MAX(l) FROM ("
    "SELECT MIN(first_day) f, MAX(first_day) l FROM conversation WHERE org_id = ? AND shop_id = ? "
    "UNION ALL "
    "SELECT MIN(last_day), MAX(last_day) FROM conversation_span WHERE org_id = ? AND shop_id = ? "
    "UNION ALL "
    "SELECT MIN(create_day), MAX(create_day) FROM sales_order WHERE org_id = ? AND shop_id = ? "
    "UNION ALL "
    "SELECT MIN(pay_day), MAX(pay_day) FROM sales_order WHERE org_id = ? AND shop_id = ? UNION ALL "
    "SELECT MIN(day), MAX(day) FROM refund WHERE org_id = ? AND shop_id = ? UNION ALL "
    "SELECT MIN(day), MAX(day) FROM review WHERE org_id = ? AND shop_id = ? UNION ALL "
    "SELECT MIN(day), MAX(day) FROM inspection WHERE org_id = ? AND shop_id = ? UNION ALL "
    "SELECT MIN(day), MAX(day) FROM daily_visits WHERE org_id = ? AND shop_id = ?) extents"};
constexpr Sql kHasMoneyWithoutDays{
    "SELECT EXISTS(SELECT 1 FROM payment WHERE org_id = ? AND shop_id = ?) OR EXISTS(SELECT 1 FROM "
    "conduct_event WHERE org_id = ? AND shop_id = ?)"};

// Rows stored before they told their customer are anybody's.
std::vector<Param> WithUnknown(std::span<const std::string> customers) {
  std::vector<Param> list(customers.begin(), customers.end());
  list.emplace_back("");
  return list;
}

std::vector<std::string> Bodies(const db::Rows& rows) {
  std::vector<std::string> bodies;
  bodies.reserve(rows.size());
  for (const db::Row row : rows) bodies.push_back(row.Str(0));
  return bodies;
}

absl::StatusOr<std::vector<CreditedBody>> LoadCredited(db::Transaction& t, Sql sql,
                                                       const Scope& scope,
                                                       std::string_view definition_id,
                                                       absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(sql, {definition_id, scope.org_id, scope.shop_id, day}));
  std::vector<CreditedBody> result;
  for (const db::Row row : rows) result.push_back({row.Str(0), row.Str(1), row.Bool(2)});
  return result;
}

}  // namespace

absl::StatusOr<StoredById> FindConversations(db::Transaction& t, const Scope& scope,
                                             std::span<const std::string_view> ids) {
  return FindById(t, kFindConversations, scope, Flat(ids), 1);
}

absl::StatusOr<StoredById> FindOrders(db::Transaction& t, const Scope& scope,
                                      std::span<const std::string_view> ids) {
  return FindById(t, kFindOrders, scope, Flat(ids), 1);
}

absl::StatusOr<StoredById> FindRefunds(db::Transaction& t, const Scope& scope,
                                       std::span<const std::string_view> ids) {
  return FindById(t, kFindRefunds, scope, Flat(ids), 1);
}

absl::StatusOr<StoredById> FindReviews(
    db::Transaction& t, const Scope& scope,
    std::span<const std::pair<std::string_view, std::string_view>> order_and_review_ids) {
  std::vector<Param> flat;
  for (const auto& [order_id, review_id] : order_and_review_ids) {
    flat.emplace_back(order_id);
    flat.emplace_back(review_id);
  }
  return FindById(t, kFindReviews, scope, flat, 2);
}

absl::Status SaveConversations(db::Transaction& t, const Scope& scope,
                               std::span<const ConversationRow> rows,
                               std::span<const std::string_view> replaced_ids) {
  const std::vector<Param> replaced = Flat(replaced_ids);
  RETURN_IF_ERROR(ExecuteForEach(t, kDeleteSpans, scope, replaced));
  std::vector<Param> flat, spans;
  flat.reserve(rows.size() * 8);
  for (const ConversationRow& row : rows) {
    flat.insert(flat.end(),
                {scope.org_id, scope.shop_id, row.first_day, row.conversation_id, row.last_day,
                 row.customer_id, Param::Bytes(row.body_hash), Param::Bytes(row.body)});
    if (row.last_day > row.first_day) {
      spans.insert(spans.end(), {scope.org_id, scope.shop_id, row.last_day, row.conversation_id,
                                 row.first_day, row.customer_id});
    }
  }
  RETURN_IF_ERROR(t.InsertMany(kInsertConversations, 8, flat).status());
  RETURN_IF_ERROR(t.InsertMany(kInsertSpans, 6, spans).status());
  return SaveHandlings(t, scope, rows, replaced_ids);
}

absl::Status SaveOrders(db::Transaction& t, const Scope& scope, std::span<const OrderRow> rows) {
  std::vector<Param> flat;
  flat.reserve(rows.size() * 11);
  for (const OrderRow& row : rows) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, row.order_id, row.create_day, row.pay_day,
                             row.late_shipment, row.excluded, row.customer_id, row.paid_minor,
                             Param::Bytes(row.body_hash), Param::Bytes(row.body)});
  }
  return t.InsertMany(kInsertOrders, 11, flat, kReplaceOrder).status();
}

absl::Status SaveRefunds(db::Transaction& t, const Scope& scope, std::span<const RefundRow> rows) {
  std::vector<Param> flat;
  for (const RefundRow& row : rows) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, row.refund_id, row.order_id, row.day,
                             Param::Bytes(row.body_hash), Param::Bytes(row.body)});
  }
  return t.InsertMany(kInsertRefunds, 7, flat, kReplaceRefund).status();
}

absl::Status SaveReviews(db::Transaction& t, const Scope& scope, std::span<const ReviewRow> rows) {
  std::vector<Param> flat;
  for (const ReviewRow& row : rows) {
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, row.order_id, row.review_id, row.day,
                             Param::Bytes(row.body_hash), Param::Bytes(row.body)});
  }
  return t.InsertMany(kInsertReviews, 7, flat, kReplaceReview).status();
}

absl::StatusOr<std::vector<std::string>> LoadConversationsOf(
    db::Transaction& t, const Scope& scope, absl::CivilDay first_day,
    std::span<const std::string> customers) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   customers.empty()
                       ? t.Query(kConversationsOfDay, {scope.org_id, scope.shop_id, first_day})
                       : t.QueryIn(kConversationsOfDayBy, {scope.org_id, scope.shop_id, first_day},
                                   WithUnknown(customers)));
  return Bodies(rows);
}

absl::StatusOr<std::vector<std::string>> LoadConversationsReaching(
    db::Transaction& t, const Scope& scope, absl::CivilDay day,
    std::span<const std::string> customers) {
  const absl::CivilDay most = day + domain::kMaxConversationDays;
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      customers.empty()
          ? t.Query(kConversationsReaching, {scope.org_id, scope.shop_id, day, most, day})
          : t.QueryIn(kConversationsReachingBy, {scope.org_id, scope.shop_id, day, most, day},
                      WithUnknown(customers)));
  return Bodies(rows);
}

absl::StatusOr<std::vector<OrderBody>> LoadOrders(db::Transaction& t, const Scope& scope,
                                                  absl::CivilDay day, absl::CivilDay first_pay_day,
                                                  absl::CivilDay last_pay_day,
                                                  std::span<const std::string> customers) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   customers.empty()
                       ? t.Query(kOrdersOfDay, {scope.org_id, scope.shop_id, day, scope.org_id,
                                                scope.shop_id, first_pay_day, last_pay_day, day})
                       : t.QueryIn(kOrdersOfDayBy,
                                   {scope.org_id, scope.shop_id, day, first_pay_day, last_pay_day},
                                   WithUnknown(customers)));
  std::vector<OrderBody> orders;
  for (const db::Row row : rows) orders.push_back({row.Str(0), row.Bool(1)});
  return orders;
}

absl::StatusOr<std::optional<std::string>> LoadOrder(db::Transaction& t, const Scope& scope,
                                                     std::string_view order_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kOrder, {scope.org_id, scope.shop_id, order_id}));
  if (rows.empty()) return std::nullopt;
  return rows.front().Str(0);
}

absl::StatusOr<std::vector<CreditedBody>> LoadRefunds(db::Transaction& t, const Scope& scope,
                                                      std::string_view definition_id,
                                                      absl::CivilDay day) {
  return LoadCredited(t, kRefundsOfDay, scope, definition_id, day);
}

absl::StatusOr<std::vector<CreditedBody>> LoadReviews(db::Transaction& t, const Scope& scope,
                                                      std::string_view definition_id,
                                                      absl::CivilDay day) {
  return LoadCredited(t, kReviewsOfDay, scope, definition_id, day);
}

absl::StatusOr<std::vector<FollowUp>> LoadFollowUps(db::Transaction& t, const Scope& scope,
                                                    std::string_view definition_id,
                                                    std::span<const std::string_view> order_ids) {
  std::vector<FollowUp> found;
  const std::vector<Param> ids = Flat(order_ids);
  for (const bool review : {false, true}) {
    RETURN_IF_ERROR(ForEachAfter(
        t, review ? kReviewsOfOrders : kRefundsOfOrders,
        {definition_id, scope.org_id, scope.shop_id}, ids, 1, [&](const db::Row& row) {
          found.push_back(
              {review, row.Str(0), row.Str(1), row.Day(2), {row.Str(3), row.Str(4), row.Bool(5)}});
        }));
  }
  return found;
}

absl::StatusOr<std::set<absl::CivilDay>> DaysOfFollowUps(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> order_ids) {
  std::set<absl::CivilDay> days;
  const std::vector<Param> ids = Flat(order_ids);
  const auto add = [&](const db::Row& row) { days.insert(row.Day(0)); };
  RETURN_IF_ERROR(ForEachIn(t, kRefundDays, scope, ids, 1, add));
  RETURN_IF_ERROR(ForEachIn(t, kReviewDays, scope, ids, 1, add));
  return days;
}

absl::StatusOr<std::unordered_set<std::string>> BuyersBetween(
    db::Transaction& t, const Scope& scope, absl::CivilDay first, absl::CivilDay last,
    std::span<const std::string_view> customer_ids) {
  std::unordered_set<std::string> buyers;
  RETURN_IF_ERROR(ForEachAfter(t, kEarlierBuyers, {scope.org_id, scope.shop_id, first, last},
                               Flat(customer_ids), 1,
                               [&](const db::Row& row) { buyers.insert(row.Str(0)); }));
  return buyers;
}

absl::StatusOr<std::set<absl::CivilDay>> PayDays(db::Transaction& t, const Scope& scope,
                                                 absl::CivilDay first, absl::CivilDay last,
                                                 std::span<const std::string_view> customer_ids) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      t.QueryIn(kPayDays, {scope.org_id, scope.shop_id, first, last}, Flat(customer_ids)));
  std::set<absl::CivilDay> days;
  for (const db::Row row : rows) days.insert(row.Day(0));
  return days;
}

absl::Status AddLaterPurchases(db::Transaction& t, const Scope& scope,
                               std::span<const std::string_view> order_ids, int within_days,
                               std::set<absl::CivilDay>& days) {
  return ForEachAfter(t, kLaterPurchases, {within_days, scope.org_id, scope.shop_id},
                      Flat(order_ids), 1, [&](const db::Row& row) { days.insert(row.Day(0)); });
}

absl::Status LockCreditsOfFollowUps(db::Transaction& t, const Scope& scope,
                                    std::string_view definition_id, absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kOrdersOfFollowUps,
                           {scope.org_id, scope.shop_id, day, scope.org_id, scope.shop_id, day}));
  std::vector<Param> ids;
  for (const db::Row row : rows) ids.emplace_back(row.Text(0));
  return ForEachAfter(t, kLockCredits, {scope.org_id, scope.shop_id, definition_id}, ids, 1,
                      [](const db::Row&) {});
}

absl::Status MarkDays(db::Transaction& t, const Scope& scope,
                      const std::set<absl::CivilDay>& days) {
  if (days.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto keys, ActiveKeys(t, scope));
  std::vector<Param> flat;
  for (const absl::CivilDay day : days) {
    for (const std::string& key : keys)
      flat.insert(flat.end(), {scope.org_id, scope.shop_id, day, key, 1});
  }
  return t.InsertMany(kInsertMarks, 5, flat, kCountMark).status();
}

absl::Status MarkDaysFor(db::Transaction& t, const Scope& scope, std::string_view definition,
                         const std::set<absl::CivilDay>& days) {
  std::vector<Param> flat;
  for (const absl::CivilDay day : days)
    flat.insert(flat.end(), {scope.org_id, scope.shop_id, day, definition, 1});
  return t.InsertMany(kInsertMarks, 5, flat, kCountMark).status();
}

absl::StatusOr<bool> MarkFresh(db::Transaction& t, const Scope& scope, const Mark& mark) {
  ASSIGN_OR_RETURN(const int64_t rows,
                   t.Execute(kMarkOne, {scope.org_id, scope.shop_id, mark.day, mark.definition}));
  return rows == 1;
}

absl::StatusOr<bool> AnyPayDayMarked(db::Transaction& t, const Scope& scope,
                                     std::string_view definition,
                                     std::span<const std::string_view> order_ids) {
  const std::vector<Param> ids = Flat(order_ids);
  for (const Sql& sql : {kMarkedPayDays, kMarkedCreditDays}) {
    ASSIGN_OR_RETURN(const db::Rows rows,
                     t.QueryIn(sql, {definition, scope.org_id, scope.shop_id}, ids));
    if (!rows.empty()) return true;
  }
  return false;
}

absl::Status BumpFactsVersion(db::Transaction& t, const Scope& scope) {
  return t.Execute(kBumpVersion, {scope.org_id, scope.shop_id}).status();
}

absl::StatusOr<int64_t> FactsVersion(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kVersion, {scope.org_id, scope.shop_id}));
  return rows.empty() ? 0 : rows.front().Int(0);
}

absl::StatusOr<std::vector<Mark>> MarkedDays(db::Transaction& t, const Scope& scope,
                                             std::string_view definition, absl::CivilDay first,
                                             absl::CivilDay last) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kMarkedDays, {scope.org_id, scope.shop_id, first,
                                                              last, definition, definition}));
  std::vector<Mark> marks;
  for (const db::Row row : rows) marks.push_back({row.Day(0), row.Str(1)});
  return marks;
}

absl::StatusOr<std::map<std::string, std::set<absl::CivilDay>>> MarkedDaysOfOrg(
    db::Transaction& t, std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kMarksOfOrg, {org_id}));
  std::map<std::string, std::set<absl::CivilDay>> days;
  for (const db::Row row : rows) days[row.Str(0)].insert(row.Day(1));
  return days;
}

absl::StatusOr<MarksByScope> AllMarks(db::Transaction& t, const PlacedMark& after, int limit) {
  const auto& [scope, mark] = after;
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kAllMarks, {scope.org_id, scope.org_id, scope.shop_id, scope.shop_id,
                                       mark.day, mark.day, mark.definition, limit}));
  MarksByScope marks;
  for (const db::Row row : rows)
    marks[{row.Str(0), row.Str(1)}][{row.Day(2), row.Str(3)}] = row.Int(4);
  return marks;
}

absl::StatusOr<bool> LockMark(db::Transaction& t, const Scope& scope, const Mark& mark) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kLockMark, {scope.org_id, scope.shop_id, mark.day, mark.definition}));
  return !rows.empty();
}

absl::Status ClearMark(db::Transaction& t, const Scope& scope, const Mark& mark) {
  return t.Execute(kClearMark, {scope.org_id, scope.shop_id, mark.day, mark.definition}).status();
}

absl::StatusOr<std::optional<Extent>> FactDays(db::Transaction& t, const Scope& scope) {
  std::vector<Param> params;
  for (int part = 0; part < 8; ++part) params.insert(params.end(), {scope.org_id, scope.shop_id});
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kExtent, params));
  if (rows.front().IsNull(0)) return std::nullopt;
  return Extent{rows.front().Day(0), rows.front().Day(1)};
}

absl::StatusOr<bool> HasFacts(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const auto days, FactDays(t, scope));
  if (days) return true;
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      t.Query(kHasMoneyWithoutDays, {scope.org_id, scope.shop_id, scope.org_id, scope.shop_id}));
  return rows.front().Bool(0);
}

}  // namespace kefu::performance::store
