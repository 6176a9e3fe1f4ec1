// What a policy would change of what was decided.
#include "services/aftersales/domain/returns/simulate.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "common/convert/fields.h"
#include "common/money/money.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/convert/returns.h"
#include "services/aftersales/domain/returns/evaluate.h"
#include "services/aftersales/handlers/returns/asked_policy.h"
#include "services/aftersales/handlers/returns/evaluation_rows.h"
#include "services/aftersales/handlers/returns/return_policies.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/returns.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
namespace returns = domain::returns;

// One answer's work: seconds of one worker at the most, rows read in pages that fit into memory.
constexpr int kMaxEvaluations = 5'000;
constexpr int kRowsAtOnce = 500;
// What an answer shows of the rules and of the changed evaluations.
constexpr int kMaxRules = 200, kMaxChanges = 200;

// Sums of what buyers get more and less, by currency.
class Sums {
 public:
  // MONEY_OVERFLOW.
  absl::Status Add(const std::optional<returns::Paid>& paid, int64_t more_minor) {
    if (!paid || more_minor == 0) return absl::OkStatus();
    const Money none{paid->currency, 0};
    auto& [more, less] = sums_.try_emplace(paid->currency, none, none).first->second;
    Money amount{paid->currency, more_minor};
    if (more_minor < 0) {
      ASSIGN_OR_RETURN(amount, Negate(amount));
    }
    Money& sum = more_minor > 0 ? more : less;
    ASSIGN_OR_RETURN(sum, ::kefu::Add(sum, amount));
    return absl::OkStatus();
  }

  template <class Proto>
  void To(Proto& proto) const {
    for (const auto& [currency, sums] : sums_) {
      v1::SimulatedMoney& added = *proto.add_money();
      added.set_currency_code(currency);
      added.set_more_minor(sums.first.minor);
      added.set_less_minor(sums.second.minor);
    }
  }

 private:
  std::map<std::string, std::pair<Money, Money>> sums_;
};

struct RemedySum {
  v1::SimulatedRemedy counts;
  Sums money;
};
struct RuleSum {
  v1::SimulatedRule counts;
  Sums money;
};

v1::ReturnOffer ToProto(const returns::Offer& offer) {
  v1::ReturnOffer proto;
  proto.set_decision(static_cast<v1::ReturnDecision>(offer.decision));
  if (offer.decision == returns::Decision::kNotAllowed) return proto;
  *proto.mutable_last_date() = fields::ToProto(offer.last);
  proto.set_return_freight(static_cast<v1::FreightPayer>(offer.return_freight));
  proto.set_outbound_freight(static_cast<v1::FreightPayer>(offer.outbound_freight));
  *proto.mutable_rule() = convert::ToProto(offer.rule);
  return proto;
}

std::optional<returns::Paid> PaidOf(const v1::ReturnEvaluation& evaluation) {
  if (!evaluation.has_goods_paid()) return std::nullopt;
  return returns::Paid{evaluation.goods_paid().currency_code(),
                       evaluation.goods_paid().minor_units(),
                       evaluation.freight_paid().minor_units()};
}

void Count(const returns::RemedyChange& change, v1::SimulatedRemedy& counts) {
  using returns::Payer;
  const returns::Offer& before = change.before;
  const returns::Offer& after = change.after;
  if (after.decision < before.decision) counts.set_gained(counts.gained() + 1);
  if (after.decision > before.decision) counts.set_lost(counts.lost() + 1);
  if (after.decision != before.decision) return;
  if (after.last > before.last) counts.set_longer(counts.longer() + 1);
  if (after.last < before.last) counts.set_shorter(counts.shorter() + 1);
  const auto becomes = [&](Payer from, Payer to) {
    return (before.return_freight == from && after.return_freight == to) ||
           (before.outbound_freight == from && after.outbound_freight == to);
  };
  if (becomes(Payer::kBuyer, Payer::kMerchant)) counts.set_cheaper(counts.cheaper() + 1);
  if (becomes(Payer::kMerchant, Payer::kBuyer)) counts.set_dearer(counts.dearer() + 1);
}

// Empty where nothing gives the remedy.
std::string KeyOf(const returns::Offer& offer) {
  if (offer.decision == returns::Decision::kNotAllowed) return "";
  return fmt::format("{}#{}/{}", offer.rule.policy.policy_id, offer.rule.policy.version,
                     offer.rule.rule_id);
}

// Takes evaluations of the candidate's organization, the newest first.
class Simulation {
 public:
  explicit Simulation(returns::Policy candidate)
      : candidate_(std::move(candidate)), versions_(candidate_.ref.org_id) {}

