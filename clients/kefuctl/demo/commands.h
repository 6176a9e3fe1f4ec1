// kefuctl demo load, kefuctl report demo.
#pragma once

#include "clients/kefuctl/context.h"

namespace kefu::demo {

// The callbacks set context.command; the context outlives the program.
void AddDemoCommands(CLI::App& program, kefuctl::Context& context);
// Adds `demo` to `kefuctl report`.
void AddDemoReport(CLI::App& report, kefuctl::Context& context);

}  // namespace kefu::demo
