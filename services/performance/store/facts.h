// Facts and day marks in the database. Every method runs in the caller's transaction and returns
// the Statuses of db::Transaction.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"

namespace kefu::performance::store {

// Whose facts.
struct Scope {
  std::string org_id, shop_id;
  auto operator<=>(const Scope&) const = default;
};

// A day whose figures by one definition must be computed again.
struct Mark {
  absl::CivilDay day;
  std::string definition;  // with its version: "default@1"
  std::strong_ordering operator<=>(const Mark&) const = default;
  bool operator==(const Mark&) const = default;
};

// How often each mark was set.
using MarksByScope = std::map<Scope, std::map<Mark, int64_t>>;

// A fact as stored: what it is searched by, and its body, which only convert/ understands. Views:
// what they show must outlive them.
struct ConversationRow {
  std::string_view conversation_id;
  std::string_view customer_id;
  absl::CivilDay first_day, last_day;
  std::string_view body_hash;  // 16 bytes
  std::string_view body;
  std::set<std::pair<absl::CivilDay, std::string_view>> handled = {};  // day begun, agent
};
struct OrderRow {
  std::string_view order_id;
  absl::CivilDay create_day;
  std::optional<absl::CivilDay> pay_day;
  bool late_shipment = false;
  bool excluded = false;
  std::string_view customer_id;
  std::optional<int64_t> paid_minor;
  std::string_view body_hash, body;
};
struct RefundRow {
  std::string_view refund_id, order_id;
  absl::CivilDay day;
  std::string_view body_hash, body;
};
struct ReviewRow {
  std::string_view review_id, order_id;
  absl::CivilDay day;
  std::string_view body_hash, body;
};

// What is stored under an id: its hash and body, for telling what changes.
struct Stored {
  std::string body_hash, body;
};
// By id; reviews by "order_id review_id" (a space is no part of an id).
using StoredById = std::unordered_map<std::string, Stored>;

// What is about a conversation and counts nowhere as things are.
enum class WhyUncounted { kNoConversation, kOtherAgent };
struct Uncounted {
  std::string id;
  WhyUncounted why;
};

absl::StatusOr<StoredById> FindConversations(db::Transaction& t, const Scope& scope,
                                             std::span<const std::string_view> ids);
absl::StatusOr<StoredById> FindOrders(db::Transaction& t, const Scope& scope,
                                      std::span<const std::string_view> ids);
absl::StatusOr<StoredById> FindRefunds(db::Transaction& t, const Scope& scope,
                                       std::span<const std::string_view> ids);
absl::StatusOr<StoredById> FindReviews(
    db::Transaction& t, const Scope& scope,
    std::span<const std::pair<std::string_view, std::string_view>> order_and_review_ids);

// Insert or replace. A replaced conversation may move to another day.
absl::Status SaveConversations(db::Transaction& t, const Scope& scope,
                               std::span<const ConversationRow> rows,
                               std::span<const std::string_view> replaced_ids);
absl::Status SaveOrders(db::Transaction& t, const Scope& scope, std::span<const OrderRow> rows);
absl::Status SaveRefunds(db::Transaction& t, const Scope& scope, std::span<const RefundRow> rows);
absl::Status SaveReviews(db::Transaction& t, const Scope& scope, std::span<const ReviewRow> rows);

// Bodies of the conversations that begin on a day, and of those begun before it that reach it or go
// beyond. With customers: theirs only, and those of rows that do not tell whose they are.
absl::StatusOr<std::vector<std::string>> LoadConversationsOf(
    db::Transaction& t, const Scope& scope, absl::CivilDay first_day,
    std::span<const std::string> customers = {});
absl::StatusOr<std::vector<std::string>> LoadConversationsReaching(
    db::Transaction& t, const Scope& scope, absl::CivilDay day,
    std::span<const std::string> customers = {});
// Orders placed on `day` or paid in [first_pay_day, last_pay_day]: bodies, and whether they are
// left out, as flag, customer or review have it.
struct OrderBody {
  std::string body;
  bool excluded = false;
};
absl::StatusOr<std::vector<OrderBody>> LoadOrders(db::Transaction& t, const Scope& scope,
                                                  absl::CivilDay day, absl::CivilDay first_pay_day,
                                                  absl::CivilDay last_pay_day,
                                                  std::span<const std::string> customers = {});
// One order's body; nothing when it is not known.
absl::StatusOr<std::optional<std::string>> LoadOrder(db::Transaction& t, const Scope& scope,
                                                     std::string_view order_id);

// A refund or review of a day with its order's credit.
struct CreditedBody {
  std::string body;
  std::string agent_id;   // empty: silent or unknown order
  bool excluded = false;  // its order is left out, or not there (yet)
};
absl::StatusOr<std::vector<CreditedBody>> LoadRefunds(db::Transaction& t, const Scope& scope,
                                                      std::string_view definition_id,
                                                      absl::CivilDay day);
absl::StatusOr<std::vector<CreditedBody>> LoadReviews(db::Transaction& t, const Scope& scope,
                                                      std::string_view definition_id,
                                                      absl::CivilDay day);
// A refund or review of an order.
struct FollowUp {
  bool review = false;
  std::string id, order_id;
  absl::CivilDay day;
  CreditedBody credited;
};
// The refunds and reviews of some orders.
absl::StatusOr<std::vector<FollowUp>> LoadFollowUps(db::Transaction& t, const Scope& scope,
                                                    std::string_view definition_id,
                                                    std::span<const std::string_view> order_ids);
// Days of the refunds and reviews of some orders.
absl::StatusOr<std::set<absl::CivilDay>> DaysOfFollowUps(
    db::Transaction& t, const Scope& scope, std::span<const std::string_view> order_ids);

// Of some customers, those who paid a counted order in [first, last].
absl::StatusOr<std::unordered_set<std::string>> BuyersBetween(
    db::Transaction& t, const Scope& scope, absl::CivilDay first, absl::CivilDay last,
    std::span<const std::string_view> customer_ids);
// Days in [first, last] on which some customers, at most 1000, paid.
absl::StatusOr<std::set<absl::CivilDay>> PayDays(db::Transaction& t, const Scope& scope,
                                                 absl::CivilDay first, absl::CivilDay last,
                                                 std::span<const std::string_view> customer_ids);
// Adds the days, at most `within_days` after some orders were paid, on which their buyers paid
// again: whether they came back depends on these orders. Of orders as they are stored: call it
// before and after they change.
absl::Status AddLaterPurchases(db::Transaction& t, const Scope& scope,
                               std::span<const std::string_view> order_ids, int within_days,
                               std::set<absl::CivilDay>& days);

// Marks days whose figures must be computed again, by every definition that is active in the shop.
// Call it last in the transaction of the change; marks are locked in order.
absl::Status MarkDays(db::Transaction& t, const Scope& scope, const std::set<absl::CivilDay>& days);
// The same by one definition.
absl::Status MarkDaysFor(db::Transaction& t, const Scope& scope, std::string_view definition,
                         const std::set<absl::CivilDay>& days);
// Marks one day by one definition, and keeps the mark locked: whoever marks or computes the day
// waits for the end of the transaction. True when it was not marked before: what is stored for the
// day agrees with the facts then.
absl::StatusOr<bool> MarkFresh(db::Transaction& t, const Scope& scope, const Mark& mark);
// Whether a day on which one of these orders, at most 1000, was paid is marked: its credits may
// change any moment.
absl::StatusOr<bool> AnyPayDayMarked(db::Transaction& t, const Scope& scope,
                                     std::string_view definition,
                                     std::span<const std::string_view> order_ids);
// Tells everyone who keeps the shop's facts in memory that they have changed. Call it after
// MarkDays.
absl::Status BumpFactsVersion(db::Transaction& t, const Scope& scope);
absl::StatusOr<int64_t> FactsVersion(db::Transaction& t, const Scope& scope);
// Waits for whoever is changing the credits of the orders whose refunds and reviews lie on a day,
// and keeps those credits as they are until the end of the transaction. Without it a day could be
// computed from a credit that is about to change, by a transaction that has not seen the refund.
absl::Status LockCreditsOfFollowUps(db::Transaction& t, const Scope& scope,
                                    std::string_view definition_id, absl::CivilDay day);
// Marks of [first, last] by day and definition; those of one definition unless it is empty.
absl::StatusOr<std::vector<Mark>> MarkedDays(db::Transaction& t, const Scope& scope,
                                             std::string_view definition, absl::CivilDay first,
                                             absl::CivilDay last);
// Marks of all shops over all organizations, at most `limit`, after the given one in order: for the
// background job.
struct PlacedMark {
  Scope scope;
  Mark mark{absl::CivilDay(1, 1, 1), ""};
};
absl::StatusOr<MarksByScope> AllMarks(db::Transaction& t, const PlacedMark& after, int limit);
// Marked days of an organization by shop. A day that is just being computed is still among them.
absl::StatusOr<std::map<std::string, std::set<absl::CivilDay>>> MarkedDaysOfOrg(
    db::Transaction& t, std::string_view org_id);
// Locks a mark until the end of the transaction; false when the day is not marked (any more).
absl::StatusOr<bool> LockMark(db::Transaction& t, const Scope& scope, const Mark& mark);
absl::Status ClearMark(db::Transaction& t, const Scope& scope, const Mark& mark);

// First and last day with facts; nothing when there are none.
struct Extent {
  absl::CivilDay first, last;
};
absl::StatusOr<std::optional<Extent>> FactDays(db::Transaction& t, const Scope& scope);
// Whether anything is stored that is read by the shop's zone or currency.
absl::StatusOr<bool> HasFacts(db::Transaction& t, const Scope& scope);

// A keyset page of bodies by (day, id), after the given key.
struct PageRow {
  absl::CivilDay day;
  std::string id;
  std::string body;
};
absl::StatusOr<std::vector<PageRow>> PageOrders(db::Transaction& t, const Scope& scope,
                                                absl::CivilDay first, absl::CivilDay last,
                                                bool late_only, absl::CivilDay after_day,
                                                std::string_view after_id, int limit);
absl::StatusOr<std::vector<PageRow>> PageConversations(db::Transaction& t, const Scope& scope,
                                                       absl::CivilDay first, absl::CivilDay last,
                                                       absl::CivilDay after_day,
                                                       std::string_view after_id, int limit);

}  // namespace kefu::performance::store
