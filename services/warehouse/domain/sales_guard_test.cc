#include "services/warehouse/domain/sales_guard.h"

#include "common/testing/status_matchers.h"
#include "gtest/gtest.h"

namespace kefu::warehouse::domain {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;

const absl::Time kNow = absl::FromUnixSeconds(1'000'000);

Reservation Of(std::string channel, int64_t quantity, std::string node = "n1") {
  Reservation reservation;
  reservation.id = "r";
  reservation.channel = std::move(channel);
  reservation.lines = {{std::move(node), "s", "", quantity}};
  reservation.info.create_time = kNow;
  return reservation;
}

SalesGuard Guard(std::string channel, std::optional<int64_t> cap, int64_t safety = 0) {
  return {.sku_id = "s",
          .owner_id = "",
          .channel = std::move(channel),
          .node_ids = {},
          .cap = cap,
          .safety_quantity = safety};
}

TEST(CheckGuards, ACapHoldsItsChannelBackAndNoOther) {
  const std::vector<GuardState> states = {{Guard("live", 10), 100}};
  EXPECT_THAT(CheckGuards(Of("live", 10), states, kNow), IsOk());
  EXPECT_THAT(CheckGuards(Of("live", 11), states, kNow), HasReason("CHANNEL_CAP"));
  EXPECT_THAT(CheckGuards(Of("shop", 11), states, kNow), IsOk());
  EXPECT_EQ(AvailableToChannel("live", states, 100, kNow), 10);
  EXPECT_EQ(AvailableToChannel("shop", states, 100, kNow), 100);
}

TEST(CheckGuards, WhatIsUsedCountsAndComesBack) {
  std::vector<GuardState> states = {{Guard("live", 10, 50), 60}};
  ApplyGuards(Of("live", 4), 1, states);
  EXPECT_EQ(states[0].guard.used, 4);
  EXPECT_EQ(states[0].available, 56);
  EXPECT_THAT(CheckGuards(Of("live", 6), states, kNow), IsOk());
  EXPECT_THAT(CheckGuards(Of("live", 7), states, kNow), HasReason("CHANNEL_CAP"));
  ApplyGuards(Of("shop", 3), 1, states);  // takes from the stock, not from the cap
  EXPECT_EQ(states[0].guard.used, 4);
  EXPECT_THAT(CheckGuards(Of("live", 4), states, kNow), HasReason("SAFETY_STOCK"));
  Reservation shipped = Of("live", 4);
  shipped.lines[0].shipped = 1;
  ApplyGuards(shipped, -1, states);
  EXPECT_EQ(states[0].guard.used, 1);
}

TEST(CheckGuards, TheSafetyStockOfAllHoldsEverybodyBackButThoseWhoMay) {
  std::vector<GuardState> states = {{Guard("", std::nullopt, 20), 25}};
  EXPECT_THAT(CheckGuards(Of("live", 5), states, kNow), IsOk());
  EXPECT_THAT(CheckGuards(Of("live", 6), states, kNow), HasReason("SAFETY_STOCK"));
  EXPECT_THAT(CheckGuards(Of("", 6), states, kNow), HasReason("SAFETY_STOCK"));
  EXPECT_EQ(AvailableToChannel("live", states, 25, kNow), 5);
  SalesGuard vip = Guard("vip", std::nullopt);
  vip.ignores_safety = true;
  states.push_back({vip, 25});
  EXPECT_THAT(CheckGuards(Of("vip", 25), states, kNow), IsOk());
  EXPECT_THAT(CheckGuards(Of("live", 6), states, kNow), HasReason("SAFETY_STOCK"));
  EXPECT_EQ(AvailableToChannel("vip", states, 25, kNow), 25);
}

TEST(CheckGuards, HoldsInItsWindowAndAtItsNodes) {
  SalesGuard guard = Guard("live", 1);
  guard.start = kNow - absl::Hours(1);
  guard.end = kNow;
  guard.node_ids = {"n1"};
  std::vector<GuardState> states = {{guard, 100}};
  EXPECT_THAT(CheckGuards(Of("live", 2), states, kNow), IsOk());  // over
  EXPECT_THAT(CheckGuards(Of("live", 2), states, kNow - absl::Seconds(1)),
              HasReason("CHANNEL_CAP"));
  EXPECT_THAT(CheckGuards(Of("live", 2, "n2"), states, kNow - absl::Seconds(1)), IsOk());
  // A reservation made outside of the window does not count when it is given back.
  states[0].guard.used = 1;
  ApplyGuards(Of("live", 1), -1, states);
  EXPECT_EQ(states[0].guard.used, 1);
  // Nor does one from before the counting began.
  states[0].guard.end = kNow + absl::Hours(1);
  states[0].guard.counted_from = kNow + absl::Seconds(1);
  ApplyGuards(Of("live", 1), -1, states);
  EXPECT_EQ(states[0].guard.used, 1);
}

}  // namespace
}  // namespace kefu::warehouse::domain
