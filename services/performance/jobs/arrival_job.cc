#include "services/performance/jobs/arrival_job.h"

#include <vector>

#include "common/convert/fields.h"
#include "common/events/outbox.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/performance/convert/facts.h"
#include "services/performance/domain/arrivals.h"
#include "services/performance/recompute/day_loader.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {
namespace {

constexpr int kDaysAtOnce = 100;
constexpr absl::Duration kLongest = absl::Minutes(10);

v1::ArrivalsCounted EventOf(const store::Scope& scope, absl::CivilDay day,
                            const domain::HalfHours& within,
                            const std::vector<DayLoader::Shared>& conversations) {
  v1::ArrivalsCounted event;
  event.set_shop_id(scope.shop_id);
  *event.mutable_day() = kefu::convert::ToProto(day);
  *event.mutable_start_time() = kefu::convert::ToProto(FromMicros(within.begin_us));
  *event.mutable_end_time() = kefu::convert::ToProto(FromMicros(within.end_us));
  domain::ArrivalCounter counter(within);
  for (const DayLoader::Shared& begun : conversations) counter.Add(*begun);
  for (const domain::ArrivalCount& count : counter.Counts()) {
    v1::HalfHourArrivals& row = *event.add_half_hours();
    row.set_channel(convert::ToProto(count.channel));
    *row.mutable_start_time() = kefu::convert::ToProto(FromMicros(count.start_us));
    row.set_arrivals(count.arrivals);
    row.set_answered(count.answered);
    row.set_handle_seconds(count.handle_seconds);
  }
  return event;
}

}  // namespace

absl::StatusOr<bool> ArrivalJob::CountDay(const store::ArrivalDay& noted, absl::Time deadline) {
  return database_.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(const bool taken, store::TakeArrivals(t, noted));
    if (!taken) return false;
    ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, noted.scope));
    if (!settings) return true;
    ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(settings->time_zone));
    // Half hours over midnight are the day's before, and reach into the day after.
    const bool before = domain::BeginsWithin(noted.day, zone);
    const bool after = domain::BeginsWithin(noted.day + 1, zone);
    const absl::CivilDay first = noted.day - (before ? 1 : 0);
    DayLoader loader(noted.scope);
    ASSIGN_OR_RETURN(const auto conversations,
                     loader.LoadConversations(t, first, noted.day + (after ? 1 : 0)));
    for (absl::CivilDay day = first; day <= noted.day; ++day) {
      const v1::ArrivalsCounted event =
          EventOf(noted.scope, day, domain::HalfHoursOf(day, zone), conversations);
      RETURN_IF_ERROR(
          events::Append(t, noted.scope.org_id, noted.scope.shop_id, event, clock_.Now()));
    }
    if (notify_) t.AfterCommit(notify_);
    return true;
  });
}

absl::StatusOr<int> ArrivalJob::RunOnce(absl::Time deadline) {
  ASSIGN_OR_RETURN(const auto noted, database_.RunInTransaction(deadline, [&](auto& t) {
    return store::NotedArrivals(t, clock_.Now() - options_.delay, kDaysAtOnce);
  }));
  int counted = 0;
  absl::Status failed;
  for (const store::ArrivalDay& day : noted) {
    if (repeater_.stopping()) break;
    const absl::StatusOr<bool> done = CountDay(day, deadline);
    failed.Update(done.status());
    if (done.value_or(false)) ++counted;
  }
  RETURN_IF_ERROR(failed);
  return counted;
}

void ArrivalJob::Start() {
  repeater_.Start([this] {
    const auto counted = RunOnce(absl::Now() + kLongest);
    if (!counted.ok())
      obs::Warning("counting arrivals failed; tried again", {{"error", counted.status()}});
    return counted.ok() && *counted == kDaysAtOnce;
  });
}

}  // namespace kefu::performance
