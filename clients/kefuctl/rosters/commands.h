// kefuctl roster plan|show.
#pragma once

#include "clients/kefuctl/context.h"

namespace kefu::rosters {

// Adds the commands; the callbacks set context.command, and the context outlives the program.
void AddRosterCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::rosters
