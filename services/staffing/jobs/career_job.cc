#include "services/staffing/jobs/career_job.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/obs/log.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/staffing/domain/schedule.h"
#include "services/staffing/handlers/careers/evaluation.h"
#include "services/staffing/handlers/careers/support.h"

namespace kefu::staffing {
namespace {

constexpr std::string_view kLease = "staffing/careers";
constexpr absl::Duration kQuery = absl::Seconds(30);
constexpr int kAgentsAtOnce = 200;
constexpr int kMaxNamed = 1000;  // of each kind, in one event

// Acts for an organization.
RequestContext ContextFor(const std::string& org_id, absl::Time now) {
  RequestContext ctx;
  ctx.now = now;
  ctx.deadline = absl::Now() + kQuery;
  ctx.principal.subject = "staffing/careers";
  ctx.principal.org_id = org_id;
  ctx.principal.roles = {auth::Role::kOwner};
  ctx.method = "staffing/careers";
  return ctx;
}

// As far as the event has room.
void Name(const std::vector<std::string>& agent_ids,
          google::protobuf::RepeatedPtrField<std::string>& named) {
  for (const std::string& agent_id : agent_ids) {
    if (named.size() < kMaxNamed) *named.Add() = agent_id;
  }
}

}  // namespace

CareerJob::CareerJob(Dependencies deps, const Clock& clock, CareerJobOptions options)
    : deps_(std::move(deps)),
      clock_(clock),
      options_(std::move(options)),
      lease_(deps_.database, clock, kLease, options_.owner, options_.lease) {}

void CareerJob::Start() {
  repeater_.Start([this] {
    const absl::StatusOr<int> done = RunOnce();
    if (!done.ok()) obs::Warning("the daily look at careers failed", {{"error", done.status()}});
    return false;
  });
}

absl::StatusOr<int> CareerJob::RunOnce() {
  ASSIGN_OR_RETURN(const bool ours, lease_.TryAcquire());
  if (!ours) return 0;
  ASSIGN_OR_RETURN(const auto organizations,
                   store::ZonesByOrganization({deps_.database, absl::Now() + kQuery}));
  int done = 0;
  for (const auto& [org_id, zone] : organizations) {
    if (repeater_.stopping() || !lease_.Renew().ok()) return done;
    const absl::StatusOr<bool> ran = RunOrganization(org_id, zone);
    if (absl::IsUnavailable(ran.status())) return ran.status();
    if (!ran.ok()) {
      obs::Warning("an organization's careers could not be looked at; tried again",
                   {{"org", org_id}, {"error", ran.status()}});
      continue;
    }
    done += *ran ? 1 : 0;
  }
  return done;
}

absl::StatusOr<bool> CareerJob::RunOrganization(const std::string& org_id,
                                                const std::string& zone_name) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(zone_name));
  const absl::CivilDay today = absl::ToCivilDay(clock_.Now(), zone);
  ASSIGN_OR_RETURN(const auto last,
                   store::LastLook({deps_.database, absl::Now() + kQuery}, org_id));
  if (last && *last >= today) return false;
  RETURN_IF_ERROR(RefreshStates(org_id, today));
  RETURN_IF_ERROR(EvaluateEverybody(org_id, today));
  return true;
}

absl::Status CareerJob::RefreshStates(const std::string& org_id, absl::CivilDay today) {
  ASSIGN_OR_RETURN(const auto stale, store::AgentsOfStaleState(
                                         {deps_.database, absl::Now() + kQuery}, org_id, today));
  for (const std::string& agent_id : stale) {
    const RequestContext ctx = ContextFor(org_id, clock_.Now());
    RETURN_IF_ERROR(
        deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) -> absl::Status {
          ASSIGN_OR_RETURN(auto agent, store::Lock<domain::Agent>(t, org_id, agent_id));
          ASSIGN_OR_RETURN(const auto leaves, store::Leaves(t, org_id, agent_id));
          agent.state = domain::StateOn(agent.employed, leaves, today);
          return TouchAgent(deps_, t, ctx, std::move(agent)).status();
        }));
  }
  return absl::OkStatus();
}

absl::Status CareerJob::EvaluateEverybody(const std::string& org_id, absl::CivilDay today) {
  v1::PromotionsEvaluated event;
  *event.mutable_day() = kefu::convert::ToProto(today);
  std::string after;
  do {
    std::string next;
    std::vector<store::EvaluationRow> rows;
    std::vector<std::string> fresh, due;
    RETURN_IF_ERROR(deps_.database.RunInTransaction(
        absl::Now() + kQuery, [&](db::Transaction& t) -> absl::Status {
          rows.clear();
          fresh.clear();
          due.clear();
          ASSIGN_OR_RETURN(const Looked looked,
                           Look(t, org_id, "", "", today, {after, kAgentsAtOnce}));
          next = looked.next;
          std::vector<std::string> eligible;
          for (const domain::careers::Evaluation& evaluation : looked.evaluations) {
            rows.push_back({evaluation.agent_id, today, evaluation.eligible(),
                            convert::ToProto(evaluation).SerializeAsString()});
            if (evaluation.eligible()) eligible.push_back(evaluation.agent_id);
            if (evaluation.probation && evaluation.probation->due) {
              due.push_back(evaluation.agent_id);
            }
          }
          ASSIGN_OR_RETURN(const auto before, store::EligibleAmong(t, org_id, eligible));
          const std::set<std::string> known(before.begin(), before.end());
          for (const std::string& agent_id : eligible) {
            if (!known.contains(agent_id)) fresh.push_back(agent_id);
          }
          return store::SaveEvaluations(t, org_id, rows);
        }));
    event.set_agents(event.agents() + static_cast<int32_t>(rows.size()));
    event.set_eligible(event.eligible() +
                       static_cast<int32_t>(std::ranges::count_if(
                           rows, [](const store::EvaluationRow& row) { return row.eligible; })));
    Name(fresh, *event.mutable_newly_eligible_agent_ids());
    Name(due, *event.mutable_probation_due_agent_ids());
    after = next;
  } while (!after.empty() && !repeater_.stopping());
  if (repeater_.stopping()) return absl::OkStatus();
  const RequestContext ctx = ContextFor(org_id, clock_.Now());
  return deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) -> absl::Status {
    RETURN_IF_ERROR(lease_.CheckHeld(t));
    RETURN_IF_ERROR(store::SaveLook(t, org_id, today));
    return Publish(deps_, t, ctx, org_id, event);
  });
}

}  // namespace kefu::staffing
