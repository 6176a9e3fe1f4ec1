// kefuctl import arrivals, kefuctl staffing …
#pragma once

#include "clients/kefuctl/context.h"

namespace kefu::workforce {

// Adds "arrivals" to the program's command "import", which must be there, and "staffing" with its
// subcommands; the callbacks set context.command, and the context outlives the program.
void AddStaffingCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::workforce
