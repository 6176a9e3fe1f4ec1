#include "clients/kefuctl/names.h"

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

std::string ShownAgent(const Names& names, const std::string& agent_id) {
  const auto name = names.find(agent_id);
  return ShownName(name == names.end() ? "" : name->second, agent_id);
}

}  // namespace kefu::kefuctl
