#include "services/aftersales/handlers/authority.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/auth/principal.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/domain/moves.h"
#include "services/aftersales/domain/processes/decisions.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/errors_casework.h"
#include "services/aftersales/handlers/least_cost.h"
#include "services/aftersales/store/authority.h"
#include "services/aftersales/store/orders.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {
namespace {

// Who decides for the merchant; everybody else decides what was delegated to the agent they are.
constexpr auth::RoleSet kMerchants = {auth::Role::kOwner, auth::Role::kShopManager,
                                      auth::Role::kIntegration, auth::Role::kService};

// Results that cost the merchant goods or money beyond what the rules of returns grant.
bool Costs(domain::ReviewResult result) {
  return result == domain::ReviewResult::kReissueWithoutReturn ||
         result == domain::ReviewResult::kRefundWithoutReturn ||
         result == domain::ReviewResult::kOfflineReissue;
}

// Who keeps silent about the cost of such a result would be within every limit.
absl::Status CostRequired(std::string_view result) {
  FieldViolations violations;
  violations.Add("cost", fmt::format("must be set, since limits bound what {} may cost", result));
  return violations.ToStatus();
}

absl::Status CheckCurrency(db::Transaction& t, std::string_view org_id,
                           const std::optional<Money>& cost) {
  if (!cost) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string currency, store::Currency(t, org_id));
  FieldViolations violations;
  violations.Check(currency.empty() || cost->currency == currency, "cost.currency_code",
                   fmt::format("must be {}, in which limits are set", currency));
  return violations.ToStatus();
}

// What the result costs: what the reviewer says, which is at least what leaves by the plan. Of an
// exchange that sends no more than comes back that is what it pays back, said or not.
absl::StatusOr<std::optional<Money>> CostOf(db::Transaction& t, const domain::Case& record,
                                            domain::ReviewResult result,
                                            const std::optional<Money>& said) {
  ASSIGN_OR_RETURN(const LeastCost least, LeastCostOf(t, record, result));
  if (!said) {
    const bool pays_back = !least.gives_goods && least.amount.minor > 0;
    return pays_back ? std::optional(least.amount) : std::nullopt;
  }
  FieldViolations violations;
  violations.Check(!least.unpriced || said->minor > 0, "cost",
                   "must be above 0: nobody knows the price of some of what is sent");
  violations.Check(least.amount.minor == 0 || (said->currency == least.amount.currency &&
                                               said->minor >= least.amount.minor),
                   "cost",
                   fmt::format("must be at least {}: what was paid for the goods that leave for "
                               "none, and what the plan pays back",
                               Format(least.amount)));
  RETURN_IF_ERROR(violations.ToStatus());
  return said;
}

// The result whose authority it takes.
absl::StatusOr<domain::ReviewResult> BoundedAs(db::Transaction& t, const domain::Case& record,
                                               domain::ReviewResult result) {
  const domain::ReviewResult bounded = domain::RuleOf(record.kind, result).authority;
  if (bounded != domain::ReviewResult::kApproved) return bounded;
  // An exchange that sends more than comes back sends it for nothing.
  ASSIGN_OR_RETURN(const LeastCost least, LeastCostOf(t, record, result));
  return least.gives_goods ? domain::ReviewResult::kReissueWithoutReturn : bounded;
}

// What is paid back of an order is bounded by what was paid for it, whoever says otherwise.
absl::Status CheckPaid(db::Transaction& t, const domain::Case& record, domain::ReviewResult result,
                       const std::optional<Money>& cost) {
  const auto flow = domain::FlowOf(record.kind, result);
  const bool pays_back = flow == domain::ProcessKind::kReturn ||
                         flow == domain::ProcessKind::kRefund ||
                         flow == domain::ProcessKind::kAdvancePayment;
  if (!cost || !pays_back || record.order_id.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto order,
                   store::FindOrder(t, record.org_id, record.shop_id, record.order_id));
  if (!order || order->currency != cost->currency || cost->minor <= order->paid_minor) {
    return absl::OkStatus();
  }
  return error::CostExceedsPaid(order->order_id, *cost, order->paid_minor);
}

