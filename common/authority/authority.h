// Delegated authority (适当授权, DOMAIN 2.2): what an agent may decide alone. Staffing keeps the
// policies and answers CheckAuthority; after-sales holds each review against the same rules, so
// they stand here once. Pure.
#ifndef KEFU_COMMON_AUTHORITY_AUTHORITY_H_
#define KEFU_COMMON_AUTHORITY_AUTHORITY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "common/enums/enum_names.h"
#include "common/status/error.h"

namespace kefu::authority {

// Values and names are those of kefu.staffing.v1 without their prefix, so converting is a cast.
enum class Action : uint8_t {
  kUnspecified,
  kRefund,
  kCoupon,
  kCompensation,
  kPriceChange,
  kReviewResult
};
enum class Scope : uint8_t { kUnspecified, kTier, kAgent, kBase, kContract, kEverybody };
enum class Decision : uint8_t { kUnspecified, kAllowed, kNeedsApproval, kNever };

KEFU_ENUM_NAMES(Action, "UNSPECIFIED", "REFUND", "COUPON", "COMPENSATION", "PRICE_CHANGE",
                "REVIEW_RESULT")
KEFU_ENUM_NAMES(Scope, "UNSPECIFIED", "TIER", "AGENT", "BASE", "CONTRACT", "EVERYBODY")
KEFU_ENUM_NAMES(Decision, "UNSPECIFIED", "ALLOWED", "NEEDS_APPROVAL", "NEVER")

struct Rule {
  Scope scope = Scope::kUnspecified;
  std::string scope_id;
  Action action = Action::kUnspecified;
  std::string subject;  // empty: any
  int64_t limit_minor = 0;
  bool forbidden = false;
  friend bool operator==(const Rule&, const Rule&) = default;
};

struct Policy {
  std::string id;
  int32_t version = 0;
  absl::CivilDay effective_date;
  std::vector<Rule> rules;
};

// Those that ship with the product, by effective date; the first counts from year 1.
std::span<const Policy> ShippedPolicies();
// The organization's own policy in force on the day, of one date the highest version; else the
// shipped one in force.
const Policy& PolicyOn(std::span<const Policy> own, absl::CivilDay day);

// Ids where they must be and nowhere else, no rule twice, no negative limit. Adds every fault.
void CheckPolicy(const Policy& policy, FieldViolations& violations);

// The rule of the very subject, else the one for any; null when there is none.
const Rule* FindRule(const Policy& policy, Scope scope, std::string_view scope_id, Action action,
                     std::string_view subject);
// Whether a rule lets somebody decide what costs that much; no rule does not.
bool Reaches(const Rule* rule, int64_t amount_minor);

struct Question {
  std::string agent_id;
  std::string tier_id;  // held on the day
  std::string base_id;  // empty: own staff
  std::string contract_id;
  Action action = Action::kUnspecified;
  std::string subject;
  int64_t amount_minor = 0;
};

struct Answer {
  Decision decision = Decision::kUnspecified;
  std::optional<int64_t> limit_minor;  // what the agent decides alone; nothing: not at all
  std::vector<Rule> rules;             // that decided
};

// The agent's own rule, else the tier's, gives the limit; rules of the base, of every base and of
// the contract lower it. What everybody's rule forbids, or bounds below the amount, is never.
Answer Decide(const Policy& policy, const Question& question);

// Of somebody whose authority nobody has delegated, the owner for one: only everybody's rule bounds
// it. Of `question` action, subject and amount count.
Answer DecideForMerchant(const Policy& policy, const Question& question);

}  // namespace kefu::authority

#endif  // KEFU_COMMON_AUTHORITY_AUTHORITY_H_
