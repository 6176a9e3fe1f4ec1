#include "clients/kefuctl/time/commands.h"

namespace kefu::people_time {

void AddTimeCommands(CLI::App& program, kefuctl::Context& context) {
  AddHandoverCommands(program, context);
  AddLeaveCommands(program, context);
  AddAttendanceCommands(program, context);
}

}  // namespace kefu::people_time
