// kefuctl score and diagnose.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>

#include "absl/time/civil_time.h"
#include "clients/kefuctl/context.h"

namespace kefu::judgement {

// Which day a diagnosis up to a month looks at: its last one once it is over; nothing of a month
// that lasts, for which the service takes yesterday.
std::optional<absl::CivilDay> DiagnosedDay(absl::CivilDay month, absl::CivilDay today);

void AddJudgementCommands(CLI::App& program, kefuctl::Context& context);

}  // namespace kefu::judgement
