// What differs by kind of fact: how a row is checked, what it is stored as, and which days it
// touches. DayOfRow: on which day a row is replaced; ConversationOf instead, where it is the first
// day of a conversation. Fact: the domain's form. Id: what a fact is stored under. Save adds the
// further days whose figures change with the rows. kCorrected: whether figures can be corrected by
// customers and orders; else their days are marked. kMarksFurther: whether the further days are
// marked even so. FindUncounted: of saved rows those that count nowhere as things are. Merge: what
// other facts make of those that are sent.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/convert/fields.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/facts.pb.h"
#include "kefu/performance/v1/payments.pb.h"
#include "kefu/performance/v1/performance_service.pb.h"
#include "kefu/performance/v1/visits.pb.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/convert/payments.h"
#include "services/performance/convert/people.h"
#include "services/performance/convert/visits.h"
#include "services/performance/domain/rollup.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/recompute/correction.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/recompute/order_judge.h"
#include "services/performance/store/dated_facts.h"
#include "services/performance/store/facts.h"
#include "services/performance/store/months.h"
#include "services/performance/store/payments.h"
#include "services/performance/store/people.h"
#include "services/performance/store/quality.h"
#include "services/performance/store/visits.h"

namespace kefu::performance::imports {

using domain::DayOf;

// The active definition by which a fact touches the most days, widest in each respect.
inline absl::StatusOr<domain::MetricDefinition> WidestDefinition(db::Transaction& t,
                                                                 const store::Scope& scope) {
  ASSIGN_OR_RETURN(const auto active, ActiveDefinitions(t, scope));
  domain::MetricDefinition widest;
  for (const DefinitionPtr& definition : active) {
    widest.attribution_days = std::max(widest.attribution_days, definition->attribution_days);
    widest.repurchase_days = std::max(widest.repurchase_days, definition->repurchase_days);
  }
  return widest;
}

// Tells inspections of some conversations on which day these begin, and whether their agents wrote
// in them, as far as they are there; returns the days whose figures may change.
inline absl::StatusOr<std::set<absl::CivilDay>> LinkInspections(
    db::Transaction& t, const store::Scope& scope, std::span<const std::string_view> ids) {
  ASSIGN_OR_RETURN(auto inspected, store::InspectedIn(t, scope, ids));
  if (inspected.empty()) return std::set<absl::CivilDay>();
  std::set<std::string_view> conversations;
  for (const store::InspectedAgent& agent : inspected) conversations.insert(agent.conversation_id);
  const std::vector<std::string_view> found_ids(conversations.begin(), conversations.end());
  ASSIGN_OR_RETURN(const auto stored, store::FindConversations(t, scope, found_ids));
  std::vector<store::InspectedAgent> changed;
  for (const store::InspectedAgent& agent : inspected) {
    const auto body = stored.find(agent.conversation_id);
    if (body == stored.end()) continue;
    ASSIGN_OR_RETURN(const auto conversation, convert::ConversationFromBody(body->second.body));
    const bool wrote = std::ranges::any_of(conversation.messages, [&](const auto& message) {
      return message.agent_id == agent.agent_id;
    });
    if (wrote != agent.wrote) changed.push_back({agent.conversation_id, agent.agent_id, wrote});
  }
  RETURN_IF_ERROR(store::NoteWrote(t, scope, changed));
  return store::LinkInspections(t, scope, found_ids);
}

// A fact that others of its kind have made different from what was sent.
template <class Fact>
struct Merged {
  Fact fact;
  convert::Body body;
};

// Ids that are two, with a space between.
inline std::vector<std::pair<std::string_view, std::string_view>> PairsOf(
    const std::vector<std::string_view>& ids) {
  std::vector<std::pair<std::string_view, std::string_view>> pairs;
  for (const std::string_view id : ids)
    pairs.emplace_back(id.substr(0, id.find(' ')), id.substr(id.find(' ') + 1));
  return pairs;
}

struct Conversations {
  static constexpr bool kCorrected = true;
  static constexpr bool kMarksFurther = true;  // inspections that they bring are no customer's
  using Request = v1::ImportConversationsRequest;
  using Proto = v1::Conversation;
  using Fact = domain::Conversation;
  using Row = store::ConversationRow;
  static const Proto& ProtoOf(const v1::ConversationRow& row) { return row.conversation(); }
  static std::string IdOf(const Proto& proto) { return proto.conversation_id(); }
  static Fact Check(const Proto& proto, const ShopScope&, convert::Problems& problems) {
    return convert::ToDomain(proto, problems);
  }
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    return convert::ConversationFromBody(body);
  }
  static Row MakeRow(const Fact& fact, const ShopScope& shop, const convert::Body& body) {
    int64_t first = fact.messages.front().time_us, last = fact.messages.back().time_us;
    Row row{fact.id, fact.customer_id, {}, {}, body.hash, body.bytes};
    for (const domain::Handling& handling : fact.handlings) {
      first = std::min(first, handling.start_us);
      last = std::max(last, handling.start_us);
      row.handled.emplace(DayOf(handling.start_us, shop.zone), handling.agent_id);
    }
    row.first_day = DayOf(first, shop.zone);
    row.last_day = DayOf(last, shop.zone);
    return row;
  }
  static void Touch(const Fact& fact, const domain::MetricDefinition& widest, const ShopScope& shop,
                    FactChange& change) {
    const domain::DayRange range = domain::DaysTouchedBy(fact, widest, shop.zone);
    for (absl::CivilDay day = range.first; day <= range.last; ++day) change.days.insert(day);
    const Row row = MakeRow(fact, shop, {});
    change.first_days.insert(row.first_day);
    for (const auto& [day, agent_id] : row.handled) change.handled[day].emplace(agent_id);
    change.customers.insert(fact.customer_id);
  }
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    return store::FindConversations(t, scope, ids);
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows,
                           const std::vector<std::string_view>& replaced,
                           const domain::MetricDefinition&, std::set<absl::CivilDay>& further) {
    RETURN_IF_ERROR(store::SaveConversations(t, scope, rows, replaced));
    std::vector<std::string_view> ids;
    for (const Row& row : rows) ids.push_back(row.conversation_id);
    ASSIGN_OR_RETURN(auto inspected, imports::LinkInspections(t, scope, ids));
    further.merge(inspected);
    return store::LinkRatings(t, scope, ids);
  }
  static std::optional<absl::CivilDay> DayOfRow(const Row& row) { return row.first_day; }
  static constexpr store::DatedFact kDated = store::DatedFact::kConversations;
};

