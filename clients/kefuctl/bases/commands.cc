#include "clients/kefuctl/bases/commands.h"

namespace kefu::bases {

void AddBaseCommands(CLI::App& program, kefuctl::Context& context) {
  AddContractCommands(program, context);
  AddSupervisionCommands(program, context);
}

}  // namespace kefu::bases
