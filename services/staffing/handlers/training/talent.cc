// Where agents are placed: their latest assessment beside the last months of performance.
#include <algorithm>
#include <map>
#include <set>

#include "kefu/performance/v1/reports.pb.h"
#include "services/staffing/handlers/training/support.h"
#include "services/staffing/handlers/training/training_handlers.h"
#include "services/staffing/store/careers.h"

namespace kefu::staffing {
namespace {

using performance::v1::ReportRow;

constexpr int kAgentsAtOnce = 200;
constexpr int kMonthsBack = 36;  // how old the last months that were told may be

struct AgentList {
  using Record = domain::Agent;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& record) { return record.id; }
};

using ShopMonth = std::pair<absl::CivilMonth, std::string>;
struct Months {
  std::map<std::string, std::map<ShopMonth, training::Figures>> of_agent;
  std::map<ShopMonth, training::Figures> of_shop;
};

absl::StatusOr<Months> LoadMonths(db::Transaction& t, std::string_view org_id,
                                  std::vector<std::string> ids, absl::CivilDay today) {
  Months months;
  ids.emplace_back();
  ASSIGN_OR_RETURN(const auto rows,
                   store::MonthsOf(t, org_id, ids, absl::CivilMonth(today) - kMonthsBack));
  for (const store::MonthRow& row : rows) {
    ReportRow body;
    if (!body.ParseFromString(row.body)) return Internal("a stored report does not parse");
    const ShopMonth key{row.month, row.shop_id};
    (row.agent_id.empty() ? months.of_shop : months.of_agent[row.agent_id])[key] =
        convert::FiguresOf(body);
  }
  return months;
}

// The last months of an agent beside those of the shops that told of them; the months are named,
// the latest first.
training::TalentFacts FactsOf(const training::TalentTerms& terms, const Months& months,
                              const std::string& agent_id, v1::TalentAssessment& named) {
  training::TalentFacts facts;
  const auto found = months.of_agent.find(agent_id);
  if (found == months.of_agent.end()) return facts;
  std::set<absl::CivilMonth, std::greater<>> told;
  for (const auto& [key, figures] : found->second) told.insert(key.first);
  while (told.size() > static_cast<size_t>(terms.months)) told.erase(std::prev(told.end()));
  for (const absl::CivilMonth month : told) {
    *named.add_months() = kefu::convert::ToProto(absl::CivilDay(month));
  }
  for (const auto& [key, figures] : found->second) {
    if (!told.contains(key.first)) continue;
    const auto shop = months.of_shop.find(key);
    if (shop == months.of_shop.end()) continue;
    for (const training::TalentMetric& metric : terms.metrics) {
      const auto own = figures.find(metric.metric_id);
      const auto of_shop = shop->second.find(metric.metric_id);
      if (own == figures.end() || of_shop == shop->second.end()) continue;
      facts.figures[metric.metric_id].Add(own->second, of_shop->second);
    }
  }
  return facts;
}

// The latest assessment of each that is not too old.
using Assessments = std::map<std::string, v1::CompetenceAssessment>;
absl::StatusOr<Assessments> LoadAssessments(db::Transaction& t, std::string_view org_id,
                                            const std::vector<std::string>& ids,
                                            const training::TalentTerms& terms,
                                            absl::CivilDay today) {
  Assessments latest;
  ASSIGN_OR_RETURN(const auto rows, store::RecordsOf(t, store::kAssessments, org_id, ids));
  for (const store::RecordRow& row : rows) {
    ASSIGN_OR_RETURN(auto assessment, MessageOf<v1::CompetenceAssessment>(row));
    const absl::CivilDay day = kefu::convert::FromProto(assessment.date());
    if (today - day >= terms.assessment_days) continue;
    const auto [known, is_new] = latest.try_emplace(row.owner_id);
    // Of one day the one recorded last: rows come in that order.
    if (is_new || kefu::convert::FromProto(known->second.date()) <= day) {
      known->second = std::move(assessment);
    }
  }
  return latest;
}

absl::StatusOr<std::vector<v1::TalentAssessment>> PlaceAll(db::Transaction& t,
                                                           std::string_view org_id,
                                                           const training::TalentTerms& terms,
                                                           const std::vector<std::string>& ids,
                                                           absl::CivilDay today) {
  std::vector<v1::TalentAssessment> placed;
  ASSIGN_OR_RETURN(const Months months, LoadMonths(t, org_id, ids, today));
  ASSIGN_OR_RETURN(const Assessments assessments, LoadAssessments(t, org_id, ids, terms, today));
  for (const std::string& id : ids) {
    v1::TalentAssessment named;
    training::TalentFacts facts = FactsOf(terms, months, id, named);
    const auto assessment = assessments.find(id);
    if (assessment != assessments.end()) {
      const v1::CompetenceAssessment& sides = assessment->second;
      facts.grades = {sides.personality().grade(), sides.mindset().grade(),
                      sides.attitude().grade(), sides.skill().grade()};
      *named.mutable_assessment() = sides;
    }
    named.set_agent_id(id);
    named.MergeFrom(convert::ToProto(terms, facts));
    placed.push_back(std::move(named));
  }
  return placed;
}

// The agents of a request's page.
absl::StatusOr<PageOf<AgentList>> AgentsOf(const Dependencies& deps, const RequestContext& ctx,
                                           const v1::ListTalentAssessmentsRequest& request,
                                           absl::CivilDay today) {
  const store::Reader reader(deps.database, ctx.deadline);
  if (!request.agent_id().empty()) {
    ASSIGN_OR_RETURN(auto agent,
                     store::Find<domain::Agent>(reader, ctx.org_id(), request.agent_id()));
    if (!agent.employed.Contains(today)) return error::AgentNotEmployed(agent.id, today);
    PageOf<AgentList> page;
    page.records.push_back(std::move(agent));
    return page;
  }
  if (!request.team_id().empty()) {
    RETURN_IF_ERROR(store::Find<domain::Team>(reader, ctx.org_id(), request.team_id()).status());
  }
  v1::ListTalentAssessmentsRequest few = request;
  few.set_page_size(std::min(request.page_size(), kAgentsAtOnce));
  return FetchPage<AgentList>(
      deps, ctx, few, request.team_id(), [&](store::Reader r, store::Page keys) {
        return store::ListAgents(r, ctx.org_id(), keys,
                                 {.team_id = request.team_id(), .today = today});
      });
}

}  // namespace

