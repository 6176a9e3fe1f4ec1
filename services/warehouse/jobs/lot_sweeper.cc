#include "services/warehouse/jobs/lot_sweeper.h"

#include <vector>

#include "absl/time/clock.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/warehouse/handlers/outbound/quarantine.h"
#include "services/warehouse/store/recalls.h"

namespace kefu::warehouse {
namespace {

constexpr std::string_view kActor = "kefu-warehouse/lots";

}  // namespace

LotSweeper::LotSweeper(const Dependencies& deps, const Clock& clock, LotSweeperOptions options)
    : deps_(deps), clock_(clock), options_(options) {}

void LotSweeper::Start() {
  repeater_.Start([this] {
    const auto moved = RunOnce();
    if (!moved.ok()) {
      obs::Warning("taking lots out of sale failed; tried again", {{"error", moved.status()}});
    }
    return false;
  });
}

absl::StatusOr<int64_t> LotSweeper::RunOnce() {
  const absl::Time now = FromMicros(ToMicros(clock_.Now()));
  const auto deadline = [this] { return absl::Now() + options_.query_timeout; };
  // No zone is more than a day ahead of UTC; each node's own day decides.
  const absl::CivilDay day = DayOf(now, absl::UTCTimeZone()) + 1;
  int64_t moved = 0;
  absl::Status failed;
  store::BlockedLot after;
  while (!repeater_.stopping()) {
    ASSIGN_OR_RETURN(
        const std::vector<store::BlockedLot> lots,
        store::BlockedLots(db::Reader(deps_.database, deadline()), day, after, options_.look));
    for (const store::BlockedLot& lot : lots) {
      if (repeater_.stopping()) break;
      const auto pieces = deps_.database.RunInTransaction(
          deadline(), [&](db::Transaction& t) -> absl::StatusOr<int64_t> {
            return SweepLot({deps_, t, lot.org_id, kActor, now}, lot.sku_id, lot.lot);
          });
      if (absl::IsUnavailable(pieces.status()) || absl::IsDeadlineExceeded(pieces.status())) {
        return pieces.status();
      }
      failed.Update(pieces.status());
      if (!pieces.ok()) continue;
      moved += *pieces;
      options_.quarantined.Add(static_cast<double>(*pieces));
    }
    if (lots.size() < static_cast<size_t>(options_.look)) break;
    after = lots.back();
  }
  if (!failed.ok()) return failed;
  return moved;
}

}  // namespace kefu::warehouse
