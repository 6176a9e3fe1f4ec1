#include "services/performance/recompute/correction.h"

#include <algorithm>
#include <utility>

#include "common/convert/fields.h"
#include "common/events/outbox.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/recompute/day_loader.h"
#include "services/performance/store/conservation.h"
#include "services/performance/store/handlings.h"
#include "services/performance/store/screening.h"

namespace kefu::performance {
namespace {

std::vector<std::string_view> Views(const std::set<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

bool SameCredit(const store::FollowUp& a, const store::FollowUp& b) {
  return a.day == b.day && a.credited.body == b.credited.body &&
         a.credited.agent_id == b.credited.agent_id && a.credited.excluded == b.credited.excluded;
}

using FollowUpKey = std::tuple<bool, std::string, std::string>;
FollowUpKey KeyOf(const store::FollowUp& f) { return {f.review, f.order_id, f.id}; }

// Those of `from` about one of the orders that `other` does not hold alike.
std::vector<store::FollowUp> Differing(const std::vector<store::FollowUp>& from,
                                       const std::vector<store::FollowUp>& other,
                                       const std::set<std::string>& orders) {
  std::map<FollowUpKey, const store::FollowUp*> others;
  for (const store::FollowUp& f : other) others[KeyOf(f)] = &f;
  std::vector<store::FollowUp> differing;
  for (const store::FollowUp& f : from) {
    if (!orders.contains(f.order_id)) continue;
    const auto same = others.find(KeyOf(f));
    if (same == others.end() || !SameCredit(f, *same->second)) differing.push_back(f);
  }
  return differing;
}

void AddSums(const std::map<domain::SubjectId, domain::Measures>& sums,
             domain::Measures store::Delta::*where, store::Deltas& deltas) {
  for (const auto& [subject, measures] : sums) (deltas[subject].*where).Merge(measures);
}

}  // namespace

absl::StatusOr<Correction> Correction::Begin(db::Transaction& t, const store::Scope& scope,
                                             const absl::TimeZone& zone, FactChange change) {
  Correction correction(scope, zone, std::move(change));
  const FactChange& what = correction.change_;
  correction.days_ = what.days;
  ASSIGN_OR_RETURN(const auto active, ActiveDefinitions(t, scope));
  int repurchase_days = 0;
  for (const DefinitionPtr& definition : active) {
    correction.definitions_.push_back({definition, definition->Key()});
    repurchase_days = std::max(repurchase_days, definition->repurchase_days);
  }
  // What their buyers paid later may become, or cease to be, a repeated purchase.
  if (!what.customers.empty() && !what.orders.empty()) {
    ASSIGN_OR_RETURN(auto later,
                     store::PayDays(t, scope, *what.days.begin(),
                                    *what.days.rbegin() + repurchase_days, Views(what.customers)));
    correction.days_.merge(later);
  }
  // Whoever computes the day of a payment now may be changing the credit without seeing what comes.
  if (what.customers.empty()) {
    for (ByDefinition& by : correction.definitions_) {
      ASSIGN_OR_RETURN(const bool marked,
                       store::AnyPayDayMarked(t, scope, by.key, Views(what.orders)));
      by.fresh = !marked;
    }
  }
  RETURN_IF_ERROR(correction.MarkAll(t));
  if (!what.handled.empty()) {
    ASSIGN_OR_RETURN(const bool listed, store::HandlingsListed(t, scope));
    for (ByDefinition& by : correction.definitions_) by.fresh = by.fresh && listed;
  }
  for (ByDefinition& by : correction.definitions_) {
    if (!by.fresh) continue;
    ASSIGN_OR_RETURN(by.before, correction.Take(t, by));
    RETURN_IF_ERROR(correction.TakeFollowUps(t, by, by.before));
  }
  return correction;
}

// In the order of the keys, as everybody does.
absl::Status Correction::MarkAll(db::Transaction& t) {
  for (const absl::CivilDay day : change_.first_days) {
    ASSIGN_OR_RETURN(const bool fresh,
                     store::MarkFresh(t, scope_, {day, std::string(store::kScreening)}));
    if (!fresh) continue;
    ASSIGN_OR_RETURN(auto part, ScreenCustomers(t, scope_, day, change_.customers));
    if (part) screened_[day] = *std::move(part);
  }
  for (const absl::CivilDay day : days_) {
    for (ByDefinition& by : definitions_) {
      ASSIGN_OR_RETURN(const bool fresh, store::MarkFresh(t, scope_, {day, by.key}));
      by.fresh = by.fresh && fresh;
    }
  }
  return absl::OkStatus();
}

// Days whose screening finds what it found before need none. The others stay marked: should
// conversations count differently afterwards, their days are marked in turn.
absl::Status Correction::EndScreening(db::Transaction& t) const {
  for (const auto& [day, before] : screened_) {
    ASSIGN_OR_RETURN(const auto after, ScreenCustomers(t, scope_, day, change_.customers));
    if (after != before) continue;
    RETURN_IF_ERROR(store::ClearMark(t, scope_, {day, std::string(store::kScreening)}));
  }
  return absl::OkStatus();
}

absl::StatusOr<Correction::Snapshot> Correction::Take(db::Transaction& t,
                                                      const ByDefinition& by) const {
  Snapshot snapshot;
  if (!change_.customers.empty()) {
    DayLoader loader(scope_, change_.customers);
    for (const absl::CivilDay day : days_) {
      ASSIGN_OR_RETURN(const LoadedDay loaded, loader.Load(t, *by.definition, day));
      for (const domain::Order& order : loaded.shared->orders) snapshot.orders.insert(order.id);
      domain::DayResult result = domain::ComputeDay(loaded.facts, *by.definition, zone_);
      snapshot.sums[day] = std::move(result.measures);
      Credits& credits = snapshot.credits[day];
      for (const auto& [order_id, attribution] : result.credits)
        credits[order_id] = {attribution.agent_id, attribution.conversation_id};
    }
  }
  RETURN_IF_ERROR(TakeBusyTime(t, by, snapshot));
  return snapshot;
}

// Instead of what the customers' own handlings cover: others of the same agents overlap them.
absl::Status Correction::TakeBusyTime(db::Transaction& t, const ByDefinition& by,
                                      Snapshot& snapshot) const {
  for (auto& [day, sums] : snapshot.sums) {
    for (auto& [subject, measures] : sums)
      measures.values[static_cast<size_t>(domain::Measure::kBusyMicros)] = 0;
  }
  const DayLoader loader(scope_);
  for (const auto& [day, agents] : change_.handled) {
    ASSIGN_OR_RETURN(const auto conversations, loader.LoadHandled(t, day, agents));
    domain::DayFacts facts{.day = day};
    for (const domain::Conversation& conversation : conversations)
      facts.conversations.push_back(&conversation);
    RETURN_IF_ERROR(loader.LoadPeople(t, facts));
    for (const auto& [subject, busy] : domain::BusyTime(facts, agents, *by.definition, zone_))
      snapshot.sums[day][subject].Merge(busy);
  }
  return absl::OkStatus();
}

// By the credits that are stored now.
absl::Status Correction::TakeFollowUps(db::Transaction& t, const ByDefinition& by,
                                       Snapshot& snapshot) const {
  std::set<std::string> orders = snapshot.orders;
  orders.insert(change_.orders.begin(), change_.orders.end());
  ASSIGN_OR_RETURN(snapshot.follow_ups, store::LoadFollowUps(t, scope_, by.key, Views(orders)));
  return absl::OkStatus();
}

// Stores the credits that have changed, and returns their orders and all that the change is about.
absl::StatusOr<std::set<std::string>> Correction::SaveCredits(db::Transaction& t,
                                                              const ByDefinition& by,
                                                              const Snapshot& after) const {
  std::set<std::string> orders = change_.orders;
  for (const auto& [day, credits] : after.credits) {
    Credits changed;
    std::vector<std::string> gone;
    const Credits& before = by.before.credits.at(day);
    for (const auto& [order_id, credit] : credits) {
      const auto old = before.find(order_id);
      if (old == before.end() || old->second != credit) changed[order_id] = credit;
    }
    for (const auto& [order_id, credit] : before) {
      if (!credits.contains(order_id)) gone.push_back(order_id);
    }
    for (const auto& [order_id, credit] : changed) orders.insert(order_id);
    orders.insert(gone.begin(), gone.end());
    RETURN_IF_ERROR(store::SaveCredits(t, scope_, by.key, day, changed, gone));
  }
  return orders;
}

absl::Status Correction::AddFollowUps(db::Transaction& t,
                                      const domain::MetricDefinition& definition,
                                      const std::vector<store::FollowUp>& follow_ups,
                                      domain::Measures store::Delta::*where,
                                      DayDeltas& deltas) const {
  std::map<absl::CivilDay, domain::DayFacts> by_day;
  for (const store::FollowUp& f : follow_ups) {
    domain::DayFacts& facts = by_day[f.day];
    facts.day = f.day;
    if (f.review) {
      ASSIGN_OR_RETURN(auto review, convert::ReviewFromBody(f.credited.body));
      facts.reviews.push_back({std::move(review), f.credited.agent_id, f.credited.excluded});
    } else {
      ASSIGN_OR_RETURN(auto refund, convert::RefundFromBody(f.credited.body));
      facts.refunds.push_back({std::move(refund), f.credited.agent_id, f.credited.excluded});
    }
  }
  const DayLoader loader(scope_);
  for (auto& [day, facts] : by_day) {
    RETURN_IF_ERROR(loader.LoadPeople(t, facts));
    AddSums(domain::ComputeDay(facts, definition, zone_).measures, where, deltas[day]);
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Correction::Apply(db::Transaction& t, const ByDefinition& by, DayDeltas deltas,
                                      absl::Time now) const {
  v1::DaysRecomputed event;
  event.set_shop_id(scope_.shop_id);
  event.set_definition(by.key);
  int corrected = 0;
  std::set<absl::CivilDay> days = days_;
  for (auto& [day, of_day] : deltas) {
    std::erase_if(of_day, [](const auto& item) { return item.second.added == item.second.taken; });
    if (!of_day.empty()) days.insert(day);
  }
  for (const absl::CivilDay day : days) {
    if (!days_.contains(day)) {
      ASSIGN_OR_RETURN(const bool fresh, store::MarkFresh(t, scope_, {day, by.key}));
      if (!fresh) continue;
    }
    const auto found = deltas.find(day);
    const bool changes = found != deltas.end() && !found->second.empty();
    if (changes) {
      ASSIGN_OR_RETURN(const bool done, store::CorrectDay(t, scope_, by.key, day, found->second));
      if (!done) continue;  // stays marked
      RETURN_IF_ERROR(store::NoteUnchecked(t, scope_, {day, by.key}));
      *event.add_days() = kefu::convert::ToProto(day);
    }
    RETURN_IF_ERROR(store::ClearMark(t, scope_, {day, by.key}));
    if (changes || change_.days.contains(day)) ++corrected;
  }
  if (event.days().empty()) return corrected;
  RETURN_IF_ERROR(events::Append(t, scope_.org_id, scope_.shop_id, event, now));
  return corrected;
}

absl::StatusOr<int> Correction::Finish(db::Transaction& t, const std::set<absl::CivilDay>& others,
                                       absl::Time now) {
  RETURN_IF_ERROR(EndScreening(t));
  int corrected = 0;
  for (const ByDefinition& by : definitions_) {
    Snapshot after;
    if (by.fresh) {
      ASSIGN_OR_RETURN(after, Take(t, by));
    }
    if (!by.fresh) {
      RETURN_IF_ERROR(store::MarkDaysFor(t, scope_, by.key, others));
      continue;
    }
    ASSIGN_OR_RETURN(const auto orders, SaveCredits(t, by, after));
    RETURN_IF_ERROR(TakeFollowUps(t, by, after));
    DayDeltas deltas;
    for (const auto& [day, sums] : after.sums) AddSums(sums, &store::Delta::added, deltas[day]);
    for (const auto& [day, sums] : by.before.sums) AddSums(sums, &store::Delta::taken, deltas[day]);
    RETURN_IF_ERROR(AddFollowUps(t, *by.definition,
                                 Differing(after.follow_ups, by.before.follow_ups, orders),
                                 &store::Delta::added, deltas));
    RETURN_IF_ERROR(AddFollowUps(t, *by.definition,
                                 Differing(by.before.follow_ups, after.follow_ups, orders),
                                 &store::Delta::taken, deltas));
    ASSIGN_OR_RETURN(const int days, Apply(t, by, std::move(deltas), now));
    corrected += days;
  }
  return corrected;
}

}  // namespace kefu::performance
