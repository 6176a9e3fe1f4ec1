#include "services/warehouse/fold/folder.h"

#include <utility>
#include <vector>

#include "common/batching/transaction_batch.h"
#include "services/warehouse/fold/foreseen_fold.h"

namespace kefu::warehouse::fold {
namespace {

// A fold of so many commands decides before it locks: it gains more than reading totals once more
// costs.
constexpr size_t kForesee = 64;

Unit WholeOf(Job& job) {
  Unit unit{.job = &job};
  for (Command& command : job.commands) {
    if (!command.malformed) unit.commands.push_back(&command);
  }
  return unit;
}

void Fail(const Unit& unit, const absl::Status& status) {
  for (Command* command : unit.commands) command->result = status;
  if (unit.whole && unit.job->is_batch()) unit.job->batch_refused = status;
}

// Ends as the same whatever is asked again: worth being stored.
bool IsFinal(const absl::Status& status) {
  return status.ok() || absl::IsNotFound(status) || absl::IsFailedPrecondition(status) ||
         absl::IsInvalidArgument(status);
}

}  // namespace

Folder::Folder(const Dependencies& deps, FolderOptions options)
    : deps_(deps),
      options_(std::move(options)),
      executor_({.batch = [this](std::span<batching::Job* const> jobs) { return Run(jobs); },
                 .alone = [this](batching::Job& job) { RunAlone(static_cast<Job&>(job)); }},
                options_.batching) {}

absl::Status Folder::Run(std::span<batching::Job* const> jobs) {
  std::vector<Unit> units;
  for (batching::Job* job : jobs) units.push_back(WholeOf(static_cast<Job&>(*job)));
  return Transact(units);
}

void Folder::RunAlone(Job& job) {
  const Unit whole = WholeOf(job);
  const auto transact = [this](const Unit& unit) {
    return batching::RunAmongTwins([&] { return Transact({&unit, 1}); });
  };
  absl::Status status = transact(whole);
  if (status.ok()) return;
  if (batching::IsAway(status) || whole.commands.size() <= 1) return Fail(whole, status);
  bool final = true;
  for (Command* command : whole.commands) {
    const Unit alone{.job = &job, .commands = {command}, .whole = false};
    if (!batching::IsAway(status)) status = transact(alone);
    if (!status.ok()) Fail(alone, status);
    final = final && IsFinal(command->result->status());
  }
  if (!job.is_batch() || !final) return;
  // Every command is done and found again by its id: the answer of the whole follows.
  const Unit rest{.job = &job};
  status = transact(rest);
  if (!status.ok()) Fail(rest, status);
}

absl::Status Folder::Transact(std::span<const Unit> units) {
  batching::BatchDeadline deadline;
  size_t commands = 0;
  for (const Unit& unit : units) {
    deadline.Add(unit.job->deadline);
    commands += unit.commands.size();
  }
  options_.folds.Add();
  options_.commands.Add(static_cast<double>(commands));
  const auto run = [&](bool foresee) {
    return batching::RunBatch(
        deps_.database, deadline.time(), commands > 1, [&](db::Transaction& t) {
          return foresee ? WriteForeseenFold(t, deps_, units) : WriteFold(t, deps_, units);
        });
  };
  const absl::Status status = run(commands >= kForesee);
  return IsSurprise(status) ? run(false) : status;
}

}  // namespace kefu::warehouse::fold