  absl::Status Add(db::Transaction& t, const store::ReturnEvaluation& row) {
    ASSIGN_OR_RETURN(const store::Shop shop, ShopOf(t, row.shop_id));
    if (!returns::IsFor(candidate_, shop.shop_id, shop.platform)) return absl::OkStatus();
    answer_.set_evaluations(answer_.evaluations() + 1);
    if (!row.case_id.empty() && !cases_.insert(row.case_id).second) {
      answer_.set_superseded(answer_.superseded() + 1);
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const v1::ReturnEvaluation evaluation, ParseEvaluation(row));
    ASSIGN_OR_RETURN(const auto before, versions_.Of(t, evaluation));
    return Decide(evaluation, before);
  }

  v1::SimulateReturnPolicyResponse Finish() && {
    money_.To(answer_);
    for (auto& [remedy, sum] : remedies_) {
      sum.counts.set_remedy(static_cast<v1::ReturnRemedy>(remedy));
      sum.money.To(sum.counts);
      *answer_.add_remedies() = std::move(sum.counts);
    }
    std::vector<RuleSum*> rules;
    for (auto& [key, sum] : rules_) rules.push_back(&sum);
    std::ranges::stable_sort(rules, std::greater(),
                             [](const RuleSum* sum) { return sum->counts.evaluations(); });
    if (rules.size() > kMaxRules) rules.resize(kMaxRules);
    for (RuleSum* sum : rules) {
      sum->money.To(sum->counts);
      *answer_.add_rules() = std::move(sum->counts);
    }
    return std::move(answer_);
  }

 private:
  absl::StatusOr<store::Shop> ShopOf(db::Transaction& t, const std::string& shop_id) {
    const auto found = shops_.find(shop_id);
    if (found != shops_.end()) return found->second;
    ASSIGN_OR_RETURN(store::Shop shop, store::FindShop(t, candidate_.ref.org_id, shop_id));
    return shops_.emplace(shop_id, std::move(shop)).first->second;
  }

  // As it was decided, and with the candidate in the place of the organization's own policy.
  absl::Status Decide(const v1::ReturnEvaluation& evaluation,
                      const std::vector<returns::Policy>& before) {
    ASSIGN_OR_RETURN(const returns::Question question, QuestionOf(evaluation));
    ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(evaluation.time_zone()));
    std::vector<returns::Policy> after;
    returns::Scope own = returns::Scope::kNone;
    for (const returns::Policy& policy : before) {
      own = std::max(own, returns::ScopeOf(policy));
      if (policy.ref.org_id.empty()) after.push_back(policy);
    }
    if (own > returns::ScopeOf(candidate_)) {
      answer_.set_shadowed(answer_.shadowed() + 1);
      return absl::OkStatus();
    }
    after.push_back(candidate_);
    FieldViolations faults;
    returns::CheckQuestion(after, question, zone, faults);
    if (!faults.empty()) {
      answer_.set_not_comparable(answer_.not_comparable() + 1);
      return absl::OkStatus();
    }
    const auto paid = PaidOf(evaluation);
    return Take(evaluation,
                returns::Compare(returns::Evaluate(before, question, zone),
                                 returns::Evaluate(after, question, zone), paid),
                paid);
  }

  absl::Status Take(const v1::ReturnEvaluation& evaluation, const returns::EvaluationChange& change,
                    const std::optional<returns::Paid>& paid) {
    if (change.remedies.empty()) {
      answer_.set_unchanged(answer_.unchanged() + 1);
      return absl::OkStatus();
    }
    answer_.set_changed(answer_.changed() + 1);
    if (!paid) answer_.set_without_order(answer_.without_order() + 1);
    RETURN_IF_ERROR(money_.Add(paid, change.more_minor));
    for (const returns::RemedyChange& one : change.remedies) RETURN_IF_ERROR(Sum(one, paid));
    if (answer_.changes_size() < kMaxChanges) Show(evaluation, change, paid);
    return absl::OkStatus();
  }

  absl::Status Sum(const returns::RemedyChange& change, const std::optional<returns::Paid>& paid) {
    RemedySum& remedy = remedies_[change.remedy];
    Count(change, remedy.counts);
    RETURN_IF_ERROR(remedy.money.Add(paid, change.more_minor));
    RuleSum& rule = rules_[{change.remedy, KeyOf(change.before), KeyOf(change.after)}];
    if (rule.counts.evaluations() == 0) {
      rule.counts.set_remedy(static_cast<v1::ReturnRemedy>(change.remedy));
      const v1::ReturnOffer before = ToProto(change.before), after = ToProto(change.after);
      if (before.has_rule()) *rule.counts.mutable_before() = before.rule();
      if (after.has_rule()) *rule.counts.mutable_after() = after.rule();
    }
    rule.counts.set_evaluations(rule.counts.evaluations() + 1);
    return rule.money.Add(paid, change.more_minor);
  }

  void Show(const v1::ReturnEvaluation& evaluation, const returns::EvaluationChange& change,
            const std::optional<returns::Paid>& paid) {
    v1::SimulatedEvaluation& shown = *answer_.add_changes();
    shown.set_evaluation_id(evaluation.evaluation_id());
    shown.set_case_id(evaluation.case_id());
    shown.set_shop_id(evaluation.shop_id());
    shown.set_order_id(evaluation.question().order_id());
    for (const returns::RemedyChange& one : change.remedies) {
      v1::SimulatedOffer& added = *shown.add_remedies();
      added.set_remedy(static_cast<v1::ReturnRemedy>(one.remedy));
      *added.mutable_before() = ToProto(one.before);
      *added.mutable_after() = ToProto(one.after);
    }
    if (!paid) return;
    shown.mutable_more()->set_currency_code(paid->currency);
    shown.mutable_more()->set_minor_units(change.more_minor);
  }

  const returns::Policy candidate_;
  PolicyVersions versions_;
  std::map<std::string, store::Shop> shops_;
  std::set<std::string> cases_;
  Sums money_;
  std::map<returns::Remedy, RemedySum> remedies_;
  std::map<std::tuple<returns::Remedy, std::string, std::string>, RuleSum> rules_;
  v1::SimulateReturnPolicyResponse answer_;
};