struct Orders {
  static constexpr bool kCorrected = true;
  static constexpr bool kMarksFurther = false;
  using Request = v1::ImportOrdersRequest;
  using Proto = v1::Order;
  using Fact = domain::Order;
  using Row = store::OrderRow;
  static const Proto& ProtoOf(const v1::OrderRow& row) { return row.order(); }
  static std::string IdOf(const Proto& proto) { return proto.order_id(); }
  static Fact Check(const Proto& proto, const ShopScope& shop, convert::Problems& problems) {
    return convert::ToDomain(proto, shop.settings.currency_code, problems);
  }
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    return convert::OrderFromBody(body);
  }
  static Row MakeRow(const Fact& fact, const ShopScope& shop, const convert::Body& body) {
    Row row{fact.id, DayOf(fact.create_us, shop.zone)};
    if (fact.pay_us) row.pay_day = DayOf(*fact.pay_us, shop.zone);
    row.late_shipment = domain::IsLateShipment(fact);
    row.excluded = fact.exclusion != domain::Exclusion::kNone;
    row.customer_id = fact.customer_id;
    row.paid_minor = fact.paid_minor;
    row.body_hash = body.hash;
    row.body = body.bytes;
    return row;
  }
  static void Touch(const Fact& fact, const domain::MetricDefinition& widest, const ShopScope& shop,
                    FactChange& change) {
    for (const absl::CivilDay day : domain::DaysTouchedBy(fact, widest, shop.zone))
      change.days.insert(day);
    change.customers.insert(fact.customer_id);
    change.orders.insert(fact.id);
  }
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    return store::FindOrders(t, scope, ids);
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows,
                           const std::vector<std::string_view>& replaced,
                           const domain::MetricDefinition& widest,
                           std::set<absl::CivilDay>& further) {
    // What an order's buyer bought later is a repurchase because of it.
    const int within = widest.repurchase_days;
    RETURN_IF_ERROR(store::AddLaterPurchases(t, scope, replaced, within, further));
    RETURN_IF_ERROR(store::SaveOrders(t, scope, rows));
    // Whether an order counts decides whether its refunds and reviews do.
    std::vector<std::string_view> ids = replaced;
    for (const Row& row : rows) ids.push_back(row.order_id);
    RETURN_IF_ERROR(JudgeOrders(t, scope, ids, widest.attribution_days).status());
    RETURN_IF_ERROR(store::AddLaterPurchases(t, scope, ids, within, further));
    ASSIGN_OR_RETURN(auto follow_ups, store::DaysOfFollowUps(t, scope, ids));
    further.merge(follow_ups);
    return absl::OkStatus();
  }
  // The orders of which payments are known, as these leave them; by id. What they say themselves is
  // kept: it counts again should the payments go.
  static absl::StatusOr<std::map<std::string, Merged<Fact>>> Merge(
      db::Transaction& t, const ShopScope& shop,
      const std::map<std::string_view, std::string_view>& bodies) {
    std::vector<std::string_view> ids;
    for (const auto& [id, body] : bodies) ids.push_back(id);
    ASSIGN_OR_RETURN(const auto paid, store::LoadPayments(t, shop.scope, ids));
    std::map<std::string, Merged<Fact>> merged;
    std::map<std::string, std::string> told;
    for (const auto& [id, payment_bodies] : paid) {
      ASSIGN_OR_RETURN(told[id], convert::ToldOf(bodies.at(id)));
      std::vector<domain::Payment> payments;
      for (const std::string& body : payment_bodies) {
        ASSIGN_OR_RETURN(payments.emplace_back(), convert::PaymentFromBody(body));
      }
      ASSIGN_OR_RETURN(convert::Body body,
                       convert::WithPayments(bodies.at(id), payments, shop.settings.currency_code));
      ASSIGN_OR_RETURN(Fact fact, FromBody(body.bytes));
      merged[id] = {std::move(fact), std::move(body)};
    }
    RETURN_IF_ERROR(store::SaveTold(t, shop.scope, told));
    return merged;
  }
  static std::optional<absl::CivilDay> DayOfRow(const Row& row) { return row.create_day; }
  static constexpr store::DatedFact kDated = store::DatedFact::kOrders;
};

