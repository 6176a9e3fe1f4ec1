#include "common/db/pool.h"

#include <algorithm>
#include <utility>

#include "common/db/errors.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::db {
namespace {

// A waiter that gave up should come back when a few transactions have ended.
constexpr absl::Duration kPoolRetryAfter = absl::Milliseconds(200);

}  // namespace

PooledConnection::PooledConnection(Pool* pool, std::unique_ptr<Connection> connection,
                                   absl::Time deadline, bool reused)
    : pool_(pool), connection_(std::move(connection)), deadline_(deadline), reused_(reused) {
  pool_->watchdog_.Arm(connection_.get(), deadline_);
}

PooledConnection::PooledConnection(PooledConnection&& other) noexcept
    : pool_(other.pool_),
      connection_(std::move(other.connection_)),
      deadline_(other.deadline_),
      reused_(other.reused_),
      keep_(other.keep_) {}

PooledConnection::~PooledConnection() {
  if (connection_ == nullptr) return;
  pool_->watchdog_.Disarm(connection_.get(), deadline_);
  pool_->Release(std::move(connection_), keep_);
}

Pool::Pool(DatabaseOptions options, DatabaseObserver observer)
    : options_(std::move(options)), observer_(std::move(observer)) {}

absl::StatusOr<PooledConnection> Pool::Acquire(absl::Time deadline, bool writable) {
  const absl::Time start = absl::Now();
  deadline = std::min(deadline, start + options_.max_operation);
  if (deadline <= start) return DeadlineExceeded("the deadline has passed");
  RETURN_IF_ERROR(WaitForPlace(deadline));
  if (observer_.on_wait) observer_.on_wait(absl::Now() - start);
  std::unique_ptr<Connection> connection = TakeIdle(writable);
  const bool reused = connection != nullptr;
  if (!reused) {
    auto opened = OpenOne(deadline, writable);
    if (!opened.ok()) {
      Release(nullptr, false);
      return opened.status();
    }
    connection = *std::move(opened);
  }
  Report();
  return PooledConnection(this, std::move(connection), deadline, reused);
}

absl::Status Pool::WaitForPlace(absl::Time deadline) {
  std::unique_lock lock(mutex_);
  while (in_use_ >= options_.pool_size) {
    if (freed_.wait_until(lock, absl::ToChronoTime(deadline)) == std::cv_status::timeout &&
        in_use_ >= options_.pool_size) {
      return ResourceExhausted(kPoolExhausted, "no database connection became free in time",
                               kPoolRetryAfter);
    }
  }
  ++in_use_;
  return absl::OkStatus();
}

std::unique_ptr<Connection> Pool::TakeIdle(bool writable) {
  std::vector<std::unique_ptr<Connection>> discarded;  // closed outside the lock
  std::lock_guard lock(mutex_);
  const absl::Time oldest = absl::Now() - options_.max_lifetime;
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->generation == generation_ && connection->opened() > oldest &&
        !(writable && connection->read_only())) {
      return connection;
    }
    discarded.push_back(std::move(connection));
  }
  return nullptr;
}

absl::StatusOr<std::unique_ptr<Connection>> Pool::OpenOne(absl::Time deadline, bool writable) {
  size_t first;
  int64_t generation;
  {
    std::lock_guard lock(mutex_);
    first = last_good_;
    generation = generation_;
  }
  const bool local = !options_.unix_socket.empty();
  const size_t count = local ? 1 : options_.hosts.size();
  std::unique_ptr<Connection> fallback;  // a read-only host, good enough for reading
  absl::Status failure = absl::OkStatus();
  for (size_t i = 0; i < count; ++i) {
    const size_t index = (first + i) % count;
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) {
      return DeadlineExceeded("no database host answered in time");
    }
    auto opened = Connection::Open(options_, observer_, local ? nullptr : &options_.hosts[index],
                                   std::min(left, options_.connect_timeout));
    if (!opened.ok()) {
      failure = opened.status();
      continue;
    }
    (*opened)->generation = generation;
    if ((*opened)->read_only()) {
      if (fallback == nullptr) fallback = *std::move(opened);
      continue;
    }
    std::lock_guard lock(mutex_);
    last_good_ = index;
    return *std::move(opened);
  }
  if (fallback != nullptr && !writable) return fallback;
  if (fallback != nullptr) {
    return Unavailable(kReadOnlyHost, "the database accepts no writes now", absl::Seconds(1));
  }
  return failure;
}

void Pool::Invalidate() {
  std::vector<std::unique_ptr<Connection>> discarded;
  std::lock_guard lock(mutex_);
  ++generation_;
  discarded.swap(idle_);
}

void Pool::Release(std::unique_ptr<Connection> connection, bool reusable) {
  {
    std::lock_guard lock(mutex_);
    --in_use_;
    if (connection != nullptr && reusable && !connection->broken() &&
        connection->generation == generation_) {
      idle_.push_back(std::move(connection));
    }
  }
  freed_.notify_one();
  connection.reset();
  Report();
}

void Pool::Report() {
  if (!observer_.on_pool) return;
  int in_use, open;
  {
    std::lock_guard lock(mutex_);
    in_use = in_use_;
    open = in_use_ + static_cast<int>(idle_.size());
  }
  observer_.on_pool(in_use, open);
}

}  // namespace kefu::db
