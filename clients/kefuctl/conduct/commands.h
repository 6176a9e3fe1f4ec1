// kefuctl conduct, announcement and problem.
#pragma once

#include <CLI/CLI.hpp>

#include "clients/kefuctl/context.h"
#include "clients/kefuctl/words.h"

namespace kefu::conduct {

void AddConductCommands(CLI::App& program, kefuctl::Context& context);

// Each adds its group; AddConductCommands adds them all.
void AddLedgerCommands(CLI::App& program, kefuctl::Context& context);
void AddAnnouncementCommands(CLI::App& program, kefuctl::Context& context);
void AddProblemCommands(CLI::App& program, kefuctl::Context& context);

template <class Options>
void AddRequestId(CLI::App& command, Options& options) {
  command.add_option("--request-id", options.request_id,
                     kefuctl::In("重试时用同一编号", "Repeat with the same to retry"));
}

}  // namespace kefu::conduct
