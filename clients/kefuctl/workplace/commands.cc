#include "clients/kefuctl/workplace/commands.h"

namespace kefu::workplace {

void AddWorkplaceCommands(CLI::App& program, kefuctl::Context& context) {
  AddChecklistCommands(program, context);
  AddRuleCommands(program, context);
  AddSupplyCommands(program, context);
}

}  // namespace kefu::workplace
