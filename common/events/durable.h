// Waiting until what has been read outlives a crash of the database.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/database.h"

namespace kefu::events {

// Returns when everything that this process has read by now outlives a crash.
//
// InnoDB shows a commit to others as soon as it is made in memory, and its own caller is answered
// only when the redo log has been flushed. Whoever reads it in between and writes nothing commits
// without waiting for that flush, so that he may pass on what a crash then takes back. A later
// commit that writes is flushed with everything before it in the log; this makes one.
//
// For what another service keeps: stored answers that are given again, and the events of the feed.
// An answer to its own write needs none. Other reads promise nothing.
absl::Status AwaitDurable(db::Database& database, absl::Time deadline);

}  // namespace kefu::events
