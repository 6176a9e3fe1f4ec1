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
#include "services/aftersales/store/cases.h"
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

// What is known of a result before it is held against authority; each is read once.
struct Known {
  RulesSay rules = RulesSay::kGrant;
  std::optional<domain::Order> order = {};  // read, like the books, where a cost may depend on it
  std::string books = {};                   // the currency in which limits are set
  LeastCost least = {};
  std::optional<Money> cost = {};  // that is held against authority, and told by the history
};

bool IsClaim(const domain::Case& record, domain::ReviewResult result) {
  return domain::FlowOf(record.kind, result) == domain::ProcessKind::kCompensation;
}

// `granted`: by this call. Of what was granted before nobody asks the rules again.
absl::StatusOr<Known> KnownOf(db::Transaction& t, const domain::Case& record,
                              domain::ReviewResult result, const std::optional<Money>& said,
                              bool granted) {
  Known known{.cost = said};
  const auto flow = domain::FlowOf(record.kind, result);
  if (granted && flow) {
    ASSIGN_OR_RETURN(known.rules, RulesOn(t, record, *flow));
  }
  const bool counts = said || IsClaim(record, result) || SendsGoods(record, result) ||
                      known.rules == RulesSay::kUnasked;
  if (!counts) return known;
  ASSIGN_OR_RETURN(known.order,
                   store::FindOrder(t, record.org_id, record.shop_id, record.order_id));
  ASSIGN_OR_RETURN(known.books, store::Currency(t, record.org_id));
  ASSIGN_OR_RETURN(known.least, LeastCostOf(t, record, result, known.order, known.rules,
                                            /*said=*/said.has_value()));
  return known;
}

// What the result costs: what the reviewer says, which is at least what leaves by the plan. Of an
// exchange that sends no more than comes back that is what it pays back, said or not.
absl::StatusOr<std::optional<Money>> CostOf(const LeastCost& least,
                                            const std::optional<Money>& said) {
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
                   fmt::format("must be at least {}: what the goods that leave are worth beyond "
                               "what comes for them, and what the plan pays back",
                               Format(least.amount)));
  RETURN_IF_ERROR(violations.ToStatus());
  return said;
}

// What a result costs is what is paid for the case's order, in its currency.
absl::Status CheckCurrency(const Known& known) {
  if (!known.cost) return absl::OkStatus();
  const std::string& currency = known.order ? known.order->currency : known.books;
  FieldViolations violations;
  violations.Check(currency.empty() || known.cost->currency == currency, "cost.currency_code",
                   fmt::format("must be {}, in which {}", currency,
                               known.order ? "the order was paid" : "limits are set"));
  return violations.ToStatus();
}

// Of a result that is being granted; of a claim to compensation the cost is what will be paid,
// whoever keeps silent about it.
absl::StatusOr<Known> KnownOfGrant(db::Transaction& t, const RequestContext& ctx,
                                   const domain::Case& record, domain::ReviewResult result,
                                   const std::optional<Money>& said) {
  ASSIGN_OR_RETURN(Known known, KnownOf(t, record, result, said, /*granted=*/true));
  if (IsClaim(record, result)) {
    ASSIGN_OR_RETURN(known.cost, PaidForClaim(t, record, said, NowOf(ctx)));
  } else {
    ASSIGN_OR_RETURN(known.cost, CostOf(known.least, said));
  }
  RETURN_IF_ERROR(CheckCurrency(known));
  return known;
}

// What is paid back of an order is bounded by what was paid for it, whoever says otherwise.
absl::Status CheckPaid(const domain::Case& record, domain::ReviewResult result,
                       const Known& known) {
  const auto flow = domain::FlowOf(record.kind, result);
  const bool pays_back = flow == domain::ProcessKind::kReturn ||
                         flow == domain::ProcessKind::kRefund ||
                         flow == domain::ProcessKind::kAdvancePayment;
  const std::optional<domain::Order>& order = known.order;
  const std::optional<Money>& cost = known.cost;
  if (!cost || !pays_back || !order || order->currency != cost->currency ||
      cost->minor <= order->paid_minor) {
    return absl::OkStatus();
  }
  return error::CostExceedsPaid(order->order_id, *cost, order->paid_minor);
}

