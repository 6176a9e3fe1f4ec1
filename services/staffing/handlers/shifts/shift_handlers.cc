#include "services/staffing/handlers/shifts/shift_handlers.h"

#include "services/staffing/convert/rosters.h"
#include "services/staffing/convert/shifts.h"
#include "services/staffing/handlers/leave/support.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/handlers/rosters/roster_handlers.h"
#include "services/staffing/store/leave.h"
#include "services/staffing/store/rosters.h"
#include "services/staffing/store/shifts.h"

namespace kefu::staffing {
namespace {

using shifts::Swap;
using shifts::SwapState;

constexpr int kAllShifts = roster::kMaxAgents * roster::kMaxWeeks * roster::kDaysPerWeek;

struct SwapRow {
  using Record = Swap;
  using Proto = v1::ShiftSwap;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& record) { return record.id; }
};

absl::StatusOr<v1::ShiftSwap> Tell(const Dependencies& deps, db::Transaction& t,
                                   const RequestContext& ctx, const Swap& swap) {
  v1::ShiftSwapChanged event;
  *event.mutable_swap() = convert::ToProto(swap);
  RETURN_IF_ERROR(Publish(deps, t, ctx, swap.id, event));
  return event.swap();
}

// A published roster, locked, as it stands: the order's problem and the shifts with their history.
struct Ground {
  roster::Record record;
  roster::Problem problem;
  std::vector<roster::Shift> shifts;
};

absl::StatusOr<Ground> LockGround(db::Transaction& t, const RequestContext& ctx,
                                  const std::string& roster_id) {
  Ground ground;
  ASSIGN_OR_RETURN(ground.record, store::LockRoster(t, ctx.org_id(), roster_id));
  if (ground.record.state != roster::State::kPublished) {
    return error::RosterNotPlanned(roster_id, NameOf(ground.record.state), "PUBLISHED");
  }
  v1::RosterOrder order;
  if (!order.ParseFromString(ground.record.order_body)) {
    return Internal("a stored order does not parse");
  }
  FieldViolations violations;
  ground.problem = convert::ProblemFromProto(order, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const auto listed,
                   store::ListShifts(t, ctx.org_id(), roster_id, {.limit = kAllShifts}));
  ground.shifts = convert::ShiftsOf(ground.problem, listed);
  for (const roster::Shift& fixed : ground.problem.fixed) {
    if (fixed.day < 0) ground.shifts.push_back(fixed);
  }
  return ground;
}

// Leave that was approved since the order. Parts of a day do not bar a shift.
absl::Status AddLeave(db::Transaction& t, const RequestContext& ctx, const Swap& swap,
                      roster::Problem& problem) {
  for (roster::Agent& agent : problem.agents) {
    if (!swap.concerns(agent.id)) continue;
    ASSIGN_OR_RETURN(const auto leaves,
                     store::ListLeaves(t, ctx.org_id(), {"", kAllLeaves},
                                       {.agent_id = agent.id,
                                        .state = NameOf(leave::State::kApproved),
                                        .first = problem.first_day,
                                        .last = problem.first_day + problem.days()}));
    for (const leave::Leave& leave : leaves) {
      if (!leave.whole_days()) continue;
      const absl::CivilDay end = problem.first_day + problem.days();  // a leave may have none
      agent.leave.push_back(
          {static_cast<int>(std::max(leave.first, problem.first_day) - problem.first_day),
           static_cast<int>(std::min(leave.last, end) - problem.first_day)});
    }
  }
  return absl::OkStatus();
}

// An agent works in one published roster on a day. ROSTER_CONFLICT.
absl::Status CheckElsewhere(db::Transaction& t, const RequestContext& ctx, const Swap& swap,
                            std::string_view agent_id, absl::CivilDay day) {
  ASSIGN_OR_RETURN(const auto other,
                   store::RosteredElsewhere(t, ctx.org_id(), swap.roster_id, agent_id, day));
  return other ? error::RosterConflict(swap.roster_id, *other) : absl::OkStatus();
}

// The roster's shifts after the swap, checked.
absl::StatusOr<std::vector<roster::Shift>> ApplyTo(db::Transaction& t, const RequestContext& ctx,
                                                   Ground& ground, const Swap& swap) {
  RETURN_IF_ERROR(CheckElsewhere(t, ctx, swap, swap.other_agent_id, swap.day));
  if (swap.other_day) {
    RETURN_IF_ERROR(CheckElsewhere(t, ctx, swap, swap.agent_id, *swap.other_day));
  }
  RETURN_IF_ERROR(AddLeave(t, ctx, swap, ground.problem));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, ctx.org_id()));
  return shifts::Apply(swap, ground.problem, ground.shifts, absl::ToCivilMinute(ctx.now, zone));
}

