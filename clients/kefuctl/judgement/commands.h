// kefuctl score and diagnose.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::judgement {

void AddJudgementCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::judgement