// What they change is their orders.
struct Payments {
  static constexpr bool kCorrected = false;
  static constexpr bool kMarksFurther = false;
  using Request = v1::ImportPaymentsRequest;
  using Proto = v1::Payment;
  using Fact = domain::Payment;
  using Row = store::PaymentRow;
  static const Proto& ProtoOf(const v1::PaymentRow& row) { return row.payment(); }
  // A space is no part of an id.
  static std::string IdOf(const Proto& proto) {
    return proto.order_id() + " " + proto.payment_id();
  }
  static Fact Check(const Proto& proto, const ShopScope& shop, convert::Problems& problems) {
    return convert::ToDomain(proto, shop.settings.currency_code, problems);
  }
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    return convert::PaymentFromBody(body);
  }
  static Row MakeRow(const Fact& fact, const ShopScope& shop, const convert::Body& body) {
    return {fact.order_id, fact.id, DayOf(fact.time_us, shop.zone), body.hash, body.bytes};
  }
  static void Touch(const Fact& fact, const domain::MetricDefinition&, const ShopScope&,
                    FactChange& change) {
    change.orders.insert(fact.order_id);
  }
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    return store::FindPayments(t, scope, PairsOf(ids));
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows, const std::vector<std::string_view>&,
                           const domain::MetricDefinition&, std::set<absl::CivilDay>&) {
    return store::SavePayments(t, scope, rows);
  }
  static std::optional<absl::CivilDay> DayOfRow(const Row& row) { return row.day; }
  static constexpr store::DatedFact kDated = store::DatedFact::kPayments;
};

