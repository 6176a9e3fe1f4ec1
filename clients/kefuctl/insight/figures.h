// kefuctl insight reasons, trend, reason-cases, sla, deadlines, backlog and forecast.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::insight {

void AddFigureCommands(CLI::App& insight, kefuctl::Context& context);

}  // namespace kefu::insight
