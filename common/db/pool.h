// Internal to common/db: the bounded set of connections of one Database.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/connection.h"
#include "common/db/database.h"
#include "common/db/watchdog.h"

namespace kefu::db {

class Pool;

// A connection taken from the pool, watched until its deadline. It returns to the pool only if
// Keep was called and it is sound; else it is closed, which rolls an open transaction back.
class PooledConnection {
 public:
  PooledConnection(Pool* pool, std::unique_ptr<Connection> connection, absl::Time deadline,
                   bool reused);
  PooledConnection(PooledConnection&& other) noexcept;
  PooledConnection& operator=(PooledConnection&&) = delete;
  ~PooledConnection();

  Connection& operator*() const { return *connection_; }
  Connection* operator->() const { return connection_.get(); }
  bool reused() const { return reused_; }  // not opened just now: it may have died while idle
  void Keep() { keep_ = true; }

 private:
  Pool* pool_;
  std::unique_ptr<Connection> connection_;
  absl::Time deadline_;
  bool reused_;
  bool keep_ = false;
};

// Thread-safe.
class Pool {
 public:
  Pool(DatabaseOptions options, DatabaseObserver observer);

  // Waits for a free place and takes an idle connection or opens one. writable: only to a host that
  // accepts writes. RESOURCE_EXHAUSTED POOL_EXHAUSTED, UNAVAILABLE, DEADLINE_EXCEEDED.
  absl::StatusOr<PooledConnection> Acquire(absl::Time deadline, bool writable);
  // Distrusts every connection opened so far: their host is gone or has become read-only.
  void Invalidate();

  const DatabaseOptions& options() const { return options_; }
  const DatabaseObserver& observer() const { return observer_; }

 private:
  friend class PooledConnection;
  absl::Status WaitForPlace(absl::Time deadline);
  std::unique_ptr<Connection> TakeIdle(bool writable);
  absl::StatusOr<std::unique_ptr<Connection>> OpenOne(absl::Time deadline, bool writable);
  void Release(std::unique_ptr<Connection> connection, bool reusable);
  void Report();

  const DatabaseOptions options_;
  const DatabaseObserver observer_;
  Watchdog watchdog_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the last used one is taken first
  int in_use_ = 0;
  int64_t generation_ = 0;
  size_t last_good_ = 0;  // index of the host that last accepted writes
};

}  // namespace kefu::db