// The contracts under which a base serves the shop on the day.
std::vector<std::string> ContractsOf(const auth::Principal& principal, const domain::Case& record,
                                     absl::CivilDay day) {
  std::vector<std::string> contracts;
  for (const auth::Grant& one : principal.GrantsOn(day)) {
    if (one.org_id != record.org_id || one.shop_id != record.shop_id) continue;
    contracts.push_back(one.contract_id);
  }
  return contracts;
}

// The merchant's policy on the day, and what is asked of it, as far as it does not depend on who
// asks.
struct Matter {
  absl::CivilDay day;
  authority::Policy policy;
  std::vector<authority::Question> questions;  // each must be allowed; at least one
  std::vector<std::string> contracts;          // under each of which it must be
  std::optional<Money> cost;
  std::string costs;        // the result that costs beyond what rules grant; empty: none does
  bool unknown = false;     // nobody knows what it costs: within no limit
  absl::Status comparable;  // LIMITS_IN_OTHER_CURRENCY: limits bound no such cost
  std::string advice;       // for whoever is refused; empty: nothing else can be done
};

// Completes the matter by who the caller is.
absl::Status Complete(db::Transaction& t, const RequestContext& ctx, const domain::Case& record,
                      Matter& matter) {
  const std::string& agent_id = ctx.principal.agent_id;
  if (agent_id.empty()) return error::AgentRequired();
  // A base's agents hold their tiers in the base's own organization.
  ASSIGN_OR_RETURN(const auto delegate,
                   store::FindDelegate(t, ctx.principal.org_id, agent_id, matter.day));
  if (!delegate) return error::AgentUnknown(agent_id, matter.day);
  std::string base_id = delegate->base_id;
  if (ctx.principal.IsBase()) {
    base_id = ctx.principal.base_id;
    // Contracts run by whole days of UTC: see RequireCase.
    matter.contracts =
        ContractsOf(ctx.principal, record, absl::ToCivilDay(ctx.now, absl::UTCTimeZone()));
  } else if (!base_id.empty()) {
    // A base's agent in the merchant's own books serves the shop under the base's contracts.
    ASSIGN_OR_RETURN(matter.contracts,
                     store::ContractsOf(t, record.org_id, record.shop_id, base_id, matter.day));
  }
  for (authority::Question& question : matter.questions) {
    question.agent_id = agent_id;
    question.tier_id = delegate->tier_id;
    question.base_id = base_id;
  }
  return absl::OkStatus();
}

std::string WhatOf(const authority::Question& question) {
  return question.subject.empty() ? std::string(NameOf(question.action)) : question.subject;
}

// The result whose authority it takes. An exchange that sends more than comes back sends it for
// nothing; what the rules of returns refuse is given away.
domain::ReviewResult BoundedAs(domain::ReviewResult by_name, const Known& known) {
  if (by_name != domain::ReviewResult::kApproved) return by_name;
  if (known.least.gives_goods) return domain::ReviewResult::kReissueWithoutReturn;
  return known.rules == RulesSay::kRefuse ? domain::ReviewResult::kRefundWithoutReturn : by_name;
}

// What was granted, or is to be, is bounded by whatever name it goes; what is paid as compensation
// is bounded as such as well. What is given where nobody has asked the rules is bounded as what it
// is called, said or not.
std::vector<authority::Question> QuestionsOf(const domain::Case& record,
                                             domain::ReviewResult result, const Known& known) {
  const domain::ReviewResult by_name = domain::RuleOf(record.kind, result).authority;
  std::vector<authority::Question> questions;
  const auto ask = [&](domain::ReviewResult one) {
    questions.push_back(
        {.action = authority::Action::kReviewResult, .subject = std::string(NameOf(one))});
  };
  if (IsClaim(record, result)) questions.push_back({.action = authority::Action::kCompensation});
  ask(BoundedAs(by_name, known));
  if (BoundedAs(by_name, known) != by_name) ask(by_name);
  for (authority::Question& one : questions) one.amount_minor = known.cost ? known.cost->minor : 0;
  if (known.least.given) {
    int64_t& amount = questions.back().amount_minor;
    amount = std::max(amount, known.least.given->minor);
  }
  return questions;
}

constexpr std::string_view kTellThePrice =
    "nobody knows the price of some of what is sent: of an exchange piece for piece the plan's "
    "price_difference, 0 included, tells it";
constexpr std::string_view kAskTheRules =
    "nobody has asked whether the rules of returns grant it: EvaluateReturn for the case does";

