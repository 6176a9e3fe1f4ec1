#include "common/authority/authority.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "fmt/format.h"

namespace kefu::authority {
namespace {

// Version 1. The handbook asks for limits by tier and names none (DOMAIN 2.2): the numbers are this
// product's, in fen. A trainee answers under supervision and decides nothing that costs.
struct TierLimits {
  std::string_view tier_id;
  int64_t refund, coupon, compensation, price_change;
};
constexpr TierLimits kLimitsV1[] = {
    {"regular", 5'000, 1'000, 2'000, 0},
    {"senior", 20'000, 3'000, 10'000, 1'000},
    {"team_lead", 50'000, 5'000, 30'000, 2'000},
    {"supervisor", 200'000, 20'000, 100'000, 10'000},
    {"manager", 1'000'000, 100'000, 500'000, 50'000},
};
// Review results (DOMAIN 4.3) that cost nothing beyond what the rules of returns grant.
constexpr std::string_view kFreeResults[] = {"APPROVED", "REJECTED", "WAITING_FOR_CUSTOMER",
                                             "CUSTOMER_GAVE_UP"};

Policy PolicyV1() {
  Policy policy{"default", 1, absl::CivilDay(1, 1, 1), {}};
  const auto add = [&](Scope scope, std::string_view id, Action action, std::string_view subject,
                       int64_t limit, bool forbidden = false) {
    policy.rules.push_back(
        {scope, std::string(id), action, std::string(subject), limit, forbidden});
  };
  using A = Action;
  add(Scope::kTier, "trainee", A::kReviewResult, "WAITING_FOR_CUSTOMER", 0);
  for (const TierLimits& limits : kLimitsV1) {
    add(Scope::kTier, limits.tier_id, A::kRefund, "", limits.refund);
    add(Scope::kTier, limits.tier_id, A::kCoupon, "", limits.coupon);
    add(Scope::kTier, limits.tier_id, A::kCompensation, "", limits.compensation);
    if (limits.price_change > 0) {
      add(Scope::kTier, limits.tier_id, A::kPriceChange, "", limits.price_change);
    }
    // Reissues and refunds without return go by what they cost.
    add(Scope::kTier, limits.tier_id, A::kReviewResult, "", limits.compensation);
    for (const std::string_view result : kFreeResults) {
      add(Scope::kTier, limits.tier_id, A::kReviewResult, result, limits.refund);
    }
  }
  // Prices are the merchant's: agents of bases ask for every change.
  add(Scope::kBase, "", A::kPriceChange, "", 0, /*forbidden=*/true);
  return policy;
}

// Version 2: a base's tiers are the base's own word, so none of its agents decides more of a
// merchant's money than a regular agent of the merchant's own, unless the merchant says otherwise.
Policy PolicyV2() {
  Policy policy = PolicyV1();
  policy.version = 2;
  policy.effective_date = absl::CivilDay(2026, 12, 1);
  std::vector<Rule> bounds;
  for (Rule rule : policy.rules) {
    if (rule.scope != Scope::kTier || rule.scope_id != "regular") continue;
    rule.scope = Scope::kBase;
    rule.scope_id.clear();
    bounds.push_back(std::move(rule));
  }
  policy.rules.insert(policy.rules.end(), bounds.begin(), bounds.end());
  return policy;
}

}  // namespace

std::span<const Policy> ShippedPolicies() {
  static const auto& policies = *new std::vector<Policy>{PolicyV1(), PolicyV2()};
  return policies;
}

const Policy& PolicyOn(std::span<const Policy> own, absl::CivilDay day) {
  const Policy* found = nullptr;
  for (const Policy& policy : own) {
    if (policy.effective_date > day) continue;
    if (found == nullptr || std::tie(policy.effective_date, policy.version) >
                                std::tie(found->effective_date, found->version)) {
      found = &policy;
    }
  }
  if (found != nullptr) return *found;
  const std::span<const Policy> shipped = ShippedPolicies();
  const auto later = std::ranges::find_if(
      shipped, [&](const Policy& policy) { return policy.effective_date > day; });
  return *std::prev(later);  // the first counts from year 1
}

const Rule* FindRule(const Policy& policy, Scope scope, std::string_view scope_id, Action action,
                     std::string_view subject) {
  const Rule* general = nullptr;
  for (const Rule& rule : policy.rules) {
    if (rule.scope != scope || rule.scope_id != scope_id || rule.action != action) continue;
    if (rule.subject == subject) return &rule;
    if (rule.subject.empty()) general = &rule;
  }
  return general;
}

bool Reaches(const Rule* rule, int64_t amount) {
  return rule != nullptr && !rule->forbidden && amount <= rule->limit_minor;
}

void CheckPolicy(const Policy& policy, FieldViolations& violations) {
  std::set<std::tuple<Scope, std::string, Action, std::string>> seen;
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    const std::string path = fmt::format("rules[{}]", i);
    if (rule.scope == Scope::kEverybody) {
      violations.Check(rule.scope_id.empty(), path + ".scope_id", "must be empty of EVERYBODY");
    } else if (rule.scope != Scope::kBase) {
      violations.Check(!rule.scope_id.empty(), path + ".scope_id", "must be set");
    }
    violations.Check(rule.limit_minor >= 0, path + ".limit_minor_units", "must not be negative");
    violations.Check(!rule.forbidden || rule.limit_minor == 0, path + ".limit_minor_units",
                     "must be 0 of what is forbidden");
    violations.Check(seen.emplace(rule.scope, rule.scope_id, rule.action, rule.subject).second,
                     path, "must not stand twice");
  }
}

Answer DecideForMerchant(const Policy& policy, const Question& question) {
  const Rule* everybody =
      FindRule(policy, Scope::kEverybody, "", question.action, question.subject);
  Answer answer{.decision = Decision::kAllowed, .limit_minor = {}, .rules = {}};
  if (everybody == nullptr) return answer;
  answer.rules.push_back(*everybody);
  if (!Reaches(everybody, question.amount_minor)) answer.decision = Decision::kNever;
  return answer;
}

Answer Decide(const Policy& policy, const Question& question) {
  const auto find = [&](Scope scope, std::string_view id) {
    return FindRule(policy, scope, id, question.action, question.subject);
  };
  Answer answer = DecideForMerchant(policy, question);
  if (answer.decision == Decision::kNever) return answer;
  answer.rules.clear();
  const Rule* own = find(Scope::kAgent, question.agent_id);
  if (own == nullptr) own = find(Scope::kTier, question.tier_id);
  std::vector<const Rule*> bounds;
  if (!question.base_id.empty()) {
    bounds.push_back(find(Scope::kBase, question.base_id));
    if (bounds.back() == nullptr) bounds.back() = find(Scope::kBase, "");
  }
  if (!question.contract_id.empty()) {
    bounds.push_back(find(Scope::kContract, question.contract_id));
  }
  bool allowed = Reaches(own, question.amount_minor);
  if (own != nullptr) {
    answer.rules.push_back(*own);
    if (!own->forbidden) answer.limit_minor = own->limit_minor;
  }
  for (const Rule* bound : bounds) {
    if (bound == nullptr) continue;
    answer.rules.push_back(*bound);
    allowed = allowed && Reaches(bound, question.amount_minor);
    if (bound->forbidden) {
      answer.limit_minor.reset();
    } else if (answer.limit_minor) {
      answer.limit_minor = std::min(*answer.limit_minor, bound->limit_minor);
    }
  }
  answer.decision = allowed ? Decision::kAllowed : Decision::kNeedsApproval;
  return answer;
}

}  // namespace kefu::authority
