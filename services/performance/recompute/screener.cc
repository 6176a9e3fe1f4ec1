#include "services/performance/recompute/screener.h"

#include <algorithm>
#include <map>
#include <set>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/convert/screening.h"
#include "services/performance/domain/rollup.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/recompute/order_judge.h"
#include "services/performance/store/order_exclusions.h"
#include "services/performance/store/rollups.h"
#include "services/performance/store/screening.h"

namespace kefu::performance {
namespace {

domain::Exclusion Decided(std::string_view decision) {
  if (decision == "ADVERTISEMENT") return domain::Exclusion::kAdvertisement;
  return decision == "FRAUD" ? domain::Exclusion::kFraud : domain::Exclusion::kNone;
}

// How a conversation counts: a review overrules the flag, the flag the rules.
store::ExclusionRow Judge(const convert::Screened& screened, const domain::RuleHit* hit,
                          const store::ReviewDecision* review) {
  store::ExclusionRow row{screened.id, screened.customer_id, screened.flag, "FLAG", "", ""};
  if (hit != nullptr) {
    row.rule_id = hit->rule_id;
    row.evidence = hit->evidence;
    if (screened.flag == domain::Exclusion::kNone) {
      row.exclusion = hit->exclusion;
      row.source = "RULE";
    }
  }
  if (review != nullptr) {
    row.exclusion = Decided(review->decision);
    row.source = "REVIEW";
  }
  return row;
}

template <class Map>
auto Find(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

// The rows of all conversations that have a flag, a hit or a review.
std::map<std::string, store::ExclusionRow> JudgeAll(
    const std::vector<convert::Screened>& conversations, domain::DayScreen& day,
    const std::map<std::string, store::ReviewDecision>& decisions) {
  std::map<std::string, store::ExclusionRow> rows;
  const auto hits = day.Hits();
  for (const convert::Screened& screened : conversations) {
    const domain::RuleHit* hit = Find(hits, screened.id);
    const store::ReviewDecision* review = Find(decisions, screened.id);
    if (screened.flag == domain::Exclusion::kNone && hit == nullptr && review == nullptr) continue;
    rows[screened.id] = Judge(screened, hit, review);
  }
  return rows;
}

// How a conversation counts by stored rows; without one as it was imported.
domain::Exclusion CountsAs(const std::map<std::string, store::ExclusionRow>& rows,
                           const convert::Screened& screened) {
  const store::ExclusionRow* row = Find(rows, screened.id);
  return row == nullptr ? screened.flag : row->exclusion;
}

// The days of conversations that count differently now.
absl::StatusOr<std::set<absl::CivilDay>> DaysOfChanges(
    db::Transaction& t, const store::Scope& scope, const absl::TimeZone& zone,
    const std::vector<std::string>& changed_bodies) {
  ASSIGN_OR_RETURN(const auto active, ActiveDefinitions(t, scope));
  std::set<absl::CivilDay> days;
  for (const std::string& body : changed_bodies) {
    ASSIGN_OR_RETURN(const auto conversation, convert::ConversationFromBody(body));
    for (const DefinitionPtr& definition : active) {
      const domain::DayRange range = domain::DaysTouchedBy(conversation, *definition, zone);
      for (absl::CivilDay day = range.first; day <= range.last; ++day) days.insert(day);
    }
  }
  return days;
}

// The customers whose conversations are fraud, whoever says so.
std::set<std::string> FraudsIn(const std::map<std::string, store::ExclusionRow>& rows) {
  std::set<std::string> customers;
  for (const auto& [id, row] : rows) {
    if (row.exclusion == domain::Exclusion::kFraud) customers.insert(row.customer_id);
  }
  return customers;
}

// Judges the orders that what was screened of a day decides; returns the days it has marked.
absl::StatusOr<std::set<absl::CivilDay>> JudgeOrdersOf(
    db::Transaction& t, const store::Scope& scope, const absl::TimeZone& zone, absl::CivilDay day,
    const std::map<std::string, store::ExclusionRow>& rows) {
  const auto frauds = FraudsIn(rows);
  const std::vector<std::string> customers(frauds.begin(), frauds.end());
  ASSIGN_OR_RETURN(const int within_days, FraudDays(t, scope));
  ASSIGN_OR_RETURN(const auto orders,
                   store::OrdersToJudge(t, scope, day, day + within_days, customers));
  const std::vector<std::string_view> ids(orders.begin(), orders.end());
  return JudgeAndMarkOrders(t, scope, zone, ids);
}

}  // namespace

absl::StatusOr<domain::ScreeningPolicy> PolicyInForce(db::Transaction& t, std::string_view org_id,
                                                      std::string_view platform) {
  domain::ScreeningPolicy policy = domain::ShippedPolicy(platform);
  policy.platform = platform;
  for (const std::string_view asked : {std::string_view(), platform}) {
    ASSIGN_OR_RETURN(const auto body, store::LoadPolicy(t, org_id, asked));
    if (body) {
      ASSIGN_OR_RETURN(const auto published, convert::PolicyFromBody(*body));
      domain::Add(published, policy);
      policy.version = published.version;
    }
    if (platform.empty()) break;
  }
  return policy;
}

absl::StatusOr<std::optional<ScreenedDay>> FindScreened(db::Transaction& t,
                                                        const store::Scope& scope,
                                                        absl::CivilDay first_day) {
  ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, scope));
  if (!settings) return std::nullopt;
  ScreenedDay found;
  ASSIGN_OR_RETURN(found.facts_version, store::FactsVersion(t, scope));
  ASSIGN_OR_RETURN(found.zone, LoadZone(settings->time_zone));
  ASSIGN_OR_RETURN(auto policy, PolicyInForce(t, scope.org_id, settings->platform));
  ASSIGN_OR_RETURN(const auto decisions, store::LoadDecisions(t, scope, first_day));
  ASSIGN_OR_RETURN(found.before, store::LoadExclusions(t, scope, first_day));
  ASSIGN_OR_RETURN(found.words_before, store::LoadWordHits(t, scope, first_day));
  ASSIGN_OR_RETURN(found.bodies, store::LoadConversationsOf(t, scope, first_day));

