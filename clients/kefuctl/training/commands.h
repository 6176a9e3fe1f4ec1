// kefuctl training.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::training {

void AddTrainingCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::training
