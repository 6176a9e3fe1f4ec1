// kefuctl evidence: files that prove something in a case (凭证).
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"

namespace kefu::evidence_files {

void AddEvidenceCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::evidence_files
