#include "clients/kefuctl/names.h"

#include <algorithm>

#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/rpcs.h"
#include "clients/kefuctl/subcommand.h"
#include "common/status/status_macros.h"

namespace kefu::kefuctl {

absl::StatusOr<Names> MetricNames(Client& client) {
  ASSIGN_OR_RETURN(const auto catalogue,
                   client.Call(rpcs::kListMetrics, performance::v1::ListMetricsRequest()));
  Names names;
  for (const auto& metric : catalogue.metrics())
    names[metric.metric_id()] = Chinese() ? metric.name_zh() : metric.name_en();
  return names;
}

std::string NameIn(const Names& names, const std::string& id) {
  const auto name = names.find(id);
  return name == names.end() || name->second.empty() ? id : name->second;
}

Names AgentNames(Client& client) {
  Names names;
  staffing::v1::ListAgentsRequest request;
  request.set_show_archived(true);  // figures are also of those who have left
  const auto all = AllPages(client, rpcs::kListAgents, request,
                            &staffing::v1::ListAgentsResponse::mutable_agents);
  if (!all.ok()) return names;
  for (const auto& agent : all->agents()) names[agent.agent_id()] = agent.display_name();
  return names;
}

namespace {

// As services make them: 26 characters of Crockford's base 32.
bool LooksLikeId(const std::string& text) {
  constexpr size_t kLength = 26;
  return text.size() == kLength && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

Names TeamNames(Client& client) {
  Names names;
  staffing::v1::ListTeamsRequest request;
  request.set_show_archived(true);
  const auto all =
      AllPages(client, rpcs::kListTeams, request, &staffing::v1::ListTeamsResponse::mutable_teams);
  if (!all.ok()) return names;
  for (const auto& team : all->teams()) names[team.team_id()] = team.display_name();
  return names;
}

}  // namespace

void PrintNamed(Context& context, Table table) {
  bool ids = false;
  table.Edit([&](const std::string& text) { ids = ids || LooksLikeId(text); });
  const auto client = context.gateway_client();
  if (ids && client.ok()) {
    Names names = AgentNames(**client);
    names.merge(TeamNames(**client));
    table.Edit([&](std::string& text) {
      if (LooksLikeId(text)) text = ShownAgent(names, text);
    });
  }
  context.Print(table);
}

std::string ShownAgent(const Names& names, const std::string& agent_id) {
  const auto name = names.find(agent_id);
  return ShownName(name == names.end() ? "" : name->second, agent_id);
}

}  // namespace kefu::kefuctl