struct Refunds {
  static constexpr bool kCorrected = true;
  static constexpr bool kMarksFurther = false;
  using Request = v1::ImportRefundsRequest;
  using Proto = v1::Refund;
  using Fact = domain::Refund;
  using Row = store::RefundRow;
  static const Proto& ProtoOf(const v1::RefundRow& row) { return row.refund(); }
  static std::string IdOf(const Proto& proto) { return proto.refund_id(); }
  static Fact Check(const Proto& proto, const ShopScope& shop, convert::Problems& problems) {
    return convert::ToDomain(proto, shop.settings.currency_code, problems);
  }
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    return convert::RefundFromBody(body);
  }
  static Row MakeRow(const Fact& fact, const ShopScope& shop, const convert::Body& body) {
    return {fact.id, fact.order_id, DayOf(fact.time_us, shop.zone), body.hash, body.bytes};
  }
  static void Touch(const Fact& fact, const domain::MetricDefinition&, const ShopScope& shop,
                    FactChange& change) {
    change.days.insert(DayOf(fact.time_us, shop.zone));
    change.orders.insert(fact.order_id);
  }
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    return store::FindRefunds(t, scope, ids);
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows, const std::vector<std::string_view>&,
                           const domain::MetricDefinition&, std::set<absl::CivilDay>&) {
    return store::SaveRefunds(t, scope, rows);
  }
  static std::optional<absl::CivilDay> DayOfRow(const Row& row) { return row.day; }
  static constexpr store::DatedFact kDated = store::DatedFact::kRefunds;
};

struct Reviews {
  static constexpr bool kCorrected = true;
  static constexpr bool kMarksFurther = false;
  using Request = v1::ImportReviewsRequest;
  using Proto = v1::Review;
  using Fact = domain::Review;
  using Row = store::ReviewRow;
  static const Proto& ProtoOf(const v1::ReviewRow& row) { return row.review(); }
  // A space is no part of an id.
  static std::string IdOf(const Proto& proto) { return proto.order_id() + " " + proto.review_id(); }
  static Fact Check(const Proto& proto, const ShopScope&, convert::Problems& problems) {
    return convert::ToDomain(proto, problems);
  }
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    return convert::ReviewFromBody(body);
  }
  static Row MakeRow(const Fact& fact, const ShopScope& shop, const convert::Body& body) {
    return {fact.id, fact.order_id, DayOf(fact.create_us, shop.zone), body.hash, body.bytes};
  }
  static void Touch(const Fact& fact, const domain::MetricDefinition&, const ShopScope& shop,
                    FactChange& change) {
    change.days.insert(DayOf(fact.create_us, shop.zone));
    change.orders.insert(fact.order_id);
  }
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    return store::FindReviews(t, scope, PairsOf(ids));
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows, const std::vector<std::string_view>&,
                           const domain::MetricDefinition&, std::set<absl::CivilDay>&) {
    return store::SaveReviews(t, scope, rows);
  }
  static std::optional<absl::CivilDay> DayOfRow(const Row& row) { return row.day; }
  static constexpr store::DatedFact kDated = store::DatedFact::kReviews;
};

struct Visits {
  static constexpr bool kCorrected = false;
  static constexpr bool kMarksFurther = true;
  using Request = v1::ImportVisitsRequest;
  using Proto = v1::DailyVisits;
  using Fact = convert::VisitsOfDay;
  using Row = store::VisitsRow;
  static const Proto& ProtoOf(const v1::DailyVisitsRow& row) { return row.visits(); }
  static std::string IdOf(const Proto& proto) {
    return absl::FormatCivilTime(kefu::convert::FromProto(proto.day()));
  }
  static Fact Check(const Proto& proto, const ShopScope& shop, convert::Problems& problems) {
    return convert::ToDomain(proto, shop.settings.currency_code, problems);
  }
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    return convert::VisitsFromBody(body);
  }
  static Row MakeRow(const Fact& fact, const ShopScope&, const convert::Body& body) {
    return {fact.day, body.hash, body.bytes};
  }
  static void Touch(const Fact& fact, const domain::MetricDefinition&, const ShopScope&,
                    FactChange& change) {
    change.days.insert(fact.day);
  }
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    return store::FindVisits(t, scope, ids);
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows, const std::vector<std::string_view>&,
                           const domain::MetricDefinition&, std::set<absl::CivilDay>&) {
    return store::SaveVisits(t, scope, rows);
  }
  static std::optional<absl::CivilDay> DayOfRow(const Row& row) { return row.day; }
  static constexpr store::DatedFact kDated = store::DatedFact::kVisits;
};

