// kefuctl checklist, rules and supply.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::workplace {

void AddWorkplaceCommands(CLI::App& program, kefuctl::Context& context);

// Each adds its group; AddWorkplaceCommands adds them all.
void AddChecklistCommands(CLI::App& program, kefuctl::Context& context);
void AddRuleCommands(CLI::App& program, kefuctl::Context& context);
void AddSupplyCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::workplace
