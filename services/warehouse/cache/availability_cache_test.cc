#include "services/warehouse/cache/availability_cache.h"

#include <thread>

#include "fmt/format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::warehouse {

bool operator==(const NodeStock& a, const NodeStock& b) {
  return a.node_id == b.node_id && a.on_hand == b.on_hand && a.reserved == b.reserved &&
         a.version == b.version;
}

namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(AvailabilityCache, TrustsNothingBeforeTheFeedIsFollowed) {
  AvailabilityCache cache;
  EXPECT_FALSE(cache.Begin("o", "", "s").has_value());
  cache.Advance(5);
  EXPECT_EQ(cache.position(), 5);
  auto load = cache.Begin("o", "", "s");
  ASSERT_TRUE(load.has_value());
  EXPECT_EQ(cache.Find("o", "", "s"), std::nullopt);  // under way
  load->Fill({});
  EXPECT_THAT(cache.Find("o", "", "s"), Optional(ElementsAre()));
}

TEST(AvailabilityCache, ChangesDuringALoadAreKept) {
  AvailabilityCache cache;
  cache.Advance(1);
  auto load = cache.Begin("o", "", "s");
  ASSERT_TRUE(load.has_value());
  EXPECT_FALSE(cache.Begin("o", "", "s").has_value());  // the other loader does not keep its rows
  cache.Apply("o", "", "s", {"n1", 9, 1, 0, 8});        // newer than what is read
  cache.Apply("o", "", "s", {"n2", 1, 1, 0, 2});        // older than what is read
  cache.Apply("o", "", "s", {"n3", 4, 0, 0, 1});        // not read at all
  load->Fill({{"n2", 5, 0, 0, 3}, {"n1", 10, 0, 0, 7}});
  EXPECT_THAT(cache.Find("o", "", "s"),
              Optional(ElementsAre(NodeStock{"n1", 9, 1, 0, 8}, NodeStock{"n2", 5, 0, 0, 3},
                                   NodeStock{"n3", 4, 0, 0, 1})));
}

TEST(AvailabilityCache, OlderVersionsNeverReplaceNewerOnes) {
  AvailabilityCache cache;
  cache.Advance(1);
  cache.Begin("o", "", "s")->Fill({{"n1", 10, 0, 0, 7}});
  cache.Apply("o", "", "s", {"n1", 11, 0, 0, 9});
  cache.Apply("o", "", "s", {"n1", 12, 0, 0, 8});
  cache.Apply("o", "", "t", {"n1", 1, 0, 0, 1});  // not asked for: not kept
  EXPECT_THAT(cache.Find("o", "", "s"), Optional(ElementsAre(NodeStock{"n1", 11, 0, 0, 9})));
  EXPECT_EQ(cache.Find("o", "", "t"), std::nullopt);
}

TEST(AvailabilityCache, KeepsTenantsAndOwnersApart) {
  AvailabilityCache cache;
  cache.Advance(1);
  cache.Begin("o", "", "s")->Fill({{"n1", 1, 0, 0, 1}});
  EXPECT_EQ(cache.Find("p", "", "s"), std::nullopt);
  EXPECT_EQ(cache.Find("o", "w", "s"), std::nullopt);
  EXPECT_EQ(cache.Find("o", "s", ""), std::nullopt);
  cache.AddNode("o", "n1");
  EXPECT_TRUE(cache.KnowsNode("o", "n1"));
  EXPECT_FALSE(cache.KnowsNode("p", "n1"));
}

TEST(AvailabilityCache, AnAbandonedLoadLeavesItsPlace) {
  AvailabilityCache cache;
  cache.Advance(1);
  { auto load = cache.Begin("o", "", "s"); }
  EXPECT_EQ(cache.rows(), 0u);
  EXPECT_TRUE(cache.Begin("o", "", "s").has_value());
}

TEST(AvailabilityCache, ARestartForgetsLoadsUnderWay) {
  AvailabilityCache cache;
  cache.Advance(1);
  auto load = cache.Begin("o", "", "s");
  cache.Begin("o", "", "t")->Fill({{"n1", 1, 0, 0, 1}});
  cache.Restart(9);
  load->Fill({{"n1", 1, 0, 0, 1}});
  EXPECT_EQ(cache.Find("o", "", "s"), std::nullopt);
  EXPECT_EQ(cache.Find("o", "", "t"), std::nullopt);
  EXPECT_EQ(cache.rows(), 0u);
  EXPECT_EQ(cache.position(), 9);
}

TEST(AvailabilityCache, StaleRowsArePassedBy) {
  AvailabilityCache cache({.max_age = std::chrono::steady_clock::duration(-1)});
  cache.Advance(1);
  EXPECT_FALSE(cache.Begin("o", "", "s").has_value());
  EXPECT_EQ(cache.Find("o", "", "s"), std::nullopt);
}

TEST(AvailabilityCache, StaysWithinItsBounds) {
  AvailabilityCache cache({.max_rows = 1600});  // 100 a shard
  cache.Advance(1);
  for (int i = 0; i < 5000; ++i) {
    cache.Begin("o", "", fmt::format("s{}", i))->Fill({{"n1", i, 0, 0, 1}});
    ASSERT_LE(cache.rows(), 1600u);
  }
  EXPECT_GT(cache.rows(), 1000u);
  EXPECT_EQ(cache.Find("o", "", "s0"), std::nullopt);
  EXPECT_THAT(cache.Find("o", "", "s4999"), Optional(ElementsAre(NodeStock{"n1", 4999, 0, 0, 1})));
}

TEST(AvailabilityCache, EndsWithTheNewestVersionHoweverThreadsMeet) {
  AvailabilityCache cache({.max_rows = 64});  // so small that rows come and go
  cache.Advance(1);
  constexpr int kVersions = 2000;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int v = 1; v <= kVersions; ++v) {
        const std::string sku = fmt::format("s{}", v % 8);
        cache.Apply("o", "", sku, {"n1", v, 0, 0, v});
        if (auto load = cache.Begin("o", "", sku)) {
          if (t % 2 == 0) load->Fill({{"n1", v, 0, 0, v}});
        }
        const auto rows = cache.Find("o", "", sku);
        if (rows && !rows->empty()) EXPECT_EQ(rows->at(0).on_hand, rows->at(0).version);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  cache.Restart(2);
  cache.Begin("o", "", "s")->Fill({{"n1", 1, 0, 0, 1}});
  threads.clear();
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int v = 2 + t; v <= kVersions; v += 4) cache.Apply("o", "", "s", {"n1", v, 0, 0, v});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(cache.Find("o", "", "s"),
              Optional(ElementsAre(NodeStock{"n1", kVersions, 0, 0, kVersions})));
}

}  // namespace
}  // namespace kefu::warehouse
