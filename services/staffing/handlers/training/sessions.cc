// Sessions of courses, and who takes part. A session's row is locked before its agents' rows and
// its enrolments.
#include "services/staffing/handlers/training/sessions.h"

#include <set>

#include "services/staffing/handlers/training/training_handlers.h"

namespace kefu::staffing {
namespace {

// What a result's effect is told by: the figure that led to it, else the course's own metric.
void SetMetric(const std::optional<OpenTraining>& open, const v1::TrainingSession& session,
               const std::string& shop_id, v1::TrainingEnrolment& enrolment) {
  enrolment.set_metric_id(session.course().metric_id());
  enrolment.set_shop_id(shop_id);
  if (!open) return;
  enrolment.set_training_assignment_id(open->assignment.training_assignment_id());
  if (!open->assignment.has_figure()) return;
  enrolment.set_metric_id(open->assignment.figure().metric_id());
  enrolment.set_shop_id(open->assignment.figure().shop_id());
}

// Whether somebody's place is taken.
bool Takes(v1::EnrolmentState state) { return state != v1::ENROLMENT_STATE_WITHDRAWN; }

// The caller's own agent unless the request names one; INVALID_FIELDS, TIME_OF_OTHERS.
absl::StatusOr<std::string> ParticipantOf(const RequestContext& ctx, const std::string& session_id,
                                          const std::string& agent_id,
                                          FieldViolations& violations) {
  convert::Id(session_id, "session_id", violations);
  std::string participant = AgentOf(ctx, agent_id, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireActing(ctx, participant));
  return participant;
}

// The row of who took part before, else a new one; ALREADY_ENROLLED.
absl::StatusOr<store::RecordRow> FreeRow(db::Transaction& t, const RequestContext& ctx,
                                         const std::string& session_id,
                                         const std::string& agent_id) {
  auto known =
      store::LockRecord(t, store::kEnrolments, ctx.org_id(), EnrolmentId(session_id, agent_id));
  if (absl::IsNotFound(known.status())) return store::RecordRow{};
  RETURN_IF_ERROR(known.status());
  ASSIGN_OR_RETURN(const auto before, MessageOf<v1::TrainingEnrolment>(*known));
  if (Takes(before.state())) return error::AlreadyEnrolled(agent_id);
  return *std::move(known);
}

// The only shop that an agent serves on a day; empty of none and of several.
absl::StatusOr<std::string> OnlyShop(db::Transaction& t, const RequestContext& ctx,
                                     const std::string& agent_id, absl::CivilDay day) {
  ASSIGN_OR_RETURN(const auto assignments, store::AssignmentsOf(t, ctx.org_id(), agent_id));
  std::set<std::string> shops;
  for (const domain::Assignment& assignment : assignments) {
    if (assignment.period.Contains(day)) shops.insert(assignment.shop_id);
  }
  return shops.size() == 1 ? *shops.begin() : "";
}

// An agent's place in a session: SESSION_FULL, AGENT_NOT_EMPLOYED.
absl::StatusOr<v1::TrainingEnrolment> EnrolmentIn(db::Transaction& t, const RequestContext& ctx,
                                                  const v1::TrainingSession& session,
                                                  const domain::Agent& agent, std::string shop_id) {
  if (session.taken() >= session.places()) return error::SessionFull(session.session_id());
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, ctx.org_id()));
  const absl::CivilDay day =
      absl::ToCivilDay(absl::FromUnixSeconds(session.start_time().seconds()), zone);
  if (!agent.employed.Contains(day)) return error::AgentNotEmployed(agent.id, day);
  ASSIGN_OR_RETURN(const auto open,
                   FindOpenTraining(t, ctx.org_id(), agent.id, session.course_id()));
  if (shop_id.empty()) {
    ASSIGN_OR_RETURN(shop_id, OnlyShop(t, ctx, agent.id, day));
  }
  v1::TrainingEnrolment enrolment;
  enrolment.set_session_id(session.session_id());
  enrolment.set_agent_id(agent.id);
  enrolment.set_course_id(session.course_id());
  enrolment.set_state(v1::ENROLMENT_STATE_ENROLLED);
  *enrolment.mutable_start_time() = session.start_time();
  *enrolment.mutable_end_time() = session.end_time();
  SetMetric(open, session, shop_id, enrolment);
  return enrolment;
}

}  // namespace

std::string EnrolmentId(std::string_view session_id, std::string_view agent_id) {
  return fmt::format("{}.{}", session_id, agent_id);
}

absl::StatusOr<HeldSession> LockSession(db::Transaction& t, const RequestContext& ctx,
                                        std::string_view session_id) {
  HeldSession held;
  ASSIGN_OR_RETURN(held.row, store::LockRecord(t, store::kSessions, ctx.org_id(), session_id));
  ASSIGN_OR_RETURN(held.session, MessageOf<v1::TrainingSession>(held.row));
  if (held.session.cancelled()) return error::SessionCancelled(session_id);
  return held;
}

absl::StatusOr<v1::TrainingSession> TrainingHandlers::ScheduleTrainingSession(
    const RequestContext& ctx, const v1::ScheduleTrainingSessionRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const v1::TrainingSession asked = convert::Normalised(request.session(), inner);
  violations.Merge("session", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::TrainingSession>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::TrainingSession> {
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx).status());
        ASSIGN_OR_RETURN(const training::Catalogue catalogue, TrainingCatalogueOf(t, ctx.org_id()));
        ASSIGN_OR_RETURN(const training::Course course, CourseToGive(catalogue, asked.course_id()));
        v1::TrainingSession session = asked;
        session.set_session_id(deps_.ids.Next());
        *session.mutable_course() = convert::ToProto(course);
        session.set_actor(ctx.principal.subject);
        *session.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        RETURN_IF_ERROR(KeepSession(deps_, t, ActingOf(ctx), {}, session));
        return session;
      });
}

