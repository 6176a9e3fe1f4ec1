// The problem log: recorded, answered, found.
#include "services/staffing/convert/problems.h"
#include "common/time/civil.h"
#include "services/staffing/domain/handover/handover.h"
#include "services/staffing/domain/problems/search.h"
#include "services/staffing/errors_conduct.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/handlers/problems/problem_handlers.h"
#include "services/staffing/store/problems.h"

namespace kefu::staffing {
namespace {

using problems::Problem;

constexpr int kMostAnswersShown = 100;  // of GetProblem: more is no answer
constexpr int kMostQuery = 200;         // characters: a question, not a text
constexpr int kFoundUnlessAsked = 20, kMostFound = 100;
constexpr int kAllBps = 10'000;

struct ProblemRow {
  using Record = Problem;
  using Proto = v1::Problem;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& record) { return record.id; }
};

absl::StatusOr<v1::Problem> Tell(const Dependencies& deps, db::Transaction& t,
                                 const RequestContext& ctx, const Problem& problem) {
  v1::ProblemChanged event;
  *event.mutable_problem() = convert::ToProto(problem);
  RETURN_IF_ERROR(Publish(deps, t, ctx, problem.id, event));
  return event.problem();
}

}  // namespace

absl::StatusOr<v1::Problem> ProblemHandlers::RecordProblem(
    const RequestContext& ctx, const v1::RecordProblemRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  Problem asked = convert::FromProto(request.problem(), inner);
  asked.agent_id = AgentOf(ctx, request.problem().agent_id(), inner);
  violations.Merge("problem", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireActing(ctx, asked.agent_id));
  return events::RunWrite<v1::Problem>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Problem> {
        RETURN_IF_ERROR(store::Find<domain::Shop>(t, ctx.org_id(), asked.shop_id));
        RETURN_IF_ERROR(CheckShopAllowed(ctx, asked.shop_id));
        RETURN_IF_ERROR(store::Find<domain::Agent>(t, ctx.org_id(), asked.agent_id));
        Problem problem = asked;
        problem.id = deps_.ids.Next();
        problem.recorded_by = ctx.principal.subject;
        problem.info = {1, ctx.now, ctx.now};
        RETURN_IF_ERROR(store::InsertProblem(t, ctx.org_id(), problem));
        return Tell(deps_, t, ctx, problem);
      });
}

absl::StatusOr<v1::Problem> ProblemHandlers::AnswerProblem(
    const RequestContext& ctx, const v1::AnswerProblemRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.problem_id(), "problem_id", violations);
  const std::string answer = handover::Masked(
      convert::Text(request.answer(), convert::kMaxReason, "answer", violations, /*lines=*/true));
  RETURN_IF_ERROR(violations.ToStatus());
  const bool leads =
      auth::PermissionTable::Get().Allows(ctx.principal, auth::Permission::kLeadShifts);
  return events::RunWrite<v1::Problem>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Problem> {
        ASSIGN_OR_RETURN(const Problem problem,
                         store::LockProblem(t, ctx.org_id(), request.problem_id()));
        RETURN_IF_ERROR(CheckShopAllowed(ctx, problem.shop_id));
        if (!request.etag().empty() && request.etag() != convert::Etag(problem.info)) {
          return error::EtagMismatch("problem", problem.id);
        }
        ASSIGN_OR_RETURN(const Problem answered,
                         problems::WithAnswer(problem, answer, ctx.principal.subject, leads,
                                              FromMicros(ToMicros(ctx.now))));
        RETURN_IF_ERROR(store::SaveAnswer(t, ctx.org_id(), answered));
        return Tell(deps_, t, ctx, answered);
      });
}

absl::StatusOr<v1::GetProblemResponse> ProblemHandlers::GetProblem(
    const RequestContext& ctx, const v1::GetProblemRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.problem_id(), "problem_id"));
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const Problem problem,
                   store::FindProblem(reader, ctx.org_id(), request.problem_id()));
  RETURN_IF_ERROR(CheckShopAllowed(ctx, problem.shop_id));
  ASSIGN_OR_RETURN(const auto answers,
                   store::ProblemAnswers(reader, ctx.org_id(), problem.id, kMostAnswersShown));
  v1::GetProblemResponse response;
  *response.mutable_problem() = convert::ToProto(problem);
  // Read after the problem, so there may be one more, which is cut off.
  for (const problems::Answer& answer : answers) {
    if (answer.sequence <= problem.answers) *response.add_answers() = convert::ToProto(answer);
  }
  return response;
}

absl::StatusOr<v1::ListProblemsResponse> ProblemHandlers::ListProblems(
    const RequestContext& ctx, const v1::ListProblemsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.shop_id(), "shop_id", violations);
  convert::OptionalId(request.agent_id(), "agent_id", violations);
  const auto state = convert::OptionalEnum<problems::State>(request.state(), "state", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string shops = AllowedShops(ctx);
  const store::ProblemFilter filter{
      .shop_id = request.shop_id(),
      .agent_id = request.agent_id(),
      .product_id = request.product_id(),
      .state = state == problems::State::kUnspecified ? "" : NameOf(state),
      .shops = shops};
  const std::string bound =
      fmt::format("{} {} {} {}", filter.shop_id, filter.agent_id, filter.state, filter.product_id);
  return List<ProblemRow, v1::ListProblemsResponse>(
      deps_, ctx, request, bound, &v1::ListProblemsResponse::add_problems,
      [&](store::Reader reader, store::Page page) {
        return store::ListProblems(reader, ctx.org_id(), page, filter);
      });
}

absl::StatusOr<v1::SearchProblemsResponse> ProblemHandlers::SearchProblems(
    const RequestContext& ctx, const v1::SearchProblemsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const auto tokens =
      problems::QueryTokens(convert::Text(request.query(), kMostQuery, "query", violations));
  violations.Check(!tokens.empty(), "query", "holds no characters or words to look for");
  convert::OptionalId(request.shop_id(), "shop_id", violations);
  const int limit = convert::Number(request.limit(), 0, kMostFound, "limit", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string shops = AllowedShops(ctx);
  const store::ProblemFilter filter{
      .shop_id = request.shop_id(),
      .state = request.answered_only() ? NameOf(problems::State::kAnswered) : "",
      .shops = shops};
  const int wanted = static_cast<int>(tokens.size());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::SearchProblemsResponse> {
        ASSIGN_OR_RETURN(const auto found,
                         store::SearchProblems(t, ctx.org_id(), tokens, problems::LeastHits(wanted),
                                               limit == 0 ? kFoundUnlessAsked : limit, filter));
        v1::SearchProblemsResponse response;
        for (const store::FoundProblem& each : found) {
          v1::FoundProblem* const out = response.add_problems();
          *out->mutable_problem() = convert::ToProto(each.problem);
          out->set_match_bps(each.hits * kAllBps / wanted);
        }
        return response;
      });
}

}  // namespace kefu::staffing
