#include "common/events/sequencer.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "absl/time/clock.h"
#include "common/events/chain.h"
#include "common/obs/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::events {
namespace {

constexpr db::Sql kOldest{"SELECT create_us FROM outbox ORDER BY outbox_id LIMIT 1"};
constexpr db::Sql kLockPosition{
    "SELECT position, chain_sha256 FROM event_position WHERE org_id = '' FOR UPDATE"};
constexpr db::Sql kMakePosition{
    "INSERT INTO event_position (org_id, position, trimmed_position, chain_sha256)"
    " VALUES ('', 0, 0, ?) ON DUPLICATE KEY UPDATE position = position"};
// A snapshot read: it sees what is committed and waits for nobody. (A locking read could pass a row
// that commits behind its back and then see its causal successor.)
constexpr db::Sql kSelectOutbox{
    "SELECT outbox_id, org_id, event_key, type, payload, create_us FROM outbox"
    " ORDER BY outbox_id LIMIT ?"};
constexpr std::string_view kInsertEvent =
    "INSERT INTO event (org_id, position, event_key, type, payload, create_us, chain_sha256)";
constexpr size_t kEventColumns = 7;
// By unique key and never by a scan: a scan would wait for the locks of transactions that are still
// open.
constexpr db::Sql kDeleteOutbox{
    "DELETE o FROM outbox AS o FORCE INDEX (outbox_by_id) WHERE o.outbox_id IN (?*)"};
constexpr db::Sql kMove{
    "UPDATE event_position SET position = ?, chain_sha256 = ? WHERE org_id = ''"};

constexpr std::string_view kLeaseName = "sequencer";
constexpr absl::Duration kPassTimeout = absl::Seconds(30);
// After a failure (the database is away) the next try waits this long.
constexpr absl::Duration kErrorPause = absl::Milliseconds(500);
// A pass beyond this would exceed the list limit of the DELETE.
constexpr int kMaxRowsPerPass = 1000;

struct Head {
  int64_t position;
  std::string hash;
};

absl::StatusOr<Head> LockHead(db::Transaction& transaction) {
  ASSIGN_OR_RETURN(db::Rows rows, transaction.Query(kLockPosition));
  if (rows.empty()) {
    RETURN_IF_ERROR(transaction.Execute(kMakePosition, {db::Param::Bytes(ChainStart())}));
    ASSIGN_OR_RETURN(rows, transaction.Query(kLockPosition));
    if (rows.empty()) return Internal("the position row was not made");
  }
  return Head{rows.front().Int(0), rows.front().Str(1)};
}

}  // namespace

Sequencer::Sequencer(db::Database& database, const Clock& clock, std::string_view owner,
                     SequencerOptions options)
    : database_(database),
      clock_(clock),
      options_(std::move(options)),
      lease_(database, clock, kLeaseName, owner, options_.lease_ttl) {}

Sequencer::~Sequencer() { Stop(); }

void Sequencer::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Sequencer::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(pass_mutex_);
  if (!may_hold_lease_) return;
  may_hold_lease_ = false;
  const absl::Status released = lease_.Release();
  if (!released.ok()) obs::Info("sequencer lease not released, it expires", {{"error", released}});
}

void Sequencer::Notify() {
  {
    const std::lock_guard lock(mutex_);
    notified_ = true;
  }
  wake_.notify_one();
}

// False: the sequencer stops.
bool Sequencer::Rest(absl::Duration time) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, absl::ToChronoNanoseconds(time), [&] { return stopping_; });
  return !stopping_;
}

void Sequencer::Loop() {
  bool failing = false;
  absl::Duration pause = absl::ZeroDuration();
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, absl::ToChronoNanoseconds(pause),
                     [&] { return stopping_ || (notified_ && !failing); });
      if (stopping_) return;
      notified_ = false;
    }
    const absl::Time begun = absl::Now();
    const absl::StatusOr<int> published = RunPass();
    if (!published.ok() && !failing) {
      obs::Warning("events wait for positions", {{"error", published.status()}});
    } else if (published.ok() && failing) {
      obs::Info("events get positions again");
    }
    failing = !published.ok();
    const bool some = published.ok() && *published > 0;
    // A full pass left rows behind: those have waited long enough.
    const bool more = some && *published >= options_.rows_per_pass;
    if (some && !more && !Rest(options_.spacing - (absl::Now() - begun))) return;
    pause = failing ? kErrorPause : some ? absl::ZeroDuration() : options_.poll;
  }
}

absl::StatusOr<int> Sequencer::RunPass() {
  const std::lock_guard lock(pass_mutex_);
  const absl::Time deadline = absl::Now() + kPassTimeout;
  // Most looks find nothing: they cost one read and no transaction.
  ASSIGN_OR_RETURN(const db::Rows oldest, database_.Read(deadline, kOldest));
  if (options_.on_lag) {
    options_.on_lag(oldest.empty()
                        ? absl::ZeroDuration()
                        : std::max(absl::ZeroDuration(), clock_.Now() - oldest.front().Time(0)));
  }
  if (oldest.empty()) return 0;
  int64_t position = 0;
  ASSIGN_OR_RETURN(const int published,
                   database_.RunInTransaction(deadline, [&](db::Transaction& transaction) {
                     return PassIn(transaction, &position);
                   }));
  if (published > 0 && options_.on_published) options_.on_published(position);
  return published;
}

absl::StatusOr<int> Sequencer::PassIn(db::Transaction& transaction, int64_t* position) {
  ASSIGN_OR_RETURN(const bool ours, lease_.TryAcquireIn(transaction));
  if (!ours) return 0;
  may_hold_lease_ = true;
  // This lock, and not the lease, makes positions dense and single.
  ASSIGN_OR_RETURN(Head head, LockHead(transaction));
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      transaction.Query(kSelectOutbox, {std::clamp(options_.rows_per_pass, 1, kMaxRowsPerPass)}));
  if (rows.empty()) return 0;
  std::vector<std::string> hashes;
  hashes.reserve(rows.size());  // the parameters below refer into it
  std::vector<db::Param> flat;
  flat.reserve(rows.size() * kEventColumns);
  std::vector<db::Param> ids;
  ids.reserve(rows.size());
  for (const db::Row row : rows) {
    ++head.position;
    head.hash = ChainHash(
        head.hash, {head.position, row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Int(5)});
    hashes.push_back(head.hash);
    flat.insert(flat.end(),
                {row.Text(1), head.position, row.Text(2), row.Text(3),
                 db::Param::Bytes(row.Text(4)), row.Int(5), db::Param::Bytes(hashes.back())});
    ids.push_back(row.Int(0));
  }
  RETURN_IF_ERROR(transaction.InsertMany(kInsertEvent, kEventColumns, flat));
  ASSIGN_OR_RETURN(const int64_t deleted, transaction.ExecuteIn(kDeleteOutbox, {}, ids));
  if (deleted != static_cast<int64_t>(rows.size())) {
    return Internal("outbox rows vanished under the position lock");
  }
  RETURN_IF_ERROR(transaction.Execute(kMove, {head.position, db::Param::Bytes(head.hash)}));
  *position = head.position;
  return static_cast<int>(rows.size());
}

}  // namespace kefu::events
