#include "common/events/feed.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

#include "absl/time/clock.h"
#include "common/events/durable.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "google/protobuf/util/time_util.h"

namespace kefu::events {
namespace {

using common::v1::Event;

constexpr db::Sql kEnds{"SELECT trimmed_position, position FROM event_position WHERE org_id = ''"};
constexpr db::Sql kNewestOutbox{"SELECT MAX(outbox_id) FROM outbox"};
constexpr db::Sql kOutboxUpTo{"SELECT 1 FROM outbox WHERE outbox_id <= ? LIMIT 1"};
#define KEFU_EVENT_COLUMNS \
  "SELECT position, org_id, event_key, type, payload, create_us, chain_sha256 FROM event WHERE "
#define KEFU_EVENT_RANGE                                                \
  "position > ? AND position <= ? AND (? = 1 OR type NOT IN"            \
  " ('kefu.common.v1.WriteRecorded', 'kefu.common.v1.WritesRecorded'))" \
  " ORDER BY position LIMIT ?"
#define KEFU_EVENT_TYPES                                                \
  "position > ? AND position <= ? AND (? = 1 OR type NOT IN"            \
  " ('kefu.common.v1.WriteRecorded', 'kefu.common.v1.WritesRecorded'))" \
  " AND FIND_IN_SET(type, ?) > 0 ORDER BY position LIMIT ?"
constexpr db::Sql kReadAll{KEFU_EVENT_COLUMNS KEFU_EVENT_RANGE};
constexpr db::Sql kReadAllTypes{KEFU_EVENT_COLUMNS KEFU_EVENT_TYPES};
constexpr db::Sql kReadOrg{KEFU_EVENT_COLUMNS "org_id = ? AND " KEFU_EVENT_RANGE};
constexpr db::Sql kReadOrgTypes{KEFU_EVENT_COLUMNS "org_id = ? AND " KEFU_EVENT_TYPES};
#undef KEFU_EVENT_COLUMNS
#undef KEFU_EVENT_RANGE
#undef KEFU_EVENT_TYPES

constexpr db::Sql kTrimLimit{
    "SELECT position, create_us FROM event WHERE position > ? AND position <= ?"
    " ORDER BY position LIMIT ?"};
constexpr db::Sql kLockEnds{
    "SELECT trimmed_position, position FROM event_position WHERE org_id = '' FOR UPDATE"};
constexpr db::Sql kTrim{
    "DELETE e FROM event AS e FORCE INDEX (event_by_position)"
    " WHERE e.position > ? AND e.position <= ?"};
constexpr db::Sql kMoveTrimmed{"UPDATE event_position SET trimmed_position = ? WHERE org_id = ''"};

// Positions looked at by one query: a rare type in a long feed is searched in steps, each quick.
constexpr int64_t kWindow = 20'000;
// Payload of one batch, well below gRPC's message limit of 4 MiB (a single event is at most 1 MiB).
constexpr size_t kBatchBytes = 1 << 20;

// A ULID's form (48 bits of milliseconds, 80 bits that here are the event's hash): unique, sorted
// by time, and the same whenever the event is read.
std::string EventId(absl::Time created, std::string_view hash) {
  static constexpr char kDigits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::array<uint8_t, 16> bytes{};
  const uint64_t millis = static_cast<uint64_t>(std::max<int64_t>(0, absl::ToUnixMillis(created)));
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<uint8_t>(millis >> (8 * (5 - i)));
  for (size_t i = 0; i < 10 && i < hash.size(); ++i) bytes[6 + i] = static_cast<uint8_t>(hash[i]);
  std::string id(26, '0');
  for (int digit = 0; digit < 26; ++digit) {
    int value = 0;
    for (int bit = digit * 5 - 2; bit < digit * 5 + 3; ++bit) {  // 130 digits' bits for 128
      value = value * 2 + (bit < 0 ? 0 : (bytes[bit / 8] >> (7 - bit % 8)) & 1);
    }
    id[digit] = kDigits[value];
  }
  return id;
}

Event ToEvent(const db::Row& row) {
  Event event;
  event.set_position(row.Int(0));
  event.set_event_id(EventId(row.Time(5), row.Text(6)));
  event.set_org_id(row.Str(1));
  event.set_key(row.Str(2));
  *event.mutable_create_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(row.Int(5));
  event.mutable_payload()->set_type_url("type.googleapis.com/" + row.Str(3));
  event.mutable_payload()->set_value(row.Str(4));
  return event;
}

absl::Status OutOfRange(std::string_view reason, int64_t after, const FeedEnds& ends) {
  return MakeError(absl::StatusCode::kOutOfRange, reason,
                   fmt::format("position {} is outside of the kept events ({}, {}]", after,
                               ends.trimmed, ends.head),
                   {{"trimmed_position", fmt::format("{}", ends.trimmed)},
                    {"head_position", fmt::format("{}", ends.head)}});
}

}  // namespace

Feed::Feed(db::Database& database, FeedOptions options)
    : database_(database), options_(options), thread_([this] { Loop(); }) {}

Feed::~Feed() {
  Stop();
  thread_.join();
}

absl::StatusOr<FeedEnds> Feed::Ends() {
  const absl::Time deadline = absl::Now() + options_.query_timeout;
  const auto ends_of = [](const db::Rows& rows) {
    if (rows.empty()) return FeedEnds{};  // no sequencer has run yet
    return FeedEnds{.trimmed = rows.front().Int(0), .head = rows.front().Int(1)};
  };
  ASSIGN_OR_RETURN(const db::Rows seen, database_.Read(deadline, kEnds));
  {
    const std::lock_guard lock(mutex_);
    if (head_ >= ends_of(seen).head) return ends_of(seen);
  }
  // A consumer that has applied an event which is then lost is ahead of the feed, and passes over
  // what gets the same position later.
  ASSIGN_OR_RETURN(
      const db::Rows kept,
      database_.RunInTransaction(deadline, [](db::Transaction& t) -> absl::StatusOr<db::Rows> {
        ASSIGN_OR_RETURN(db::Rows rows, t.Query(kEnds));
        RETURN_IF_ERROR(MarkDurable(t));
        return rows;
      }));
  Published(ends_of(kept).head);
  return ends_of(kept);
}

absl::StatusOr<FeedBatch> Feed::Read(int64_t after, int limit, const FeedFilter& filter) {
  ASSIGN_OR_RETURN(const FeedEnds ends, Ends());
  if (after > ends.head) return OutOfRange("POSITION_AHEAD", after, ends);
  if (after > 0 && after < ends.trimmed) return OutOfRange("EVENTS_TRIMMED", after, ends);
  const int64_t from = std::max(after, ends.trimmed);
  const int64_t upto = std::min(ends.head, from + kWindow);
  if (from == upto) return FeedBatch{.events = {}, .position = upto};
  ASSIGN_OR_RETURN(const db::Rows rows, Select(from, upto, limit, filter));
  FeedBatch batch;
  batch.position = rows.size() < static_cast<size_t>(limit) ? upto : rows[rows.size() - 1].Int(0);
  size_t bytes = 0;
  for (const db::Row row : rows) {
    batch.events.push_back(ToEvent(row));
    bytes += row.Text(4).size();
    if (bytes > kBatchBytes && batch.events.size() < rows.size()) {
      batch.position = row.Int(0);
      break;
    }
  }
  return batch;
}

absl::StatusOr<db::Rows> Feed::Select(int64_t from, int64_t upto, int limit,
                                      const FeedFilter& filter) {
  const absl::Time deadline = absl::Now() + options_.query_timeout;
  if (filter.types.empty()) {
    if (filter.org_id.empty()) {
      return database_.Read(deadline, kReadAll, {from, upto, filter.audit, limit});
    }
    return database_.Read(deadline, kReadOrg, {filter.org_id, from, upto, filter.audit, limit});
  }
  // Full names of messages, without commas.
  const std::string types = fmt::format("{}", fmt::join(filter.types, ","));
  if (filter.org_id.empty()) {
    return database_.Read(deadline, kReadAllTypes, {from, upto, filter.audit, types, limit});
  }
  return database_.Read(deadline, kReadOrgTypes,
                        {filter.org_id, from, upto, filter.audit, types, limit});
}

int64_t Feed::WaitBeyond(int64_t after, absl::Duration timeout) {
  std::unique_lock lock(mutex_);
  ++waiters_;
  wanted_.notify_one();
  changed_.wait_for(lock, absl::ToChronoNanoseconds(timeout),
                    [&] { return stopped_ || head_ > after; });
  --waiters_;
  return head_;
}

void Feed::Published(int64_t head) {
  {
    const std::lock_guard lock(mutex_);
    head_ = std::max(head_, head);
  }
  changed_.notify_all();
}

absl::StatusOr<int64_t> Feed::NewestOutboxId() {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   database_.Read(absl::Now() + options_.query_timeout, kNewestOutbox));
  return rows.front().Int(0);  // NULL reads as 0
}

