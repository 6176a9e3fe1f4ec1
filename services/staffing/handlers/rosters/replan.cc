#include <algorithm>
#include <set>
#include <utility>

#include "absl/time/clock.h"
#include "services/staffing/convert/rosters.h"
#include "services/staffing/handlers/resource.h"
#include "services/staffing/handlers/rosters/books.h"
#include "services/staffing/handlers/rosters/roster_handlers.h"
#include "services/staffing/optimise/planner.h"
#include "services/staffing/store/rosters.h"
#include "services/staffing/store/shifts.h"

namespace kefu::staffing {
namespace {

constexpr int kDefaultChanges = 5, kMostChanges = 200, kMostAbsences = 20;
constexpr absl::Duration kLongest = absl::Seconds(5);

// How many shifts may change.
absl::StatusOr<int> Check(const v1::ReplanRosterRequest& request) {
  FieldViolations violations;
  convert::Id(request.roster_id(), "roster_id", violations);
  violations.Check(request.absences_size() >= 1 && request.absences_size() <= kMostAbsences,
                   "absences", fmt::format("must be 1 to {}", kMostAbsences));
  for (int i = 0; i < request.absences_size(); ++i) {
    const v1::RosterAbsence& absence = request.absences(i);
    const std::string path = fmt::format("absences[{}]", i);
    convert::Id(absence.agent_id(), path + ".agent_id", violations);
    if (violations.Check(absence.has_dates(), path + ".dates", "must be set")) {
      convert::OptionalDays(true, absence.dates(), path + ".dates", violations);
    }
  }
  const int changes = convert::Number(request.max_changed_shifts(), 0, kMostChanges,
                                      "max_changed_shifts", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return changes > 0 ? changes : kDefaultChanges;
}

// The order with the absences as leave. Fixed shifts that the absences take are fixed no more.
absl::StatusOr<v1::RosterOrder> WithAbsences(v1::RosterOrder order,
                                             const v1::ReplanRosterRequest& request) {
  for (const v1::RosterAbsence& absence : request.absences()) {
    const auto agent =
        std::ranges::find(*order.mutable_agents(), absence.agent_id(), &v1::RosterAgent::agent_id);
    if (agent == order.mutable_agents()->end()) return error::AgentNotFound(absence.agent_id());
    *agent->add_leave() = absence.dates();
    // A night that ends in the absence is taken too.
    const absl::CivilDay first = kefu::convert::FromProto(absence.dates().start_date()) - 1;
    const absl::CivilDay last = kefu::convert::FromProto(absence.dates().end_date());
    auto* fixed = order.mutable_fixed_shifts();
    const absl::CivilDay start = kefu::convert::FromProto(order.first_date());
    fixed->erase(std::remove_if(fixed->begin(), fixed->end(),
                                [&](const v1::RosterFixedShift& shift) {
                                  const absl::CivilDay day = kefu::convert::FromProto(shift.date());
                                  return shift.agent_id() == absence.agent_id() && day >= start &&
                                         day >= first && day <= last;
                                }),
                 fixed->end());
  }
  return order;
}

// What was fixed and has been swapped since stays where it went.
void DropSwapped(const std::vector<roster::ListedShift>& listed, v1::RosterOrder& order) {
  std::set<std::pair<std::string, absl::CivilDay>> worked;
  for (const roster::ListedShift& shift : listed) worked.emplace(shift.agent_id, shift.day);
  const absl::CivilDay start = kefu::convert::FromProto(order.first_date());
  auto* fixed = order.mutable_fixed_shifts();
  const auto gone = [&](const v1::RosterFixedShift& shift) {
    const absl::CivilDay day = kefu::convert::FromProto(shift.date());
    return day >= start && !worked.contains({shift.agent_id(), day});
  };
  fixed->erase(std::remove_if(fixed->begin(), fixed->end(), gone), fixed->end());
}

absl::StatusOr<std::vector<roster::ListedShift>> AllShifts(store::Reader reader,
                                                           const RequestContext& ctx,
                                                           std::string_view roster_id) {
  return store::ListShifts(
      reader, ctx.org_id(), roster_id,
      {.limit = roster::kMaxAgents * roster::kMaxWeeks * roster::kDaysPerWeek});
}

bool IsPlanned(const roster::Record& roster) {
  return roster.state == roster::State::kReady || roster.state == roster::State::kPublished;
}

// What the absences are planned around: the roster, its order with them, its shifts.
struct Ground {
  roster::Record before;
  v1::RosterOrder order;
  roster::Problem problem;
  std::vector<roster::Shift> shifts;
};

absl::StatusOr<Ground> Load(store::Reader reader, const RequestContext& ctx,
                            const v1::ReplanRosterRequest& request) {
  Ground ground;
  ASSIGN_OR_RETURN(ground.before, store::FindRoster(reader, ctx.org_id(), request.roster_id()));
  if (!ground.order.ParseFromString(ground.before.order_body)) {
    return Internal("a stored order does not parse");
  }
  ASSIGN_OR_RETURN(const auto listed, AllShifts(reader, ctx, ground.before.id));
  DropSwapped(listed, ground.order);
  RETURN_IF_ERROR(BarOnLeave(reader, ctx.org_id(), listed, ground.order));
  ASSIGN_OR_RETURN(ground.order, WithAbsences(std::move(ground.order), request));
  FieldViolations violations;
  ground.problem = convert::ProblemFromProto(ground.order, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ground.shifts = convert::ShiftsOf(ground.problem, listed);
  for (const roster::Shift& fixed : ground.problem.fixed) {
    if (fixed.day < 0) ground.shifts.push_back(fixed);
  }
  return ground;
}

v1::RosterOutcome OutcomeOf(const roster::Problem& problem, const optimise::Replan& replan) {
  v1::RosterOutcome outcome = convert::OutcomeToProto(problem, replan.after, replan.shifts);
  for (const optimise::Change& change : replan.changes) {
    v1::RosterChange* out = outcome.add_changes();
    out->set_agent_id(problem.agents[change.agent].id);
    *out->mutable_date() = convert::ToProto(problem.first_day + change.day);
    if (change.before >= 0) out->set_before_shift_template_id(problem.templates[change.before].id);
    if (change.after >= 0) out->set_after_shift_template_id(problem.templates[change.after].id);
  }
  return outcome;
}

roster::Record RecordOf(const Ground& ground, const optimise::Replan& replan, std::string id,
                        absl::Time now) {
  roster::Record record = ground.before;
  record.id = std::move(id);
  record.state = roster::State::kReady;
  record.cost_minor = replan.after.cost.total();
  record.bound_minor = 0;
  record.elapsed_ms = absl::ToInt64Milliseconds(replan.elapsed);
  record.replans_id = ground.before.id;
  record.order_body = ground.order.SerializeAsString();
  record.outcome_body = OutcomeOf(ground.problem, replan).SerializeAsString();
  record.info = {1, now, now};
  return record;
}

}  // namespace

absl::StatusOr<v1::Roster> RosterHandlers::ReplanRoster(
    const RequestContext& ctx, const v1::ReplanRosterRequest& request) const {
  RETURN_IF_ERROR(RequireRosters(ctx));
  ASSIGN_OR_RETURN(const int most_changes, Check(request));
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const Ground ground, Load(reader, ctx, request));
  // Computed before the transaction, which must not wait for it; a repeated request computes in
  // vain and is answered what the first one was.
  const absl::Duration time = std::min(kLongest, (ctx.deadline - absl::Now()) * 0.8);
  optimise::Replan replan;
  if (IsPlanned(ground.before)) {
    replan = optimise::ReplanRoster(ground.problem, ground.shifts, most_changes, time);
  }
  return events::RunWrite<v1::Roster>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Roster> {
        ASSIGN_OR_RETURN(const roster::Record locked,
                         store::LockRoster(t, ctx.org_id(), ground.before.id));
        if (!IsPlanned(locked)) {
          return error::RosterNotPlanned(locked.id, NameOf(locked.state), "READY or PUBLISHED");
        }
        if (locked.info.version != ground.before.info.version) {
          return error::EtagMismatch("roster", ground.before.id);
        }
        const roster::Record record = RecordOf(ground, replan, deps_.ids.Next(), ctx.now);
        RETURN_IF_ERROR(store::InsertRoster(t, ctx.org_id(), record));
        // The lock and the version above say that no swap came since.
        ASSIGN_OR_RETURN(const int64_t swaps, store::CountSwaps(t, ctx.org_id(), ground.before.id));
        RETURN_IF_ERROR(store::SetKnownSwaps(t, ctx.org_id(), record.id, swaps));
        RETURN_IF_ERROR(store::InsertShifts(t, ctx.org_id(), record.id,
                                            convert::ListedShifts(ground.problem, replan.shifts)));
        RETURN_IF_ERROR(PublishRosterChanged(deps_, t, ctx.org_id(), record, ctx.now));
        v1::Roster proto = convert::ToProto(record);
        *proto.mutable_outcome() = OutcomeOf(ground.problem, replan);
        return proto;
      });
}

}  // namespace kefu::staffing
