// kefuctl slotting …, kefuctl replenishment …
#pragma once

#include "clients/kefuctl/context.h"

namespace kefu::planning {

// Adds both with their subcommands; the callbacks set context.command, and the context outlives the
// program.
void AddPlanningCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::planning
