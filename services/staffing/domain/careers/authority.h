// Delegated authority: what an agent may decide alone, and who decides otherwise. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "common/status/error.h"
#include "services/staffing/domain/enums.h"
#include "services/staffing/domain/ladder.h"

namespace kefu::staffing::domain::careers {

struct AuthorityRule {
  AuthorityScope scope = AuthorityScope::kUnspecified;
  std::string scope_id;
  AuthorityAction action = AuthorityAction::kUnspecified;
  std::string subject;  // empty: any
  int64_t limit_minor = 0;
  bool forbidden = false;
  friend bool operator==(const AuthorityRule&, const AuthorityRule&) = default;
};

struct AuthorityPolicy {
  std::string id;
  int32_t version = 0;
  absl::CivilDay effective_date;
  std::vector<AuthorityRule> rules;
};

// Those that ship with the product, by effective date; the first counts from year 1.
std::span<const AuthorityPolicy> ShippedAuthority();
// As LadderOn.
const AuthorityPolicy& AuthorityOn(std::span<const AuthorityPolicy> own, absl::CivilDay day);

// Ids where they must be and nowhere else, no rule twice, no negative limit. Adds every fault.
void CheckAuthorityPolicy(const AuthorityPolicy& policy, FieldViolations& violations);

struct AuthorityQuestion {
  std::string agent_id;
  std::string tier_id;  // held on the day
  std::string base_id;  // empty: own staff
  std::string contract_id;
  AuthorityAction action = AuthorityAction::kUnspecified;
  std::string subject;
  int64_t amount_minor = 0;
};

struct AuthorityAnswer {
  AuthorityDecision decision = AuthorityDecision::kUnspecified;
  std::optional<int64_t> limit_minor;  // what the agent decides alone; nothing: not at all
  std::string approver_tier_id;        // empty: the owner, where approval is needed
  std::vector<AuthorityRule> rules;    // that decided
};

// The agent's own rule, else the tier's, gives the limit; rules of the base, of every base and of
// the contract lower it. Above the limit the lowest tier of a higher rank whose own rule reaches
// the amount approves, and the owner where none does. What everybody's rule forbids, or bounds
// below the amount, is never.
AuthorityAnswer Decide(const AuthorityPolicy& policy, const TierLadder& ladder,
                       const AuthorityQuestion& question);

}  // namespace kefu::staffing::domain::careers