  domain::DayScreen day(domain::MakeScreen(std::move(policy)));
  convert::BodyScreener screener(day);
  found.conversations.reserve(found.bodies.size());
  for (const std::string& body : found.bodies) {
    ASSIGN_OR_RETURN(found.conversations.emplace_back(), screener.Add(body));
  }
  found.rows = JudgeAll(found.conversations, day, decisions);
  found.words = day.words();
  std::ranges::sort(found.words, {}, [](const domain::WordHit& hit) {
    return std::tie(hit.conversation_id, hit.message, hit.word);
  });
  return found;
}

absl::StatusOr<std::set<absl::CivilDay>> StoreScreened(db::Transaction& t,
                                                       const store::Scope& scope,
                                                       absl::CivilDay first_day,
                                                       const ScreenedDay& screened) {
  const auto& [version, zone, bodies, conversations, rows, before, words, words_before] = screened;
  std::set<absl::CivilDay> days;
  if (words != words_before) RETURN_IF_ERROR(store::SaveWordHits(t, scope, first_day, words));
  if (rows != before) {
    std::vector<std::string> changed;
    for (size_t i = 0; i < bodies.size(); ++i) {
      if (CountsAs(before, conversations[i]) != CountsAs(rows, conversations[i]))
        changed.push_back(bodies[i]);
    }
    ASSIGN_OR_RETURN(days, DaysOfChanges(t, scope, zone, changed));
    RETURN_IF_ERROR(store::SaveExclusions(t, scope, first_day, rows));
    RETURN_IF_ERROR(store::MarkDays(t, scope, days));
    RETURN_IF_ERROR(store::BumpFactsVersion(t, scope));
  }
  ASSIGN_OR_RETURN(auto of_orders, JudgeOrdersOf(t, scope, zone, first_day, rows));
  days.merge(of_orders);
  return days;
}

absl::StatusOr<std::set<absl::CivilDay>> ScreenDay(db::Transaction& t, const store::Scope& scope,
                                                   absl::CivilDay first_day) {
  ASSIGN_OR_RETURN(const auto screened, FindScreened(t, scope, first_day));
  if (!screened) return std::set<absl::CivilDay>();
  return StoreScreened(t, scope, first_day, *screened);
}

absl::StatusOr<std::optional<ScreenedPart>> ScreenCustomers(
    db::Transaction& t, const store::Scope& scope, absl::CivilDay first_day,
    const std::set<std::string>& customers) {
  ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, scope));
  if (!settings) return std::nullopt;
  ASSIGN_OR_RETURN(auto policy, PolicyInForce(t, scope.org_id, settings->platform));
  for (const domain::ExclusionRule& rule : policy.rules) {
    if (rule.volume && rule.volume->same_text_customers > 0) return std::nullopt;
  }
  const std::vector<std::string> theirs(customers.begin(), customers.end());
  ASSIGN_OR_RETURN(const auto bodies, store::LoadConversationsOf(t, scope, first_day, theirs));
  domain::DayScreen day(domain::MakeScreen(std::move(policy)));
  convert::BodyScreener screener(day);
  ScreenedPart part;
  std::map<std::string, std::string> customer_of;
  for (const std::string& body : bodies) {
    ASSIGN_OR_RETURN(const convert::Screened screened, screener.Add(body));
    if (screened.flag != domain::Exclusion::kNone)
      part.flags[screened.id] = {screened.flag, screened.customer_id};
    ASSIGN_OR_RETURN(const auto review, store::LoadDecision(t, scope, screened.id));
    if (review) part.reviewed[screened.id] = screened.customer_id;
    customer_of[screened.id] = screened.customer_id;
  }
  const auto hits = day.Hits();
  for (const auto& [id, hit] : hits) part.hits[id] = {hit, customer_of[id]};
  part.words = day.words();
  std::ranges::sort(part.words, {}, [](const domain::WordHit& hit) {
    return std::tie(hit.conversation_id, hit.message, hit.word);
  });
  return part;
}

}  // namespace kefu::performance
