// Supplies: counted, handed out, given back, and asked for when somebody leaves.
#include <atomic>
#include <thread>

#include "services/staffing/tests/workplace/workplace_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class SuppliesTest : public WorkplaceTest {
 protected:
  void Stock(const std::string& id, int count, bool consumable = false) {
    ASSERT_OK(Do(&Supplies::SetSupply,
                 fmt::format(R"(supply {{ supply_id: "{}" display_name: "{}" consumable: {} }})",
                             id, id, consumable)));
    ASSERT_OK(Do(&Supplies::AdjustSupplyStock,
                 fmt::format(R"(supply_id: "{}" change: {} reason: "采购")", id, count)));
  }
  absl::StatusOr<v1::SupplyIssue> HandOut(const std::string& id, int count,
                                          const std::string& agent = "$AGENT") {
    return Do(&Supplies::HandOutSupply,
              fmt::format(R"(supply_id: "{}" agent_id: "{}" count: {})", id, agent, count));
  }
  absl::StatusOr<v1::SupplyIssue> Return(const v1::SupplyIssue& issue, int returned, int lost) {
    return Do(&Supplies::ReturnSupply, fmt::format(R"(issue_id: "{}" returned: {} lost: {})",
                                                   issue.issue_id(), returned, lost));
  }
  v1::Supply Now(int index = 0) {
    const auto all = Do(&Supplies::ListSupplies, "");
    EXPECT_OK(all);
    return all.ok() && all->supplies_size() > index ? all->supplies(index) : v1::Supply();
  }
};

TEST_F(SuppliesTest, WhatIsHandedOutIsCountedUntilItComesBack) {
  Stock("headset", 3);
  Stock("pen", 10, /*consumable=*/true);
  ASSERT_OK_AND_ASSIGN(const v1::SupplyIssue issue, HandOut("headset", 2));
  EXPECT_EQ(issue.out(), 2);
  EXPECT_EQ(Now().stock(), 1);
  EXPECT_EQ(Now().out(), 2);
  EXPECT_THAT(HandOut("headset", 2), HasReason("SUPPLY_SHORT"));
  EXPECT_THAT(HandOut("no_such", 1), HasReason("NOT_FOUND"));
  EXPECT_THAT(Return(issue, 3, 0), HasReason("SUPPLY_NOT_OUT"));
  EXPECT_THAT(Return(issue, 0, 0), HasReason("INVALID_FIELDS"));
  ASSERT_OK_AND_ASSIGN(const v1::SupplyIssue half, Return(issue, 1, 0));
  EXPECT_FALSE(half.has_close_time());
  ASSERT_OK_AND_ASSIGN(const v1::SupplyIssue closed, Return(issue, 0, 1));
  EXPECT_TRUE(closed.has_close_time());
  EXPECT_EQ(closed.lost(), 1);
  EXPECT_EQ(Now().stock(), 2);
  EXPECT_EQ(Now().out(), 0);
  EXPECT_THAT(Return(issue, 1, 0), HasReason("SUPPLY_NOT_OUT"));
  // What is used up is gone.
  ASSERT_OK_AND_ASSIGN(const v1::SupplyIssue pens, HandOut("pen", 4));
  EXPECT_EQ(pens.out(), 0);
  EXPECT_EQ(Now(1).stock(), 6);
  EXPECT_THAT(Return(pens, 1, 0), HasReason("SUPPLY_NOT_OUT"));
  EXPECT_THAT(Do(&Supplies::AdjustSupplyStock, R"(supply_id: "pen" change: -7 reason: "盘亏")"),
              HasReason("SUPPLY_SHORT"));
  ASSERT_OK(
      Do(&Supplies::SetSupply, R"(supply { supply_id: "pen" display_name: "笔" archived: true })"));
  EXPECT_THAT(HandOut("pen", 1), HasReason("RECORD_ARCHIVED"));
  ASSERT_OK_AND_ASSIGN(const auto all, Do(&Supplies::ListSupplies, "show_archived: true"));
  ASSERT_EQ(all.supplies_size(), 2);
  EXPECT_EQ(all.supplies(1).stock(), 6) << "its counts stay";
}

