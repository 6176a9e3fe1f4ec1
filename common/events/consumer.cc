#include "common/events/consumer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/time/clock.h"
#include "common/obs/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::events {
namespace {

using common::v1::Event;
using common::v1::WatchResponse;

constexpr db::Sql kSelectPosition{
    "SELECT position FROM consumer_position"
    " WHERE org_id = '' AND consumer_name = ? AND source_name = ?"};
constexpr db::Sql kMakePosition{
    "INSERT INTO consumer_position (org_id, consumer_name, source_name, position)"
    " VALUES ('', ?, ?, 0) ON DUPLICATE KEY UPDATE position = position"};
constexpr db::Sql kMovePosition{
    "UPDATE consumer_position SET position = ?"
    " WHERE org_id = '' AND consumer_name = ? AND source_name = ? AND position = ?"};
constexpr db::Sql kBury{
    "INSERT INTO dead_letter (org_id, consumer_name, source_name, position, event, error_code,"
    " error_reason, error_text, attempts, create_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Sql kListDead{
    "SELECT event, error_code, error_reason, error_text, attempts, create_us FROM dead_letter"
    " WHERE consumer_name = ? AND source_name = ? AND position > ? ORDER BY position LIMIT ?"};
constexpr db::Sql kLockDead{
    "SELECT event FROM dead_letter"
    " WHERE consumer_name = ? AND source_name = ? AND position = ? FOR UPDATE"};
constexpr db::Sql kDeleteDead{
    "DELETE FROM dead_letter WHERE consumer_name = ? AND source_name = ? AND position = ?"};
constexpr size_t kMaxErrorText = 1000;  // of the column
constexpr size_t kMaxReason = 63;
constexpr absl::Duration kQueryTimeout = absl::Seconds(10);

// Another replica has applied these events. Not ABORTED: the transaction must not be tried again.
constexpr std::string_view kPositionMoved = "POSITION_MOVED";

bool IsTransient(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kCancelled:
      return true;
    default:
      return false;
  }
}

}  // namespace

Consumer::Consumer(db::Database& database, const Clock& clock, std::unique_ptr<EventSource> source,
                   EventHandler handler, ConsumerOptions options)
    : database_(database),
      clock_(clock),
      source_(std::move(source)),
      handler_(std::move(handler)),
      options_(std::move(options)) {}

Consumer::~Consumer() { Stop(); }

void Consumer::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Consumer::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  source_->Cancel();
  if (thread_.joinable()) thread_.join();
}

bool Consumer::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool Consumer::Wait(absl::Duration duration) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, absl::ToChronoNanoseconds(duration), [&] { return stopping_; });
}

absl::Duration Consumer::Backoff(int attempt) const {
  return std::min(options_.backoff_max, options_.backoff_min * (1 << std::min(attempt, 20)));
}

void Consumer::Loop() {
  int failures = 0;
  while (!stopping()) {
    absl::Status status = LoadPosition();
    heard_ = false;
    if (status.ok()) {
      status = source_->Watch(position_, options_.types, [this](const WatchResponse& response) {
        return OnResponse(response);
      });
    }
    if (stopping()) return;
    failures = heard_ ? 0 : failures + 1;
    // An ended stream is everyday life (its lifetime, a restart); one that cannot go on is not.
    if (!status.ok() && (!IsTransient(status) || failures == 10)) {
      obs::Warning("feed cannot be followed", {{"consumer", options_.name},
                                               {"source", options_.source_name},
                                               {"position", position_},
                                               {"error", status}});
    }
    absl::Duration pause = Backoff(failures);
    if (lost_race_) pause = std::max(pause, options_.standby);
    lost_race_ = false;
    if (!Wait(pause)) return;
  }
}

absl::Status Consumer::LoadPosition() {
  ASSIGN_OR_RETURN(position_, Position());
  if (position_ > 0) return absl::OkStatus();
  return database_.RunInTransaction(absl::Now() + kQueryTimeout, [&](db::Transaction& t) {
    return t.Execute(kMakePosition, {options_.name, options_.source_name}).status();
  });
}

absl::StatusOr<int64_t> Consumer::Position() {
  ASSIGN_OR_RETURN(const db::Rows rows, database_.Read(absl::Now() + kQueryTimeout, kSelectPosition,
                                                       {options_.name, options_.source_name}));
  return rows.empty() ? 0 : rows.front().Int(0);
}

bool Consumer::OnResponse(const WatchResponse& response) {
  heard_ = true;
  std::vector<const Event*> batch;
  const auto flush = [&](int64_t to) {
    if (to <= position_) return true;
    const absl::Status status = ApplyWithRetry(batch, to);
    batch.clear();
    lost_race_ = ReasonOf(status) == kPositionMoved;
    return status.ok();
  };
  for (const Event& event : response.events()) {
    if (event.position() <= position_) continue;
    batch.push_back(&event);
    if (static_cast<int>(batch.size()) < options_.events_per_transaction) continue;
    if (!flush(event.position())) return false;
  }
  return flush(response.position()) && !stopping();
}

