#include "services/aftersales/clocks/clock_job.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/aftersales/clocks/publish.h"
#include "services/aftersales/domain/clocks.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales {
namespace {

constexpr std::string_view kMetric = "kefu_aftersales_deadline_events_total";
constexpr std::string_view kMetricHelp = "Warnings and breaches of SLA clocks found by the job";
// Far longer than a batch takes; a database that hangs does not stop the job for good.
constexpr absl::Duration kRunLimit = absl::Minutes(1);

bool IsBreach(const domain::Firing& firing) {
  return firing.kind == domain::Firing::Kind::kBreached;
}

// A breach is part of the case's history; a warning changes nothing that a reader of it sees.
absl::Status Save(db::Transaction& t, domain::Case& record,
                  const std::vector<domain::Firing>& firings, absl::Time now, IdGenerator& ids) {
  if (std::ranges::any_of(firings, IsBreach)) {
    ++record.version;
    record.update_time = now;
    std::string note;
    for (const domain::Firing& firing : firings) {
      if (!IsBreach(firing)) continue;
      note += note.empty() ? "" : ", ";
      note += NameOf(firing.clock);
    }
    RETURN_IF_ERROR(
        store::InsertActivity(t, record.org_id,
                              {ids.Next(), record.case_id, record.version, "DeadlineBreached",
                               record.state, record.state, note, "kefu-aftersales", now}));
  }
  RETURN_IF_ERROR(store::UpdateCase(t, record));
  return PublishFirings(t, record, firings, now);
}

}  // namespace

ClockJob::ClockJob(db::Database& database, const Clock& clock, IdGenerator& ids,
                   std::function<void()> notify, obs::Metrics* metrics, ClockJobOptions options)
    : database_(database),
      clock_(clock),
      ids_(ids),
      notify_(std::move(notify)),
      options_(options),
      near_(obs::CounterOf(metrics, kMetric, kMetricHelp, {{"event", "near"}})),
      breached_(obs::CounterOf(metrics, kMetric, kMetricHelp, {{"event", "breached"}})) {}

absl::StatusOr<ClockJob::Batch> ClockJob::RunBatch(absl::Time deadline) {
  const absl::Time now = FromMicros(ToMicros(clock_.Now()));
  return database_.RunInTransaction(deadline, [&](db::Transaction& t) -> absl::StatusOr<Batch> {
    ASSIGN_OR_RETURN(std::vector<domain::Case> cases, store::ClaimDueCases(t, now, options_.batch));
    Batch batch{.cases = static_cast<int>(cases.size())};
    for (domain::Case& record : cases) {
      const std::vector<domain::Firing> firings = domain::Tick(record, now);
      RETURN_IF_ERROR(Save(t, record, firings, now, ids_));
      const auto breaches = std::ranges::count_if(firings, IsBreach);
      batch.breached += static_cast<int>(breaches);
      batch.near += static_cast<int>(firings.size() - breaches);
    }
    if (batch.near + batch.breached > 0) t.AfterCommit(notify_);
    return batch;
  });
}

absl::StatusOr<int> ClockJob::RunOnce(absl::Time deadline) {
  int fired = 0;
  while (!repeater_.stopping()) {
    ASSIGN_OR_RETURN(const Batch batch, RunBatch(deadline));
    near_.Add(batch.near);
    breached_.Add(batch.breached);
    fired += batch.near + batch.breached;
    if (batch.cases < options_.batch) break;
  }
  return fired;
}

void ClockJob::Start() {
  repeater_.Start([this] {
    const absl::Status status = RunOnce(absl::Now() + kRunLimit).status();
    if (!status.ok()) {
      obs::Log(obs::Level::kWarning, "firing SLA clocks failed; tried again", {{"status", status}});
    }
    return false;
  });
}

}  // namespace kefu::aftersales
