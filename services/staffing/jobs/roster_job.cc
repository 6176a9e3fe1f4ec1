#include "services/staffing/jobs/roster_job.h"

#include <utility>

#include "absl/time/clock.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "services/staffing/convert/rosters.h"
#include "services/staffing/handlers/rosters/roster_handlers.h"

namespace kefu::staffing {
namespace {

constexpr int kMostAttempts = 3;
constexpr absl::Duration kQuery = absl::Seconds(20);
constexpr int kDefaultSeconds = 45;

}  // namespace

RosterJob::RosterJob(Dependencies deps, const Clock& clock, RosterJobOptions options)
    : deps_(std::move(deps)), clock_(clock), options_(std::move(options)) {}

void RosterJob::Start() {
  repeater_.Start([this] {
    const absl::StatusOr<bool> planned = RunOnce();
    if (!planned.ok()) {
      obs::Warning("planning a roster failed; tried again", {{"error", planned.status()}});
    }
    return planned.ok() && *planned;
  });
}

absl::StatusOr<bool> RosterJob::RunOnce() {
  const absl::Time now = clock_.Now();
  ASSIGN_OR_RETURN(std::optional<store::Claimed> claimed,
                   deps_.database.RunInTransaction(absl::Now() + kQuery, [&](db::Transaction& t) {
                     return store::ClaimRoster(t, options_.owner, now, now + options_.lease);
                   }));
  if (!claimed) return false;
  RETURN_IF_ERROR(PlanClaimed(*claimed));
  return true;
}

absl::Status RosterJob::PlanClaimed(store::Claimed& claimed) {
  roster::Record& record = claimed.record;
  v1::RosterOrder order;
  FieldViolations violations;
  roster::Problem problem;
  if (record.attempts <= kMostAttempts && order.ParseFromString(record.order_body)) {
    problem = convert::ProblemFromProto(order, violations);
  } else {
    violations.Add("order", "planning it was broken off three times");
  }
  if (!violations.empty()) {
    record.state = roster::State::kFailed;
    record.failure = std::string(violations.ToStatus().message()).substr(0, 500);
    return Finish(claimed, {});
  }
  absl::Duration told = -absl::InfiniteDuration();
  optimise::PlanOptions options{
      .time = absl::Seconds(order.time_limit_seconds() > 0 ? order.time_limit_seconds()
                                                           : kDefaultSeconds),
      .seed = static_cast<uint64_t>(order.seed()),
      .on_progress = [&](const optimise::Progress& progress) {
        if (repeater_.stopping()) return false;
        if (progress.elapsed - told < options_.report) return true;
        told = progress.elapsed;
        return Report(claimed, progress);
      }};
  if (order.max_day_programmes() > 0) options.days = order.max_day_programmes();
  const optimise::Plan plan = optimise::PlanRoster(problem, options);
  if (plan.stopped) {
    // Given back, unless it is another's by now; this attempt was no failure of the roster's.
    record.state = roster::State::kQueued;
    --record.attempts;
    return Finish(claimed, {});
  }
  record.state = roster::State::kReady;
  record.cost_minor = plan.outcome.cost.total();
  record.bound_minor = plan.bound_minor;
  record.elapsed_ms = absl::ToInt64Milliseconds(plan.elapsed);
  record.outcome_body =
      convert::OutcomeToProto(problem, plan.outcome, plan.shifts).SerializeAsString();
  return Finish(claimed, convert::ListedShifts(problem, plan.shifts));
}

bool RosterJob::Report(store::Claimed& claimed, const optimise::Progress& progress) {
  claimed.record.cost_minor = progress.cost_minor;
  claimed.record.bound_minor = progress.bound_minor;
  claimed.record.elapsed_ms = absl::ToInt64Milliseconds(progress.elapsed);
  const absl::StatusOr<bool> ours =
      deps_.database.RunInTransaction(absl::Now() + kQuery, [&](db::Transaction& t) {
        return store::RenewRoster(t, claimed, options_.owner, clock_.Now() + options_.lease);
      });
  // The database may be back before the lease runs out; what counts is Finish.
  return !ours.ok() || *ours;
}

absl::Status RosterJob::Finish(const store::Claimed& claimed,
                               const std::vector<roster::ListedShift>& shifts) {
  return deps_.database
      .RunInTransaction(
          absl::Now() + kQuery,
          [&](db::Transaction& t) -> absl::StatusOr<bool> {
            ASSIGN_OR_RETURN(const bool ours, store::OwnsRoster(t, claimed, options_.owner));
            if (!ours) return false;
            roster::Record record = claimed.record;
            record.info = {record.info.version + 1, record.info.create_time, clock_.Now()};
            RETURN_IF_ERROR(store::UpdateRoster(t, claimed.org_id, record));
            RETURN_IF_ERROR(store::InsertShifts(t, claimed.org_id, record.id, shifts));
            RETURN_IF_ERROR(
                PublishRosterChanged(deps_, t, claimed.org_id, record, record.info.update_time));
            return true;
          })
      .status();
}

}  // namespace kefu::staffing
