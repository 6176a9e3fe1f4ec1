#include "services/aftersales/domain/channels/channels.h"

#include <algorithm>

namespace kefu::aftersales::domain {

bool Meets(const ChannelRule& rule, const ChannelQuestion& question) {
  return (rule.platform.empty() || rule.platform == question.platform) &&
         (rule.kind == CaseKind::kUnspecified || rule.kind == question.kind) &&
         (rule.category.empty() || std::ranges::count(question.categories, rule.category) > 0) &&
         question.priority >= rule.least_priority &&
         (rule.least_value_minor == 0 ||
          question.value_minor.value_or(-1) >= rule.least_value_minor);
}

bool IsCatchAll(const ChannelRule& rule) {
  return rule.platform.empty() && rule.kind == CaseKind::kUnspecified && rule.category.empty() &&
         rule.least_priority <= CasePriority::kLow && rule.least_value_minor == 0;
}

size_t PickChannel(const ChannelPolicy& policy, const ChannelQuestion& question) {
  const auto met = std::ranges::find_if(
      policy.rules, [&](const ChannelRule& rule) { return Meets(rule, question); });
  return met - policy.rules.begin();
}

}  // namespace kefu::aftersales::domain