absl::StatusOr<Matter> MatterOf(CaseBatch& batch, const RequestContext& ctx,
                                const domain::Case& record,
                                std::vector<authority::Question> questions, const Known& known) {
  Matter matter;
  matter.questions = std::move(questions);
  matter.cost = known.cost;
  ASSIGN_OR_RETURN(const store::Shop shop, batch.Shop(record.org_id, record.shop_id));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(shop.zone.name));
  matter.day = absl::ToCivilDay(ctx.now, zone);
  ASSIGN_OR_RETURN(const auto own, batch.Authority(record.org_id));
  matter.policy = authority::PolicyOn(own, matter.day);
  std::optional<Money> held = known.cost;
  const auto& given = known.least.given;
  if (!held && given && known.order) held = Money{known.order->currency, given->minor};
  if (held && !known.books.empty() && held->currency != known.books) {
    matter.comparable = error::LimitsInOtherCurrency(known.books, *held);
  }
  return matter;
}

absl::StatusOr<Matter> MatterOf(CaseBatch& batch, const RequestContext& ctx,
                                const domain::Case& record, domain::ReviewResult result,
                                const Known& known) {
  ASSIGN_OR_RETURN(Matter matter,
                   MatterOf(batch, ctx, record, QuestionsOf(record, result, known), known));
  const auto bounded = BoundedAs(domain::RuleOf(record.kind, result).authority, known);
  if (Costs(bounded)) matter.costs = NameOf(bounded);
  const auto& given = known.least.given;
  matter.unknown = known.least.unpriced || (given && !given->known);
  if (known.least.unpriced) {
    matter.advice = kTellThePrice;
  } else if (given) {
    matter.advice = kAskTheRules;
  }
  return matter;
}

// The same refusal, which tells what can be done as well.
absl::Status Advised(const absl::Status& refusal, std::string_view advice) {
  if (advice.empty()) return refusal;
  absl::Status advised(refusal.code(),
                       fmt::format("{}; {}", std::string(refusal.message()), advice));
  refusal.ForEachPayload(
      [&](auto url, const absl::Cord& payload) { advised.SetPayload(url, payload); });
  return advised;
}