absl::StatusOr<v1::ListTalentAssessmentsResponse> TrainingHandlers::ListTalentAssessments(
    const RequestContext& ctx, const v1::ListTalentAssessmentsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.agent_id(), "agent_id", violations);
  convert::OptionalId(request.team_id(), "team_id", violations);
  violations.Check(request.agent_id().empty() || request.team_id().empty(), "team_id",
                   "must be empty when agent_id is set");
  RETURN_IF_ERROR(violations.ToStatus());
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const absl::CivilDay today, Today(reader, ctx));
  ASSIGN_OR_RETURN(const PageOf<AgentList> page, AgentsOf(deps_, ctx, request, today));
  std::vector<std::string> ids;
  for (const domain::Agent& agent : page.records) {
    if (agent.employed.Contains(today)) ids.push_back(agent.id);
  }
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ListTalentAssessmentsResponse> {
        v1::ListTalentAssessmentsResponse response;
        ASSIGN_OR_RETURN(const training::Catalogue catalogue, TrainingCatalogueOf(t, ctx.org_id()));
        ASSIGN_OR_RETURN(auto placed, PlaceAll(t, ctx.org_id(), catalogue.talent, ids, today));
        for (v1::TalentAssessment& one : placed) *response.add_talents() = std::move(one);
        response.set_catalogue_version(catalogue.version);
        response.set_next_page_token(page.next_page_token);
        return response;
      });
}

}  // namespace kefu::staffing