// The contract under which a base serves the shop on the day.
std::string ContractOf(const auth::Principal& principal, const domain::Case& record,
                       absl::CivilDay day) {
  const std::vector<auth::Grant> grants = principal.GrantsOn(day);
  const auto grant = std::ranges::find_if(grants, [&](const auth::Grant& one) {
    return one.org_id == record.org_id && one.shop_id == record.shop_id;
  });
  return grant == grants.end() ? "" : grant->contract_id;
}

// Completes the question by who the caller is.
absl::Status Complete(db::Transaction& t, const RequestContext& ctx, const domain::Case& record,
                      absl::CivilDay day, authority::Question& question) {
  question.agent_id = ctx.principal.agent_id;
  if (question.agent_id.empty()) return error::AgentRequired();
  // A base's agents hold their tiers in the base's own organization.
  ASSIGN_OR_RETURN(const auto delegate,
                   store::FindDelegate(t, ctx.principal.org_id, question.agent_id, day));
  if (!delegate) return error::AgentUnknown(question.agent_id, day);
  question.tier_id = delegate->tier_id;
  question.base_id = ctx.principal.IsBase() ? ctx.principal.base_id : delegate->base_id;
  if (ctx.principal.IsBase()) {
    // Contracts run by whole days of UTC: see RequireCase.
    question.contract_id =
        ContractOf(ctx.principal, record, absl::ToCivilDay(ctx.now, absl::UTCTimeZone()));
  }
  return absl::OkStatus();
}

// The merchant's policy on the day, and the question of the result, as far as it does not depend on
// who asks. What a result grants is bounded by whatever name it goes.
struct Matter {
  absl::CivilDay day;
  authority::Policy policy;
  authority::Question question;
  bool costs = false;
};
absl::StatusOr<Matter> MatterOf(CaseBatch& batch, const RequestContext& ctx,
                                const domain::Case& record, authority::Question question,
                                const std::optional<Money>& cost) {
  RETURN_IF_ERROR(CheckCurrency(batch.t(), record.org_id, cost));
  ASSIGN_OR_RETURN(const store::Shop shop, batch.Shop(record.org_id, record.shop_id));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(shop.zone.name));
  question.amount_minor = cost ? cost->minor : 0;
  Matter matter{.day = absl::ToCivilDay(ctx.now, zone), .policy = {}, .question = question};
  ASSIGN_OR_RETURN(const auto own, batch.Authority(record.org_id));
  matter.policy = authority::PolicyOn(own, matter.day);
  return matter;
}
absl::StatusOr<Matter> MatterOf(CaseBatch& batch, const RequestContext& ctx,
                                const domain::Case& record, domain::ReviewResult result,
                                const std::optional<Money>& cost) {
  ASSIGN_OR_RETURN(const domain::ReviewResult bounded, BoundedAs(batch.t(), record, result));
  ASSIGN_OR_RETURN(Matter matter, MatterOf(batch, ctx, record,
                                           {.action = authority::Action::kReviewResult,
                                            .subject = std::string(NameOf(bounded))},
                                           cost));
  matter.costs = Costs(bounded);
  return matter;
}

// The caller's own authority reaches the matter.
absl::StatusOr<domain::ReviewAuthority> RequireOwn(db::Transaction& t, const RequestContext& ctx,
                                                   const domain::Case& record, Matter matter,
                                                   const std::optional<Money>& cost) {
  auto& [day, policy, question, costs] = matter;
  const bool merchant = DecidesForMerchant(ctx);
  if (!merchant) RETURN_IF_ERROR(Complete(t, ctx, record, day, question));
  const authority::Answer answer = merchant ? authority::DecideForMerchant(policy, question)
                                            : authority::Decide(policy, question);
  const std::string what =
      question.subject.empty() ? std::string(NameOf(question.action)) : question.subject;
  if (answer.decision == authority::Decision::kNever) return error::ReviewForbidden(what);
  if (answer.decision != authority::Decision::kAllowed) {
    return error::ReviewBeyondAuthority(what, question.tier_id, answer.limit_minor);
  }
  const bool unbounded = merchant && answer.rules.empty();
  if (costs && !cost && !unbounded) return CostRequired(what);
  return domain::ReviewAuthority{cost, policy.id, policy.version, question.tier_id};
}

}  // namespace

