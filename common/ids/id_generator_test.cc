#include "common/ids/id_generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>
#include <vector>

#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"

namespace kefu {
namespace {

using ::kefu::testing::FakeClock;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOkAndHolds;

RandomSource Constant(uint8_t byte) {
  return [byte](std::span<uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), byte); };
}

RandomSource Seeded(uint32_t seed) {
  return [engine = std::mt19937(seed)](std::span<uint8_t> bytes) mutable {
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(engine());
  };
}

TEST(IdGeneratorTest, EncodesTimeAndEntropyAsTheSpecificationSays) {
  FakeClock clock(absl::FromUnixMillis(1469918176385));  // the example of the ULID specification
  EXPECT_EQ(IdGenerator(clock, Constant(0)).Next(), "01ARYZ6S410000000000000000");
  EXPECT_EQ(IdGenerator(clock, Constant(0xff)).Next(), "01ARYZ6S41ZZZZZZZZZZZZZZZZ");
  int i = 0;
  const RandomSource counting = [&i](std::span<uint8_t> bytes) {
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(++i);
  };
  // 0x0102030405060708090a in groups of five bits.
  EXPECT_EQ(IdGenerator(clock, counting).Next(), "01ARYZ6S41041061050R3GG28A");
}

TEST(IdGeneratorTest, IncreasesWithinAMillisecondAndWhenTheClockStepsBack) {
  FakeClock clock;
  IdGenerator ids(clock, Seeded(1));
  std::mt19937 random(2);
  std::string last;
  for (int i = 0; i < 20000; ++i) {
    clock.Advance(absl::Microseconds(static_cast<int64_t>(random() % 2000) - 900));
    std::string next = ids.Next();
    ASSERT_LT(last, next);
    ASSERT_TRUE(IsUlid(next));
    last = std::move(next);
  }
}

TEST(IdGeneratorTest, AnExhaustedMillisecondBorrowsTheNextOne) {
  FakeClock clock(absl::FromUnixMillis(1000));
  IdGenerator ids(clock, Constant(0xff));
  const std::string first = ids.Next();
  const std::string second = ids.Next();
  EXPECT_LT(first, second);
  EXPECT_THAT(TimeOfUlid(first), IsOkAndHolds(absl::FromUnixMillis(1000)));
  EXPECT_THAT(TimeOfUlid(second), IsOkAndHolds(absl::FromUnixMillis(1001)));
}

TEST(IdGeneratorTest, GivesDistinctIdsToThreads) {
  SystemClock clock;
  IdGenerator ids(clock);
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&ids, &mine] {
      for (int i = 0; i < 2000; ++i) mine.push_back(ids.Next());
    });
  }
  for (auto& thread : threads) thread.join();
  std::vector<std::string> all;
  for (const auto& mine : made) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

TEST(IdGeneratorTest, DifferentProcessesDiffer) {
  FakeClock clock;
  EXPECT_NE(IdGenerator(clock).Next(), IdGenerator(clock).Next());
}

TEST(UlidTest, RefusesWhatIsNotOne) {
  EXPECT_TRUE(IsUlid("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
  for (const std::string_view text :
       {"", "01ARYZ6S41", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01ARYZ6S41I000000000000000",
        "01aryz6s410000000000000000", "01ARYZ6S4100000000000000000",
        "01ARYZ6S41000000000000000 "}) {
    EXPECT_FALSE(IsUlid(text)) << text;
    EXPECT_THAT(TimeOfUlid(text), HasReason("ID_MALFORMED")) << text;
  }
}

}  // namespace
}  // namespace kefu
