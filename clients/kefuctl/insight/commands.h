// kefuctl insight.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::insight {

void AddInsightCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::insight
