#include "services/staffing/domain/careers/authority.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "fmt/format.h"

namespace kefu::staffing::domain::careers {
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

AuthorityPolicy PolicyV1() {
  AuthorityPolicy policy{"default", 1, absl::CivilDay(1, 1, 1), {}};
  const auto add = [&](AuthorityScope scope, std::string_view id, AuthorityAction action,
                       std::string_view subject, int64_t limit, bool forbidden = false) {
    policy.rules.push_back(
        {scope, std::string(id), action, std::string(subject), limit, forbidden});
  };
  using A = AuthorityAction;
  add(AuthorityScope::kTier, "trainee", A::kReviewResult, "WAITING_FOR_CUSTOMER", 0);
  for (const TierLimits& limits : kLimitsV1) {
    add(AuthorityScope::kTier, limits.tier_id, A::kRefund, "", limits.refund);
    add(AuthorityScope::kTier, limits.tier_id, A::kCoupon, "", limits.coupon);
    add(AuthorityScope::kTier, limits.tier_id, A::kCompensation, "", limits.compensation);
    if (limits.price_change > 0) {
      add(AuthorityScope::kTier, limits.tier_id, A::kPriceChange, "", limits.price_change);
    }
    // Reissues and refunds without return go by what they cost.
    add(AuthorityScope::kTier, limits.tier_id, A::kReviewResult, "", limits.compensation);
    for (const std::string_view result : kFreeResults) {
      add(AuthorityScope::kTier, limits.tier_id, A::kReviewResult, result, limits.refund);
    }
  }
  // Prices are the merchant's: agents of bases ask for every change.
  add(AuthorityScope::kBase, "", A::kPriceChange, "", 0, /*forbidden=*/true);
  return policy;
}

// The rule of the very subject, else the one for any; null when there is none.
const AuthorityRule* FindRule(const AuthorityPolicy& policy, AuthorityScope scope,
                              std::string_view scope_id, AuthorityAction action,
                              std::string_view subject) {
  const AuthorityRule* general = nullptr;
  for (const AuthorityRule& rule : policy.rules) {
    if (rule.scope != scope || rule.scope_id != scope_id || rule.action != action) continue;
    if (rule.subject == subject) return &rule;
    if (rule.subject.empty()) general = &rule;
  }
  return general;
}

bool Reaches(const AuthorityRule* rule, int64_t amount) {
  return rule != nullptr && !rule->forbidden && amount <= rule->limit_minor;
}

// The lowest tier above the asker's whose own rule reaches; empty: none.
std::string Approver(const AuthorityPolicy& policy, const TierLadder& ladder,
                     const AuthorityQuestion& question) {
  const Tier* held = ladder.FindTier(question.tier_id);
  const int32_t rank = held == nullptr ? 0 : held->rank;
  for (const Tier& tier : ladder.tiers) {
    if (tier.rank <= rank) continue;
    const AuthorityRule* rule =
        FindRule(policy, AuthorityScope::kTier, tier.id, question.action, question.subject);
    if (Reaches(rule, question.amount_minor)) return tier.id;
  }
  return "";
}

}  // namespace

std::span<const AuthorityPolicy> ShippedAuthority() {
  static const auto& policies = *new std::vector<AuthorityPolicy>{PolicyV1()};
  return policies;
}

const AuthorityPolicy& AuthorityOn(std::span<const AuthorityPolicy> own, absl::CivilDay day) {
  const AuthorityPolicy* found = nullptr;
  for (const AuthorityPolicy& policy : own) {
    if (policy.effective_date > day) continue;
    if (found == nullptr || std::tie(policy.effective_date, policy.version) >
                                std::tie(found->effective_date, found->version)) {
      found = &policy;
    }
  }
  return found != nullptr ? *found : ShippedAuthority().back();
}

void CheckAuthorityPolicy(const AuthorityPolicy& policy, FieldViolations& violations) {
  std::set<std::tuple<AuthorityScope, std::string, AuthorityAction, std::string>> seen;
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    const AuthorityRule& rule = policy.rules[i];
    const std::string path = fmt::format("rules[{}]", i);
    if (rule.scope == AuthorityScope::kEverybody) {
      violations.Check(rule.scope_id.empty(), path + ".scope_id", "must be empty of EVERYBODY");
    } else if (rule.scope != AuthorityScope::kBase) {
      violations.Check(!rule.scope_id.empty(), path + ".scope_id", "must be set");
    }
    violations.Check(rule.limit_minor >= 0, path + ".limit_minor_units", "must not be negative");
    violations.Check(!rule.forbidden || rule.limit_minor == 0, path + ".limit_minor_units",
                     "must be 0 of what is forbidden");
    violations.Check(seen.emplace(rule.scope, rule.scope_id, rule.action, rule.subject).second,
                     path, "must not stand twice");
  }
}

AuthorityAnswer Decide(const AuthorityPolicy& policy, const TierLadder& ladder,
                       const AuthorityQuestion& question) {
  const auto find = [&](AuthorityScope scope, std::string_view id) {
    return FindRule(policy, scope, id, question.action, question.subject);
  };
  AuthorityAnswer answer;
  const AuthorityRule* everybody = find(AuthorityScope::kEverybody, "");
  if (everybody != nullptr && !Reaches(everybody, question.amount_minor)) {
    answer.decision = AuthorityDecision::kNever;
    answer.rules.push_back(*everybody);
    return answer;
  }
  const AuthorityRule* own = find(AuthorityScope::kAgent, question.agent_id);
  if (own == nullptr) own = find(AuthorityScope::kTier, question.tier_id);
  std::vector<const AuthorityRule*> bounds;
  if (!question.base_id.empty()) {
    bounds.push_back(find(AuthorityScope::kBase, question.base_id));
    if (bounds.back() == nullptr) bounds.back() = find(AuthorityScope::kBase, "");
  }
  if (!question.contract_id.empty()) {
    bounds.push_back(find(AuthorityScope::kContract, question.contract_id));
  }
  bool allowed = Reaches(own, question.amount_minor);
  if (own != nullptr) {
    answer.rules.push_back(*own);
    if (!own->forbidden) answer.limit_minor = own->limit_minor;
  }
  for (const AuthorityRule* bound : bounds) {
    if (bound == nullptr) continue;
    answer.rules.push_back(*bound);
    allowed = allowed && Reaches(bound, question.amount_minor);
    if (bound->forbidden) {
      answer.limit_minor.reset();
    } else if (answer.limit_minor) {
      answer.limit_minor = std::min(*answer.limit_minor, bound->limit_minor);
    }
  }
  answer.decision = allowed ? AuthorityDecision::kAllowed : AuthorityDecision::kNeedsApproval;
  if (!allowed) answer.approver_tier_id = Approver(policy, ladder, question);
  return answer;
}

}  // namespace kefu::staffing::domain::careers
