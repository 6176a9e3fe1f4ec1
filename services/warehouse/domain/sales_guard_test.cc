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

// What TakeGuarded says of a new reservation, without keeping it.
absl::Status Check(Reservation reservation, std::vector<GuardState> states, absl::Time now = kNow) {
  return TakeGuarded(nullptr, reservation, states, now);
}

Reservation Taken(Reservation reservation, std::vector<GuardState>& states) {
  EXPECT_THAT(TakeGuarded(nullptr, reservation, states, kNow), IsOk());
  return reservation;
}

void Release(const Reservation& reservation, std::vector<GuardState>& states) {
  Reservation after = reservation;
  after.state = ReservationState::kReleased;
  GiveBackGuarded(reservation, after, states);
}

std::vector<StockTotal> At(const std::vector<std::pair<std::string, int64_t>>& nodes) {
  std::vector<StockTotal> rows;
  for (const auto& [node, pieces] : nodes) {
    rows.push_back({.key = {"s", "", node}, .on_hand = pieces});
  }
  return rows;
}

TEST(SalesGuards, ACapHoldsItsChannelBackAndNoOther) {
  const std::vector<GuardState> states = {{Guard("live", 10), 100}};
  EXPECT_THAT(Check(Of("live", 10), states), IsOk());
  EXPECT_THAT(Check(Of("live", 11), states), HasReason("CHANNEL_CAP"));
  EXPECT_THAT(Check(Of("shop", 11), states), IsOk());
  EXPECT_EQ(AvailableToChannel("live", states, At({{"n1", 100}}), kNow), 10);
  EXPECT_EQ(AvailableToChannel("shop", states, At({{"n1", 100}}), kNow), 100);
}

TEST(SalesGuards, WhatIsUsedCountsAndComesBack) {
  std::vector<GuardState> states = {{Guard("live", 10, 50), 60}};
  Reservation live = Taken(Of("live", 4), states);
  EXPECT_EQ(states[0].guard.used, 4);
  EXPECT_EQ(states[0].available, 56);
  EXPECT_TRUE(states[0].changed);
  EXPECT_EQ(CountedKeys(live), std::vector({GuardedKey("s", "")}));
  EXPECT_THAT(Check(Of("live", 6), states), IsOk());
  EXPECT_THAT(Check(Of("live", 7), states), HasReason("CHANNEL_CAP"));
  // Another channel takes from the stock, not from the cap.
  const Reservation shop = Taken(Of("shop", 3), states);
  EXPECT_TRUE(CountedKeys(shop).empty());
  EXPECT_EQ(states[0].guard.used, 4);
  EXPECT_THAT(Check(Of("live", 4), states), HasReason("SAFETY_STOCK"));
  live.lines[0].shipped = 1;
  Release(live, states);
  EXPECT_EQ(states[0].guard.used, 1);
  EXPECT_EQ(states[0].available, 56);
}

TEST(SalesGuards, TheSafetyStockOfAllHoldsEverybodyBackButThoseWhoMay) {
  std::vector<GuardState> states = {{Guard("", std::nullopt, 20), 25}};
  EXPECT_THAT(Check(Of("live", 5), states), IsOk());
  EXPECT_THAT(Check(Of("live", 6), states), HasReason("SAFETY_STOCK"));
  EXPECT_THAT(Check(Of("", 6), states), HasReason("SAFETY_STOCK"));
  EXPECT_EQ(AvailableToChannel("live", states, At({{"n1", 25}}), kNow), 5);
  SalesGuard vip = Guard("vip", std::nullopt);
  vip.ignores_safety = true;
  states.push_back({vip, 25});
  EXPECT_THAT(Check(Of("vip", 25), states), IsOk());
  EXPECT_THAT(Check(Of("live", 6), states), HasReason("SAFETY_STOCK"));
  EXPECT_EQ(AvailableToChannel("vip", states, At({{"n1", 25}}), kNow), 25);
}

TEST(SalesGuards, HoldInTheirWindowAndAtTheirNodes) {
  SalesGuard guard = Guard("live", 1);
  guard.start = kNow - absl::Hours(1);
  guard.end = kNow;
  guard.node_ids = {"n1"};
  std::vector<GuardState> states = {{guard, 100}};
  const absl::Time within = kNow - absl::Seconds(1);
  const auto made = [&](Reservation reservation) {
    reservation.info.create_time = within;
    return reservation;
  };
  EXPECT_THAT(Check(Of("live", 2), states), IsOk());  // over
  EXPECT_THAT(Check(made(Of("live", 2)), states, within), HasReason("CHANNEL_CAP"));
  EXPECT_THAT(Check(made(Of("live", 2, "n2")), states, within), IsOk());
  // A reservation made outside of the window does not count, nor when it is given back.
  Release(Taken(Of("live", 1), states), states);
  states[0].guard.used = 1;
  Release(Of("live", 1), states);
  EXPECT_EQ(states[0].guard.used, 1);
  // Nor does one that another count counted.
  states[0].guard.end = kNow + absl::Hours(1);
  states[0].guard.used = 0;
  const Reservation old = Taken(Of("live", 1), states);
  ++states[0].guard.count_number;
  Release(old, states);
  EXPECT_EQ(states[0].guard.used, 1);
}

