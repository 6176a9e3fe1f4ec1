#include <charconv>

#include "services/staffing/domain/ladder.h"
#include "services/staffing/domain/tier.h"
#include "services/staffing/handlers/agents.h"
#include "services/staffing/handlers/careers/support.h"

namespace kefu::staffing {
namespace {

struct TierResource : ResourceBase<domain::TierRecord, v1::TierChange> {
  static constexpr std::string_view kField = "change";
  // Pages go by the place in the agent's history.
  static std::string IdOf(const domain::TierRecord& record) {
    return std::to_string(record.sequence);
  }
};

// A promotion that the rules allow. Faults of the record itself are told before those of the rules.
absl::StatusOr<v1::TierChange> PromoteByRules(const Dependencies& deps, db::Transaction& t,
                                              const RequestContext& ctx,
                                              const domain::TierRecord& asked) {
  ASSIGN_OR_RETURN(const Step step, PrepareStep(t, ctx, asked.agent_id, asked.tier_id,
                                                asked.grade_id, asked.effective_date));
  const domain::careers::ServiceRecord& service = step.candidate.service;
  RETURN_IF_ERROR(
      domain::DecideTierChange(step.ladder, service.employments, service.history, asked, ctx.now));
  RETURN_IF_ERROR(step.allowed);
  return WriteTierRecord(deps, t, ctx, step.ladder, step.candidate.agent, service, asked);
}

}  // namespace

absl::StatusOr<v1::TierLadder> Handlers::GetTierLadder(
    const RequestContext& ctx, const v1::GetTierLadderRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  std::optional<absl::CivilDay> day =
      convert::OptionalDay(request.has_on_date(), request.on_date(), "on_date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const store::Reader reader(deps_.database, ctx.deadline);
  if (!day) {
    ASSIGN_OR_RETURN(day, Today(reader, ctx));
  }
  ASSIGN_OR_RETURN(const domain::TierLadder ladder, LadderFor(reader, ctx.org_id(), *day));
  return convert::ToProto(ladder);
}

absl::StatusOr<v1::TierChange> Handlers::ChangeTier(const RequestContext& ctx,
                                                    const v1::ChangeTierRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const domain::TierRecord asked, Convert<TierResource>(request.change()));
  RETURN_IF_ERROR(RequireOther(ctx, asked.agent_id));
  return events::RunWrite<v1::TierChange>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::TierChange> {
        RETURN_IF_ERROR(RequireReach(t, ctx, asked.agent_id));
        if (asked.kind == domain::TierChangeKind::kPromotion) {
          return PromoteByRules(deps_, t, ctx, asked);
        }
        ASSIGN_OR_RETURN(auto agent, store::Lock<domain::Agent>(t, ctx.org_id(), asked.agent_id));
        ASSIGN_OR_RETURN(const domain::TierLadder ladder,
                         LadderFor(t, ctx.org_id(), asked.effective_date));
        ASSIGN_OR_RETURN(auto services, store::Services(t, ctx.org_id(), std::span(&agent, 1)));
        RETURN_IF_ERROR(RequirePost(t, ctx.org_id(), ladder, asked));
        return WriteTierRecord(deps_, t, ctx, ladder, agent, services[agent.id], asked);
      });
}

absl::StatusOr<v1::GetTierOnResponse> Handlers::GetTierOn(
    const RequestContext& ctx, const v1::GetTierOnRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string agent_id = convert::Id(request.agent_id(), "agent_id", violations);
  const absl::CivilDay day =
      convert::RequiredDay(request.has_date(), request.date(), "date", violations);
  const absl::Time as_of = request.has_as_of_time()
                               ? convert::Instant(request.as_of_time(), "as_of_time", violations)
                               : absl::InfiniteFuture();
  RETURN_IF_ERROR(violations.ToStatus());
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const auto agent, store::Find<domain::Agent>(reader, ctx.org_id(), agent_id));
  ASSIGN_OR_RETURN(const auto employments, store::Employments(reader, ctx.org_id(), agent));
  ASSIGN_OR_RETURN(const std::vector<domain::TierRecord> history,
                   store::TierHistory(reader, ctx.org_id(), agent_id));
  v1::GetTierOnResponse response;
  const domain::TierRecord* record =
      domain::TierOn(store::PeriodsOf(employments), history, day, as_of);
  if (record == nullptr) return response;
  response.set_tier_id(record->tier_id);
  response.set_grade_id(record->grade_id);
  *response.mutable_change() = convert::ToProto(*record);
  return response;
}

absl::StatusOr<v1::ListTierChangesResponse> Handlers::ListTierChanges(
    const RequestContext& ctx, const v1::ListTierChangesRequest& request) const {
  RETURN_IF_ERROR(CheckId(request.agent_id(), "agent_id"));
  return List<TierResource>(
      deps_, ctx, request, request.agent_id(), &v1::ListTierChangesResponse::add_changes,
      [&](store::Reader r, store::Page page) -> absl::StatusOr<std::vector<domain::TierRecord>> {
        RETURN_IF_ERROR(store::Find<domain::Agent>(r, ctx.org_id(), request.agent_id()));
        int64_t after = 0;
        std::from_chars(page.after.data(), page.after.data() + page.after.size(), after);
        return store::TierRecords(r, ctx.org_id(), request.agent_id(), after, page.limit);
      });
}

}  // namespace kefu::staffing
