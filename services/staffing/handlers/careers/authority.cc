#include <algorithm>

#include "services/staffing/convert/authority.h"
#include "services/staffing/domain/careers/authority.h"
#include "services/staffing/domain/schedule.h"
#include "services/staffing/domain/tier.h"
#include "services/staffing/handlers/careers/authority_handlers.h"
#include "services/staffing/handlers/careers/support.h"
#include "services/staffing/store/authority.h"

namespace kefu::staffing {
namespace {

constexpr size_t kMaxApprovers = 20;
constexpr int kMaxCandidates = 100;  // looked at: some may be bound below the amount

absl::StatusOr<std::vector<authority::Policy>> OwnPolicies(store::Reader reader,
                                                           std::string_view org_id) {
  ASSIGN_OR_RETURN(const auto bodies, store::AuthorityPolicies(reader, org_id));
  std::vector<authority::Policy> policies;
  for (const std::string& body : bodies) {
    ASSIGN_OR_RETURN(policies.emplace_back(), authority::PolicyFromBody(body));
  }
  return policies;
}

// Completes the question by what is known of the agent on the day.
absl::Status Complete(store::Reader reader, std::string_view org_id, absl::CivilDay day,
                      authority::Question& question) {
  ASSIGN_OR_RETURN(const auto agent, store::Find<domain::Agent>(reader, org_id, question.agent_id));
  ASSIGN_OR_RETURN(const auto employments, store::Employments(reader, org_id, agent));
  ASSIGN_OR_RETURN(const auto history, store::TierHistory(reader, org_id, agent.id));
  const domain::TierRecord* held = domain::TierOn(store::PeriodsOf(employments), history, day);
  if (held == nullptr) return error::AgentNotEmployed(agent.id, day);
  question.tier_id = held->tier_id;
  question.base_id = agent.base_id;
  return absl::OkStatus();
}

// Agents of the tier at work on the day who may decide it themselves, the lead of the asker's team
// first; not the asker, and nobody of another base.
absl::StatusOr<std::vector<std::string>> Approvers(store::Reader reader, std::string_view org_id,
                                                   const authority::Policy& policy,
                                                   const authority::Question& asked,
                                                   std::string_view tier_id, absl::CivilDay day) {
  ASSIGN_OR_RETURN(const auto at_work, store::AgentsAtWork(reader, org_id, asked.base_id, tier_id,
                                                           day, kMaxCandidates));
  std::vector<std::string> approvers;
  for (const std::string& agent_id : at_work) {
    if (agent_id == asked.agent_id) continue;
    authority::Question question = asked;
    question.agent_id = agent_id;
    RETURN_IF_ERROR(Complete(reader, org_id, day, question));
    if (question.base_id.empty()) question.contract_id.clear();  // a contract binds its base
    const auto own = authority::Decide(policy, question);
    if (own.decision == authority::Decision::kAllowed) approvers.push_back(agent_id);
    if (approvers.size() == kMaxApprovers) break;
  }
  ASSIGN_OR_RETURN(const auto memberships, store::Memberships(reader, org_id, asked.agent_id));
  const domain::TeamMembership* team = domain::MembershipOn(memberships, day);
  if (team != nullptr) {
    ASSIGN_OR_RETURN(const auto found, store::Find<domain::Team>(reader, org_id, team->team_id));
    const auto lead = std::ranges::find(approvers, found.lead_agent_id);
    if (lead != approvers.end()) std::rotate(approvers.begin(), lead, lead + 1);
  }
  return approvers;
}

v1::CheckAuthorityResponse ToProto(const authority::Policy& policy,
                                   const authority::Question& question,
                                   const authority::Answer& answer,
                                   const std::string& approver_tier_id,
                                   const std::string& currency) {
  v1::CheckAuthorityResponse response;
  response.set_decision(static_cast<v1::AuthorityDecision>(answer.decision));
  if (answer.limit_minor) {
    response.mutable_limit()->set_currency_code(currency);
    response.mutable_limit()->set_minor_units(*answer.limit_minor);
  }
  for (const authority::Rule& rule : answer.rules) {
    *response.add_rules() = authority::ToProto(rule);
  }
  response.set_policy_id(policy.id);
  response.set_policy_version(policy.version);
  response.set_tier_id(question.tier_id);
  if (answer.decision == authority::Decision::kNeedsApproval) {
    response.set_approver_tier_id(approver_tier_id);
    response.set_owner_approves(approver_tier_id.empty());
  }
  return response;
}

}  // namespace

absl::StatusOr<v1::CheckAuthorityResponse> AuthorityHandlers::CheckAuthority(
    const RequestContext& ctx, const v1::CheckAuthorityRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  authority::Question question = convert::FromProto(request, violations);
  auto day = convert::OptionalDay(request.has_date(), request.date(), "date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const store::Reader reader(deps_.database, ctx.deadline);
  ASSIGN_OR_RETURN(const auto organization,
                   store::Find<domain::Organization>(reader, ctx.org_id(), ctx.org_id()));
  const std::string& currency = organization.currency_code;
  if (request.has_amount() && request.amount().currency_code() != currency) {
    return error::CurrencyMismatch(request.amount().currency_code(), currency);
  }
  if (!day) {
    ASSIGN_OR_RETURN(day, Today(reader, ctx));
  }
  RETURN_IF_ERROR(Complete(reader, ctx.org_id(), *day, question));
  ASSIGN_OR_RETURN(const auto own, OwnPolicies(reader, ctx.org_id()));
  const authority::Policy& policy = authority::PolicyOn(own, *day);
  ASSIGN_OR_RETURN(const domain::TierLadder ladder, LadderFor(reader, ctx.org_id(), *day));
  const authority::Answer answer = authority::Decide(policy, question);
  const std::string approver_tier_id = answer.decision == authority::Decision::kNeedsApproval
                                           ? domain::careers::ApproverTier(policy, ladder, question)
                                           : "";
  v1::CheckAuthorityResponse response =
      ToProto(policy, question, answer, approver_tier_id, currency);
  if (!approver_tier_id.empty()) {
    ASSIGN_OR_RETURN(const auto approvers,
                     Approvers(reader, ctx.org_id(), policy, question, approver_tier_id, *day));
    response.mutable_approver_agent_ids()->Assign(approvers.begin(), approvers.end());
  }
  return response;
}

absl::StatusOr<v1::AuthorityPolicy> AuthorityHandlers::SetAuthorityPolicy(
    const RequestContext& ctx, const v1::SetAuthorityPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  authority::Policy asked = authority::FromProto(request.policy(), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  asked.id = domain::kOwnLadderId;
  return events::RunWrite<v1::AuthorityPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::AuthorityPolicy> {
        RETURN_IF_ERROR(RegisteredOrganization(t, ctx));
        RETURN_IF_ERROR(store::Lock<domain::Organization>(t, ctx.org_id(), ctx.org_id()));
        authority::Policy policy = asked;
        ASSIGN_OR_RETURN(const auto before, store::AuthorityPolicies(t, ctx.org_id()));
        policy.version = static_cast<int32_t>(before.size()) + 1;
        v1::AuthorityPolicyChanged event;
        *event.mutable_policy() = authority::ToProto(policy);
        event.mutable_policy()->set_actor(ctx.principal.subject);
        *event.mutable_policy()->mutable_create_time() = kefu::convert::ToProto(ctx.now);
        RETURN_IF_ERROR(store::InsertAuthorityPolicy(t, ctx.org_id(), policy.version,
                                                     policy.effective_date,
                                                     event.policy().SerializeAsString()));
        RETURN_IF_ERROR(Publish(deps_, t, ctx, ctx.org_id(), event));
        return event.policy();
      });
}

absl::StatusOr<v1::AuthorityPolicy> AuthorityHandlers::GetAuthorityPolicy(
    const RequestContext& ctx, const v1::GetAuthorityPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  auto day = convert::OptionalDay(request.has_date(), request.date(), "date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const store::Reader reader(deps_.database, ctx.deadline);
  if (!day) {
    ASSIGN_OR_RETURN(day, Today(reader, ctx));
  }
  ASSIGN_OR_RETURN(const auto own, OwnPolicies(reader, ctx.org_id()));
  const authority::Policy& policy = authority::PolicyOn(own, *day);
  if (policy.id != domain::kOwnLadderId) return authority::ToProto(policy);
  ASSIGN_OR_RETURN(const auto bodies, store::AuthorityPolicies(reader, ctx.org_id()));
  v1::AuthorityPolicy stored;
  stored.ParseFromString(bodies.at(policy.version - 1));
  return stored;
}

absl::StatusOr<v1::ListAuthorityPoliciesResponse> AuthorityHandlers::ListAuthorityPolicies(
    const RequestContext& ctx, const v1::ListAuthorityPoliciesRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(
      const auto bodies,
      store::AuthorityPolicies(store::Reader(deps_.database, ctx.deadline), ctx.org_id()));
  v1::ListAuthorityPoliciesResponse response;
  for (const authority::Policy& policy : authority::ShippedPolicies()) {
    *response.add_policies() = authority::ToProto(policy);
  }
  for (const std::string& body : bodies) {
    if (!response.add_policies()->ParseFromString(body)) {
      return Internal("a stored policy does not parse");
    }
  }
  return response;
}

}  // namespace kefu::staffing
