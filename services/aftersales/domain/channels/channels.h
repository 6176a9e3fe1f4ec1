// By which channel a matter goes to the platform: telephone, e-mail or work order by goods and
// severity. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/aftersales/domain/enums.h"

namespace kefu::aftersales::domain {

// A rule meets a matter when everything that it names does.
struct ChannelRule {
  std::string platform;                                      // empty: every one
  CaseKind kind = CaseKind::kUnspecified;                    // unspecified: every kind
  std::string category;                                      // empty: all goods
  CasePriority least_priority = CasePriority::kUnspecified;  // this one or a higher one
  int64_t least_value_minor = 0;                             // 0: whatever they are worth
  CaseChannel channel = CaseChannel::kUnspecified;
  std::string reason;
};

struct ChannelPolicy {
  int32_t version = 0;
  std::string currency;
  std::vector<ChannelRule> rules;
};

struct ChannelQuestion {
  std::string platform;
  CaseKind kind = CaseKind::kUnspecified;
  CasePriority priority = CasePriority::kNormal;
  std::vector<std::string> categories;
  std::optional<int64_t> value_minor;  // nothing: not known, which is less than any amount
};

bool Meets(const ChannelRule& rule, const ChannelQuestion& question);

// A rule that every matter meets.
bool IsCatchAll(const ChannelRule& rule);

// The place of the first rule that the matter meets, from 0. The last rule is met by every matter.
size_t PickChannel(const ChannelPolicy& policy, const ChannelQuestion& question);

}  // namespace kefu::aftersales::domain
