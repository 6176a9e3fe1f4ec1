// kefuctl network …
#pragma once

#include "clients/kefuctl/context.h"

namespace kefu::network {

// Adds `network` with its subcommands; the callbacks set context.command, and the context outlives
// the program.
void AddNetworkCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::network
