#include "services/staffing/domain/careers/authority.h"

namespace kefu::staffing::domain::careers {

std::string ApproverTier(const authority::Policy& policy, const TierLadder& ladder,
                         const authority::Question& question) {
  const Tier* held = ladder.FindTier(question.tier_id);
  const int32_t rank = held == nullptr ? 0 : held->rank;
  for (const Tier& tier : ladder.tiers) {
    if (tier.rank <= rank) continue;
    const authority::Rule* rule = authority::FindRule(policy, authority::Scope::kTier, tier.id,
                                                      question.action, question.subject);
    if (authority::Reaches(rule, question.amount_minor)) return tier.id;
  }
  return "";
}

}  // namespace kefu::staffing::domain::careers
