// kefuctl payroll compute|statement|simulate|plans|close|periods|verify.
#pragma once

#include "clients/kefuctl/context.h"

namespace kefu::payroll {

// Adds the commands; the callbacks set context.command, and the context outlives the program.
void AddPayrollCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::payroll
