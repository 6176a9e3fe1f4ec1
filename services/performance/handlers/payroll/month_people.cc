// Attendance, conduct and scores of a month, as its pay counts them.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "common/status/status_macros.h"
#include "services/performance/convert/people.h"
#include "services/performance/domain/judgement/duties.h"
#include "services/performance/domain/judgement/score.h"
#include "services/performance/handlers/judgement/month.h"
#include "services/performance/handlers/payroll/gathered_month.h"
#include "services/performance/store/people.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {
namespace {

namespace pay = domain::payroll;

void TakeScore(const domain::Score& score, pay::AgentInput& agent) {
  agent.scorecard = fmt::format("{}@{}", score.scorecard_id, score.version);
  agent.score = score.complete ? std::optional(domain::WholePoints(score.points)) : std::nullopt;
  agent.score_effect_bps = std::min(score.bonus_effect_bps, pay::kMaxFactorBps);
  agent.score_pending = score.pending_matters;
}

CardVersion VersionOf(const domain::Scorecard& card) {
  return {card.shop_id, card.version, card.version == 0 ? std::optional(card) : std::nullopt};
}

}  // namespace

// Of a person, whichever shops were told it and when these came; without the days of a base.
absl::StatusOr<domain::PeoplesAttendance> MonthLoader::Attendance(absl::CivilDay month) {
  ASSIGN_OR_RETURN(auto by_shop,
                   AttendanceByShop(t_, scope_.scope.org_id, absl::CivilMonth(month)));
  for (auto& [shop_id, records] : by_shop) {
    std::erase_if(records, [&](const domain::Attendance& record) {
      return OfBase(record.agent_id, record.day);
    });
  }
  return domain::CountAttendance(by_shop);
}

// Of whoever has a part here: the statement takes its part of it.
void MonthLoader::AddAttendance(Month& month) const {
  for (const auto& [agent_id, person] : month.attendance) {
    const auto found = month.agents.find(agent_id);
    if (found == month.agents.end()) continue;
    const domain::AttendanceSummary& sum = person.sum;
    pay::AgentInput& agent = found->second;
    agent.scheduled_minutes = sum.scheduled_minutes;
    agent.unpaid_minutes = UnpaidMinutes(sum);
    agent.overtime = sum.overtime;
    agent.late_count = sum.late_count;
    agent.early_count = sum.early_count;
    agent.absence_count = sum.absence_count;
  }
}

std::string MonthLoader::ReferenceOf(const std::string& shop_id,
                                     const std::string& conduct_id) const {
  return scope_.scope.shop_id.empty() ? fmt::format("{}/{}", shop_id, conduct_id) : conduct_id;
}

// A group answers together: each of its members of the day. What nobody has decided is no reward,
// and a fine that is shown.
absl::Status MonthLoader::AddConduct(Month& month, const ShopScope& shop,
                                     const pay::PayPlan& plan) {
  // Where a card looks back on it, it has been read already.
  ASSIGN_OR_RETURN(const auto events, conduct_.Read(t_, shop.scope, month.first, month.last));
  for (const domain::ConductEvent& event : events) {
    if (domain::IsOverturned(event) || event.money_minor == 0) continue;
    std::set<std::string> agents;
    if (!event.agent_id.empty()) agents.insert(event.agent_id);
    if (!event.team_id.empty()) {
      ASSIGN_OR_RETURN(const auto teams, store::TeamsOnDay(t_, scope_.scope.org_id, event.day));
      for (const auto& [agent_id, of_agent] : teams) {
        if (std::ranges::find(of_agent, event.team_id) != of_agent.end()) agents.insert(agent_id);
      }
    }
    const bool decided = domain::IsDecided(event), fine = event.money_minor < 0;
    const bool moves = !fine || plan.conduct_fines;
    for (const std::string& agent_id : agents) {
      if (OfBase(agent_id, event.day)) continue;
      if (!decided && moves) {
        month.pending.insert(ReferenceOf(shop.scope.shop_id, event.id));
      }
      if (!decided && !fine) continue;
      month.agents[agent_id].conduct.push_back(
          {.reference = ReferenceOf(shop.scope.shop_id, event.id),
           .kind = event.kind,
           .day = event.day,
           .amount_minor = event.money_minor,
           .taken = decided && moves,
           .pending = !decided && moves});
    }
  }
  return absl::OkStatus();
}

