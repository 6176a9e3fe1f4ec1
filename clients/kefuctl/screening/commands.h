// kefuctl exclusions and word-hits: what counts in no figure, why, and what a person decides.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::screening {

void AddScreeningCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::screening
