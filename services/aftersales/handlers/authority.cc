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
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/processes/compensations.h"
#include "services/aftersales/processes/terms.h"
#include "services/aftersales/store/authority.h"
#include "services/aftersales/store/orders.h"
#include "services/aftersales/store/policies.h"
#include "services/aftersales/store/sla.h"

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

// What a result costs is what is paid for the case's order, in its currency.
absl::Status CheckCurrency(db::Transaction& t, const domain::Case& record,
                           const std::optional<Money>& cost) {
  if (!cost) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto order,
                   store::FindOrder(t, record.org_id, record.shop_id, record.order_id));
  ASSIGN_OR_RETURN(const std::string books, store::Currency(t, record.org_id));
  const std::string& currency = order ? order->currency : books;
  FieldViolations violations;
  violations.Check(currency.empty() || cost->currency == currency, "cost.currency_code",
                   fmt::format("must be {}, in which {}", currency,
                               order ? "the order was paid" : "limits are set"));
  return violations.ToStatus();
}

// The currency in which limits are set, where the cost is in another one and no limit bounds it;
// else empty.
absl::StatusOr<std::string> OtherCurrencyOfLimits(db::Transaction& t, const domain::Case& record,
                                                  const std::optional<Money>& cost) {
  if (!cost) return "";
  ASSIGN_OR_RETURN(std::string books, store::Currency(t, record.org_id));
  return cost->currency == books ? "" : std::move(books);
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

bool IsClaim(const domain::Case& record, domain::ReviewResult result) {
  return domain::FlowOf(record.kind, result) == domain::ProcessKind::kCompensation;
}

// What is held against authority and told by the history: of a claim to compensation what will be
// paid, whoever keeps silent about it.
absl::StatusOr<std::optional<Money>> CostHeld(db::Transaction& t, const RequestContext& ctx,
                                              const domain::Case& record,
                                              domain::ReviewResult result,
                                              const std::optional<Money>& said) {
  std::optional<Money> cost;
  if (IsClaim(record, result)) {
    ASSIGN_OR_RETURN(cost, PaidForClaim(t, record, said, NowOf(ctx)));
  } else {
    ASSIGN_OR_RETURN(cost, CostOf(t, record, result, said));
  }
  RETURN_IF_ERROR(CheckCurrency(t, record, cost));
  return cost;
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

// The merchant's policy on the day, and what is asked of it, as far as it does not depend on who
// asks.
struct Matter {
  store::Shop shop;
  absl::CivilDay day;
  authority::Policy policy;
  std::vector<authority::Question> questions;  // each must be allowed; at least one
  std::string costs;            // the result that costs beyond what rules grant; empty: none does
  std::string limits_currency;  // where the cost is in another one
};

// Completes the questions by who the caller is.
absl::Status Complete(db::Transaction& t, const RequestContext& ctx, const domain::Case& record,
                      Matter& matter) {
  const std::string& agent_id = ctx.principal.agent_id;
  if (agent_id.empty()) return error::AgentRequired();
  // A base's agents hold their tiers in the base's own organization.
  ASSIGN_OR_RETURN(const auto delegate,
                   store::FindDelegate(t, ctx.principal.org_id, agent_id, matter.day));
  if (!delegate) return error::AgentUnknown(agent_id, matter.day);
  std::string base_id = delegate->base_id, contract_id;
  if (ctx.principal.IsBase()) {
    base_id = ctx.principal.base_id;
    // Contracts run by whole days of UTC: see RequireCase.
    contract_id = ContractOf(ctx.principal, record, absl::ToCivilDay(ctx.now, absl::UTCTimeZone()));
  } else if (!base_id.empty()) {
    // A base's agent in the merchant's own books serves the shop under the base's contract.
    ASSIGN_OR_RETURN(const store::CaseScope scope,
                     store::FindCaseScope(t, matter.shop, agent_id, ctx.now));
    if (scope.base_id == base_id) contract_id = scope.contract_id;
  }
  for (authority::Question& question : matter.questions) {
    question.agent_id = agent_id;
    question.tier_id = delegate->tier_id;
    question.base_id = base_id;
    question.contract_id = contract_id;
  }
  return absl::OkStatus();
}

std::string WhatOf(const authority::Question& question) {
  return question.subject.empty() ? std::string(NameOf(question.action)) : question.subject;
}

authority::Question AskFor(domain::ReviewResult result) {
  return {.action = authority::Action::kReviewResult, .subject = std::string(NameOf(result))};
}

absl::StatusOr<Matter> MatterOf(CaseBatch& batch, const RequestContext& ctx,
                                const domain::Case& record,
                                std::vector<authority::Question> questions,
                                const std::optional<Money>& cost) {
  Matter matter;
  ASSIGN_OR_RETURN(matter.limits_currency, OtherCurrencyOfLimits(batch.t(), record, cost));
  ASSIGN_OR_RETURN(matter.shop, batch.Shop(record.org_id, record.shop_id));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(matter.shop.zone.name));
  matter.day = absl::ToCivilDay(ctx.now, zone);
  ASSIGN_OR_RETURN(const auto own, batch.Authority(record.org_id));
  matter.policy = authority::PolicyOn(own, matter.day);
  for (authority::Question& one : questions) one.amount_minor = cost ? cost->minor : 0;
  matter.questions = std::move(questions);
  return matter;
}

// What was granted, or is to be, is bounded by whatever name it goes; what is paid as compensation
// is bounded as such as well.
absl::StatusOr<Matter> MatterOf(CaseBatch& batch, const RequestContext& ctx,
                                const domain::Case& record, domain::ReviewResult result,
                                const std::optional<Money>& cost) {
  const domain::ReviewResult by_name = domain::RuleOf(record.kind, result).authority;
  ASSIGN_OR_RETURN(const domain::ReviewResult bounded, BoundedAs(batch.t(), record, result));
  std::vector<authority::Question> questions;
  if (IsClaim(record, result)) questions.push_back({.action = authority::Action::kCompensation});
  questions.push_back(AskFor(bounded));
  if (bounded != by_name) questions.push_back(AskFor(by_name));
  ASSIGN_OR_RETURN(Matter matter, MatterOf(batch, ctx, record, std::move(questions), cost));
  if (Costs(bounded)) matter.costs = NameOf(bounded);
  return matter;
}

// The same of a result that is being granted: what the rules of returns refuse is bounded as what
// is given away by it.
absl::StatusOr<Matter> MatterOfGrant(CaseBatch& batch, const RequestContext& ctx,
                                     const domain::Case& record, domain::ReviewResult result,
                                     const std::optional<Money>& cost) {
  ASSIGN_OR_RETURN(Matter matter, MatterOf(batch, ctx, record, result, cost));
  const auto flow = domain::FlowOf(record.kind, result);
  if (!flow) return matter;
  ASSIGN_OR_RETURN(const bool refused, RulesRefuse(batch.t(), record, *flow));
  if (!refused) return matter;
  authority::Question question =
      AskFor(*flow == domain::ProcessKind::kExchange ? domain::ReviewResult::kReissueWithoutReturn
                                                     : domain::ReviewResult::kRefundWithoutReturn);
  question.amount_minor = matter.questions.back().amount_minor;
  matter.costs = question.subject;
  matter.questions.insert(matter.questions.begin(), std::move(question));
  return matter;
}

// The merchant's rules of everybody let the result be given.
absl::Status RequireAllowed(const Matter& matter, const std::optional<Money>& cost) {
  for (const authority::Question& question : matter.questions) {
    const authority::Answer answer = authority::DecideForMerchant(matter.policy, question);
    if (!answer.rules.empty() && !matter.limits_currency.empty()) {
      return error::LimitsInOtherCurrency(matter.limits_currency, *cost);
    }
    if (answer.decision == authority::Decision::kNever) {
      return error::ReviewForbidden(WhatOf(question));
    }
  }
  return absl::OkStatus();
}

// Whether a rule of everybody bounds the result, who decides for the merchant included.
bool IsBounded(const Matter& matter) {
  return std::ranges::any_of(matter.questions, [&](const authority::Question& question) {
    return !authority::DecideForMerchant(matter.policy, question).rules.empty();
  });
}

// The caller's own authority reaches the matter.
absl::StatusOr<domain::ReviewAuthority> RequireOwn(db::Transaction& t, const RequestContext& ctx,
                                                   const domain::Case& record, Matter matter,
                                                   const std::optional<Money>& cost) {
  const bool merchant = DecidesForMerchant(ctx);
  if (!merchant) RETURN_IF_ERROR(Complete(t, ctx, record, matter));
  RETURN_IF_ERROR(RequireAllowed(matter, cost));
  const std::string& tier_id = matter.questions.front().tier_id;
  if (!merchant && !matter.limits_currency.empty()) {
    return error::LimitsInOtherCurrency(matter.limits_currency, *cost);
  }
  for (const authority::Question& question : matter.questions) {
    if (merchant) break;
    const authority::Answer answer = authority::Decide(matter.policy, question);
    if (answer.decision != authority::Decision::kAllowed) {
      return error::ReviewBeyondAuthority(WhatOf(question), tier_id, answer.limit_minor);
    }
  }
  const bool bounded = !merchant || IsBounded(matter);
  if (!matter.costs.empty() && !cost && bounded) return CostRequired(matter.costs);
  return domain::ReviewAuthority{cost, matter.policy.id, matter.policy.version, tier_id};
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
  ASSIGN_OR_RETURN(const std::optional<Money> cost, CostHeld(t, ctx, record, result, said));
  ASSIGN_OR_RETURN(Matter matter, MatterOfGrant(batch, ctx, record, result, cost));
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
  // Nobody has said what it costs: within no limit.
  const bool unknown = !cost && (!matter.costs.empty() || IsClaim(record, result));
  matter.costs.clear();
  const std::string what = WhatOf(matter.questions.front());
  ASSIGN_OR_RETURN(auto authority, RequireOwn(t, ctx, record, std::move(matter), cost));
  if (unknown && !DecidesForMerchant(ctx)) {
    return error::ReviewBeyondAuthority(what, authority.tier_id, std::nullopt);
  }
  return authority;
}

absl::Status RequireAuthorityToPay(db::Transaction& t, const RequestContext& ctx,
                                   const domain::Case& record, const Money& amount) {
  CaseBatch batch(t);
  ASSIGN_OR_RETURN(
      Matter matter,
      MatterOf(batch, ctx, record,
               std::vector<authority::Question>{{.action = authority::Action::kCompensation}},
               amount));
  return RequireOwn(t, ctx, record, std::move(matter), amount).status();
}

absl::StatusOr<domain::ReviewAuthority> RequireApprovable(db::Transaction& t,
                                                          const RequestContext& ctx,
                                                          const domain::Case& record,
                                                          domain::ReviewResult result,
                                                          const std::optional<Money>& said) {
  ASSIGN_OR_RETURN(const std::optional<Money> cost, CostHeld(t, ctx, record, result, said));
  CaseBatch batch(t);
  ASSIGN_OR_RETURN(Matter matter, MatterOfGrant(batch, ctx, record, result, cost));
  if (!matter.costs.empty() && !cost) return CostRequired(matter.costs);
  if (!DecidesForMerchant(ctx)) RETURN_IF_ERROR(Complete(t, ctx, record, matter));
  RETURN_IF_ERROR(RequireAllowed(matter, cost));
  RETURN_IF_ERROR(CheckPaid(t, record, result, cost));
  return domain::ReviewAuthority{cost, matter.policy.id, matter.policy.version,
                                 matter.questions.front().tier_id};
}

}  // namespace kefu::aftersales
