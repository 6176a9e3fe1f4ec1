#include "services/aftersales/domain/assignment/assignment.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "fmt/format.h"
#include "fmt/ranges.h"

namespace kefu::aftersales::domain {
namespace {

bool Met(const RequirementRule& rule, const AssignmentSubject& subject) {
  return (rule.shop_id.empty() || rule.shop_id == subject.shop_id) &&
         (rule.platform.empty() || rule.platform == subject.platform) &&
         (rule.kind == CaseKind::kUnspecified || rule.kind == subject.kind) &&
         (rule.category.empty() || std::ranges::count(subject.categories, rule.category) > 0);
}

// "zh" of "zh-CN" and of "ZH": the case of a tag says nothing (BCP 47).
std::string Primary(std::string_view tag) {
  std::string primary(tag.substr(0, tag.find('-')));
  std::ranges::transform(primary, primary.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return primary;
}

bool Speaks(const AssignmentPolicy& policy, const AssignmentCandidate& candidate,
            std::string_view language) {
  if (candidate.languages.empty()) return Primary(policy.default_language) == Primary(language);
  return std::ranges::any_of(candidate.languages, [&](const std::string& known) {
    return Primary(known) == Primary(language);
  });
}

// The shop's own rows, else those of every shop.
std::vector<const BaseShare*> SharesOf(const AssignmentPolicy& policy, std::string_view shop_id) {
  std::vector<const BaseShare*> own, general;
  for (const BaseShare& share : policy.shares) {
    if (share.shop_id == shop_id) own.push_back(&share);
    if (share.shop_id.empty()) general.push_back(&share);
  }
  return own.empty() ? general : own;
}

int32_t CapOf(const AssignmentPolicy& policy, std::string_view agent_id, bool* bounded) {
  const auto own = policy.agent_caps.find(agent_id);
  *bounded = own != policy.agent_caps.end() || policy.max_open_cases > 0;
  return own == policy.agent_caps.end() ? policy.max_open_cases : own->second;
}

// The base, or own staff, whose turn it is among those who can take the case.
std::string NextBase(const std::vector<const BaseShare*>& shares,
                     const std::vector<JudgedCandidate>& candidates, const ShareTally& tally) {
  const BaseShare* next = nullptr;
  int64_t next_count = 0;
  for (const BaseShare* share : shares) {
    const bool here = std::ranges::any_of(candidates, [&](const JudgedCandidate& one) {
      return one.judged.verdict == Verdict::kUnspecified && one.candidate.base_id == share->base_id;
    });
    if (!here || share->share_bps <= 0) continue;
    const auto had = tally.find(share->base_id);
    // The divisor method of Sainte-Laguë: the least (2n + 1) / share is next. Compared crosswise,
    // in whole numbers.
    const int64_t count = 2 * (had == tally.end() ? 0 : had->second) + 1;
    if (next == nullptr || count * next->share_bps < next_count * share->share_bps) {
      next = share;
      next_count = count;
    }
  }
  return next == nullptr ? "" : next->base_id;
}

bool AnyShare(const std::vector<const BaseShare*>& shares,
              const std::vector<JudgedCandidate>& candidates) {
  return std::ranges::any_of(shares, [&](const BaseShare* share) {
    return share->share_bps > 0 && std::ranges::any_of(candidates, [&](const auto& one) {
             return one.judged.verdict == Verdict::kUnspecified &&
                    one.candidate.base_id == share->base_id;
           });
  });
}

}  // namespace

Requirements RequirementsOf(const AssignmentPolicy& policy, const AssignmentSubject& subject) {
  Requirements needed{.language = subject.language};
  for (const RequirementRule& rule : policy.requirements) {
    if (!Met(rule, subject)) continue;
    needed.skills.insert(needed.skills.end(), rule.skills.begin(), rule.skills.end());
    if (needed.language.empty()) needed.language = rule.language;
  }
  std::ranges::sort(needed.skills);
  const auto twice = std::ranges::unique(needed.skills);
  needed.skills.erase(twice.begin(), twice.end());
  return needed;
}

int32_t WeightOf(const AssignmentPolicy& policy, CaseState state, CasePriority priority) {
  for (const LoadWeight& weight : policy.weights) {
    if ((weight.state == CaseState::kUnspecified || weight.state == state) &&
        (weight.priority == CasePriority::kUnspecified || weight.priority == priority)) {
      return weight.weight;
    }
  }
  return 1;
}

Judged JudgeServing(const AssignmentPolicy& policy, std::string_view shop_id,
                    const AssignmentCandidate& candidate) {
  if (!candidate.employed) return {Verdict::kNotEmployed, ""};
  if (!candidate.serves_shop) return {Verdict::kNotServing, ""};
  if (!candidate.base_id.empty() && !candidate.has_contract) {
    return {Verdict::kNoContract, candidate.base_id};
  }
  for (const BaseShare* share : SharesOf(policy, shop_id)) {
    if (share->exclusive && share->base_id != candidate.base_id) {
      return {Verdict::kOthersAlone, share->base_id};
    }
  }
  return {};
}

Judged JudgeHolding(const AssignmentPolicy& policy, std::string_view shop_id,
                    const AssignmentCandidate& candidate) {
  if (Judged judged = JudgeServing(policy, shop_id, candidate);
      judged.verdict != Verdict::kUnspecified) {
    return judged;
  }
  if (candidate.on_leave) return {Verdict::kOnLeave, ""};
  const bool off = candidate.duty == OnDuty::kNo || (candidate.duty == OnDuty::kNeverTold &&
                                                     policy.duty_rule == DutyRule::kRequired);
  if (off && policy.duty_rule != DutyRule::kIgnored) return {Verdict::kOffDuty, ""};
  return {};
}

Judged JudgeTaking(const AssignmentPolicy& policy, std::string_view shop_id,
                   const Requirements& requirements, const AssignmentCandidate& candidate) {
  if (candidate.hands_over) return {Verdict::kHandsOver, ""};
  if (Judged judged = JudgeHolding(policy, shop_id, candidate);
      judged.verdict != Verdict::kUnspecified) {
    return judged;
  }
  std::vector<std::string_view> missing;
  for (const std::string& skill : requirements.skills) {
    if (std::ranges::count(candidate.skills, skill) == 0) missing.push_back(skill);
  }
  if (!missing.empty()) {
    return {Verdict::kSkillMissing, fmt::format("{}", fmt::join(missing, ", "))};
  }
  if (!requirements.language.empty() && !Speaks(policy, candidate, requirements.language)) {
    return {Verdict::kLanguageMissing, requirements.language};
  }
  bool bounded = false;
  const int32_t cap = CapOf(policy, candidate.agent_id, &bounded);
  if (bounded && candidate.open_cases >= cap) {
    return {Verdict::kCapReached, fmt::format("{} of {}", candidate.open_cases, cap)};
  }
  return {};
}

AssignmentDecision Decide(const AssignmentPolicy& policy, const AssignmentSubject& subject,
                          std::vector<AssignmentCandidate> candidates, const ShareTally& tally) {
  AssignmentDecision decision{.requirements = RequirementsOf(policy, subject)};
  std::ranges::sort(candidates, {}, &AssignmentCandidate::agent_id);
  for (AssignmentCandidate& candidate : candidates) {
    Judged judged = JudgeTaking(policy, subject.shop_id, decision.requirements, candidate);
    decision.candidates.push_back({std::move(candidate), std::move(judged)});
  }
  const auto shares = SharesOf(policy, subject.shop_id);
  if (AnyShare(shares, decision.candidates)) {
    const std::string next = NextBase(shares, decision.candidates, tally);
    for (JudgedCandidate& one : decision.candidates) {
      if (one.judged.verdict != Verdict::kUnspecified || one.candidate.base_id == next) continue;
      one.judged = {Verdict::kShare, next};
    }
  }
  const auto rank = [&](const JudgedCandidate& one) {
    const int32_t load = policy.order == AssignmentOrder::kRoundRobin ? 0 : one.candidate.load;
    return std::tuple(load, one.candidate.last_turn, std::string_view(one.candidate.agent_id));
  };
  JudgedCandidate* chosen = nullptr;
  for (JudgedCandidate& one : decision.candidates) {
    if (one.judged.verdict != Verdict::kUnspecified) continue;
    if (chosen == nullptr || rank(one) < rank(*chosen)) chosen = &one;
  }
  if (chosen == nullptr) return decision;
  decision.agent_id = chosen->candidate.agent_id;
  decision.base_id = chosen->candidate.base_id;
  for (JudgedCandidate& one : decision.candidates) {
    if (one.judged.verdict != Verdict::kUnspecified) continue;
    if (&one == chosen) {
      one.judged = {Verdict::kChosen, ""};
    } else if (std::get<0>(rank(one)) > std::get<0>(rank(*chosen))) {
      one.judged = {Verdict::kMoreLoad,
                    fmt::format("{} against {}", one.candidate.load, chosen->candidate.load)};
    } else {
      one.judged = {Verdict::kLaterTurn, fmt::format("{} against {}", one.candidate.last_turn,
                                                     chosen->candidate.last_turn)};
    }
  }
  return decision;
}

std::string Summary(const AssignmentDecision& decision) {
  std::map<Verdict, int> counts;
  for (const JudgedCandidate& one : decision.candidates) ++counts[one.judged.verdict];
  std::vector<std::string> words;
  for (const auto& [verdict, count] : counts) {
    words.push_back(fmt::format("{} {}", NameOf(verdict), count));
  }
  return words.empty() ? "no candidates" : fmt::format("{}", fmt::join(words, ", "));
}

bool NeedsAgent(CaseState state) {
  return state == CaseState::kOpen || state == CaseState::kWaitingCustomer ||
         state == CaseState::kAwaitingApproval || state == CaseState::kAppealed;
}

}  // namespace kefu::aftersales::domain
