// Figures: sums of day rollups, evaluated by the catalogue.
#include <fmt/format.h>

#include <map>
#include <set>

#include "common/convert/fields.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/facts.h"
#include "services/performance/convert/figures.h"
#include "services/performance/domain/definitions.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/period.h"

namespace kefu::performance {
namespace {

using domain::SubjectId;
using domain::SubjectKind;

// Which subjects a question is about.
struct Wanted {
  SubjectKind kind = SubjectKind::kShop;
  std::string id;               // one subject; empty: all of the kind
  std::string members_of_team;  // only agents who are members on the day
};

absl::StatusOr<Wanted> WantedBy(const v1::GetMetricsRequest& request) {
  FieldViolations violations;
  Wanted wanted;
  violations.Check(!(request.by_team() && request.by_agent()), "by_agent",
                   "cannot be asked together with by_team");
  violations.Check(request.agent_id().empty() || request.team_id().empty(), "agent_id",
                   "cannot be asked together with team_id");
  violations.Check(request.agent_id().empty() || !request.by_team(), "agent_id",
                   "cannot be asked together with by_team");
  violations.Check(request.agent_id().empty() || convert::IsSourceId(request.agent_id()),
                   "agent_id", "must be 1 to 64 printable ASCII characters");
  kefu::convert::OptionalId(request.team_id(), "team_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  if (request.by_agent() || !request.agent_id().empty()) {
    wanted = {SubjectKind::kAgent, request.agent_id(), request.team_id()};
  } else if (request.by_team() || !request.team_id().empty()) {
    wanted = {SubjectKind::kTeam, request.team_id(), ""};
  }
  return wanted;
}

absl::StatusOr<std::vector<const domain::MetricSpec*>> SpecsOf(
    const v1::GetMetricsRequest& request) {
  std::vector<const domain::MetricSpec*> specs;
  std::string unknown;
  for (const std::string& id : request.metric_ids()) {
    if (const auto* spec = domain::FindMetric(id)) {
      specs.push_back(spec);
    } else {
      unknown += unknown.empty() ? id : ", " + id;
    }
  }
  if (!unknown.empty()) return error::UnknownMetrics(unknown);
  if (specs.empty()) {
    for (const domain::MetricSpec& spec : domain::Catalogue()) specs.push_back(&spec);
  }
  return specs;
}

// Drops agents who are no members of the team on the day.
absl::Status KeepMembers(db::Transaction& t, const store::Scope& scope, std::string_view team_id,
                         std::vector<store::RollupRow>& rows) {
  std::map<absl::CivilDay, std::unordered_map<std::string, std::vector<std::string>>> teams;
  for (const store::RollupRow& row : rows) {
    if (teams.contains(row.day)) continue;
    ASSIGN_OR_RETURN(teams[row.day], store::TeamsOnDay(t, scope.org_id, row.day));
  }
  std::erase_if(rows, [&](const store::RollupRow& row) {
    const auto& of_agent = teams[row.day];
    const auto found = of_agent.find(row.subject.id);
    return found == of_agent.end() ||
           std::ranges::find(found->second, team_id) == found->second.end();
  });
  return absl::OkStatus();
}

using Key = std::pair<absl::CivilDay, SubjectId>;

// The sums by subject and, when asked, by day. The shop and a single named subject answer also
// without any facts.
std::map<Key, domain::Measures> SumUp(const std::vector<store::RollupRow>& rows,
                                      const Wanted& wanted, bool by_day, absl::CivilDay first,
                                      absl::CivilDay last) {
  std::map<Key, domain::Measures> sums;
  if (wanted.kind == SubjectKind::kShop || !wanted.id.empty()) {
    for (absl::CivilDay day = first; day <= (by_day ? last : first); ++day)
      sums[{day, {wanted.kind, wanted.id}}];
  }
  for (const store::RollupRow& row : rows)
    sums[{by_day ? row.day : first, row.subject}].Merge(row.measures);
  return sums;
}

// The rollups asked for that the caller may see.
absl::StatusOr<std::vector<store::RollupRow>> RowsInSight(db::Transaction& t,
                                                          const RequestContext& ctx,
                                                          const AskedPeriod& asked,
                                                          const Wanted& wanted) {
  const auto [first, last] = *asked.days;
  ASSIGN_OR_RETURN(auto rows, store::LoadRollups(t, asked.shop.scope, asked.definition->Key(),
                                                 first, last, wanted.kind, wanted.id));
  ASSIGN_OR_RETURN(const auto in_sight, AgentsInSight(t, ctx, asked.shop));
  if (in_sight && !wanted.id.empty() && !in_sight->contains(wanted.id))
    return error::OnlyOwnAgents();
  std::erase_if(rows, [&](const store::RollupRow& row) {
    return in_sight && !in_sight->contains(row.subject.id);
  });
  if (!wanted.members_of_team.empty()) {
    RETURN_IF_ERROR(KeepMembers(t, asked.shop.scope, wanted.members_of_team, rows));
  }
  return rows;
}

}  // namespace

absl::StatusOr<v1::GetMetricsResponse> Handlers::GetMetrics(
    const RequestContext& ctx, const v1::GetMetricsRequest& request) const {
  ASSIGN_OR_RETURN(const Wanted wanted, WantedBy(request));
  ASSIGN_OR_RETURN(const auto specs, SpecsOf(request));
  if (ctx.principal.IsBase() && wanted.kind != SubjectKind::kAgent) return error::OnlyOwnAgents();
  ASSIGN_OR_RETURN(const auto asked,
                   ResolvePeriod(deps_, ctx, request.shop_id(), request.definition_id(),
                                 request.has_period(), request.period()));
  v1::GetMetricsResponse response;
  *response.mutable_definition() = convert::ToProto(*asked.definition);
  if (!asked.days) return response;  // no facts at all and no period asked
  const auto [first, last] = *asked.days;
  ASSIGN_OR_RETURN(const auto rows,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return RowsInSight(t, ctx, asked, wanted);
                   }));
  *response.mutable_period() = convert::ToProto(first, last);
  for (const auto& [key, measures] : SumUp(rows, wanted, request.by_day(), first, last)) {
    v1::MetricRow* row = response.add_rows();
    *row->mutable_subject() = convert::ToProto(asked.shop.scope.shop_id, key.second);
    *row->mutable_period() =
        request.by_day() ? convert::ToProto(key.first, key.first) : response.period();
    for (const domain::MetricSpec* spec : specs) {
      if (!domain::AppliesTo(*spec, wanted.kind)) continue;
      *row->add_values() =
          convert::ToProto(domain::Evaluate(*spec, measures), asked.shop.settings.currency_code);
    }
  }
  return response;
}

absl::StatusOr<v1::ListMetricsResponse> Handlers::ListMetrics(const RequestContext&,
                                                              const v1::ListMetricsRequest&) const {
  v1::ListMetricsResponse response;
  for (const domain::MetricSpec& spec : domain::Catalogue())
    *response.add_metrics() = convert::ToProto(spec);
  for (const domain::MetricDefinition& definition : domain::Definitions()) {
    *response.add_definitions() = convert::ToProto(definition);
  }
  return response;
}

}  // namespace kefu::performance
