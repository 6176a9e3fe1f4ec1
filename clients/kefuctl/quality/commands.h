// kefuctl qa …: what quality inspectors drew, judged and judge by.
#pragma once

#include "clients/kefuctl/context.h"

namespace kefu::quality {

// Adds "qa" with its subcommands; the callbacks set context.command, and the context outlives the
// program.
void AddQualityCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::quality
