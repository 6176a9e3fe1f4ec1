// Recruitment: posts, candidates and their stages, up to the hire.
#include "services/staffing/handlers/careers/support.h"
#include "services/staffing/handlers/personnel/personnel_handlers.h"
#include "services/staffing/handlers/personnel/support.h"

namespace kefu::staffing {
namespace {

constexpr std::string_view kOpen = "OPEN", kClosed = "CLOSED";

absl::StatusOr<v1::JobPost> KeepPost(const Dependencies& deps, db::Transaction& t,
                                     const RequestContext& ctx, store::RecordRow row,
                                     v1::JobPost post) {
  v1::JobPostChanged event;
  *post.mutable_update_time() = kefu::convert::ToProto(ctx.now);
  row.state = std::string(post.closed() ? kClosed : kOpen);
  row.body = post.SerializeAsString();
  RETURN_IF_ERROR(store::SaveRecord(t, store::kJobPosts, ctx.org_id(), row, ctx.now));
  *event.mutable_post() = post;
  RETURN_IF_ERROR(Publish(deps, t, ctx, row.id, event));
  return post;
}

// A post that is locked and open.
struct OpenPost {
  store::RecordRow row;
  v1::JobPost post;
};
absl::StatusOr<OpenPost> LockOpenPost(db::Transaction& t, const RequestContext& ctx,
                                      std::string_view job_post_id) {
  OpenPost found;
  ASSIGN_OR_RETURN(found.row, store::LockRecord(t, store::kJobPosts, ctx.org_id(), job_post_id));
  ASSIGN_OR_RETURN(found.post, MessageOf<v1::JobPost>(found.row));
  if (found.post.closed()) return error::JobPostClosed(job_post_id);
  return found;
}

absl::StatusOr<v1::Candidate> KeepCandidate(const Dependencies& deps, db::Transaction& t,
                                            const RequestContext& ctx, store::RecordRow row,
                                            v1::Candidate candidate, v1::CandidateStage stage,
                                            const std::string& text) {
  candidate.set_stage(stage);
  v1::CandidateStep& step = *candidate.add_steps();
  step.set_stage(stage);
  step.set_text(text);
  step.set_actor(ctx.principal.subject);
  *step.mutable_record_time() = kefu::convert::ToProto(ctx.now);
  *candidate.mutable_update_time() = kefu::convert::ToProto(ctx.now);
  row.state = kefu::convert::StoredName(stage, "CANDIDATE_STAGE_");
  row.subject_id = candidate.agent_id();
  row.body = candidate.SerializeAsString();
  RETURN_IF_ERROR(store::SaveRecord(t, store::kCandidates, ctx.org_id(), row, ctx.now));
  v1::CandidateChanged event;
  event.set_candidate_id(row.id);
  event.set_job_post_id(row.owner_id);
  event.set_stage(stage);
  event.set_agent_id(candidate.agent_id());
  RETURN_IF_ERROR(Publish(deps, t, ctx, row.id, event));
  return candidate;
}

// As HireAgent asks for it, with what candidate and post say where the request is silent.
convert::AskedHire AskedBy(const v1::HireCandidateRequest& request, const v1::Candidate& candidate,
                           const v1::JobPost& post) {
  v1::HireAgentRequest hire = request.hire();
  v1::Agent& agent = *hire.mutable_agent();
  if (agent.display_name().empty()) agent.set_display_name(candidate.display_name());
  if (agent.team_id().empty()) agent.set_team_id(post.team_id());
  return convert::FromProto(hire);
}

}  // namespace

absl::StatusOr<v1::JobPost> PersonnelHandlers::CreateJobPost(
    const RequestContext& ctx, const v1::CreateJobPostRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const v1::JobPost asked = convert::Normalised(request.post(), inner);
  violations.Merge("post", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::JobPost>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::JobPost> {
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx).status());
        if (!asked.team_id().empty()) {
          RETURN_IF_ERROR(FindActive<domain::Team>(t, ctx, "team", asked.team_id()).status());
        }
        v1::JobPost post = asked;
        post.set_job_post_id(deps_.ids.Next());
        *post.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        store::RecordRow row{.id = post.job_post_id(), .owner_id = post.team_id()};
        return KeepPost(deps_, t, ctx, std::move(row), std::move(post));
      });
}

absl::StatusOr<v1::JobPost> PersonnelHandlers::CloseJobPost(
    const RequestContext& ctx, const v1::CloseJobPostRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.job_post_id(), "job_post_id", violations);
  const std::string reason =
      convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::JobPost>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::JobPost> {
        ASSIGN_OR_RETURN(OpenPost found, LockOpenPost(t, ctx, request.job_post_id()));
        found.post.set_closed(true);
        found.post.set_close_reason(reason);
        return KeepPost(deps_, t, ctx, std::move(found.row), std::move(found.post));
      });
}

