// Whose figures a command is about, as options.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/words.h"

namespace kefu::kefuctl {

// Adds --team, --base and --agent, of which at most one may be given; `options` has a string for
// each.
template <class Options>
void AddSubject(CLI::App& command, Options& options) {
  CLI::Option* const team =
      command.add_option("--team", options.team, In("只看该小组", "Of this team only"));
  team->type_name("ID");
  CLI::Option* const base =
      command.add_option("--base", options.base, In("只看该基地", "Of this base only"));
  base->type_name("ID")->excludes(team);
  command.add_option("--agent", options.agent, In("只看该客服", "Of this agent only"))
      ->type_name("ID")
      ->excludes(team)
      ->excludes(base);
}

}  // namespace kefu::kefuctl