absl::Status Consumer::ApplyWithRetry(const std::vector<const Event*>& events, int64_t to) {
  for (int attempt = 0;; ++attempt) {
    const absl::Status status = ApplyBatch(events, to);
    if (status.ok() || ReasonOf(status) == kPositionMoved) return status;
    if (!IsTransient(status)) break;
    if (!Wait(Backoff(attempt))) return status;
  }
  // One of them cannot be applied: find it, without holding up its neighbours.
  for (const Event* event : events) RETURN_IF_ERROR(ApplyOne(*event));
  return to > position_ ? ApplyWithRetry({}, to) : absl::OkStatus();
}

absl::Status Consumer::ApplyOne(const Event& event) {
  int failed = 0;
  absl::Status error;
  for (int attempt = 0;; ++attempt) {
    const bool give_up = failed >= options_.attempts;
    const absl::Status status =
        give_up ? Bury(event, error, failed) : ApplyBatch({&event}, event.position());
    if (status.ok() || ReasonOf(status) == kPositionMoved) return status;
    if (!give_up && !IsTransient(status)) {
      ++failed;
      error = status;
    }
    if (!Wait(Backoff(attempt))) return status;
  }
}

absl::Status Consumer::ApplyBatch(const std::vector<const Event*>& events, int64_t to) {
  RETURN_IF_ERROR(database_.RunInTransaction(absl::Now() + options_.transaction_timeout,
                                             [&](db::Transaction& transaction) -> absl::Status {
                                               // First, so that a replica with the same events
                                               // waits here instead of doing the work as well.
                                               RETURN_IF_ERROR(MovePosition(transaction, to));
                                               for (const Event* event : events)
                                                 RETURN_IF_ERROR(handler_(transaction, *event));
                                               return absl::OkStatus();
                                             }));
  Reached(to);
  return absl::OkStatus();
}

absl::Status Consumer::MovePosition(db::Transaction& transaction, int64_t to) {
  ASSIGN_OR_RETURN(
      const int64_t matched,
      transaction.Execute(kMovePosition, {to, options_.name, options_.source_name, position_}));
  if (matched == 1) return absl::OkStatus();
  return FailedPrecondition(kPositionMoved, options_.name,
                            "another replica has applied these events");
}

void Consumer::Reached(int64_t position) {
  position_ = position;
  if (options_.on_position) options_.on_position(position);
}

absl::Status Consumer::Bury(const Event& event, const absl::Status& error, int attempts) {
  std::string text(error.message());
  const std::string cause = CauseOf(error);
  if (!cause.empty()) text = fmt::format("{}: {}", text, cause);
  text.resize(std::min(text.size(), kMaxErrorText));
  std::string reason = ReasonOf(error);
  reason.resize(std::min(reason.size(), kMaxReason));
  const std::string bytes = event.SerializeAsString();
  RETURN_IF_ERROR(database_.RunInTransaction(
      absl::Now() + options_.transaction_timeout,
      [&](db::Transaction& transaction) -> absl::Status {
        RETURN_IF_ERROR(MovePosition(transaction, event.position()));
        return transaction
            .Execute(kBury, {event.org_id(), options_.name, options_.source_name, event.position(),
                             db::Param::Bytes(bytes), static_cast<int>(error.code()), reason,
                             db::Param::Bytes(text), attempts, clock_.Now()})
            .status();
      }));
  obs::Error("event put aside as a dead letter", {{"consumer", options_.name},
                                                  {"source", options_.source_name},
                                                  {"position", event.position()},
                                                  {"error", error},
                                                  {"cause", cause}});
  Reached(event.position());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<DeadLetter>> Consumer::ListDeadLetters(int64_t after, int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   database_.Read(absl::Now() + kQueryTimeout, kListDead,
                                  {options_.name, options_.source_name, after, limit}));
  std::vector<DeadLetter> letters;
  for (const db::Row row : rows) {
    DeadLetter& letter = letters.emplace_back();
    if (!letter.event.ParseFromString(row.Str(0))) return Internal("a dead letter does not parse");
    letter.error = MakeError(static_cast<absl::StatusCode>(row.Int(1)), row.Text(2), row.Str(3));
    letter.attempts = static_cast<int>(row.Int(4));
    letter.create_time = row.Time(5);
  }
  return letters;
}

absl::Status Consumer::RetryDeadLetter(int64_t position) {
  return database_.RunInTransaction(
      absl::Now() + options_.transaction_timeout,
      [&](db::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(
            const db::Rows rows,
            transaction.Query(kLockDead, {options_.name, options_.source_name, position}));
        if (rows.empty()) return NotFound("dead_letter", fmt::format("{}", position));
        Event event;
        if (!event.ParseFromString(rows.front().Str(0))) {
          return Internal("a dead letter does not parse");
        }
        RETURN_IF_ERROR(handler_(transaction, event));
        return transaction.Execute(kDeleteDead, {options_.name, options_.source_name, position})
            .status();
      });
}

}  // namespace kefu::events
