// kefuctl handover, leave, swap and attendance.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::people_time {

void AddTimeCommands(CLI::App& program, kefuctl::Context& context);

// Each adds its group; AddTimeCommands adds them all.
void AddHandoverCommands(CLI::App& program, kefuctl::Context& context);
void AddLeaveCommands(CLI::App& program, kefuctl::Context& context);
void AddAttendanceCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::people_time
