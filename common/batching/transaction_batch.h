// One transaction that carries out the writes of several callers.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/database.h"

namespace kefu::batching {

// Nothing can be written now, or nobody knows whether it was: trying again one by one is no help.
bool IsAway(const absl::Status& status);

// Bounds the time of a batch at the database, whatever its callers allow: the latest of their
// deadlines, none later than this from now on.
class BatchDeadline {
 public:
  void Add(absl::Time deadline);
  absl::Time time() const { return time_; }

 private:
  const absl::Time now_ = absl::Now();
  absl::Time time_ = now_;
};

// As Database::RunInTransaction, for a batch. An exception of the body is INTERNAL: the call ends,
// the process lives. `shared`: after one lost race it is tried again, after the next it is ABORTED:
// then its writes are better carried out alone, so that a row somebody else holds does not stop
// all.
absl::Status RunBatch(db::Database& database, absl::Time deadline, bool shared,
                      absl::FunctionRef<absl::Status(db::Transaction&)> body);

// Runs `write`, which finds what a twin has committed meanwhile the next time: again while it is
// ALREADY_EXISTS, but a few times only.
absl::Status RunAmongTwins(absl::FunctionRef<absl::Status()> write);

}  // namespace kefu::batching