// Writes what the swap moves, and tells of the roster.
absl::Status ChangeRoster(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                          const Ground& ground, const Swap& swap,
                          const std::vector<roster::Shift>& after) {
  RETURN_IF_ERROR(
      store::DeleteRosterShift(t, ctx.org_id(), swap.roster_id, swap.agent_id, swap.day));
  if (swap.other_day) {
    RETURN_IF_ERROR(store::DeleteRosterShift(t, ctx.org_id(), swap.roster_id, swap.other_agent_id,
                                             *swap.other_day));
  }
  std::vector<roster::ListedShift> moved = convert::ListedShifts(ground.problem, after);
  std::erase_if(moved, [&](const roster::ListedShift& shift) {
    const bool taken = shift.agent_id == swap.other_agent_id && shift.day == swap.day;
    const bool back =
        swap.other_day && shift.agent_id == swap.agent_id && shift.day == *swap.other_day;
    return !taken && !back;
  });
  RETURN_IF_ERROR(store::InsertShifts(t, ctx.org_id(), swap.roster_id, moved));
  roster::Record record = ground.record;
  record.info = {record.info.version + 1, record.info.create_time, ctx.now};
  RETURN_IF_ERROR(store::UpdateRoster(t, ctx.org_id(), record));
  return PublishRosterChanged(deps, t, ctx.org_id(), record, ctx.now);
}

// Moves a stored swap by `step`, (transaction, swap) -> StatusOr<Swap>. A roster is locked before
// its swaps: the swap's roster never changes, so it is read first.
template <class Request, class F>
absl::StatusOr<v1::ShiftSwap> MoveSwap(const Dependencies& deps, const RequestContext& ctx,
                                       const Request& request, F step) {
  return events::RunWrite<v1::ShiftSwap>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::ShiftSwap> {
        ASSIGN_OR_RETURN(const Swap known, store::FindSwap(t, ctx.org_id(), request.swap_id()));
        RETURN_IF_ERROR(store::LockRoster(t, ctx.org_id(), known.roster_id));
        ASSIGN_OR_RETURN(const Swap swap, store::LockSwap(t, ctx.org_id(), request.swap_id()));
        ASSIGN_OR_RETURN(const Swap moved, step(t, swap));
        RETURN_IF_ERROR(store::UpdateSwap(t, ctx.org_id(), moved));
        return Tell(deps, t, ctx, moved);
      });
}

}  // namespace

absl::StatusOr<v1::ShiftTemplate> ShiftHandlers::SetShiftTemplate(
    const RequestContext& ctx, const v1::SetShiftTemplateRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const shifts::Template shift = convert::FromProto(request.shift_template(), inner);
  RETURN_IF_ERROR(shifts::CheckLength(shift.shape));
  violations.Merge("shift_template", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::ShiftTemplate>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::ShiftTemplate> {
        if (!ctx.principal.shops.empty()) return error::ShopNotAllowed("");
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx));
        RETURN_IF_ERROR(
            store::SaveShiftTemplate(t, ctx.org_id(), shift, ctx.principal.subject, ctx.now));
        v1::ShiftTemplateChanged event;
        *event.mutable_shift_template() = convert::ToProto(shift);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, shift.shape.id, event));
        return event.shift_template();
      });
}

absl::StatusOr<v1::ListShiftTemplatesResponse> ShiftHandlers::ListShiftTemplates(
    const RequestContext& ctx, const v1::ListShiftTemplatesRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(
      const auto templates,
      store::ShiftTemplates(store::Reader(deps_.database, ctx.deadline), ctx.org_id()));
  v1::ListShiftTemplatesResponse response;
  for (const shifts::Template& shift : templates) {
    *response.add_shift_templates() = convert::ToProto(shift);
  }
  return response;
}

