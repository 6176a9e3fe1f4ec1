#include "services/performance/handlers/judgement/month.h"

#include <algorithm>
#include <set>

#include "common/status/status_macros.h"
#include "services/performance/convert/people.h"
#include "services/performance/convert/scorecards.h"
#include "services/performance/domain/judgement/duties.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/errors.h"
#include "services/performance/errors_judgement.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/store/duties.h"
#include "services/performance/store/months.h"
#include "services/performance/store/payroll.h"
#include "services/performance/store/people.h"
#include "services/performance/store/rollups.h"
#include "services/performance/store/scorecards.h"

namespace kefu::performance {
namespace {

using domain::Figure;
using domain::Figures;
using domain::SubjectKind;

// The earlier months that a scorecard looks back on: by a streak's beginning it is granted once.
int EarlierMonths(const domain::Scorecard& card) {
  int months = 0;
  for (const domain::ScoreItem& item : card.items) {
    if (const auto* streak = std::get_if<domain::StreakRule>(&item.rule))
      months = std::max(months, streak->months);
  }
  return months;
}

// Groups answer for what has happened so often ever since; all else is of the month.
bool LooksBackOnConduct(const domain::Scorecard& card) {
  return std::ranges::any_of(card.items, [](const domain::ScoreItem& item) {
    return std::holds_alternative<domain::GroupRule>(item.rule);
  });
}

// The month's first week may have begun in the month before.
bool CountsByWeek(const domain::Scorecard& card) {
  return std::ranges::any_of(card.items, [](const domain::ScoreItem& item) {
    const auto* conduct = std::get_if<domain::ConductRule>(&item.rule);
    return conduct != nullptr && conduct->most_a_week > 0;
  });
}

// Those of inspections, which are samples, with their confidence intervals at a level.
Figures Evaluated(const domain::Measures& measures, SubjectKind kind, double level) {
  Figures figures;
  for (const domain::MetricSpec& spec : domain::Catalogue()) {
    if (!domain::AppliesTo(spec, kind)) continue;
    const domain::MetricValue value = domain::Evaluate(spec, measures);
    Figure& figure = figures[std::string(spec.id)] = Figure{value.value, value.denominator};
    if (!domain::IsSampled(spec)) continue;
    const auto interval = domain::IntervalOf(spec, measures, value, level);
    if (!interval) continue;
    figure.low = interval->low;
    figure.high = interval->high;
  }
  return figures;
}

// The level that a definition sets for the intervals of its figures.
absl::StatusOr<double> LevelOf(db::Transaction& t, const store::Scope& scope,
                               std::string_view definition) {
  ASSIGN_OR_RETURN(const auto found, FindDefinition(t, scope.org_id, definition));
  return found->confidence_bps / 10'000.0;
}

// Whose groups' members answered on the day of each event that names a group.
absl::Status LoadGroups(db::Transaction& t, const store::Scope& scope, domain::MonthFacts& facts) {
  std::map<absl::CivilDay, std::map<std::string, std::set<std::string>>> members;  // day, team
  for (const domain::ConductEvent& event : facts.conduct) {
    if (event.team_id.empty() || absl::CivilMonth(event.day) != facts.month) continue;
    const auto [day, fresh] = members.try_emplace(event.day);
    if (fresh) {
      ASSIGN_OR_RETURN(const auto teams, store::TeamsOnDay(t, scope.org_id, event.day));
      for (const auto& [agent, of_agent] : teams) {
        for (const std::string& team : of_agent) day->second[team].insert(agent);
      }
    }
    facts.group_members[event.id] = day->second[event.team_id];
  }
  return absl::OkStatus();
}

absl::Status LoadConduct(db::Transaction& t, const store::Scope& scope,
                         const domain::Scorecard& card, ConductBook& book,
                         domain::MonthFacts& facts) {
  const auto [first, last] = DaysOf(facts.month);
  const absl::CivilDay since = LooksBackOnConduct(card) ? absl::CivilDay(1, 1, 1)
                               : CountsByWeek(card)
                                   ? absl::PrevWeekday(first + 1, absl::Weekday::monday)
                                   : first;
  ASSIGN_OR_RETURN(facts.conduct, book.Read(t, scope, since, last));
  return LoadGroups(t, scope, facts);
}

// The figures of a month that count for scores.
absl::StatusOr<std::map<std::string, Figures>> OwnFigures(db::Transaction& t,
                                                          const store::Scope& scope,
                                                          std::string_view definition,
                                                          const PeoplesBases& bases,
                                                          absl::CivilMonth month) {
  const auto [first, last] = DaysOf(month);
  ASSIGN_OR_RETURN(auto figures, AgentFigures(t, scope, definition, first, last));
  ASSIGN_OR_RETURN(const double level, LevelOf(t, scope, definition));
  for (const auto& [agent, spans] : bases) {
    const auto found = figures.find(agent);
    if (found == figures.end() || !domain::IsPartlyOfBase(spans, {first, last})) continue;
    ASSIGN_OR_RETURN(const auto days, store::LoadRollups(t, scope, definition, first, last,
                                                         SubjectKind::kAgent, agent));
    domain::Measures own;
    bool any = false;
    for (const store::RollupRow& day : days) {
      if (!domain::BaseOn(spans, day.day).empty()) continue;
      own.Merge(day.measures);
      any = true;
    }
    if (any) {
      found->second = Evaluated(own, SubjectKind::kAgent, level);
    } else {
      figures.erase(found);
    }
  }
  return figures;
}

// Without the records of a base's days of whoever was one's on others.
void LeaveOutBases(const PeoplesBases& bases, absl::CivilMonth month,
                   std::map<std::string, std::vector<domain::Attendance>>& by_shop) {
  const auto [first, last] = DaysOf(month);
  for (auto& [shop_id, records] : by_shop) {
    std::erase_if(records, [&](const domain::Attendance& record) {
      const auto spans = bases.find(record.agent_id);
      return spans != bases.end() && domain::IsPartlyOfBase(spans->second, {first, last}) &&
             !domain::BaseOn(spans->second, record.day).empty();
    });
  }
}

}  // namespace

std::pair<absl::CivilDay, absl::CivilDay> DaysOf(absl::CivilMonth month) {
  return {absl::CivilDay(month), domain::LastDayOf(month)};
}

absl::StatusOr<domain::Scorecard> ScorecardFor(db::Transaction& t, const store::Scope& scope,
                                               std::string_view scorecard_id,
                                               absl::CivilMonth month) {
  ASSIGN_OR_RETURN(const auto stored,
                   store::ScorecardOn(t, scope, scorecard_id, absl::CivilDay(month)));
  if (stored) return convert::ScorecardFromBody(stored->body, stored->version);
  const domain::Scorecard* shipped = domain::FindShippedScorecard(scorecard_id);
  if (shipped == nullptr) return error::ScorecardNotFound(scorecard_id);
  return *shipped;
}

absl::StatusOr<domain::Scorecard> ScorecardOfRole(db::Transaction& t, const store::Scope& scope,
                                                  std::string_view role, absl::CivilMonth month) {
  ASSIGN_OR_RETURN(const std::string name, store::StageOn(t, scope, absl::CivilDay(month)));
  const domain::Stage stage = name == "GROWTH"   ? domain::Stage::kGrowth
                              : name == "MATURE" ? domain::Stage::kMature
                                                 : domain::Stage::kStartup;
  ASSIGN_OR_RETURN(const auto stored, store::ScorecardsOn(t, scope, absl::CivilDay(month)));
  std::vector<domain::Scorecard> own;
  for (const store::ScorecardVersion& version : stored) {
    ASSIGN_OR_RETURN(own.emplace_back(), convert::ScorecardFromBody(version.body, version.version));
  }
  if (const domain::Scorecard* chosen = domain::ChooseScorecard(own, role, stage)) return *chosen;
  return ScorecardFor(t, scope, domain::ShippedScorecardFor(role, stage), month);
}

absl::StatusOr<domain::Scorecard> ScorecardVersionOf(db::Transaction& t, std::string_view org_id,
                                                     std::string_view scorecard_id,
                                                     const CardVersion& version) {
  if (version.version == 0) {
    if (version.shipped) return *version.shipped;
    const domain::Scorecard* shipped = domain::FindShippedScorecard(scorecard_id);
    if (shipped == nullptr) return error::ScorecardNotFound(scorecard_id);
    return *shipped;
  }
  ASSIGN_OR_RETURN(const auto stored,
                   store::FindScorecardVersion(t, {std::string(org_id), version.owner_shop_id},
                                               scorecard_id, version.version));
  if (!stored) return error::ScorecardNotFound(scorecard_id);
  return convert::ScorecardFromBody(stored->body, stored->version);
}

absl::StatusOr<std::map<std::string, Figures>> AgentFigures(db::Transaction& t,
                                                            const store::Scope& scope,
                                                            std::string_view definition,
                                                            absl::CivilDay first,
                                                            absl::CivilDay last) {
  ASSIGN_OR_RETURN(const auto sums,
                   store::SumPeriod(t, scope, definition, first, last, SubjectKind::kAgent, ""));
  ASSIGN_OR_RETURN(const double level, LevelOf(t, scope, definition));
  std::map<std::string, Figures> figures;
  for (const store::SubjectSums& sum : sums)
    figures[sum.subject.id] = Evaluated(sum.measures, SubjectKind::kAgent, level);
  return figures;
}

absl::StatusOr<Figures> ShopFigures(db::Transaction& t, const store::Scope& scope,
                                    std::string_view definition, absl::CivilDay first,
                                    absl::CivilDay last) {
  ASSIGN_OR_RETURN(const auto sums,
                   store::SumPeriod(t, scope, definition, first, last, SubjectKind::kShop, ""));
  ASSIGN_OR_RETURN(const double level, LevelOf(t, scope, definition));
  return Evaluated(sums.empty() ? domain::Measures() : sums.front().measures, SubjectKind::kShop,
                   level);
}

absl::StatusOr<Figures> ShopMeans(db::Transaction& t, const store::Scope& scope,
                                  std::string_view definition,
                                  const std::map<std::string, Figures>& agents,
                                  const std::set<std::string>& left_out, absl::CivilDay first,
                                  absl::CivilDay last) {
  ASSIGN_OR_RETURN(Figures means, ShopFigures(t, scope, definition, first, last));
  for (const domain::MetricSpec& spec : domain::Catalogue()) {
    const bool is_sum = spec.denominator.empty() && spec.percentile == 0;
    if (!is_sum || !domain::AppliesTo(spec, SubjectKind::kAgent)) continue;
    double total = 0;
    int64_t count = 0;
    for (const auto& [agent, figures] : agents) {
      const auto value = domain::ValueOf(figures, spec.id);
      if (!value || left_out.contains(agent)) continue;
      total += *value;
      ++count;
    }
    means[std::string(spec.id)] = Figure{
        count == 0 ? std::nullopt : std::optional(total / static_cast<double>(count)), count};
  }
  return means;
}

absl::StatusOr<std::map<std::string, std::vector<domain::Attendance>>> AttendanceByShop(
    db::Transaction& t, std::string_view org_id, absl::CivilMonth month) {
  const auto [first, last] = DaysOf(month);
  ASSIGN_OR_RETURN(const auto rows, store::AttendanceOfOrganization(t, org_id, first, last));
  std::map<std::string, std::vector<std::string>> bodies;
  for (const store::ShopBody& row : rows) bodies[row.shop_id].push_back(row.body);
  std::map<std::string, std::vector<domain::Attendance>> by_shop;
  for (const auto& [shop_id, of_shop] : bodies) {
    ASSIGN_OR_RETURN(by_shop[shop_id], convert::AttendanceFromBodies(of_shop));
  }
  return by_shop;
}

absl::StatusOr<std::vector<domain::ConductEvent>> ConductBook::Read(db::Transaction& t,
                                                                    const store::Scope& scope,
                                                                    absl::CivilDay first,
                                                                    absl::CivilDay last) {
  const auto known = read_.find(scope);
  if (known == read_.end() || first < known->second.first || last > known->second.last) {
    ASSIGN_OR_RETURN(const auto bodies,
                     store::LoadPeopleFacts(t, store::PeopleFact::kConduct, scope, first, last));
    ASSIGN_OR_RETURN(auto events, convert::ConductFromBodies(bodies));
    return (read_[scope] = {first, last, std::move(events)}).events;
  }
  std::vector<domain::ConductEvent> within;
  for (const domain::ConductEvent& event : known->second.events) {
    if (event.day >= first && event.day <= last) within.push_back(event);
  }
  return within;
}

absl::StatusOr<domain::MonthFacts> LoadMonth(db::Transaction& t, const ShopScope& shop,
                                             std::string_view definition,
                                             const domain::Scorecard& card, absl::CivilMonth month,
                                             const domain::PeoplesAttendance& attendance,
                                             const PeoplesBases& bases, ConductBook& conduct) {
  domain::MonthFacts facts;
  facts.month = month;
  facts.currency = shop.settings.currency_code;
  const auto [first, last] = DaysOf(month);
  ASSIGN_OR_RETURN(const auto duties, store::LoadDuties(t, shop.scope));
  facts.not_ranked = domain::NotRankedBy(card.role, duties, {first, last});
  ASSIGN_OR_RETURN(facts.figures, OwnFigures(t, shop.scope, definition, bases, month));
  ASSIGN_OR_RETURN(facts.shop_mean, ShopMeans(t, shop.scope, definition, facts.figures,
                                              facts.not_ranked, first, last));
  for (int back = 1; back <= EarlierMonths(card); ++back) {
    ASSIGN_OR_RETURN(facts.earlier.emplace_back(),
                     OwnFigures(t, shop.scope, definition, bases, month - back));
    const auto [from, to] = DaysOf(month - back);
    for (const std::string& agent : domain::NotRankedBy(card.role, duties, {from, to}))
      facts.earlier.back().erase(agent);
  }
  RETURN_IF_ERROR(LoadConduct(t, shop.scope, card, conduct, facts));
  ASSIGN_OR_RETURN(facts.grades, store::LoadGrades(t, shop.scope, month, card.id));
  const std::set<std::string> known = AgentsOf(facts);
  for (const auto& [agent, person] : attendance) {
    if (person.shop_ids.contains(shop.scope.shop_id) || known.contains(agent))
      facts.attendance[agent] = person.sum;
  }
  return facts;
}

std::set<std::string> AgentsOf(const domain::MonthFacts& facts) {
  std::set<std::string> agents;
  for (const auto& [agent, figures] : facts.figures) agents.insert(agent);
  for (const auto& [agent, attendance] : facts.attendance) agents.insert(agent);
  for (const auto& [agent, grades] : facts.grades) agents.insert(agent);
  for (const auto& [event, members] : facts.group_members)
    agents.insert(members.begin(), members.end());
  for (const domain::ConductEvent& event : facts.conduct) {
    if (!event.agent_id.empty() && absl::CivilMonth(event.day) == facts.month)
      agents.insert(event.agent_id);
  }
  return agents;
}

namespace {

// By whom a month is scored: by one scorecard all, or by two each role's.
struct MonthCards {
  std::string definition;
  std::vector<domain::Scorecard> cards;  // the second: of those who only serve after the sale
  std::set<std::string> after_sales;     // who these are; nobody where the scorecard is named
};

absl::StatusOr<MonthCards> CardsOf(db::Transaction& t, const store::Scope& scope,
                                   std::string_view scorecard_id, absl::CivilMonth month) {
  MonthCards of_month;
  ASSIGN_OR_RETURN(const auto published, FindAndActivate(t, scope, ""));
  of_month.definition = published->Key();
  if (!scorecard_id.empty()) {
    ASSIGN_OR_RETURN(of_month.cards.emplace_back(), ScorecardFor(t, scope, scorecard_id, month));
    return of_month;
  }
  const auto [first, last] = DaysOf(month);
  ASSIGN_OR_RETURN(const auto duties, store::LoadDuties(t, scope));
  of_month.after_sales = domain::AgentsWithOnly(domain::Duty::kAfterSales, duties, {first, last});
  ASSIGN_OR_RETURN(of_month.cards.emplace_back(),
                   ScorecardOfRole(t, scope, domain::kPreSalesRole, month));
  if (of_month.after_sales.empty()) return of_month;
  ASSIGN_OR_RETURN(of_month.cards.emplace_back(),
                   ScorecardOfRole(t, scope, domain::kAfterSalesRole, month));
  return of_month;
}

}  // namespace

absl::StatusOr<std::map<std::string, domain::Score>> ScoreMonth(const Dependencies& deps,
                                                                const ShopScope& shop,
                                                                std::string_view scorecard_id,
                                                                absl::CivilMonth month,
                                                                absl::Time deadline) {
  ASSIGN_OR_RETURN(const MonthCards by,
                   deps.database.RunInTransaction(deadline, [&](db::Transaction& t) {
                     return CardsOf(t, shop.scope, scorecard_id, month);
                   }));
  int earlier = 0;
  for (const domain::Scorecard& card : by.cards) earlier = std::max(earlier, EarlierMonths(card));
  RETURN_IF_ERROR(deps.recomputer
                      .Run(shop.scope, by.definition, DaysOf(month - earlier).first,
                           DaysOf(month).second, deadline)
                      .status());
  std::vector<domain::MonthFacts> facts;  // by card
  RETURN_IF_ERROR(deps.database.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::Status {
    facts.clear();
    ASSIGN_OR_RETURN(auto by_shop, AttendanceByShop(t, shop.scope.org_id, month));
    ASSIGN_OR_RETURN(const PeoplesBases bases, store::LoadBases(t, shop.scope.org_id));
    LeaveOutBases(bases, month, by_shop);
    const auto attendance = domain::CountAttendance(by_shop);
    ConductBook conduct;
    for (const domain::Scorecard& card : by.cards) {
      ASSIGN_OR_RETURN(facts.emplace_back(),
                       LoadMonth(t, shop, by.definition, card, month, attendance, bases, conduct));
    }
    return absl::OkStatus();
  }));
  std::map<std::string, domain::Score> scores;
  for (size_t i = 0; i < by.cards.size(); ++i) {
    domain::MonthRanks ranks(facts[i]);
    for (const std::string& agent : AgentsOf(facts[i])) {
      if (by.after_sales.contains(agent) == (i == 1))
        scores[agent] = domain::ScoreAgent(by.cards[i], facts[i], agent, ranks);
    }
  }
  return scores;
}

}  // namespace kefu::performance
