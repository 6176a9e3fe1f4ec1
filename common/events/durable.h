// Giving others only what outlives a crash of the database.
#pragma once

#include <type_traits>

#include "absl/status/status.h"
#include "common/context/request_context.h"
#include "common/db/database.h"
#include "common/status/status_macros.h"

namespace kefu::events {

// Call it in a transaction that writes nothing else, after its last read: its commit succeeds when
// everything that it has read outlives a crash.
//
// InnoDB shows a commit to others as soon as it is made in memory, and answers its own caller only
// when the redo log has been flushed. Whoever reads it in between and writes nothing commits
// without waiting for that flush, and passes on what a crash then takes back. A commit that writes
// waits for its own place in the log, which is behind that of all that it has read. (In the same
// transaction, since another one may meet a server that has been started anew meanwhile.)
//
// For what another service or a caller keeps: stored answers that are given again, refusals, the
// events of the feed, and what services ask each other. Other reads promise nothing.
absl::Status MarkDurable(db::Transaction& transaction);

// Runs `read`, (db::Transaction&) -> absl::StatusOr<T>, for the caller. A service acts on what it
// is told, so that it is told only what outlives a crash.
template <class F>
std::invoke_result_t<F, db::Transaction&> ReadFor(const RequestContext& ctx, db::Database& database,
                                                  F read) {
  using Result = std::invoke_result_t<F, db::Transaction&>;
  return database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) -> Result {
    Result found = read(t);
    if (found.ok() && ctx.principal.IsService()) {
      RETURN_IF_ERROR(MarkDurable(t));
    }
    return found;
  });
}

}  // namespace kefu::events
