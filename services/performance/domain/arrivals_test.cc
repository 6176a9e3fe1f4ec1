#include "services/performance/domain/arrivals.h"

#include <gmock/gmock.h>

#include "common/time/civil.h"

namespace kefu::performance::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kMinute = 60'000'000;

// Letters: c customer, a agent, r robot; one a minute.
Conversation Talk(const std::string& sides, int64_t start_us = 0) {
  Conversation conversation;
  for (const char side : sides) {
    conversation.messages.push_back({start_us, side == 'c'   ? Side::kCustomer
                                               : side == 'a' ? Side::kAgent
                                                             : Side::kRobot});
    start_us += kMinute;
  }
  return conversation;
}

TEST(ArrivalOfTest, ACustomerReachesAgentsWithWhatNoRobotHasAnswered) {
  struct Case {
    std::string sides;
    int minute;  // -1: reaches nobody
    bool answered;
  };
  for (const auto& [sides, minute, answered] : std::vector<Case>{{"c", 0, false},
                                                                 {"ca", 0, true},
                                                                 {"cca", 0, true},
                                                                 {"cr", -1, false},
                                                                 {"crc", 2, false},
                                                                 {"crca", 2, true},
                                                                 {"crccaca", 2, true},
                                                                 {"cra", -1, false},
                                                                 {"a", -1, false},
                                                                 {"ac", 1, false},
                                                                 {"aca", 1, true},
                                                                 {"cacr", 0, true},
                                                                 {"", -1, false}}) {
    const auto arrival = ArrivalOf(Talk(sides));
    EXPECT_EQ(arrival.has_value(), minute >= 0) << sides;
    if (!arrival) continue;
    EXPECT_EQ(arrival->time_us, minute * kMinute) << sides;
    EXPECT_EQ(arrival->answered, answered) << sides;
  }
  Conversation excluded = Talk("ca");
  excluded.exclusion = Exclusion::kAdvertisement;
  EXPECT_FALSE(ArrivalOf(excluded));
}

std::vector<ArrivalCount> Count(const std::vector<Conversation>& all, HalfHours within) {
  ArrivalCounter counter(within);
  counter.Add(std::span(all).first(2));
  counter.Add(std::span(all).subspan(2));
  return counter.Counts();
}

TEST(ArrivalCounterTest, HalfHoursByChannelWithHandleTimesOnlyWhereAllAreKnown) {
  Conversation timed = Talk("ca", 29 * kMinute), other = Talk("ca", 30 * kMinute),
               mail = Talk("c", 59 * kMinute), untimed = Talk("ca", 31 * kMinute);
  timed.handlings = {{"a", 0, 1'499'999}, {"b", 0, 1'000'000}};
  other.handlings = {{"a", 0, 5'000'000}};
  mail.channel = Channel::kEmail;
  const std::vector<Conversation> all{
      timed, other, mail, untimed, Talk("c", 5 * kMinute), Talk("c", -1), Talk("c", 60 * kMinute)};
  EXPECT_THAT(Count(all, {0, 60 * kMinute}),
              ElementsAre(ArrivalCount{Channel::kChat, 0, 2, 1, 2},
                          ArrivalCount{Channel::kChat, 30 * kMinute, 2, 2, 0},
                          ArrivalCount{Channel::kEmail, 30 * kMinute, 1, 0, 0}));
  EXPECT_THAT(Count(all, {60 * kMinute, 60 * kMinute}), IsEmpty());
  EXPECT_THAT(Count(all, {-30 * kMinute, 0}),
              ElementsAre(ArrivalCount{Channel::kChat, -30 * kMinute, 1, 0, 0}));
}

TEST(HalfHoursTest, AreThoseOfUtcThatBeginOnTheDay) {
  const absl::CivilDay day(2024, 11, 11);
  const absl::TimeZone nepal = absl::FixedTimeZone(5 * 3600 + 45 * 60);
  const int64_t midnight = ToMicros(absl::FromCivil(day, nepal));
  EXPECT_TRUE(BeginsWithin(day, nepal));
  EXPECT_EQ(HalfHoursOf(day, nepal).begin_us, midnight + 15 * kMinute);
  EXPECT_EQ(HalfHoursOf(day, nepal).end_us, HalfHoursOf(day + 1, nepal).begin_us);
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  EXPECT_FALSE(BeginsWithin(day, berlin));
  const HalfHours longest = HalfHoursOf(absl::CivilDay(2024, 10, 27), berlin);
  EXPECT_EQ(longest.end_us - longest.begin_us, 25 * 60 * kMinute);
}

}  // namespace
}  // namespace kefu::performance::domain