absl::StatusOr<bool> Feed::OutboxDrainedUpTo(int64_t outbox_id) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   database_.Read(absl::Now() + options_.query_timeout, kOutboxUpTo, {outbox_id}));
  return rows.empty();
}

void Feed::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  wanted_.notify_all();
}

bool Feed::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

void Feed::Loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    wanted_.wait(lock, [&] { return stopped_ || waiters_ > 0; });
    if (stopped_) return;
    lock.unlock();
    // A failure here is not reported: the readers' own queries meet it.
    Ends().IgnoreError();  // wakes them
    lock.lock();
    changed_.wait_for(lock, absl::ToChronoNanoseconds(options_.poll), [&] { return stopped_; });
  }
}

absl::StatusOr<int64_t> TrimEvents(db::Database& database, absl::Time before, int limit) {
  return database.RunInTransaction(
      absl::Now() + absl::Minutes(1), [&](db::Transaction& transaction) -> absl::StatusOr<int64_t> {
        ASSIGN_OR_RETURN(const db::Rows ends, transaction.Query(kLockEnds));
        if (ends.empty()) return 0;
        const int64_t trimmed = ends.front().Int(0);
        ASSIGN_OR_RETURN(const db::Rows rows,
                         transaction.Query(kTrimLimit, {trimmed, ends.front().Int(1), limit}));
        int64_t upto = trimmed;
        for (const db::Row row : rows) {
          if (row.Time(1) >= before) break;  // positions only go as far as time is surely past
          upto = row.Int(0);
        }
        if (upto == trimmed) return 0;
        RETURN_IF_ERROR(transaction.Execute(kTrim, {trimmed, upto}));
        RETURN_IF_ERROR(transaction.Execute(kMoveTrimmed, {upto}));
        return upto - trimmed;
      });
}

}  // namespace kefu::events
