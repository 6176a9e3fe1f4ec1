// kefuctl explain …: the rows behind a figure, and who is credited with an order; kefuctl
// definitions …: what figures mean and by which numbers they are computed.
#pragma once

#include "clients/kefuctl/context.h"

namespace kefu::explain {

// Add "explain" and "definitions" with their subcommands; the callbacks set context.command, and
// the context outlives the program.
void AddExplainCommands(CLI::App& program, kefuctl::Context& context);
void AddDefinitionCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::explain