absl::StatusOr<v1::ListJobPostsResponse> PersonnelHandlers::ListJobPosts(
    const RequestContext& ctx, const v1::ListJobPostsRequest& request) const {
  return ListMessages(deps_, ctx, request, store::kJobPosts,
                      {.state = request.open_only() ? kOpen : std::string_view()},
                      &v1::ListJobPostsResponse::add_posts);
}

absl::StatusOr<v1::Candidate> PersonnelHandlers::AddCandidate(
    const RequestContext& ctx, const v1::AddCandidateRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const v1::Candidate asked = convert::Normalised(request.candidate(), inner);
  violations.Merge("candidate", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Candidate>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Candidate> {
        RETURN_IF_ERROR(LockOpenPost(t, ctx, asked.job_post_id()).status());
        v1::Candidate candidate = asked;
        candidate.set_candidate_id(deps_.ids.Next());
        *candidate.mutable_create_time() = kefu::convert::ToProto(ctx.now);
        store::RecordRow row{.id = candidate.candidate_id(), .owner_id = candidate.job_post_id()};
        return KeepCandidate(deps_, t, ctx, std::move(row), std::move(candidate),
                             v1::CANDIDATE_STAGE_APPLIED, "");
      });
}

absl::StatusOr<v1::Candidate> PersonnelHandlers::MoveCandidate(
    const RequestContext& ctx, const v1::MoveCandidateRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.candidate_id(), "candidate_id", violations);
  const auto stage = convert::RequiredEnum<personnel::Stage>(request.stage(), "stage", violations);
  violations.Check(stage != personnel::Stage::kHired, "stage", "is HireCandidate's");
  const std::string text =
      convert::Text(request.text(), convert::kMaxReason, "text", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Candidate>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Candidate> {
        ASSIGN_OR_RETURN(
            store::RecordRow row,
            store::LockRecord(t, store::kCandidates, ctx.org_id(), request.candidate_id()));
        ASSIGN_OR_RETURN(v1::Candidate candidate, MessageOf<v1::Candidate>(row));
        RETURN_IF_ERROR(
            personnel::CheckMove(static_cast<personnel::Stage>(candidate.stage()), stage, row.id));
        return KeepCandidate(deps_, t, ctx, std::move(row), std::move(candidate), request.stage(),
                             text);
      });
}

absl::StatusOr<v1::Candidate> PersonnelHandlers::HireCandidate(
    const RequestContext& ctx, const v1::HireCandidateRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.candidate_id(), "candidate_id", violations);
  violations.Check(request.has_hire(), "hire", "must be set");
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Candidate>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Candidate> {
        ASSIGN_OR_RETURN(
            const store::RecordRow known,
            store::FindRecord(t, store::kCandidates, ctx.org_id(), request.candidate_id()));
        // The post before its candidates, as everywhere.
        ASSIGN_OR_RETURN(OpenPost found, LockOpenPost(t, ctx, known.owner_id));
        ASSIGN_OR_RETURN(store::RecordRow row,
                         store::LockRecord(t, store::kCandidates, ctx.org_id(), known.id));
        ASSIGN_OR_RETURN(v1::Candidate candidate, MessageOf<v1::Candidate>(row));
        RETURN_IF_ERROR(personnel::CheckMove(static_cast<personnel::Stage>(candidate.stage()),
                                             personnel::Stage::kHired, row.id));
        const convert::AskedHire asked = AskedBy(request, candidate, found.post);
        RETURN_IF_ERROR(asked.fault);
        ASSIGN_OR_RETURN(const v1::Agent agent,
                         Hire(deps_, t, ctx, request.hire().rehire_agent_id(), asked));
        candidate.set_agent_id(agent.agent_id());
        found.post.set_hired(found.post.hired() + 1);
        found.post.set_closed(found.post.hired() >= found.post.openings());
        RETURN_IF_ERROR(
            KeepPost(deps_, t, ctx, std::move(found.row), std::move(found.post)).status());
        return KeepCandidate(deps_, t, ctx, std::move(row), std::move(candidate),
                             v1::CANDIDATE_STAGE_HIRED, "");
      });
}

absl::StatusOr<v1::ListCandidatesResponse> PersonnelHandlers::ListCandidates(
    const RequestContext& ctx, const v1::ListCandidatesRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.job_post_id(), "job_post_id", violations);
  const auto stage = convert::OptionalEnum<personnel::Stage>(request.stage(), "stage", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return ListMessages(
      deps_, ctx, request, store::kCandidates,
      {.owner_id = request.job_post_id(),
       .state = stage == personnel::Stage::kUnspecified ? std::string_view() : NameOf(stage)},
      &v1::ListCandidatesResponse::add_candidates);
}

}  // namespace kefu::staffing
