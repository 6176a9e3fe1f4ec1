// Names for people beside ids, asked of the services once for a table.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "clients/kefuctl/client.h"
#include "clients/kefuctl/context.h"
#include "clients/kefuctl/table.h"

namespace kefu::kefuctl {

using Names = std::map<std::string, std::string>;  // by id

// Of all metrics, in the reader's language.
absl::StatusOr<Names> MetricNames(Client& client);
// The id itself where no name is known.
std::string NameIn(const Names& names, const std::string& id);

// Of the organization's agents. A table can be read without: empty where they cannot be listed.
Names AgentNames(Client& client);
// Prints a table whose cells that are ids of agents or teams say their names as well.
void PrintNamed(Context& context, Table table);
// "Li (01M8…)"; the id alone where no name is known.
std::string ShownAgent(const Names& names, const std::string& agent_id);

}  // namespace kefu::kefuctl
