// kefuctl conduct, announcement and problem.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::conduct {

void AddConductCommands(CLI::App& program, kefuctl::Context& context);

// Each adds its group; AddConductCommands adds them all.
void AddLedgerCommands(CLI::App& program, kefuctl::Context& context);
void AddAnnouncementCommands(CLI::App& program, kefuctl::Context& context);
void AddProblemCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::conduct