absl::StatusOr<v1::TrainingSession> TrainingHandlers::CancelTrainingSession(
    const RequestContext& ctx, const v1::CancelTrainingSessionRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.session_id(), "session_id", violations);
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::TrainingSession>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::TrainingSession> {
        ASSIGN_OR_RETURN(HeldSession held, LockSession(t, ctx, request.session_id()));
        const std::vector<std::string> sessions = {held.row.id};
        ASSIGN_OR_RETURN(auto rows, store::EnrolmentsOf(t, ctx.org_id(), sessions));
        for (store::RecordRow& row : rows) {
          ASSIGN_OR_RETURN(auto enrolment, MessageOf<v1::TrainingEnrolment>(row));
          if (!Takes(enrolment.state())) continue;
          if (enrolment.state() != v1::ENROLMENT_STATE_ENROLLED) {
            return error::SessionHeld(held.row.id);
          }
          RETURN_IF_ERROR(RequireReach(t, ctx, enrolment.agent_id()));
          enrolment.set_state(v1::ENROLMENT_STATE_WITHDRAWN);
          enrolment.set_remark(reason);
          RETURN_IF_ERROR(KeepEnrolment(deps_, t, ActingOf(ctx), std::move(row), enrolment));
        }
        held.session.set_taken(0);
        held.session.set_cancelled(true);
        held.session.set_cancel_reason(reason);
        RETURN_IF_ERROR(KeepSession(deps_, t, ActingOf(ctx), std::move(held.row), held.session));
        return held.session;
      });
}

absl::StatusOr<v1::ListTrainingSessionsResponse> TrainingHandlers::ListTrainingSessions(
    const RequestContext& ctx, const v1::ListTrainingSessionsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.course_id(), "course_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return ListMessages(deps_, ctx, request, store::kSessions, {.owner_id = request.course_id()},
                      &v1::ListTrainingSessionsResponse::add_sessions);
}

absl::StatusOr<v1::TrainingEnrolment> TrainingHandlers::EnrolAgent(
    const RequestContext& ctx, const v1::EnrolAgentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.shop_id(), "shop_id", violations);
  ASSIGN_OR_RETURN(const std::string agent_id,
                   ParticipantOf(ctx, request.session_id(), request.agent_id(), violations));
  return events::RunWrite<v1::TrainingEnrolment>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::TrainingEnrolment> {
        ASSIGN_OR_RETURN(HeldSession held, LockSession(t, ctx, request.session_id()));
        ASSIGN_OR_RETURN(const auto agent, store::Lock<domain::Agent>(t, ctx.org_id(), agent_id));
        RETURN_IF_ERROR(RequireReach(t, ctx, agent.id));
        if (!request.shop_id().empty()) {
          RETURN_IF_ERROR(store::Find<domain::Shop>(t, ctx.org_id(), request.shop_id()).status());
          RETURN_IF_ERROR(CheckShopAllowed(ctx, request.shop_id()));
        }
        ASSIGN_OR_RETURN(store::RecordRow row, FreeRow(t, ctx, held.row.id, agent.id));
        ASSIGN_OR_RETURN(v1::TrainingEnrolment enrolment,
                         EnrolmentIn(t, ctx, held.session, agent, request.shop_id()));
        RETURN_IF_ERROR(KeepEnrolment(deps_, t, ActingOf(ctx), std::move(row), enrolment));
        held.session.set_taken(held.session.taken() + 1);
        RETURN_IF_ERROR(KeepSession(deps_, t, ActingOf(ctx), std::move(held.row), held.session));
        return enrolment;
      });
}

absl::StatusOr<v1::TrainingEnrolment> TrainingHandlers::WithdrawEnrolment(
    const RequestContext& ctx, const v1::WithdrawEnrolmentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  ASSIGN_OR_RETURN(const std::string agent_id,
                   ParticipantOf(ctx, request.session_id(), request.agent_id(), violations));
  return events::RunWrite<v1::TrainingEnrolment>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::TrainingEnrolment> {
        ASSIGN_OR_RETURN(HeldSession held, LockSession(t, ctx, request.session_id()));
        RETURN_IF_ERROR(RequireReach(t, ctx, agent_id));
        ASSIGN_OR_RETURN(store::RecordRow row,
                         store::LockRecord(t, store::kEnrolments, ctx.org_id(),
                                           EnrolmentId(held.row.id, agent_id)));
        ASSIGN_OR_RETURN(auto enrolment, MessageOf<v1::TrainingEnrolment>(row));
        if (enrolment.state() != v1::ENROLMENT_STATE_ENROLLED) {
          return error::EnrolmentSettled(agent_id);
        }
        enrolment.set_state(v1::ENROLMENT_STATE_WITHDRAWN);
        enrolment.set_remark(reason);
        RETURN_IF_ERROR(KeepEnrolment(deps_, t, ActingOf(ctx), std::move(row), enrolment));
        held.session.set_taken(held.session.taken() - 1);
        RETURN_IF_ERROR(KeepSession(deps_, t, ActingOf(ctx), std::move(held.row), held.session));
        return enrolment;
      });
}

}  // namespace kefu::staffing