// The fines of a scheme that takes them: what is not decided, or has an appeal open, is shown. An
// event that carries money of its own costs that, once.
void MonthLoader::AddFines(Month& month, const domain::Scorecard& card,
                           const domain::MonthFacts& facts, const std::string& shop_id,
                           const std::string& agent_id, const domain::Score& score) const {
  if (!card.fines_on) return;
  for (const domain::ProposedFine& fine : score.fines) {
    const auto event = std::ranges::find(facts.conduct, fine.conduct_id, &domain::ConductEvent::id);
    if (event == facts.conduct.end() || OfBase(agent_id, event->day)) continue;
    std::vector<pay::ConductMoney>& conduct = month.agents[agent_id].conduct;
    const std::string reference = ReferenceOf(shop_id, fine.conduct_id);
    const auto own = std::ranges::find_if(conduct, [&](const pay::ConductMoney& each) {
      return each.reference == reference && each.amount_minor < 0;
    });
    if (own == conduct.end()) {
      conduct.push_back({.reference = reference,
                         .kind = event->kind,
                         .day = event->day,
                         .amount_minor = -fine.minor,
                         .taken = !fine.pending,
                         .pending = fine.pending});
    } else {
      (fine.pending ? own->pending : own->taken) = true;
    }
  }
}

void MonthLoader::ScoreBy(Month& month, const std::string& shop_id, const domain::Scorecard& card,
                          const domain::MonthFacts& facts, const std::set<std::string>& some,
                          bool among, CustomersByAgent& customers) const {
  domain::MonthRanks ranks(facts);
  for (const std::string& agent_id : AgentsOf(facts)) {
    if (some.contains(agent_id) != among) continue;
    const domain::Score score = domain::ScoreAgent(card, facts, agent_id, ranks);
    AddFines(month, card, facts, shop_id, agent_id, score);
    const auto found = month.agents.find(agent_id);
    if (found == month.agents.end()) continue;
    for (const std::string& id : score.pending) month.pending.insert(ReferenceOf(shop_id, id));
    const auto figures = facts.figures.find(agent_id);
    const double here = figures == facts.figures.end()
                            ? 0
                            : domain::ValueOf(figures->second, "consulted").value_or(0);
    const auto [most, first] = customers.try_emplace(agent_id, here);
    if (!first && here <= most->second) continue;
    most->second = here;
    TakeScore(score, found->second);
  }
}

// By the shop where most of the agent's customers were, the first by id of several: a score is of
// one shop's month and cannot be added to another's. Fines are of events, and so each shop's. Whom
// the plan's scorecard is not for, as their only duty is the other one, are scored as judgement
// scores them where no scorecard is named.
absl::Status MonthLoader::AddScores(Month& month, const std::string& scorecard_id,
                                    MonthBasis& basis) {
  if (scorecard_id.empty()) return absl::OkStatus();
  CustomersByAgent customers;
  const absl::CivilMonth of(month.first);
  const auto load = [&](const ShopScope& shop, const domain::Scorecard& card) {
    return LoadMonth(t_, shop, month.definition, card, of, month.attendance, bases_, conduct_);
  };
  for (const ShopScope* const shop : counted_) {
    const store::Scope& at = shop->scope;
    const auto [known, fresh] = basis.cards.try_emplace(at.shop_id);
    CardsUsed& used = known->second;
    ASSIGN_OR_RETURN(const domain::Scorecard card,
                     fresh ? ScorecardFor(t_, at, scorecard_id, of)
                           : ScorecardVersionOf(t_, at.org_id, scorecard_id, used.card));
    used.card = VersionOf(card);
    if (fresh && !card.role.empty()) used.of_other_duty.emplace();
    ASSIGN_OR_RETURN(const domain::MonthFacts facts, load(*shop, card));
    std::set<std::string> others;
    if (used.of_other_duty) others = facts.not_ranked;
    ScoreBy(month, at.shop_id, card, facts, others, /*among=*/false, customers);
    const std::set<std::string> agents = AgentsOf(facts);
    if (std::ranges::none_of(others, [&](const auto& id) { return agents.contains(id); })) continue;
    auto& [other_id, version] = *used.of_other_duty;
    ASSIGN_OR_RETURN(const domain::Scorecard other,
                     other_id.empty() ? ScorecardOfRole(t_, at, domain::OtherRole(card.role), of)
                                      : ScorecardVersionOf(t_, at.org_id, other_id, version));
    other_id = other.id;
    version = VersionOf(other);
    ASSIGN_OR_RETURN(const domain::MonthFacts of_others, load(*shop, other));
    ScoreBy(month, at.shop_id, other, of_others, others, /*among=*/true, customers);
  }
  return absl::OkStatus();
}

}  // namespace kefu::performance
