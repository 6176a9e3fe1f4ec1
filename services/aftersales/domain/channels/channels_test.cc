#include "services/aftersales/domain/channels/channels.h"

#include "gtest/gtest.h"

namespace kefu::aftersales::domain {
namespace {

TEST(ChannelTest, TheFirstRuleThatAMatterMeetsCounts) {
  const ChannelPolicy policy{.rules = {{.platform = "JD", .kind = CaseKind::kDispute},
                                       {.least_priority = CasePriority::kHigh},
                                       {.category = "fresh_food"},
                                       {.least_value_minor = 100'000},
                                       {}}};
  const ChannelQuestion plain{.platform = "JD", .kind = CaseKind::kReturn};
  const auto pick = [&](auto change) {
    ChannelQuestion question = plain;
    change(question);
    return PickChannel(policy, question);
  };
  EXPECT_EQ(pick([](auto&) {}), 4u);
  EXPECT_EQ(pick([](auto& q) { q.kind = CaseKind::kDispute; }), 0u);
  EXPECT_EQ(pick([](auto& q) {
              q.kind = CaseKind::kDispute;
              q.platform = "TMALL";
            }),
            4u);
  EXPECT_EQ(pick([](auto& q) { q.priority = CasePriority::kHigh; }), 1u);
  EXPECT_EQ(pick([](auto& q) { q.priority = CasePriority::kUrgent; }), 1u);
  EXPECT_EQ(pick([](auto& q) { q.categories = {"shoes", "fresh_food"}; }), 2u);
  EXPECT_EQ(pick([](auto& q) { q.value_minor = 99'999; }), 4u);
  EXPECT_EQ(pick([](auto& q) { q.value_minor = 100'000; }), 3u);
  EXPECT_TRUE(IsCatchAll(policy.rules.back()));
  for (size_t i = 0; i + 1 < policy.rules.size(); ++i) EXPECT_FALSE(IsCatchAll(policy.rules[i]));
}

}  // namespace
}  // namespace kefu::aftersales::domain