struct Ratings {
  static constexpr bool kCorrected = false;
  static constexpr bool kMarksFurther = true;
  using Request = v1::ImportRatingsRequest;
  using Proto = v1::Rating;
  using Fact = convert::RatingOfConversation;
  using Row = store::RatingRow;
  static const Proto& ProtoOf(const v1::RatingRow& row) { return row.rating(); }
  static std::string IdOf(const Proto& proto) { return proto.conversation_id(); }
  static Fact Check(const Proto& proto, const ShopScope&, convert::Problems& problems) {
    return convert::ToDomain(proto, problems);
  }
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    return convert::RatingFromBody(body);
  }
  static Row MakeRow(const Fact& fact, const ShopScope&, const convert::Body& body) {
    return {fact.conversation_id, fact.score, body.hash, body.bytes};
  }
  // It counts where its conversation does: Save marks that.
  static void Touch(const Fact&, const domain::MetricDefinition&, const ShopScope&, FactChange&) {}
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    return store::FindRatings(t, scope, ids);
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows, const std::vector<std::string_view>&,
                           const domain::MetricDefinition&, std::set<absl::CivilDay>& further) {
    RETURN_IF_ERROR(store::SaveRatings(t, scope, rows));
    std::vector<std::string_view> ids;
    for (const Row& row : rows) ids.push_back(row.conversation_id);
    RETURN_IF_ERROR(store::LinkRatings(t, scope, ids));
    ASSIGN_OR_RETURN(auto days, store::DaysOfConversations(t, scope, ids));
    further.merge(days);
    return absl::OkStatus();
  }
  static absl::StatusOr<std::vector<store::Uncounted>> FindUncounted(db::Transaction& t,
                                                                     const store::Scope& scope,
                                                                     const std::vector<Row>& rows) {
    std::vector<std::string_view> ids;
    for (const Row& row : rows) ids.push_back(row.conversation_id);
    return store::UncountedRatings(t, scope, ids);
  }
  static std::string_view ConversationOf(const Fact& fact) { return fact.conversation_id; }
  static constexpr store::DatedFact kDated = store::DatedFact::kRatings;
};

struct Inspections {
  static constexpr bool kCorrected = false;
  static constexpr bool kMarksFurther = true;
  using Request = v1::ImportInspectionsRequest;
  using Proto = v1::ImportedInspection;
  using Fact = convert::InspectionOfSource;
  using Row = store::ImportedInspectionRow;
  static const Proto& ProtoOf(const v1::ImportedInspectionRow& row) { return row.inspection(); }
  static std::string IdOf(const Proto& proto) { return proto.source_id(); }
  static Fact Check(const Proto& proto, const ShopScope&, convert::Problems& problems) {
    return convert::ToDomain(proto, problems);
  }
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    return convert::InspectionFromBody(body);
  }
  static Row MakeRow(const Fact& fact, const ShopScope&, const convert::Body& body) {
    std::string id = fmt::format("{}{}", store::kImported, fact.source_id);
    std::string stored = convert::InspectionBody(id, fact);
    return {std::move(id),   fact.conversation_id, fact.agent_id, fact.inspector,
            fact.inspect_us, fact.judged,          body.hash,     std::move(stored)};
  }
  // As a rating.
  static void Touch(const Fact&, const domain::MetricDefinition&, const ShopScope&, FactChange&) {}
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    return store::FindImportedInspections(t, scope, ids);
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows,
                           const std::vector<std::string_view>& replaced,
                           const domain::MetricDefinition&, std::set<absl::CivilDay>& further) {
    ASSIGN_OR_RETURN(const auto before, Find(t, scope, replaced));
    std::vector<Row> kept = rows;
    for (Row& row : kept) {
      const auto old = before.find(row.id.substr(store::kImported.size()));
      if (old == before.end()) continue;
      ASSIGN_OR_RETURN(row.body, convert::KeepAppeal(old->second.body, row.body));
    }
    ASSIGN_OR_RETURN(auto days, store::SaveImportedInspections(t, scope, kept));
    further.merge(days);
    std::vector<std::string_view> ids;
    for (const Row& row : rows) ids.push_back(row.conversation_id);
    ASSIGN_OR_RETURN(auto linked, imports::LinkInspections(t, scope, ids));
    further.merge(linked);
    return absl::OkStatus();
  }
  static absl::StatusOr<std::vector<store::Uncounted>> FindUncounted(db::Transaction& t,
                                                                     const store::Scope& scope,
                                                                     const std::vector<Row>& rows) {
    std::vector<std::string_view> ids;
    for (const Row& row : rows)
      ids.push_back(std::string_view(row.id).substr(store::kImported.size()));
    return store::UncountedInspections(t, scope, ids);
  }
  static std::string_view ConversationOf(const Fact& fact) { return fact.conversation_id; }
  static constexpr store::DatedFact kDated = store::DatedFact::kInspections;
};

