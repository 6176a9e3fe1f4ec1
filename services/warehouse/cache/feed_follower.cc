#include "services/warehouse/cache/feed_follower.h"

#include <cstdint>

#include "absl/status/status.h"
#include "common/status/status_macros.h"
#include "kefu/warehouse/v1/events.pb.h"

namespace kefu::warehouse {
namespace {

constexpr int kBatch = 1000;  // events a read; about 100 bytes each
// Between two looks when nothing happens; well below the age at which the cache is passed by.
constexpr absl::Duration kWait = absl::Seconds(1);

}  // namespace

FeedFollower::~FeedFollower() { Stop(); }

void FeedFollower::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void FeedFollower::Stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<int> FeedFollower::RunOnce() {
  if (!started_) {
    // What was committed before is read from the tables when somebody asks for it.
    ASSIGN_OR_RETURN(const events::FeedEnds ends, feed_.Ends());
    position_ = ends.head;
    cache_.Restart(position_);
    started_ = true;
  }
  const events::FeedFilter filter{
      .org_id = "", .types = {v1::StockChanged::descriptor()->full_name()}, .audit = false};
  auto batch = feed_.Read(position_, kBatch, filter);
  if (!batch.ok()) {
    // Positions that the feed does not know: it was trimmed beyond us, or the data was restored.
    if (absl::IsOutOfRange(batch.status())) started_ = false;
    return batch.status();
  }
  for (const auto& event : batch->events) {
    v1::StockChanged change;
    if (!event.payload().UnpackTo(&change)) continue;
    for (const v1::StockState& stock : change.stocks()) {
      cache_.Apply(event.org_id(), stock.owner_id(), stock.sku_id(),
                   {stock.node_id(), stock.on_hand(), stock.reserved(), stock.in_transit(),
                    stock.version()});
    }
  }
  position_ = batch->position;
  cache_.Advance(position_);
  return static_cast<int>(batch->events.size());
}

void FeedFollower::Loop() {
  while (!stopping_ && !feed_.stopped()) {
    const auto applied = RunOnce();
    // After a failure the wait is the pause: the head does not move while the database is away.
    if (applied.ok() && *applied == kBatch) continue;
    feed_.WaitBeyond(applied.ok() ? position_ : INT64_MAX, kWait);
  }
}

}  // namespace kefu::warehouse
