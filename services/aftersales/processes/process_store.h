// How a process moves on: its row, its history, its event, and the case when it ends, in one
// transaction.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/processes/decisions.h"
#include "services/aftersales/domain/processes/process.h"
#include "services/aftersales/handlers/dependencies.h"
#include "services/aftersales/store/processes.h"

namespace kefu::aftersales {

// The name under which processes stand in histories.
inline constexpr std::string_view kProcessActor = "kefu-aftersales";

struct ProcessMove {
  domain::Input input = domain::Input::kOk;
  absl::Status why;  // of an input that is none of kOk, kSkipped, kSend: what went wrong
  std::string actor = std::string(kProcessActor);
  std::string note = {};       // of moves by hand
  std::string reference = {};  // of a step that is settled by hand
  absl::Time now;
  // Of kSend: until when nobody else sends it.
  absl::Time lease_end = absl::InfinitePast();
  // In [0, 1]: how much of a pause is taken off.
  double spread = 0;
};

// Moves the locked process and writes everything. domain::Step's errors change nothing.
absl::Status MoveProcess(db::Transaction& t, const Dependencies& deps,
                         const domain::FlowPolicy& policy, store::ProcessRow& row,
                         const ProcessMove& move);

}  // namespace kefu::aftersales
