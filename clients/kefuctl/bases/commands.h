// kefuctl contract and base.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::bases {

void AddBaseCommands(CLI::App& program, kefuctl::Context& context);

// Each adds its group; AddBaseCommands adds both.
void AddContractCommands(CLI::App& program, kefuctl::Context& context);
void AddSupervisionCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::bases