bool DecidesForMerchant(const RequestContext& ctx) {
  return !ctx.principal.IsBase() && ctx.principal.roles.Intersects(kMerchants);
}

absl::StatusOr<domain::ReviewAuthority> RequireAuthority(db::Transaction& t,
                                                         const RequestContext& ctx,
                                                         const domain::Case& record,
                                                         domain::ReviewResult result,
                                                         const std::optional<Money>& said) {
  CaseBatch batch(t);
  return RequireAuthority(batch, ctx, record, result, said);
}

absl::StatusOr<domain::ReviewAuthority> RequireAuthority(CaseBatch& batch,
                                                         const RequestContext& ctx,
                                                         const domain::Case& record,
                                                         domain::ReviewResult result,
                                                         const std::optional<Money>& said) {
  db::Transaction& t = batch.t();
  ASSIGN_OR_RETURN(const std::optional<Money> cost, CostOf(t, record, result, said));
  ASSIGN_OR_RETURN(Matter matter, MatterOf(batch, ctx, record, result, cost));
  ASSIGN_OR_RETURN(auto authority, RequireOwn(t, ctx, record, std::move(matter), cost));
  RETURN_IF_ERROR(CheckPaid(t, record, result, cost));
  return authority;
}

absl::StatusOr<domain::ReviewAuthority> RequireAuthorityOver(db::Transaction& t,
                                                             const RequestContext& ctx,
                                                             const domain::Case& record,
                                                             domain::ReviewResult result,
                                                             const std::optional<Money>& cost) {
  CaseBatch batch(t);
  ASSIGN_OR_RETURN(Matter matter, MatterOf(batch, ctx, record, result, cost));
  if (matter.costs && !cost && !DecidesForMerchant(ctx)) {
    return error::ReviewBeyondAuthority(matter.question.subject, "", std::nullopt);
  }
  matter.costs = false;
  return RequireOwn(t, ctx, record, std::move(matter), cost);
}

absl::Status RequireAuthorityToPay(db::Transaction& t, const RequestContext& ctx,
                                   const domain::Case& record, const Money& amount) {
  CaseBatch batch(t);
  ASSIGN_OR_RETURN(Matter matter, MatterOf(batch, ctx, record,
                                           {.action = authority::Action::kCompensation}, amount));
  return RequireOwn(t, ctx, record, std::move(matter), amount).status();
}

absl::StatusOr<domain::ReviewAuthority> RequireApprovable(db::Transaction& t,
                                                          const RequestContext& ctx,
                                                          const domain::Case& record,
                                                          domain::ReviewResult result,
                                                          const std::optional<Money>& said) {
  ASSIGN_OR_RETURN(const std::optional<Money> cost, CostOf(t, record, result, said));
  CaseBatch batch(t);
  ASSIGN_OR_RETURN(Matter matter, MatterOf(batch, ctx, record, result, cost));
  auto& [day, policy, question, costs] = matter;
  if (costs && !cost) return CostRequired(question.subject);
  if (!DecidesForMerchant(ctx)) RETURN_IF_ERROR(Complete(t, ctx, record, day, question));
  if (authority::DecideForMerchant(policy, question).decision == authority::Decision::kNever) {
    return error::ReviewForbidden(question.subject);
  }
  RETURN_IF_ERROR(CheckPaid(t, record, result, cost));
  return domain::ReviewAuthority{cost, policy.id, policy.version, question.tier_id};
}

}  // namespace kefu::aftersales
