// The engine of the hot path: commands of many callers are folded into one transaction each batch.
// What all of them share — statements, locks, the flush of a commit — is paid once a fold, so one
// hot SKU runs as fast as a thousand cold ones.
#pragma once

#include <memory>
#include <span>

#include "absl/status/status.h"
#include "common/batching/batching_executor.h"
#include "common/obs/metrics.h"
#include "services/warehouse/fold/job.h"
#include "services/warehouse/fold/write_fold.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse::fold {

struct FolderOptions {
  batching::Options batching = {};
  obs::Counter folds = {}, commands = {};  // transactions begun, commands in them
};

// Thread-safe. Any number of processes may fold on one database: what is decided is decided under
// the database's locks. A job that fails with others, or as a batch, is carried out command by
// command: see batching::BatchingExecutor. Two jobs with the same request id never share a fold:
// the second finds the first's answer.
class Folder {
 public:
  explicit Folder(const Dependencies& deps, FolderOptions options = {});

  // As those of the executor.
  void Submit(std::unique_ptr<Job> job) { executor_.Submit(std::move(job)); }
  void SubmitWhenRoom(std::unique_ptr<Job> job) { executor_.SubmitWhenRoom(std::move(job)); }
  void Stop() { executor_.Stop(); }

 private:
  absl::Status Run(std::span<batching::Job* const> jobs);
  void RunAlone(Job& job);
  absl::Status Transact(std::span<const Unit> units);

  const Dependencies& deps_;
  const FolderOptions options_;
  batching::BatchingExecutor executor_;  // last: its threads use the others
};

}  // namespace kefu::warehouse::fold
