#include "services/performance/handlers/names.h"

#include <set>

#include "common/status/status_macros.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/errors.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {
namespace {

using kefu::staffing::v1::AgentChanged;
using kefu::staffing::v1::TeamChanged;
using store::Named;
using store::NamesById;

// An answer in one has at most so many bytes without them, and gRPC sends 16 MiB.
constexpr size_t kMostBytes = 12 << 20, kMostNameBytes = 3 << 20;

const std::string& NameOf(const NamesById& names, const std::string& id) {
  static const auto& none = *new std::string;
  const auto found = names.find(id);
  return found == names.end() ? none : found->second;
}

// What a set of answers names.
struct Ids {
  std::set<std::string> agents, teams;
};
struct Names {
  NamesById agents, teams;
};

void Add(const v1::Subject& subject, Ids& ids) {
  if (!subject.agent_id().empty()) ids.agents.insert(subject.agent_id());
  if (!subject.team_id().empty()) ids.teams.insert(subject.team_id());
}

void Fill(const Names& names, v1::Subject& subject) {
  const std::string& name = subject.agent_id().empty() ? NameOf(names.teams, subject.team_id())
                                                       : NameOf(names.agents, subject.agent_id());
  if (!name.empty()) subject.set_display_name(name);
}

// Of several organizations the first one's name that is known.
absl::StatusOr<Names> NamesIn(db::Database& database, const RequestContext& ctx,
                              const std::set<std::string>& orgs, const Ids& ids) {
  Names names;
  if (ids.agents.empty() && ids.teams.empty()) return names;
  RETURN_IF_ERROR(database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) -> absl::Status {
    names = Names();
    for (const std::string& org_id : orgs) {
      ASSIGN_OR_RETURN(auto agents, store::NamesOf(t, org_id, Named::kAgent, ids.agents));
      ASSIGN_OR_RETURN(auto teams, store::NamesOf(t, org_id, Named::kTeam, ids.teams));
      names.agents.merge(agents);
      names.teams.merge(teams);
    }
    return absl::OkStatus();
  }));
  return names;
}

// The kind of a section's rows: agents, teams, or neither.
std::set<std::string>* RowsOf(const v1::ReportSection& section, Ids& ids) {
  if (section.section_id() == "agents") return &ids.agents;
  return section.section_id() == "teams" ? &ids.teams : nullptr;
}

Ids IdsOf(std::span<v1::Report* const> reports) {
  Ids ids;
  for (const v1::Report* report : reports) {
    Add(report->subject(), ids);
    for (const v1::ReportSection& section : report->sections()) {
      std::set<std::string>* const into = RowsOf(section, ids);
      if (into == nullptr) continue;
      for (const v1::ReportRow& row : section.rows()) into->insert(row.row_id());
    }
  }
  return ids;
}

void Fill(const NamesById& names, v1::ReportSection& section) {
  for (v1::ReportRow& row : *section.mutable_rows()) {
    const std::string& name = NameOf(names, row.row_id());
    if (!name.empty()) row.set_display_name(name);
  }
}

// Of an organization's shops.
absl::StatusOr<NamesById> ShopNames(db::Database& database, const RequestContext& ctx,
                                    const std::string& org_id) {
  return database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<NamesById> {
        ASSIGN_OR_RETURN(const auto shops, store::SettingsOfOrg(t, org_id));
        NamesById names;
        for (const domain::Settings& shop : shops) names[shop.shop_id] = shop.display_name;
        return names;
      });
}

}  // namespace

std::vector<std::string> NameEventTypes() {
  return {AgentChanged::descriptor()->full_name(), TeamChanged::descriptor()->full_name()};
}

absl::Status ApplyNameEvent(db::Transaction& t, const kefu::common::v1::Event& event) {
  AgentChanged agent;
  if (event.payload().UnpackTo(&agent)) {
    return store::SaveName(t, event.org_id(), Named::kAgent, agent.agent().agent_id(),
                           agent.agent().display_name(), event.position());
  }
  TeamChanged team;
  if (event.payload().UnpackTo(&team)) {
    return store::SaveName(t, event.org_id(), Named::kTeam, team.team().team_id(),
                           team.team().display_name(), event.position());
  }
  return absl::OkStatus();
}

absl::Status NameRows(db::Database& database, const RequestContext& ctx,
                      std::span<const ShopScope> shops, v1::GetMetricsResponse& response) {
  std::set<std::string> orgs;
  for (const ShopScope& shop : shops) orgs.insert(shop.scope.org_id);
  Ids ids;
  for (const v1::MetricRow& row : response.rows()) Add(row.subject(), ids);
  ASSIGN_OR_RETURN(const Names names, NamesIn(database, ctx, orgs, ids));
  if (names.agents.empty() && names.teams.empty()) return absl::OkStatus();
  size_t bytes = 0;
  for (v1::MetricRow& row : *response.mutable_rows()) {
    Fill(names, *row.mutable_subject());
    bytes += row.subject().display_name().size();
  }
  return bytes <= kMostNameBytes ? absl::OkStatus() : error::TooManyFigures(kMostBytes);
}

absl::Status NameReports(db::Database& database, const RequestContext& ctx,
                         const std::string& org_id, std::span<v1::Report* const> reports) {
  ASSIGN_OR_RETURN(const Names names, NamesIn(database, ctx, {org_id}, IdsOf(reports)));
  for (v1::Report* report : reports) {
    Fill(names, *report->mutable_subject());
    for (v1::ReportSection& section : *report->mutable_sections()) {
      if (section.section_id() == "agents") Fill(names.agents, section);
      if (section.section_id() == "teams") Fill(names.teams, section);
      if (section.section_id() != "shops") continue;
      ASSIGN_OR_RETURN(const NamesById shops, ShopNames(database, ctx, org_id));
      Fill(shops, section);
    }
  }
  return absl::OkStatus();
}

absl::Status NameScores(db::Database& database, const RequestContext& ctx,
                        const std::string& org_id, std::span<v1::AgentScore* const> scores) {
  Ids ids;
  for (const v1::AgentScore* score : scores) ids.agents.insert(score->agent_id());
  ASSIGN_OR_RETURN(const Names names, NamesIn(database, ctx, {org_id}, ids));
  for (v1::AgentScore* score : scores)
    score->set_agent_name(NameOf(names.agents, score->agent_id()));
  return absl::OkStatus();
}

void NameDiagnosis(const NamesById& names, v1::DiagnoseResponse& response) {
  for (v1::AgentDiagnosis& agent : *response.mutable_agents())
    agent.set_agent_name(NameOf(names, agent.agent_id()));
  for (v1::EarlyWarning& warning : *response.mutable_warnings())
    warning.set_agent_name(NameOf(names, warning.agent_id()));
  for (v1::EqualSales& pair : *response.mutable_equal_sales()) {
    pair.set_better_agent_name(NameOf(names, pair.better_agent_id()));
    pair.set_other_agent_name(NameOf(names, pair.other_agent_id()));
  }
}

}  // namespace kefu::performance
