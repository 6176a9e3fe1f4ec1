#include "services/performance/recompute/day_loader.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/convert/visits.h"
#include "services/performance/store/handlings.h"
#include "services/performance/store/quality.h"
#include "services/performance/store/rollups.h"
#include "services/performance/store/screening.h"
#include "services/performance/store/visits.h"

namespace kefu::performance {
namespace {

// Of a single day so many or more, nearly all of its conversations: its verdicts and ratings are
// read as a whole then. Others are looked up by their ids.
constexpr size_t kWholeDay = 1000;

}  // namespace

// The conversations of stored bodies, each counting as screening says and rated as it was apart.
// They begin in [first, last].
absl::StatusOr<std::vector<domain::Conversation>> DayLoader::Parsed(
    db::Transaction& t, const std::vector<std::string>& bodies, absl::CivilDay first,
    absl::CivilDay last) const {
  ASSIGN_OR_RETURN(auto conversations, convert::ConversationsFromBodies(bodies));
  if (!customers_.empty()) {
    std::erase_if(conversations, [this](const domain::Conversation& conversation) {
      return !std::ranges::binary_search(customers_, conversation.customer_id);
    });
  }
  if (conversations.empty()) return conversations;
  std::map<std::string, domain::Exclusion> verdicts;
  std::map<std::string, int> ratings;
  if (first == last && conversations.size() >= kWholeDay) {
    ASSIGN_OR_RETURN(verdicts, store::LoadVerdicts(t, scope_, first, last));
    ASSIGN_OR_RETURN(ratings, store::LoadRatings(t, scope_, first));
  } else {
    std::vector<std::string_view> ids;
    for (const domain::Conversation& conversation : conversations) ids.push_back(conversation.id);
    ASSIGN_OR_RETURN(verdicts, store::LoadVerdictsOf(t, scope_, ids));
    ASSIGN_OR_RETURN(ratings, store::LoadRatingsOf(t, scope_, ids));
  }
  if (verdicts.empty() && ratings.empty()) return conversations;
  for (domain::Conversation& conversation : conversations) {
    const auto verdict = verdicts.find(conversation.id);
    if (verdict != verdicts.end()) conversation.exclusion = verdict->second;
    const auto rating = ratings.find(conversation.id);
    if (rating != ratings.end()) conversation.rating = rating->second;
  }
  return conversations;
}

absl::StatusOr<DayLoader::Shared> DayLoader::ConversationsOf(db::Transaction& t,
                                                             absl::CivilDay first_day) {
  if (const auto cached = cache_.find(first_day); cached != cache_.end()) return cached->second;
  ASSIGN_OR_RETURN(const auto bodies, store::LoadConversationsOf(t, scope_, first_day, customers_));
  ASSIGN_OR_RETURN(auto parsed, Parsed(t, bodies, first_day, first_day));
  return cache_[first_day] =
             std::make_shared<const std::vector<domain::Conversation>>(std::move(parsed));
}

absl::StatusOr<std::vector<DayLoader::Shared>> DayLoader::LoadConversations(db::Transaction& t,
                                                                            absl::CivilDay first,
                                                                            absl::CivilDay last) {
  std::vector<Shared> conversations;
  for (absl::CivilDay d = first; d <= last; ++d) {
    ASSIGN_OR_RETURN(conversations.emplace_back(), ConversationsOf(t, d));
  }
  ASSIGN_OR_RETURN(const auto reaching,
                   store::LoadConversationsReaching(t, scope_, first, customers_));
  ASSIGN_OR_RETURN(auto parsed,
                   Parsed(t, reaching, first - domain::kMaxConversationDays, first - 1));
  conversations.push_back(
      std::make_shared<const std::vector<domain::Conversation>>(std::move(parsed)));
  return conversations;
}

absl::StatusOr<std::shared_ptr<const SharedDay>> DayLoader::LoadShared(db::Transaction& t,
                                                                       absl::CivilDay day,
                                                                       int window) {
  const absl::CivilDay first = day - window, last = day + window;
  auto shared = std::make_shared<SharedDay>();
  ASSIGN_OR_RETURN(shared->conversations, LoadConversations(t, first, last));
  ASSIGN_OR_RETURN(const auto orders, store::LoadOrders(t, scope_, day, first, last, customers_));
  shared->orders.reserve(orders.size());
  for (const store::OrderBody& row : orders) {
    ASSIGN_OR_RETURN(shared->orders.emplace_back(), convert::OrderFromBody(row.body));
    // A flag, a customer or a review has decided.
    shared->orders.back().exclusion =
        row.excluded ? domain::Exclusion::kFraud : domain::Exclusion::kNone;
  }
  if (!customers_.empty()) {
    std::erase_if(shared->orders, [this](const domain::Order& order) {
      return !std::ranges::binary_search(customers_, order.customer_id);
    });
    return shared;
  }
  // What is no customer's belongs to whole days only.
  ASSIGN_OR_RETURN(const auto visits, store::LoadVisits(t, scope_, day));
  if (visits) {
    ASSIGN_OR_RETURN(const auto told, convert::VisitsFromBody(*visits));
    shared->visits = told.visits;
  }
  ASSIGN_OR_RETURN(shared->inspections, store::InspectedOn(t, scope_, day));
  return shared;
}

absl::StatusOr<std::unordered_set<std::string>> DayLoader::EarlierBuyers(db::Transaction& t,
                                                                         const SharedDay& shared,
                                                                         absl::CivilDay day,
                                                                         int within_days) const {
  std::vector<std::string_view> buyers;
  for (const domain::Order& order : shared.orders) {
    if (domain::IsPaid(order)) buyers.push_back(order.customer_id);
  }
  std::ranges::sort(buyers);
  buyers.erase(std::ranges::unique(buyers).begin(), buyers.end());
  return store::BuyersBetween(t, scope_, day - within_days, day - 1, buyers);
}

absl::StatusOr<LoadedDay> DayLoader::Load(db::Transaction& t,
                                          const domain::MetricDefinition& definition,
                                          absl::CivilDay day) {
  const int window = definition.attribution_days;
  ASSIGN_OR_RETURN(const int64_t version, store::FactsVersion(t, scope_));
  if (version != version_) cache_.clear();
  if (version != version_ || day != last_day_) shared_by_window_.clear();
  version_ = version;
  last_day_ = day;
  window_ = std::max(window_, window);
  cache_.erase(cache_.begin(), cache_.lower_bound(day - window_));
  cache_.erase(cache_.upper_bound(day + window_), cache_.end());

  std::shared_ptr<const SharedDay>& shared = shared_by_window_[window];
  if (shared == nullptr) {
    ASSIGN_OR_RETURN(shared, LoadShared(t, day, window));
  }
  LoadedDay loaded{.shared = shared};
  loaded.facts.day = day;
  loaded.facts.visits = shared->visits;
  loaded.facts.inspections = shared->inspections;
  for (const Shared& conversations : shared->conversations) {
    for (const domain::Conversation& conversation : *conversations)
      loaded.facts.conversations.push_back(&conversation);
  }
  for (const domain::Order& order : shared->orders) loaded.facts.orders.push_back(&order);
  ASSIGN_OR_RETURN(loaded.facts.earlier_buyers,
                   EarlierBuyers(t, *shared, day, definition.repurchase_days));
  if (customers_.empty()) RETURN_IF_ERROR(ReloadFollowUps(t, definition, loaded));
  RETURN_IF_ERROR(LoadPeople(t, loaded.facts));
  return loaded;
}

absl::StatusOr<std::vector<domain::Conversation>> DayLoader::LoadHandled(
    db::Transaction& t, absl::CivilDay day, const std::set<std::string>& agents) const {
  const std::vector<std::string> ids(agents.begin(), agents.end());
  ASSIGN_OR_RETURN(const auto bodies, store::LoadHandled(t, scope_, day, ids));
  return Parsed(t, bodies, day - domain::kMaxConversationDays, day);
}

absl::Status DayLoader::LoadPeople(db::Transaction& t, domain::DayFacts& facts) const {
  ASSIGN_OR_RETURN(facts.base_of_agent,
                   store::BasesOnDay(t, scope_.org_id, facts.day, use_ == For::kStoring));
  ASSIGN_OR_RETURN(facts.teams_of_agent, store::TeamsOnDay(t, scope_.org_id, facts.day));
  return absl::OkStatus();
}

absl::Status DayLoader::ReloadFollowUps(db::Transaction& t,
                                        const domain::MetricDefinition& definition,
                                        LoadedDay& day) {
  const std::string key = definition.Key();
  day.facts.refunds.clear();
  day.facts.reviews.clear();
  ASSIGN_OR_RETURN(const auto refunds, store::LoadRefunds(t, scope_, key, day.facts.day));
  for (const store::CreditedBody& row : refunds) {
    ASSIGN_OR_RETURN(auto refund, convert::RefundFromBody(row.body));
    day.facts.refunds.push_back({std::move(refund), row.agent_id, row.excluded});
  }
  ASSIGN_OR_RETURN(const auto reviews, store::LoadReviews(t, scope_, key, day.facts.day));
  for (const store::CreditedBody& row : reviews) {
    ASSIGN_OR_RETURN(auto review, convert::ReviewFromBody(row.body));
    day.facts.reviews.push_back({std::move(review), row.agent_id, row.excluded});
  }
  return absl::OkStatus();
}

}  // namespace kefu::performance
