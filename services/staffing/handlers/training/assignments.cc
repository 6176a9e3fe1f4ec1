// Who is to pass which course, by hand.
#include "services/staffing/handlers/training/support.h"
#include "services/staffing/handlers/training/training_handlers.h"

namespace kefu::staffing {

absl::StatusOr<v1::TrainingAssignment> TrainingHandlers::AssignTraining(
    const RequestContext& ctx, const v1::AssignTrainingRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const v1::TrainingAssignment asked = convert::Normalised(request.assignment(), inner);
  violations.Merge("assignment", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::TrainingAssignment>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::TrainingAssignment> {
        ASSIGN_OR_RETURN(const domain::Agent agent,
                         store::Lock<domain::Agent>(t, ctx.org_id(), asked.agent_id()));
        RETURN_IF_ERROR(RequireReach(t, ctx, agent.id));
        ASSIGN_OR_RETURN(const training::Catalogue catalogue, TrainingCatalogueOf(t, ctx.org_id()));
        RETURN_IF_ERROR(CourseToGive(catalogue, asked.course_id()).status());
        ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
        if (!agent.employed.Contains(today)) return error::AgentNotEmployed(agent.id, today);
        ASSIGN_OR_RETURN(const auto open,
                         FindOpenTraining(t, ctx.org_id(), agent.id, asked.course_id()));
        if (open) return error::TrainingAssigned(agent.id);
        v1::TrainingAssignment assignment = asked;
        assignment.set_training_assignment_id(deps_.ids.Next());
        assignment.set_state(v1::TRAINING_STATE_OPEN);
        assignment.set_actor(ctx.principal.subject);
        *assignment.mutable_due_date() = kefu::convert::ToProto(today + catalogue.due_days);
        *assignment.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        RETURN_IF_ERROR(KeepTraining(deps_, t, ActingOf(ctx), {}, assignment));
        return assignment;
      });
}

absl::StatusOr<v1::TrainingAssignment> TrainingHandlers::CancelTraining(
    const RequestContext& ctx, const v1::CancelTrainingRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.training_assignment_id(), "training_assignment_id", violations);
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::TrainingAssignment>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::TrainingAssignment> {
        ASSIGN_OR_RETURN(const store::RecordRow known,
                         store::FindRecord(t, store::kTrainings, ctx.org_id(),
                                           request.training_assignment_id()));
        // Nobody gives up the own one either.
        RETURN_IF_ERROR(LockOther(t, ctx, known.owner_id).status());
        ASSIGN_OR_RETURN(store::RecordRow row,
                         store::LockRecord(t, store::kTrainings, ctx.org_id(), known.id));
        ASSIGN_OR_RETURN(v1::TrainingAssignment assignment, MessageOf<v1::TrainingAssignment>(row));
        if (assignment.state() != v1::TRAINING_STATE_OPEN) return error::TrainingNotOpen(row.id);
        assignment.set_state(v1::TRAINING_STATE_CANCELLED);
        assignment.set_cancel_reason(reason);
        RETURN_IF_ERROR(KeepTraining(deps_, t, ActingOf(ctx), std::move(row), assignment));
        return assignment;
      });
}

absl::StatusOr<v1::ListTrainingAssignmentsResponse> TrainingHandlers::ListTrainingAssignments(
    const RequestContext& ctx, const v1::ListTrainingAssignmentsRequest& request) const {
  RETURN_IF_ERROR(
      RequireListing(store::Reader(deps_.database, ctx.deadline), ctx, request.agent_id()));
  FieldViolations violations;
  convert::OptionalId(request.course_id(), "course_id", violations);
  kefu::convert::OptionalEnum<v1::TrainingState>(request.state(), "state", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string state = request.state() == v1::TRAINING_STATE_UNSPECIFIED
                                ? ""
                                : kefu::convert::StoredName(request.state(), "TRAINING_STATE_");
  return ListMessages(
      deps_, ctx, request, store::kTrainings,
      {.owner_id = request.agent_id(), .subject_id = request.course_id(), .state = state},
      &v1::ListTrainingAssignmentsResponse::add_assignments);
}

}  // namespace kefu::staffing