// Figures do not depend on conduct and attendance: nothing is computed anew. Pay does, by month.
template <store::PeopleFact kPeopleFact, class RequestT, class ProtoT, class FactT,
          auto kFromBodies>
struct PeopleFacts {
  static constexpr bool kCorrected = false;
  static constexpr bool kMarksFurther = false;
  using Request = RequestT;
  using Proto = ProtoT;
  using Fact = FactT;
  using Row = store::PeopleRow;
  static void Touch(const Fact&, const domain::MetricDefinition&, const ShopScope&, FactChange&) {}
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    const std::string copy(body);
    ASSIGN_OR_RETURN(auto facts, kFromBodies(std::span(&copy, 1)));
    return std::move(facts.front());
  }
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    return store::FindPeopleFacts(t, kPeopleFact, scope, ids);
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows,
                           const std::vector<std::string_view>& replaced,
                           const domain::MetricDefinition&, std::set<absl::CivilDay>&) {
    std::set<absl::CivilDay> days;  // a replaced fact may move
    ASSIGN_OR_RETURN(const auto before, Find(t, scope, replaced));
    for (const auto& [id, stored] : before) {
      ASSIGN_OR_RETURN(const Fact fact, FromBody(stored.body));
      days.insert(fact.day);
    }
    for (const Row& row : rows) days.insert(row.day);
    RETURN_IF_ERROR(store::SavePeopleFacts(t, kPeopleFact, scope, rows));
    return TouchMonths(t, scope, days);
  }
  // The months in which facts about people change.
  static absl::Status TouchMonths(db::Transaction& t, const store::Scope& scope,
                                  const std::set<absl::CivilDay>& days) {
    std::set<absl::CivilMonth> months;
    for (const absl::CivilDay day : days) months.insert(absl::CivilMonth(day));
    for (const absl::CivilMonth month : months)
      RETURN_IF_ERROR(store::TouchMonth(t, scope, store::kPeopleFacts, month));
    return absl::OkStatus();
  }
};

struct Conduct : PeopleFacts<store::PeopleFact::kConduct, v1::ImportConductRequest,
                             v1::ConductEvent, domain::ConductEvent, convert::ConductFromBodies> {
  static const Proto& ProtoOf(const v1::ConductRow& row) { return row.conduct(); }
  static std::string IdOf(const Proto& proto) { return proto.conduct_id(); }
  static Fact Check(const Proto& proto, const ShopScope& shop, convert::Problems& problems) {
    if (proto.conduct_id().starts_with(convert::kOfStaffing)) {
      problems.push_back({"conduct_id", "BAD_ID", "is of staffing's ledger, which tells of it"});
    }
    return convert::ToDomain(proto, shop.settings.currency_code, problems);
  }
  static Row MakeRow(const Fact& fact, const ShopScope&, const convert::Body& body) {
    return {fact.id, fact.agent_id, fact.day, body.hash, body.bytes};
  }
  static std::optional<absl::CivilDay> DayOfRow(const Row& row) { return row.day; }
  static constexpr store::DatedFact kDated = store::DatedFact::kConduct;
};

struct Attendance : PeopleFacts<store::PeopleFact::kAttendance, v1::ImportAttendanceRequest,
                                v1::Attendance, domain::Attendance, convert::AttendanceFromBodies> {
  static const Proto& ProtoOf(const v1::AttendanceRow& row) { return row.attendance(); }
  static std::string IdOf(const Proto& proto) {
    convert::Problems ignored;
    return domain::AttendanceId(convert::ToDomain(proto, ignored));
  }
  static Fact Check(const Proto& proto, const ShopScope&, convert::Problems& problems) {
    return convert::ToDomain(proto, problems);
  }
  static Row MakeRow(const Fact& fact, const ShopScope&, const convert::Body& body) {
    return {domain::AttendanceId(fact), fact.agent_id, fact.day, body.hash, body.bytes};
  }
  // A month's record lies on no day.
  static std::optional<absl::CivilDay> DayOfRow(const Row& row) {
    return row.id.ends_with(" DAY") ? std::optional(row.day) : std::nullopt;
  }
  static constexpr store::DatedFact kDated = store::DatedFact::kAttendance;
};

}  // namespace kefu::performance::imports
