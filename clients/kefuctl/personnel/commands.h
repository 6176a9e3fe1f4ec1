// kefuctl personnel.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::personnel {

void AddPersonnelCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::personnel
