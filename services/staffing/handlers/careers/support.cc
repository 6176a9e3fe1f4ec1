#include "services/staffing/handlers/careers/support.h"

#include <algorithm>
#include <map>
#include <set>

#include "services/staffing/domain/tier.h"
#include "services/staffing/store/scores.h"

namespace kefu::staffing {
namespace {

namespace careers = domain::careers;

constexpr size_t kAgentsAtOnce = 1000;  // a list in a statement
// As far as criteria and the policy of retention may look, and the month before, with which the
// first one is compared.
constexpr int kMonthsBack = 37;

// What a ladder judges by.
std::vector<domain::Criterion> CriteriaOf(const domain::TierLadder& ladder) {
  std::vector<domain::Criterion> all = ladder.good_month;
  for (const domain::Tier& tier : ladder.tiers) {
    all.insert(all.end(), tier.criteria.begin(), tier.criteria.end());
  }
  for (const domain::Grade& grade : ladder.grades) {
    all.insert(all.end(), grade.criteria.begin(), grade.criteria.end());
  }
  return all;
}

// Metrics by whose rank it does.
std::set<std::string> RankedMetrics(const std::vector<domain::Criterion>& criteria) {
  std::set<std::string> metrics;
  for (const domain::Criterion& criterion : criteria) {
    if (domain::IsRanked(criterion.kind)) metrics.insert(criterion.metric_id);
  }
  return metrics;
}

using ShopMonth = std::pair<std::string, absl::CivilMonth>;

absl::StatusOr<careers::ReportedMonth> MonthFrom(const store::MonthRow& row,
                                                 const careers::Figures& shop) {
  ASSIGN_OR_RETURN(careers::Figures own, convert::FiguresFromBody(row.body));
  return careers::ReportedMonth{row.agent_id,  row.shop_id,    row.month,
                                row.report_id, std::move(own), shop};
}

// The figures of everybody in some shops' months.
absl::StatusOr<std::vector<careers::ReportedMonth>> Everybody(db::Transaction& t,
                                                              std::string_view org_id,
                                                              const std::set<ShopMonth>& touched) {
  std::vector<careers::ReportedMonth> everybody;
  for (const auto& [shop_id, month] : touched) {
    ASSIGN_OR_RETURN(const auto of_shop, store::MonthOfShop(t, org_id, shop_id, month));
    for (const store::MonthRow& row : of_shop) {
      if (row.agent_id.empty()) continue;
      ASSIGN_OR_RETURN(auto of_other, MonthFrom(row, {}));
      everybody.push_back(std::move(of_other));
    }
  }
  return everybody;
}

// Adds the scores of the months to their figures, where the ladder judges by them.
absl::Status AddScores(db::Transaction& t, std::string_view org_id,
                       const std::vector<domain::Criterion>& criteria,
                       const std::set<ShopMonth>& touched,
                       std::span<careers::ReportedMonth*> months) {
  const bool asked = std::ranges::any_of(criteria, [](const domain::Criterion& criterion) {
    return careers::IsOfScorecard(criterion.metric_id);
  });
  if (!asked) return absl::OkStatus();
  std::map<std::pair<ShopMonth, std::string>, careers::Figures> scores;
  for (const ShopMonth& key : touched) {
    ASSIGN_OR_RETURN(const auto rows, store::ScoresOf(t, org_id, key.first, key.second));
    for (const store::ScoreRow& row : rows) {
      scores[{key, row.agent_id}] = careers::ScoreFigures(row.centipoints, row.max_centipoints);
    }
  }
  for (careers::ReportedMonth* month : months) {
    const auto found = scores.find({{month->shop_id, month->month}, month->agent_id});
    if (found != scores.end()) month->own.insert(found->second.begin(), found->second.end());
  }
  return absl::OkStatus();
}

// Of the agents that the rows name, by agent, each with the shop's figures.
absl::StatusOr<std::map<std::string, std::vector<careers::ReportedMonth>>> MonthsFrom(
    const std::vector<store::MonthRow>& rows) {
  std::map<ShopMonth, careers::Figures> shops;
  for (const store::MonthRow& row : rows) {
    if (!row.agent_id.empty()) continue;
    ASSIGN_OR_RETURN(shops[ShopMonth(row.shop_id, row.month)], convert::FiguresFromBody(row.body));
  }
  std::map<std::string, std::vector<careers::ReportedMonth>> months;
  for (const store::MonthRow& row : rows) {
    if (row.agent_id.empty()) continue;
    ASSIGN_OR_RETURN(auto month, MonthFrom(row, shops[ShopMonth(row.shop_id, row.month)]));
    months[row.agent_id].push_back(std::move(month));
  }
  return months;
}

// The months of the agents, by agent, with what places need.
absl::StatusOr<std::map<std::string, careers::MonthBook>> LoadMonths(
    db::Transaction& t, std::string_view org_id, const std::vector<domain::Agent>& agents,
    const domain::TierLadder& ladder, absl::CivilDay day) {
  std::vector<std::string> ids{""};  // and the shops
  for (const domain::Agent& agent : agents) ids.push_back(agent.id);
  ASSIGN_OR_RETURN(const auto rows,
                   store::MonthsOf(t, org_id, ids, absl::CivilMonth(day) - kMonthsBack));
  ASSIGN_OR_RETURN(auto months, MonthsFrom(rows));
  const std::vector<domain::Criterion> criteria = CriteriaOf(ladder);
  std::set<ShopMonth> touched;
  std::vector<careers::ReportedMonth*> scored;
  for (auto& [agent_id, of_agent] : months) {
    for (careers::ReportedMonth& month : of_agent) {
      touched.emplace(month.shop_id, month.month);
      scored.push_back(&month);
    }
  }
  RETURN_IF_ERROR(AddScores(t, org_id, criteria, touched, scored));
  std::map<std::string, careers::MonthBook> books;
  for (auto& [agent_id, of_agent] : months) {
    books[agent_id] = careers::MonthBook(std::move(of_agent));
  }
  const std::set<std::string> ranked = RankedMetrics(criteria);
  if (ranked.empty()) return books;
  ASSIGN_OR_RETURN(auto everybody, Everybody(t, org_id, touched));
  scored.clear();
  for (careers::ReportedMonth& month : everybody) scored.push_back(&month);
  RETURN_IF_ERROR(AddScores(t, org_id, criteria, touched, scored));
  for (auto& [agent_id, book] : books) {
    for (const std::string& metric_id : ranked) book.SetPlaces(everybody, metric_id);
  }
  return books;
}

// Everybody who has ever held one of the tiers, with their service.
absl::StatusOr<std::map<std::string, careers::ServiceRecord, std::less<>>> HoldersOf(
    db::Transaction& t, std::string_view org_id, const std::vector<std::string>& tier_ids) {
  std::map<std::string, careers::ServiceRecord, std::less<>> holders;
  ASSIGN_OR_RETURN(const auto ids, store::AgentsWithTiers(t, org_id, tier_ids));
  for (size_t i = 0; i < ids.size(); i += kAgentsAtOnce) {
    const auto some = std::span(ids).subspan(i, std::min(kAgentsAtOnce, ids.size() - i));
    ASSIGN_OR_RETURN(const auto agents, store::AgentsByIds(t, org_id, some));
    ASSIGN_OR_RETURN(auto services, store::Services(t, org_id, agents));
    holders.merge(services);
  }
  return holders;
}

}  // namespace

absl::Status RequireOther(const RequestContext& ctx, std::string_view agent_id) {
  return ctx.principal.agent_id == agent_id
             ? error::SecondPersonRequired("nobody decides about the own tier")
             : absl::OkStatus();
}

absl::StatusOr<std::vector<domain::TierLadder>> OwnLadders(store::Reader reader,
                                                           std::string_view org_id) {
  ASSIGN_OR_RETURN(const auto rows, store::Ladders(reader, org_id));
  std::vector<domain::TierLadder> ladders;
  for (const store::LadderRow& row : rows) {
    ASSIGN_OR_RETURN(ladders.emplace_back(), convert::LadderFromBody(row.body));
  }
  return ladders;
}

absl::StatusOr<domain::TierLadder> LadderFor(store::Reader reader, std::string_view org_id,
                                             absl::CivilDay day) {
  ASSIGN_OR_RETURN(const auto own, OwnLadders(reader, org_id));
  return domain::LadderOn(own, day);
}

absl::StatusOr<careers::PostBook> LoadPosts(db::Transaction& t, std::string_view org_id,
                                            const domain::TierLadder& ladder, absl::CivilDay day,
                                            std::string_view except) {
  careers::PostBook book;
  std::vector<std::string> tier_ids;
  ASSIGN_OR_RETURN(const auto posts, store::PostsByTier(t, org_id));
  for (const domain::Tier& tier : ladder.tiers) {
    if (!tier.needs_open_post) continue;
    tier_ids.push_back(tier.id);
    const auto found = posts.find(tier.id);
    book[tier.id].posts = found == posts.end() ? 0 : found->second;
  }
  ASSIGN_OR_RETURN(const auto holders, HoldersOf(t, org_id, tier_ids));
  for (const auto& [agent_id, service] : holders) {
    if (agent_id == except) continue;
    for (auto& [tier_id, of_tier] : book) {
      if (careers::HoldsPost(service, tier_id, day)) ++of_tier.held;
    }
  }
  return book;
}

absl::Status RequirePost(db::Transaction& t, std::string_view org_id,
                         const domain::TierLadder& ladder, const domain::TierRecord& draft) {
  const domain::Tier* tier = ladder.FindTier(draft.tier_id);
  if (tier == nullptr || !tier->needs_open_post || !draft.role_id.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(store::LockPosts(t, org_id, tier->id));
  ASSIGN_OR_RETURN(const auto posts,
                   LoadPosts(t, org_id, ladder, draft.effective_date, draft.agent_id));
  return posts.at(tier->id).open() > 0 ? absl::OkStatus() : error::NoOpenPost(tier->id);
}

absl::StatusOr<std::vector<careers::Candidate>> LoadCandidates(db::Transaction& t,
                                                               std::string_view org_id,
                                                               std::vector<domain::Agent> agents,
                                                               const domain::TierLadder& ladder,
                                                               absl::CivilDay day) {
  ASSIGN_OR_RETURN(auto services, store::Services(t, org_id, agents));
  ASSIGN_OR_RETURN(auto months, LoadMonths(t, org_id, agents, ladder, day));
  std::vector<careers::Candidate> candidates;
  for (domain::Agent& agent : agents) {
    careers::Candidate& candidate = candidates.emplace_back();
    candidate.service = std::move(services[agent.id]);
    candidate.months = std::move(months[agent.id]);
    candidate.agent = std::move(agent);
  }
  return candidates;
}

absl::StatusOr<Step> PrepareStep(db::Transaction& t, const RequestContext& ctx,
                                 std::string_view agent_id, const std::string& tier_id,
                                 const std::string& grade_id, absl::CivilDay day) {
  ASSIGN_OR_RETURN(auto agent, store::Lock<domain::Agent>(t, ctx.org_id(), agent_id));
  Step step;
  ASSIGN_OR_RETURN(step.ladder, LadderFor(t, ctx.org_id(), day));
  ASSIGN_OR_RETURN(auto candidates, LoadCandidates(t, ctx.org_id(), {agent}, step.ladder, day));
  step.candidate = std::move(candidates.front());
  const careers::ServiceRecord& service = step.candidate.service;
  if (!service.employments.Contains(day)) return error::AgentNotEmployed(agent_id, day);
  const domain::TierRecord* held = domain::TierOn(service.employments, service.history, day);
  if (held == nullptr) return error::NoTierYet(agent_id);
  step.target = careers::CompleteTarget(step.ladder, *held, tier_id, grade_id);
  const domain::Tier* to = step.ladder.FindTier(step.target.tier_id);
  careers::PostBook posts;
  if (to != nullptr && to->needs_open_post) {
    RETURN_IF_ERROR(store::LockPosts(t, ctx.org_id(), to->id));
    ASSIGN_OR_RETURN(posts, LoadPosts(t, ctx.org_id(), step.ladder, day, agent_id));
  }
  step.evaluation = *careers::Evaluate(step.ladder, step.candidate, posts, day);
  step.allowed = careers::CheckPromotion(step.ladder, step.evaluation, step.target, false);
  return step;
}

absl::StatusOr<v1::TierChange> WriteTierRecord(const Dependencies& deps, db::Transaction& t,
                                               const RequestContext& ctx,
                                               const domain::TierLadder& ladder,
                                               const domain::Agent& agent,
                                               const careers::ServiceRecord& service,
                                               domain::TierRecord draft) {
  draft.id = deps.ids.Next();
  draft.actor = ctx.principal.subject;
  ASSIGN_OR_RETURN(const domain::TierRecord record,
                   domain::DecideTierChange(ladder, service.employments, service.history,
                                            std::move(draft), ctx.now));
  RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), record));
  v1::TierChanged event;
  *event.mutable_change() = convert::ToProto(record);
  RETURN_IF_ERROR(Publish(deps, t, ctx, agent.id, event));
  RETURN_IF_ERROR(TouchAgent(deps, t, ctx, agent));
  return event.change();
}

}  // namespace kefu::staffing
