// Who gets a case: which agents can take it, and which of them does. Pure, thread-safe; the same
// input gives the same answer, whatever the order of the candidates.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/enums/enum_names.h"
#include "services/aftersales/domain/enums.h"

namespace kefu::aftersales::domain {

// Values and names are those of the contract without its prefix.
enum class AssignmentOrder : uint8_t { kUnspecified, kLeastLoad, kRoundRobin };
enum class DutyRule : uint8_t { kUnspecified, kWhenRecorded, kRequired, kIgnored };
enum class AssignmentCause : uint8_t {
  kUnspecified,
  kOpened,
  kRetried,
  kByHand,
  kClaimed,
  kHandedOver
};
enum class Verdict : uint8_t {
  kUnspecified,
  kChosen,
  kHandsOver,
  kNotEmployed,
  kNotServing,
  kNoContract,
  kOthersAlone,
  kOnLeave,
  kOffDuty,
  kSkillMissing,
  kLanguageMissing,
  kCapReached,
  kShare,
  kMoreLoad,
  kLaterTurn
};
KEFU_ENUM_NAMES(AssignmentOrder, "UNSPECIFIED", "LEAST_LOAD", "ROUND_ROBIN")
KEFU_ENUM_NAMES(DutyRule, "UNSPECIFIED", "WHEN_RECORDED", "REQUIRED", "IGNORED")
KEFU_ENUM_NAMES(AssignmentCause, "UNSPECIFIED", "OPENED", "RETRIED", "BY_HAND", "CLAIMED",
                "HANDED_OVER")
KEFU_ENUM_NAMES(Verdict, "UNSPECIFIED", "CHOSEN", "HANDS_OVER", "NOT_EMPLOYED", "NOT_SERVING",
                "NO_CONTRACT", "OTHERS_ALONE", "ON_LEAVE", "OFF_DUTY", "SKILL_MISSING",
                "LANGUAGE_MISSING", "CAP_REACHED", "SHARE", "MORE_LOAD", "LATER_TURN")

// A rule meets a case when everything that it names does: see the contract's RequirementRule.
struct RequirementRule {
  std::string shop_id;
  std::string platform;
  CaseKind kind = CaseKind::kUnspecified;
  std::string category;
  std::vector<std::string> skills;
  std::string language;
};

struct BaseShare {
  std::string shop_id;  // empty: shops without rows of their own
  std::string base_id;  // empty: own staff
  int32_t share_bps = 0;
  bool exclusive = false;
};

struct LoadWeight {
  CaseState state = CaseState::kUnspecified;
  CasePriority priority = CasePriority::kUnspecified;
  int32_t weight = 0;
};

struct AssignmentPolicy {
  int32_t version = 0;  // 0: shipped
  bool automatic = false;
  AssignmentOrder order = AssignmentOrder::kLeastLoad;
  DutyRule duty_rule = DutyRule::kWhenRecorded;
  std::vector<RequirementRule> requirements;
  std::string default_language;
  std::vector<BaseShare> shares;
  std::vector<LoadWeight> weights;
  int32_t max_open_cases = 0;  // 0: no bound
  std::map<std::string, int32_t, std::less<>> agent_caps;
  bool hand_over = false;
  int32_t retry_seconds = 0;
};

// What of a case decides who gets it.
struct AssignmentSubject {
  std::string shop_id;
  std::string platform;
  CaseKind kind = CaseKind::kUnspecified;
  std::vector<std::string> categories;
  std::string language;  // it is written in; empty: the rules say
};

struct Requirements {
  std::vector<std::string> skills;  // sorted, none twice
  std::string language;             // empty: any
};
Requirements RequirementsOf(const AssignmentPolicy& policy, const AssignmentSubject& subject);

enum class OnDuty : uint8_t { kNeverTold, kNo, kYes };

// An agent as far as cases of one shop go, now.
struct AssignmentCandidate {
  std::string agent_id;
  std::string base_id;  // empty: own staff
  bool employed = false;
  bool serves_shop = false;   // after sales, on the day
  bool has_contract = false;  // the base's, for the shop and day; of no meaning for own staff
  bool on_leave = false;
  OnDuty duty = OnDuty::kNeverTold;
  std::vector<std::string> skills;
  std::vector<std::string> languages;
  int32_t open_cases = 0;
  int32_t load = 0;  // their weight
  int64_t last_turn = 0;
  bool hands_over = false;  // it is this agent who gives the case away
};

// What an open case weighs.
int32_t WeightOf(const AssignmentPolicy& policy, CaseState state, CasePriority priority);

// A verdict with what is missing or how much there is; kUnspecified: nothing is against it.
struct Judged {
  Verdict verdict = Verdict::kUnspecified;
  std::string detail;
};
// What keeps a candidate from having cases of the shop at all, whoever gives them: employment, the
// shop, a base's contract, the exclusive right of another.
Judged JudgeServing(const AssignmentPolicy& policy, std::string_view shop_id,
                    const AssignmentCandidate& candidate);
// What makes an agent hand over the cases that it has: JudgeServing, leave, duty.
Judged JudgeHolding(const AssignmentPolicy& policy, std::string_view shop_id,
                    const AssignmentCandidate& candidate);
// What keeps a candidate from taking this case: JudgeHolding, skills, language, cap.
Judged JudgeTaking(const AssignmentPolicy& policy, std::string_view shop_id,
                   const Requirements& requirements, const AssignmentCandidate& candidate);

struct JudgedCandidate {
  AssignmentCandidate candidate;
  Judged judged;
};
struct AssignmentDecision {
  std::string agent_id;  // empty: nobody can take it
  std::string base_id;   // of the chosen one
  Requirements requirements;
  std::vector<JudgedCandidate> candidates;  // by agent
};

// How many cases of the shop each base, and own staff under "", has been given.
using ShareTally = std::map<std::string, int64_t, std::less<>>;

// Who gets the case: of those who can take it first the base, or own staff, that is furthest behind
// its share of the shop, where shares are set; then by the policy's order, then the longest without
// a turn, then the least id.
AssignmentDecision Decide(const AssignmentPolicy& policy, const AssignmentSubject& subject,
                          std::vector<AssignmentCandidate> candidates, const ShareTally& tally);

// Why nobody can take it, in few words: "OFF_DUTY 3, CAP_REACHED 1"; "no candidates".
std::string Summary(const AssignmentDecision& decision);

// A case in this state waits for somebody's work: it has an agent, or ought to.
bool NeedsAgent(CaseState state);

}  // namespace kefu::aftersales::domain