absl::StatusOr<v1::ShiftSwap> ShiftHandlers::OfferSwap(const RequestContext& ctx,
                                                       const v1::OfferSwapRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  Swap asked = convert::FromProto(request, violations);
  asked.agent_id = AgentOf(ctx, request.agent_id(), violations);
  violations.Check(asked.other_agent_id.empty() || asked.agent_id != asked.other_agent_id,
                   "other_agent_id", "must be another agent");
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireActing(ctx, asked.agent_id));
  return events::RunWrite<v1::ShiftSwap>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::ShiftSwap> {
        Swap swap = asked;
        RETURN_IF_ERROR(RequireReach(t, ctx, swap.agent_id));
        ASSIGN_OR_RETURN(Ground ground, LockGround(t, ctx, swap.roster_id));
        RETURN_IF_ERROR(ApplyTo(t, ctx, ground, swap));
        swap.id = deps_.ids.Next();
        swap.info = {1, ctx.now, ctx.now};
        RETURN_IF_ERROR(store::InsertSwap(t, ctx.org_id(), swap));
        return Tell(deps_, t, ctx, swap);
      });
}

absl::StatusOr<v1::ShiftSwap> ShiftHandlers::AnswerSwap(
    const RequestContext& ctx, const v1::AnswerSwapRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.swap_id(), "swap_id"));
  return MoveSwap(deps_, ctx, request,
                  [&](db::Transaction& t, const Swap& swap) -> absl::StatusOr<Swap> {
                    RETURN_IF_ERROR(RequireActing(ctx, swap.other_agent_id));
                    RETURN_IF_ERROR(RequireReach(t, ctx, swap.other_agent_id));
                    return shifts::Move(swap, {SwapState::kProposed},
                                        request.agree() ? SwapState::kAgreed : SwapState::kDeclined,
                                        ctx.principal.subject, "", ctx.now);
                  });
}

absl::StatusOr<v1::ShiftSwap> ShiftHandlers::DecideSwap(
    const RequestContext& ctx, const v1::DecideSwapRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.swap_id(), "swap_id", violations);
  if (!request.approve() || !request.reason().empty()) {
    convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return MoveSwap(
      deps_, ctx, request, [&](db::Transaction& t, const Swap& swap) -> absl::StatusOr<Swap> {
        if (swap.concerns(ctx.principal.agent_id)) return error::OwnDecision(swap.id);
        RETURN_IF_ERROR(RequireReach(t, ctx, swap.agent_id));
        RETURN_IF_ERROR(RequireReach(t, ctx, swap.other_agent_id));
        ASSIGN_OR_RETURN(
            const Swap moved,
            shifts::Move(swap, {SwapState::kAgreed},
                         request.approve() ? SwapState::kApproved : SwapState::kRejected,
                         ctx.principal.subject, request.reason(), ctx.now));
        if (!request.approve()) return moved;
        ASSIGN_OR_RETURN(Ground ground, LockGround(t, ctx, swap.roster_id));
        ASSIGN_OR_RETURN(const auto after, ApplyTo(t, ctx, ground, swap));
        RETURN_IF_ERROR(ChangeRoster(deps_, t, ctx, ground, swap, after));
        return moved;
      });
}

absl::StatusOr<v1::ShiftSwap> ShiftHandlers::WithdrawSwap(
    const RequestContext& ctx, const v1::WithdrawSwapRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.swap_id(), "swap_id"));
  return MoveSwap(deps_, ctx, request,
                  [&](db::Transaction& t, const Swap& swap) -> absl::StatusOr<Swap> {
                    RETURN_IF_ERROR(RequireActing(ctx, swap.agent_id));
                    RETURN_IF_ERROR(RequireReach(t, ctx, swap.agent_id));
                    return shifts::Move(swap, {SwapState::kProposed, SwapState::kAgreed},
                                        SwapState::kWithdrawn, ctx.principal.subject, "", ctx.now);
                  });
}

absl::StatusOr<v1::ListSwapsResponse> ShiftHandlers::ListSwaps(
    const RequestContext& ctx, const v1::ListSwapsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.roster_id(), "roster_id", violations);
  const auto state = convert::OptionalEnum<SwapState>(request.state(), "state", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  store::SwapFilter filter{.roster_id = request.roster_id(),
                           .state = state == SwapState::kUnspecified ? "" : NameOf(state)};
  if (!RequireReading(ctx, "").ok()) {
    if (ctx.principal.agent_id.empty()) return error::TimeOfOthers();
    filter.concerns = ctx.principal.agent_id;
  }
  const std::string bound =
      fmt::format("{} {} {}", filter.roster_id, filter.state, filter.concerns);
  return List<SwapRow, v1::ListSwapsResponse>(
      deps_, ctx, request, bound, &v1::ListSwapsResponse::add_swaps,
      [&](store::Reader reader, store::Page page) {
        return store::ListSwaps(reader, ctx.org_id(), page, filter);
      });
}

}  // namespace kefu::staffing
