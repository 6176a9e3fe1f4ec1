// kefuctl report weekly, monthly, list, compare.
#pragma once

#include "clients/kefuctl/context.h"

namespace kefu::reports {

// Adds the commands to `report`; the callbacks set context.command, and the context outlives the
// program.
void AddStoredReports(CLI::App& report, kefuctl::Context& context);

}  // namespace kefu::reports