TEST(SalesGuards, AMoveTakesOnlyWhatItHoldsMore) {
  SalesGuard guard = Guard("live", 5);
  guard.node_ids = {"n1"};
  guard.counted_from = kNow;
  std::vector<GuardState> states = {{Guard("", 9), 100}, {guard, 100}};
  const auto move = [&](const Reservation& before, const std::string& node) {
    Reservation after = before;
    after.lines[0].node_id = node;
    const absl::Status status = TakeGuarded(&before, after, states, kNow);
    return std::pair(status, after);
  };
  const Reservation at_n1 = Taken(Of("live", 5), states);
  // The use of all channels is full but for 4: moving changes nothing of it.
  EXPECT_THAT(Check(Of("shop", 5), states), HasReason("CHANNEL_CAP"));
  const auto [away, at_n2] = move(at_n1, "n2");
  EXPECT_THAT(away, IsOk());
  EXPECT_EQ(states[0].guard.used, 5);
  EXPECT_EQ(states[0].available, 95);
  EXPECT_EQ(states[1].guard.used, 0);
  EXPECT_EQ(states[1].available, 100);
  const Reservation other = Taken(Of("live", 4), states);
  EXPECT_THAT(move(at_n2, "n1").first, HasReason("CHANNEL_CAP"));
  EXPECT_EQ(states[1].guard.used, 4);
  Release(other, states);
  EXPECT_THAT(move(at_n2, "n1").first, IsOk());
  EXPECT_EQ(states[1].guard.used, 5);
  // What was reserved before the count began does not join it.
  Reservation before = Of("live", 100);
  before.info.create_time = kNow - absl::Seconds(1);
  before.lines[0].node_id = "n2";
  EXPECT_THAT(move(before, "n1").first, IsOk());
  EXPECT_EQ(states[1].guard.used, 5);
}

TEST(SalesGuards, ManyLinesAndGuardsOfOtherSkus) {
  std::vector<GuardState> states = {{Guard("", 10), 100}, {Guard("live", 6), 100}};
  states.push_back({Guard("", 1), 100});
  states[2].guard.sku_id = "t";
  Reservation both = Of("live", 4);
  both.lines.push_back({"n2", "s", "", 3});
  EXPECT_THAT(Check(both, states), HasReason("CHANNEL_CAP"));
  both.lines[1].sku_id = "u";  // unguarded
  EXPECT_THAT(Check(both, states), IsOk());
  both.lines[1].sku_id = "t";
  EXPECT_THAT(Check(both, states), HasReason("CHANNEL_CAP"));
  both.lines[1].quantity = 1;
  const Reservation made = Taken(both, states);
  EXPECT_EQ(states[0].guard.used, 4);
  EXPECT_EQ(states[1].guard.used, 4);
  EXPECT_EQ(states[2].guard.used, 1);
  Release(made, states);
  for (const GuardState& state : states) EXPECT_EQ(state.guard.used, 0);
}

TEST(SalesGuards, LeaveFreeWhatLiesAtOtherNodes) {
  SalesGuard guard = Guard("live", 20);
  guard.node_ids = {"n1"};
  std::vector<GuardState> states = {{guard, 30}};
  const auto both = At({{"n1", 30}, {"n2", 500}});
  const auto left = [&](std::span<const StockTotal> rows) {
    return AvailableToChannel("live", states, rows, kNow);
  };
  EXPECT_EQ(left(both), 520);
  EXPECT_EQ(left(At({{"n1", 30}})), 20);
  EXPECT_EQ(left(At({{"n2", 500}})), 500);
  states[0].guard.used = 25;
  EXPECT_EQ(left(both), 500);
  states[0].guard.used = 0;
  // A safety stock is over all nodes of the guard, whichever are asked for.
  states[0].guard.node_ids = {"n1", "n3"};
  states[0].guard.cap = std::nullopt;
  states[0].guard.safety_quantity = 25;
  states[0].available = 40;
  EXPECT_EQ(left(both), 515);
  // One that holds nothing back does not limit anything by its own stock.
  states[0].guard.safety_quantity = 0;
  EXPECT_EQ(left(both), 530);
}

TEST(SalesGuards, TwoWithDifferentNodesHoldBackTogether) {
  std::vector<GuardState> states = {{Guard("", 10), 60}, {Guard("live", 4), 60}};
  const auto left = [&](std::vector<std::string> all, std::vector<std::string> live) {
    states[0].guard.node_ids = std::move(all);
    states[1].guard.node_ids = std::move(live);
    return AvailableToChannel("live", states, At({{"n1", 30}, {"n2", 30}, {"n3", 7}}), kNow);
  };
  EXPECT_EQ(left({}, {}), 4);
  EXPECT_EQ(left({"n1"}, {"n2"}), 10 + 4 + 7);
  EXPECT_EQ(left({}, {"n1"}), 10);
  EXPECT_EQ(left({}, {"n1", "n2"}), 10);  // 7 at n3, 3 at the others
  EXPECT_EQ(left({"n1"}, {"n1", "n2"}), 4 + 7);
  EXPECT_EQ(left({"n1", "n3"}, {"n1"}), 30 + 10);
}

TEST(SalesGuards, LimitsAreWhatTheyLeave) {
  std::vector<GuardState> states = {{Guard("", std::nullopt, 20), 25}, {Guard("live", 10), 25}};
  states[1].guard.used = 12;
  const auto left = [&](std::string_view channel) {
    std::vector<int64_t> all;
    for (const GuardLimit& limit : LimitsOf({"s", ""}, channel, states, kNow)) {
      all.push_back(limit.left);
    }
    return all;
  };
  EXPECT_EQ(left("shop"), std::vector<int64_t>({5}));
  EXPECT_EQ(left("live"), std::vector<int64_t>({5, 0}));
  states[1].guard.ignores_safety = true;
  EXPECT_EQ(left("live"), std::vector<int64_t>({0}));
  EXPECT_TRUE(LimitsOf({"t", ""}, "live", states, kNow).empty());
}

}  // namespace
}  // namespace kefu::warehouse::domain
