// The pool of connections to one schema, and the only way to run transactions on it.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/errors.h"
#include "common/db/rows.h"
#include "common/db/sql.h"
#include "common/db/transaction.h"

namespace kefu::db {

struct HostPort {
  std::string host;
  int port = 3306;
};

// Parses "host:port", "host" (port 3306) or "[v6]:port". INVALID_ARGUMENT otherwise.
absl::StatusOr<HostPort> ParseHostPort(std::string_view text);

struct DatabaseOptions {
  // Tried in order, the last good one first. Ignored when unix_socket is set.
  std::vector<HostPort> hosts;
  std::string unix_socket;
  std::string user;
  std::string password;
  std::string schema;
  int pool_size = 8;  // connections; give as many as there are workers, so that none waits
  absl::Duration connect_timeout = absl::Seconds(2);     // per host; whole seconds, at least 1
  absl::Duration max_operation = absl::Minutes(10);      // bound for calls without a deadline
  absl::Duration max_lifetime = absl::Minutes(30);       // then a connection is replaced
  absl::Duration lock_wait_timeout = absl::Seconds(5);   // innodb_lock_wait_timeout
  int max_attempts = 5;                                  // of RunInTransaction, on a lost race
  absl::Duration retry_backoff = absl::Milliseconds(4);  // doubled per attempt, jittered
  size_t statement_cache = 128;  // prepared statements kept per connection (server limit: 16382)
  std::string tls_ca, tls_cert,
      tls_key;                // PEM files; tls_ca set: TLS with verification is required
  bool local_infile = false;  // for Transaction::LoadData
};

// Where measurements and causes go. Each may be empty; called from any thread, without locks held;
// must not call back into the Database.
struct DatabaseObserver {
  std::function<void(int in_use, int open)> on_pool;      // after every change
  std::function<void(absl::Duration)> on_wait;            // time spent to get a connection
  std::function<void(std::string_view reason)> on_retry;  // a transaction is tried again
  std::function<void(std::string_view host, unsigned error_number, std::string_view text)> on_error;
};

class Pool;
class PooledConnection;

// Thread-safe. Sessions run in UTC, utf8mb4, READ COMMITTED, strict SQL mode; connections never
// reconnect by themselves: a broken one is discarded.
//
// Deadlines are instants of the real clock. A call whose deadline passes while the database is
// silent returns DEADLINE_EXCEEDED at once: a watchdog shuts its socket and the connection is
// discarded (opening a connection is bounded in whole seconds).
class Database {
 public:
  // Does not contact the database: it may be down now and come up later.
  // INVALID_ARGUMENT: no host, no user, pool_size < 1.
  static absl::StatusOr<std::unique_ptr<Database>> Open(DatabaseOptions options,
                                                        DatabaseObserver observer = {});
  ~Database();  // waits for no one: all calls must have returned

  // Runs body(Transaction&), which returns absl::Status or absl::StatusOr<T>, and commits if it
  // returned OK, else rolls back. Deadlocks, lock-wait timeouts and read-only hosts run the body
  // again, at most max_attempts times within the deadline; so the body touches nothing outside the
  // database, and never calls RunInTransaction. Other errors are returned as the body gave them.
  // UNAVAILABLE COMMIT_OUTCOME_UNKNOWN: the connection was lost in COMMIT; nothing was run again.
  // RESOURCE_EXHAUSTED POOL_EXHAUSTED: no connection became free before the deadline.
  template <class F>
  auto RunInTransaction(absl::Time deadline, F&& body) -> std::invoke_result_t<F&, Transaction&> {
    using Result = std::invoke_result_t<F&, Transaction&>;
    if constexpr (std::is_same_v<Result, absl::Status>) {
      return RunErased(deadline, body);
    } else {
      std::optional<Result> result;
      absl::Status status = RunErased(deadline, [&](Transaction& t) -> absl::Status {
        result.emplace(body(t));
        return result->status();
      });
      if (!status.ok()) return status;
      return *std::move(result);
    }
  }

  // One SELECT outside a transaction (autocommit). Sent again once if the connection it took from
  // the pool turns out to be dead.
  absl::StatusOr<Rows> Read(absl::Time deadline, Sql sql, std::span<const Param> params);
  absl::StatusOr<Rows> Read(absl::Time deadline, Sql sql, std::initializer_list<Param> params = {});

  // OK if a writable host answers. For readiness probes; takes a connection of the pool, so size
  // the pool one above the workers.
  absl::Status Ping(absl::Time deadline);

  const DatabaseOptions& options() const;

 private:
  friend class Migrator;
  explicit Database(std::unique_ptr<Pool> pool);
  absl::Status RunErased(absl::Time deadline, absl::FunctionRef<absl::Status(Transaction&)> body);
  absl::Status RunOnce(absl::Time deadline, absl::FunctionRef<absl::Status(Transaction&)> body,
                       std::vector<std::function<void()>>* after);

  absl::StatusOr<PooledConnection> Begin(absl::Time deadline);
  static absl::Status Commit(Connection& connection);

  std::unique_ptr<Pool> pool_;
};

}  // namespace kefu::db
