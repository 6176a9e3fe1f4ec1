#include "common/db/database.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <random>
#include <thread>

#include "common/db/connection.h"
#include "common/db/pool.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::db {
namespace {

// Waits before attempt n + 1, unless the deadline would pass meanwhile.
bool BackOff(const DatabaseOptions& options, int attempt, absl::Time deadline) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const double jitter = std::uniform_real_distribution<double>(0.5, 1.5)(random);
  const absl::Duration pause = options.retry_backoff * std::exp2(attempt - 1) * jitter;
  if (absl::Now() + pause >= deadline) return false;
  std::this_thread::sleep_for(absl::ToChronoNanoseconds(pause));
  return true;
}

bool MayRunAgain(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return reason == kConflict || reason == kReadOnlyHost;
}

}  // namespace

absl::StatusOr<HostPort> ParseHostPort(std::string_view text) {
  HostPort result;
  std::string_view port;
  if (!text.empty() && text.front() == '[') {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) {
      return absl::InvalidArgumentError(fmt::format("'{}': ']' is missing", text));
    }
    result.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
  } else {
    const size_t colon = std::min(text.find(':'), text.size());
    result.host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (result.host.empty()) {
    return absl::InvalidArgumentError(fmt::format("'{}': the host is missing", text));
  }
  if (port.empty()) return result;
  const char* end = port.data() + port.size();
  const auto parsed = std::from_chars(port.data() + 1, end, result.port);
  if (port.front() != ':' || parsed.ec != std::errc() || parsed.ptr != end || result.port < 1 ||
      result.port > 65535) {
    return absl::InvalidArgumentError(fmt::format("'{}' is not host:port", text));
  }
  return result;
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(DatabaseOptions options,
                                                         DatabaseObserver observer) {
  if (options.unix_socket.empty() && options.hosts.empty()) {
    return absl::InvalidArgumentError("a database host or socket is needed");
  }
  if (options.user.empty()) return absl::InvalidArgumentError("a database user is needed");
  if (options.pool_size < 1) return absl::InvalidArgumentError("the pool needs a connection");
  return std::unique_ptr<Database>(
      new Database(std::make_unique<Pool>(std::move(options), std::move(observer))));
}

Database::Database(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
Database::~Database() = default;

const DatabaseOptions& Database::options() const { return pool_->options(); }

absl::Status Database::RunErased(absl::Time deadline,
                                 absl::FunctionRef<absl::Status(Transaction&)> body) {
  for (int attempt = 1;; ++attempt) {
    std::vector<std::function<void()>> after;
    absl::Status status = RunOnce(deadline, body, &after);
    if (status.ok()) {
      for (auto& callback : after) callback();
      return status;
    }
    if (!MayRunAgain(status) || attempt >= pool_->options().max_attempts ||
        !BackOff(pool_->options(), attempt, deadline)) {
      return status;
    }
    if (pool_->observer().on_retry) pool_->observer().on_retry(ReasonOf(status));
  }
}

absl::StatusOr<PooledConnection> Database::Begin(absl::Time deadline) {
  for (;;) {
    ASSIGN_OR_RETURN(PooledConnection connection, pool_->Acquire(deadline, true));
    auto begun = connection->RunText("BEGIN");
    if (begun.ok()) return connection;
    // A connection that died while idle: nothing has happened yet, take a fresh one.
    if (!connection.reused() || absl::IsDeadlineExceeded(begun.status())) return begun.status();
    pool_->Invalidate();
  }
}

absl::Status Database::RunOnce(absl::Time deadline,
                               absl::FunctionRef<absl::Status(Transaction&)> body,
                               std::vector<std::function<void()>>* after) {
  ASSIGN_OR_RETURN(PooledConnection connection, Begin(deadline));
  Transaction transaction(&*connection);
  absl::Status status = body(transaction);
  if (!transaction.ended_.ok()) status = transaction.ended_;
  if (status.ok()) status = Commit(*connection);
  if (status.ok()) {
    *after = std::move(transaction.after_);
    connection.Keep();
    return status;
  }
  if (ReasonOf(status) == kReadOnlyHost) pool_->Invalidate();
  // Explicitly, since a lock-wait timeout leaves the earlier statements in place.
  if (!connection->broken() && connection->RunText("ROLLBACK").ok()) connection.Keep();
  return status;
}

absl::Status Database::Commit(Connection& connection) {
  const auto committed = connection.RunText("COMMIT");
  if (committed.ok()) return absl::OkStatus();
  if (!connection.broken() || ReasonOf(committed.status()) == kReadOnlyHost) {
    return committed.status();
  }
  return WithCause(Unavailable(kOutcomeUnknown,
                               "the connection was lost while committing; ask again with the same "
                               "request id to learn the outcome",
                               absl::Seconds(1)),
                   CauseOf(committed.status()));
}

absl::StatusOr<Rows> Database::Read(absl::Time deadline, Sql sql, std::span<const Param> params) {
  for (;;) {
    ASSIGN_OR_RETURN(PooledConnection connection, pool_->Acquire(deadline, false));
    int64_t unused = 0;
    auto rows = connection->Run(sql.text, params, &unused);
    if (rows.ok() || !connection->broken() || !connection.reused() ||
        absl::IsDeadlineExceeded(rows.status())) {
      connection.Keep();
      return rows;
    }
    pool_->Invalidate();
  }
}

absl::StatusOr<Rows> Database::Read(absl::Time deadline, Sql sql,
                                    std::initializer_list<Param> params) {
  return Read(deadline, sql, std::span<const Param>(params.begin(), params.size()));
}

absl::Status Database::Ping(absl::Time deadline) {
  for (;;) {
    ASSIGN_OR_RETURN(PooledConnection connection, pool_->Acquire(deadline, true));
    int64_t unused = 0;
    const auto rows = connection->Run("SELECT @@global.read_only", {}, &unused);
    if (rows.ok() && !rows->front().Bool(0)) {
      connection.Keep();
      return absl::OkStatus();
    }
    // A fresh connection that fails, or that turned read-only at this very moment, is the answer.
    if (!connection.reused()) {
      return rows.ok() ? MapError(1290, "the host has become read-only") : rows.status();
    }
    if (absl::IsDeadlineExceeded(rows.status())) return rows.status();
    pool_->Invalidate();
  }
}

}  // namespace kefu::db
