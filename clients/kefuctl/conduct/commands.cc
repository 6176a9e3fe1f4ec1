#include "clients/kefuctl/conduct/commands.h"

namespace kefu::conduct {

void AddConductCommands(CLI::App& program, kefuctl::Context& context) {
  AddLedgerCommands(program, context);
  AddAnnouncementCommands(program, context);
  AddProblemCommands(program, context);
}

}  // namespace kefu::conduct
