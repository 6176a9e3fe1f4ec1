// Made-up conversations of one shop, the same for the same seed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "kefu/performance/v1/resources.pb.h"

namespace kefu::bench {

inline constexpr std::string_view kShopZone = "Asia/Shanghai";

struct ConversationPlan {
  int count = 100'000;
  int days = 31;    // from 2026-07-01, about as many conversations on each
  int agents = 50;  // one of them answers
  uint64_t seed = 1;
};

// In order of time, as a chat tool exports them: 2 to 6 messages each, 4 on average, between
// customer and agent, from eight in the morning to midnight and sometimes beyond; customers come
// back; one in a hundred is an advertiser, one in five gives a rating. Ids are unique.
std::vector<performance::v1::Conversation> MakeConversations(const ConversationPlan& plan);

}  // namespace kefu::bench
