// Where to have sites.
#include <algorithm>
#include <memory>

#include "absl/time/clock.h"
#include "services/warehouse/convert/sites.h"
#include "services/warehouse/errors_network.h"
#include "services/warehouse/handlers/network.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/solver/site_solver.h"
#include "services/warehouse/store/network.h"

namespace kefu::warehouse {
namespace {

constexpr absl::Duration kAnswerTime = absl::Seconds(1);  // between the plan and the caller

absl::StatusOr<v1::AdviseSitesResponse> Advise(const Dependencies& deps, const RequestContext& ctx,
                                               const convert::SiteQuestion& question) {
  ASSIGN_OR_RETURN(const domain::NetworkPolicy policy,
                   store::PolicyOn(db::Reader(deps.database, ctx.deadline), ctx.org_id(),
                                   question.day.value_or(domain::DefaultDay(ctx.now))));
  v1::AdviseSitesResponse response;
  response.set_policy_version(policy.version);
  ASSIGN_OR_RETURN(const auto advice,
                   domain::AdviseRegions(policy.site_rule, question.problem.demands));
  convert::Fill(advice, &response);
  if (question.problem.sites.empty()) return response;
  // A caller that waits less than the limit gets what is best by then.
  const absl::Duration limit = std::min(question.limit, ctx.deadline - absl::Now() - kAnswerTime);
  ASSIGN_OR_RETURN(const solver::SolvedSites solved,
                   solver::PlanSites(question.problem, std::max(limit, absl::Seconds(0.2))));
  convert::Fill(question.problem, solved.plan, &response);
  response.set_status(solved.optimal ? v1::PLAN_STATUS_OPTIMAL : v1::PLAN_STATUS_FEASIBLE);
  convert::SetMoney(solved.bound, response.mutable_best_bound());
  response.set_gap_bps(solved.gap_bps);
  response.set_solve_milliseconds(absl::ToInt64Milliseconds(solved.time));
  return response;
}

}  // namespace

void NetworkHandlers::AdviseSites(
    const RequestContext& ctx, const v1::AdviseSitesRequest& request,
    std::function<void(absl::StatusOr<v1::AdviseSitesResponse>)> done) {
  FieldViolations violations;
  auto question = std::make_shared<convert::SiteQuestion>(convert::FromProto(request, violations));
  absl::Status wrong = RequireOrganization(ctx);
  wrong.Update(violations.ToStatus());
  if (!wrong.ok()) return done(wrong);
  const bool taken = solver_.Submit([this, ctx, question, done] {
    // Nobody waits any more.
    if (ctx.IsCancelled() || absl::Now() >= ctx.deadline) return done(absl::CancelledError());
    done(Advise(deps_, ctx, *question));
  });
  if (!taken) done(error::SolverBusy());
}

}  // namespace kefu::warehouse
