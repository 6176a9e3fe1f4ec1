// A named duty that one process holds at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/time/clock.h"

namespace kefu::events {

// Not thread-safe: one thread uses a Lease object. The lease itself is a row, shared by all
// processes.
//
// An expired lease may be taken by anybody; the epoch then grows. Clocks of machines differ, so
// expiry alone protects nothing: work that must not run twice calls CheckHeld in its own
// transaction (the fence).
class Lease {
 public:
  // `name` ≤ 64 and `owner` ≤ 128 ASCII characters; `owner` differs between processes.
  Lease(db::Database& database, const Clock& clock, std::string_view name, std::string_view owner,
        absl::Duration ttl);

  // Takes the lease if it is free, expired or already ours (then it is renewed). Returns whether we
  // hold it now. Idempotent. Errors: the database's.
  absl::StatusOr<bool> TryAcquire();
  // The same inside the caller's transaction; the row stays locked until it ends.
  absl::StatusOr<bool> TryAcquireIn(db::Transaction& transaction);
  // Prolongs a held lease by the ttl from now. FAILED_PRECONDITION / LEASE_LOST when another owner
  // has taken it.
  absl::Status Renew();
  // Gives it up, so that another can take it at once. Does nothing when it is not ours. Idempotent.
  absl::Status Release();
  // The fence: locks the lease row in the caller's transaction and returns FAILED_PRECONDITION /
  // LEASE_LOST unless owner and epoch are still those of the last TryAcquire. Expiry does not
  // matter here: nobody can take it while the row is locked.
  absl::Status CheckHeld(db::Transaction& transaction);

  // The epoch of the last successful TryAcquire; 0 before the first.
  int64_t epoch() const { return epoch_; }

 private:
  db::Database& database_;
  const Clock& clock_;
  const std::string name_;
  const std::string owner_;
  const absl::Duration ttl_;
  int64_t epoch_ = 0;
};

}  // namespace kefu::events
