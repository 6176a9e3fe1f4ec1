// kefuctl cases: one case and what is done with it, who works on what, and what comes in.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::cases {

// Adds its subcommands to `cases`, which itself lists; the context outlives the program.
void AddCaseCommands(CLI::App& cases, kefuctl::Context& context);
// Of them those of approvals, appeals, levels, comments, links and duplicates.
void AddCaseWork(CLI::App& cases, kefuctl::Context& context);
// Of them those that take files.
void AddCaseImports(CLI::App& cases, kefuctl::Context& context);

}  // namespace kefu::cases