// The shop and the time of a request; its faults are added.
store::EvaluationFilter FilterOf(const v1::SimulateReturnPolicyRequest& request,
                                 const std::string& shop_of_policy, FieldViolations& violations) {
  store::EvaluationFilter filter;
  filter.shop_id = fields::OptionalId(request.shop_id(), "shop_id", violations);
  violations.Check(
      filter.shop_id.empty() || shop_of_policy.empty() || filter.shop_id == shop_of_policy,
      "shop_id", "is not the policy's");
  if (filter.shop_id.empty()) filter.shop_id = shop_of_policy;
  const auto instant = [&](bool present, const auto& value, const char* field) {
    if (!violations.Check(present, field, "must be set")) return absl::UnixEpoch();
    return fields::Instant(value, field, violations);
  };
  filter.from = instant(request.has_start_time(), request.start_time(), "start_time");
  filter.to = instant(request.has_end_time(), request.end_time(), "end_time");
  violations.Check(!request.has_start_time() || !request.has_end_time() || filter.from < filter.to,
                   "end_time", "must be after start_time");
  return filter;
}

absl::StatusOr<v1::SimulateReturnPolicyResponse> Simulate(db::Transaction& t,
                                                          const returns::Policy& candidate,
                                                          store::EvaluationFilter filter) {
  Simulation simulation(candidate);
  filter.org_id = candidate.ref.org_id;
  for (size_t read = 0;;) {
    ASSIGN_OR_RETURN(const auto rows, store::ListReturnEvaluations(t, filter, kRowsAtOnce));
    read += rows.size();
    if (read > kMaxEvaluations) return error::SimulationTooLarge(kMaxEvaluations);
    for (const store::ReturnEvaluation& row : rows) RETURN_IF_ERROR(simulation.Add(t, row));
    if (rows.size() < kRowsAtOnce) return std::move(simulation).Finish();
    filter.to = rows.back().create_time;
    filter.before_id = rows.back().evaluation_id;
  }
}

}  // namespace

absl::StatusOr<v1::SimulateReturnPolicyResponse> ReturnPolicyHandlers::SimulateReturnPolicy(
    const RequestContext& ctx, const v1::SimulateReturnPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations faults;
  store::EvaluationFilter filter = FilterOf(request, request.policy().shop_id(), faults);
  filter.base_id = BaseOf(ctx);
  ASSIGN_OR_RETURN(AskedPolicy asked, AskPolicy(ctx, request.has_policy(), request.policy()));
  const bool confined = ctx.principal.IsBase() || !ctx.principal.shops.empty();
  if (filter.shop_id.empty() && confined) return error::ShopNotAllowed("every shop");
  ASSIGN_OR_RETURN(asked.policy.ref.org_id, OrgOfPolicies(ctx, filter.shop_id));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::SimulateReturnPolicyResponse> {
        FieldViolations violations = faults;
        RETURN_IF_ERROR(CheckPolicy(t, ctx, request.policy(), asked, violations));
        RETURN_IF_ERROR(violations.ToStatus());
        return Simulate(t, asked.policy, filter);
      });
}

}  // namespace kefu::aftersales
