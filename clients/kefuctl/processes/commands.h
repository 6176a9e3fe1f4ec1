// kefuctl process: what follows a decision, what it has paid, and how people help it on.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::processes {

void AddProcessCommands(CLI::App& program, kefuctl::Context& context);

// policy and set-policy, in policy.cc.
void AddPolicyCommands(CLI::App& process, kefuctl::Context& context);

}  // namespace kefu::processes
