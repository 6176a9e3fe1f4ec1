// kefuctl returns: what a buyer may have, what is to be asked, and by which policies.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::returns {

void AddReturnCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::returns