TEST_F(SuppliesTest, TheLastOneGoesToOne) {
  Stock("headset", 5);
  std::atomic<int> got = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto issue = HandOut("headset", 1);
      if (issue.ok()) {
        ++got;
      } else {
        EXPECT_THAT(issue, HasReason("SUPPLY_SHORT"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(got, 5);
  EXPECT_EQ(Now().stock(), 0);
  EXPECT_EQ(Now().out(), 5);
}

TEST_F(SuppliesTest, WhoLeavesGivesBackFirst) {
  Stock("headset", 2);
  ASSERT_OK(HireInto("$NEW"));
  ASSERT_OK_AND_ASSIGN(const v1::SupplyIssue issue, HandOut("headset", 2, "$NEW"));
  ASSERT_OK(Leave("$NEW", 20));
  const auto leaving = Listed(R"(agent_id: "$NEW" template_id: "leaving")");
  ASSERT_THAT(leaving, SizeIs(1));
  ASSERT_OK_AND_ASSIGN(const v1::Checklist seen, Get(leaving[0], As("org-a")));
  ASSERT_EQ(seen.supplies_out_size(), 1);
  EXPECT_EQ(seen.supplies_out(0).out(), 2);
  const auto early = Complete(leaving[0], "supplies", As("org-a"));
  EXPECT_THAT(early, HasReason("SUPPLIES_OUT"));
  EXPECT_THAT(std::string(early.status().message()), HasSubstr("headset × 2"));
  AdvanceTo(absl::CivilDay(2026, 1, 21), 8);
  EXPECT_THAT(HandOut("headset", 1, "$NEW"), HasReason("AGENT_NOT_EMPLOYED"));
  ASSERT_OK(Return(issue, 1, 1));
  ASSERT_OK(Complete(leaving[0], "supplies", As("org-a")));
  ASSERT_OK_AND_ASSIGN(const v1::Checklist after, Get(leaving[0], As("org-a")));
  EXPECT_EQ(after.supplies_out_size(), 0);
}

TEST_F(SuppliesTest, EachSeesTheOwnAndShopsTheirTeams) {
  Stock("headset", 2);
  ASSERT_OK(HandOut("headset", 1));
  const auto issues = [&](const std::string& filter, const rpc::CallOptions& as) {
    return Do(&Supplies::ListSupplyIssues, filter, as);
  };
  ASSERT_OK_AND_ASSIGN(const auto own, issues("out_only: true", Self("$AGENT")));
  EXPECT_EQ(own.issues_size(), 1);
  ASSERT_OK_AND_ASSIGN(const auto none, issues("", AsAgent("org-a", "another")));
  EXPECT_EQ(none.issues_size(), 0);
  EXPECT_THAT(issues(R"(agent_id: "$AGENT")", AsAgent("org-a", "another")),
              HasReason("TIME_OF_OTHERS"));
  const rpc::CallOptions first = As("org-a", {world_["$SHOP1"]});
  const rpc::CallOptions second = As("org-a", {world_["$SHOP2"]});
  EXPECT_OK(issues(R"(agent_id: "$AGENT")", first));
  EXPECT_THAT(issues(R"(agent_id: "$AGENT")", second), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_OK(
      Do(&Supplies::HandOutSupply, R"(supply_id: "headset" agent_id: "$AGENT" count: 1)", first));
  EXPECT_THAT(
      Do(&Supplies::HandOutSupply, R"(supply_id: "headset" agent_id: "$AGENT" count: 1)", second),
      HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(
      Do(&Supplies::AdjustSupplyStock, R"(supply_id: "headset" change: 1 reason: "x")", first),
      HasReason("SHOP_NOT_ALLOWED"));
}

}  // namespace
}  // namespace kefu::staffing