// The merchant's rules of everybody let the result be given. What nobody knows is within none.
absl::Status RequireAllowed(const Matter& matter) {
  for (const authority::Question& question : matter.questions) {
    const authority::Answer answer = authority::DecideForMerchant(matter.policy, question);
    if (answer.rules.empty()) continue;
    if (!matter.comparable.ok()) return Advised(matter.comparable, matter.advice);
    if (matter.unknown || answer.decision == authority::Decision::kNever) {
      return Advised(error::ReviewForbidden(WhatOf(question)), matter.advice);
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

// Under several contracts the tightest holds.
authority::Answer Decide(const Matter& matter, authority::Question question) {
  authority::Answer tightest = authority::Decide(matter.policy, question);
  for (const std::string& contract : matter.contracts) {
    question.contract_id = contract;
    authority::Answer answer = authority::Decide(matter.policy, question);
    if (answer.limit_minor < tightest.limit_minor) tightest = std::move(answer);
  }
  return tightest;
}

// What is delegated to the agent who asks reaches the matter.
absl::Status RequireDelegated(const Matter& matter) {
  if (!matter.comparable.ok()) return Advised(matter.comparable, matter.advice);
  for (const authority::Question& question : matter.questions) {
    const authority::Answer answer = Decide(matter, question);
    if (matter.unknown || answer.decision != authority::Decision::kAllowed) {
      const auto limit = matter.unknown ? std::nullopt : answer.limit_minor;
      return Advised(error::ReviewBeyondAuthority(WhatOf(question), question.tier_id, limit),
                     matter.advice);
    }
  }
  return absl::OkStatus();
}

domain::ReviewAuthority AuthorityOf(const Matter& matter) {
  return {matter.cost, matter.policy.id, matter.policy.version, matter.questions.front().tier_id};
}

// The caller's own authority reaches the matter.
absl::StatusOr<domain::ReviewAuthority> RequireOwn(db::Transaction& t, const RequestContext& ctx,
                                                   const domain::Case& record, Matter matter) {
  const bool merchant = DecidesForMerchant(ctx);
  if (!merchant) RETURN_IF_ERROR(Complete(t, ctx, record, matter));
  RETURN_IF_ERROR(RequireAllowed(matter));
  if (!merchant) RETURN_IF_ERROR(RequireDelegated(matter));
  const bool bounded = !merchant || IsBounded(matter);
  if (!matter.costs.empty() && !matter.cost && bounded) return CostRequired(matter.costs);
  return AuthorityOf(matter);
}

// What was granted or proposed before: nothing is granted anew, so that no rule of everybody is
// asked, and of who decides for the merchant nothing at all.
absl::StatusOr<domain::ReviewAuthority> RequireOver(db::Transaction& t, const RequestContext& ctx,
                                                    const domain::Case& record,
                                                    domain::ReviewResult result,
                                                    const Known& known) {
  CaseBatch batch(t);
  ASSIGN_OR_RETURN(Matter matter, MatterOf(batch, ctx, record, result, known));
  if (DecidesForMerchant(ctx)) return AuthorityOf(matter);
  RETURN_IF_ERROR(Complete(t, ctx, record, matter));
  matter.unknown |= !matter.cost && (!matter.costs.empty() || IsClaim(record, result));
  matter.advice.clear();
  RETURN_IF_ERROR(RequireDelegated(matter));
  return AuthorityOf(matter);
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
  ASSIGN_OR_RETURN(const Known known, KnownOfGrant(t, ctx, record, result, said));
  ASSIGN_OR_RETURN(Matter matter, MatterOf(batch, ctx, record, result, known));
  ASSIGN_OR_RETURN(auto authority, RequireOwn(t, ctx, record, std::move(matter)));
  RETURN_IF_ERROR(CheckPaid(record, result, known));
  return authority;
}

absl::StatusOr<domain::ReviewAuthority> RequireAuthorityOver(db::Transaction& t,
                                                             const RequestContext& ctx,
                                                             const domain::Case& record,
                                                             domain::ReviewResult result,
                                                             const std::optional<Money>& cost) {
  Known known{.cost = cost};
  if (!DecidesForMerchant(ctx)) {
    ASSIGN_OR_RETURN(known, KnownOf(t, record, result, cost, /*granted=*/false));
  }
  return RequireOver(t, ctx, record, result, known);
}

absl::StatusOr<domain::ReviewAuthority> RequireStanding(db::Transaction& t,
                                                        const RequestContext& ctx,
                                                        const domain::Case& record) {
  ASSIGN_OR_RETURN(const std::optional<Money> cost, store::DecidedCost(t, record));
  Known known{.cost = cost};
  if (!DecidesForMerchant(ctx)) {
    ASSIGN_OR_RETURN(known, KnownOf(t, record, record.result, cost, /*granted=*/false));
    const Money& least = known.least.amount;
    if (least.minor > 0 && (!cost || cost->minor < least.minor)) known.cost = least;
  }
  return RequireOver(t, ctx, record, record.result, known);
}

absl::Status RequireAuthorityToPay(db::Transaction& t, const RequestContext& ctx,
                                   const domain::Case& record, const Money& amount) {
  CaseBatch batch(t);
  Known known{.cost = amount};
  ASSIGN_OR_RETURN(known.books, store::Currency(t, record.org_id));
  std::vector<authority::Question> pay = {
      {.action = authority::Action::kCompensation, .amount_minor = amount.minor}};
  ASSIGN_OR_RETURN(Matter matter, MatterOf(batch, ctx, record, std::move(pay), known));
  return RequireOwn(t, ctx, record, std::move(matter)).status();
}

absl::StatusOr<domain::ReviewAuthority> RequireApprovable(db::Transaction& t,
                                                          const RequestContext& ctx,
                                                          const domain::Case& record,
                                                          domain::ReviewResult result,
                                                          const std::optional<Money>& said) {
  ASSIGN_OR_RETURN(const Known known, KnownOfGrant(t, ctx, record, result, said));
  CaseBatch batch(t);
  ASSIGN_OR_RETURN(Matter matter, MatterOf(batch, ctx, record, result, known));
  if (!matter.costs.empty() && !matter.cost) return CostRequired(matter.costs);
  if (!DecidesForMerchant(ctx)) RETURN_IF_ERROR(Complete(t, ctx, record, matter));
  RETURN_IF_ERROR(RequireAllowed(matter));
  RETURN_IF_ERROR(CheckPaid(record, result, known));
  return AuthorityOf(matter);
}

}  // namespace kefu::aftersales
