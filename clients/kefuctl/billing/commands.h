// kefuctl settlement, kefuctl warehouse-report.
#pragma once

#include "clients/kefuctl/context.h"

namespace kefu::billing {

// Adds the commands; the callbacks set context.command, and the context outlives the program.
void AddBillingCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::billing
