// Runs processes: claims those that are due, does one thing each, and writes what came of it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "common/time/repeater.h"
#include "services/aftersales/handlers/dependencies.h"
#include "services/aftersales/processes/commands.h"
#include "services/aftersales/store/processes.h"

namespace kefu::aftersales {

struct ProcessWorkerOptions {
  absl::Duration interval = absl::Milliseconds(200);  // between two looks at the table
  // Nobody else sends a command for so long. Longer than call_timeout: a call that outlived its
  // lease could be carried out after another worker has learnt that it was refused.
  absl::Duration lease = absl::Seconds(60);
  absl::Duration call_timeout = absl::Seconds(20);
  int threads = 4;  // commands under way at once: one service that hangs does not stop the others
  // For tests: where it answers true the round ends as if the process had died there. Points:
  // "claimed", "executed".
  std::function<bool(std::string_view point)> dies_at = {};
};

// Replicas run side by side. A command is announced in a commit of its own, with a lease, carried
// out outside any transaction with request_id = hash(process, step, round), and its outcome is
// written only if nobody has moved the process meanwhile. Whoever dies in between leaves a lease
// that runs out; the same command is then sent again. Thread-safe.
class ProcessWorker {
 public:
  // All references outlive this object.
  ProcessWorker(Dependencies deps, const Clock& clock, Commands& commands,
                ProcessWorkerOptions options = {});
  ProcessWorker(const ProcessWorker&) = delete;
  ProcessWorker& operator=(const ProcessWorker&) = delete;

  // Does the next due thing of one process. False: nothing was due. Errors: the database's.
  absl::StatusOr<bool> RunOnce(absl::Time deadline);

  // Runs rounds on threads of its own. Call once.
  void Start();
  // Ends them after their present rounds. Idempotent.
  void Stop();

 private:
  struct Claim {
    bool found = false;
    std::optional<store::ProcessRow> row;  // with a command to be sent
    Command command;
  };
  absl::StatusOr<Claim> ClaimNext(absl::Time deadline);
  absl::Status Advance(db::Transaction& t, store::ProcessRow& row, absl::Time now, Claim& claim);
  absl::Status Await(db::Transaction& t, store::ProcessRow& row, absl::Time now);
  absl::Status Announce(db::Transaction& t, store::ProcessRow& row, absl::Time now, Claim& claim);
  absl::StatusOr<Command> CommandOf(db::Transaction& t, const store::ProcessRow& row,
                                    const domain::FlowPolicy& policy);
  absl::Status Finish(const store::ProcessRow& claimed, const CommandOutcome& outcome,
                      absl::Time deadline);
  absl::Status PutOff(const store::ProcessRow& row, const absl::Status& why);
  bool DiesAt(std::string_view point) const { return options_.dies_at && options_.dies_at(point); }
  absl::Time Now() const;

  const Dependencies deps_;
  const Clock& clock_;
  Commands& commands_;
  const ProcessWorkerOptions options_;
  std::vector<std::unique_ptr<Repeater>> threads_;
};

}  // namespace kefu::aftersales
