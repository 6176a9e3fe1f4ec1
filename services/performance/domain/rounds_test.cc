// Response figures by each published definition: rounds, shares in time, business hours.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/performance/domain/definitions.h"
#include "services/performance/domain/rollup.h"

namespace kefu::performance::domain {
namespace {

absl::TimeZone Shanghai() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Asia/Shanghai", &zone));
  return zone;
}

const absl::CivilDay kDay(2024, 11, 11);  // a Monday

int64_t At(absl::CivilDay day, std::string_view clock) {
  absl::CivilSecond time;
  EXPECT_TRUE(absl::ParseCivilTime(absl::FormatCivilTime(day) + "T" + std::string(clock), &time));
  return absl::ToUnixMicros(absl::FromCivil(time, Shanghai()));
}

// "+" is a message of the customer, "-" an answer of agent a: "+10:10:15 -10:18:10".
Conversation Talk(std::string_view turns, absl::CivilDay day = kDay) {
  Conversation talk{.id = "c", .customer_id = "u"};
  for (size_t at = 0; at < turns.size(); at += 10) {
    const int64_t time = At(day, turns.substr(at + 1, 8));
    talk.messages.push_back(turns[at] == '+' ? Message{time, Side::kCustomer, ""}
                                             : Message{time, Side::kAgent, "a"});
  }
  return talk;
}

Measures Of(const Conversation& talk, std::string_view definition, SubjectId subject = {}) {
  DayFacts facts{.day = kDay, .conversations = {&talk}};
  return ComputeDay(facts, *FindDefinition(definition), Shanghai()).measures[subject];
}

TEST(Rounds, AreRunsAnsweredWithinThreeMinutesOfTheirFirstMessage) {
  struct Case {
    std::string_view turns;
    int64_t won, rounds;
  };
  for (const Case& c : {
           Case{"+10:10:15 +10:15:20 -10:18:10", 0, 1},
           Case{"+10:10:15 +10:15:20 -10:18:10 +10:18:30 -10:19:00", 1, 2},
           Case{"+10:00:00 +10:01:00 +10:02:00 +10:03:00 +10:04:00 +10:05:00 +10:06:00 +10:07:00 "
                "+10:08:00 +10:09:00",
                0, 1},
           Case{"+10:00:00 -10:03:00", 1, 1},
           Case{"+10:00:00 -10:03:01", 0, 1},
           Case{"-10:00:00 +10:01:00 -10:01:30 -10:09:00 +10:10:00", 1, 2},
           Case{"-10:00:00", 0, 0},
       }) {
    const Measures shop = Of(Talk(c.turns), "taobao");
    EXPECT_EQ(shop[Measure::kRoundsWon], c.won) << c.turns;
    EXPECT_EQ(shop[Measure::kRounds], c.rounds) << c.turns;
  }
}

TEST(Rounds, AnUnansweredOneIsTheLossOfWhoAnsweredLast) {
  const Conversation talk = Talk("+10:00:00 -10:00:10 +10:05:00");
  const Measures agent = Of(talk, "taobao", {SubjectKind::kAgent, "a"});
  EXPECT_EQ(agent[Measure::kRounds], 2);
  EXPECT_EQ(agent[Measure::kRoundsWon], 1);
}

TEST(InTime, JdCountsWhatBeginsFromNineToTwentyThree) {
  struct Case {
    std::string_view turns;
    int64_t in_time, rounds, first_in_time, asked;
  };
  for (const Case& c : {
           Case{"+08:59:59 -09:00:10", 0, 0, 0, 0},
           Case{"+09:00:00 -09:00:30", 1, 1, 1, 1},
           Case{"+09:00:00 -09:00:31", 0, 1, 0, 1},
           Case{"+22:59:59 -23:00:20 +23:10:00 -23:10:20", 2, 2, 1, 1},
           Case{"+23:00:00 -23:00:10", 0, 0, 0, 0},
           Case{"+12:00:00 -12:01:00 +12:02:00 -12:02:05 +12:03:00", 1, 3, 0, 1},
       }) {
    const Measures shop = Of(Talk(c.turns), "jd");
    EXPECT_EQ(shop[Measure::kAnswersInTime], c.in_time) << c.turns;
    EXPECT_EQ(shop[Measure::kRounds], c.rounds) << c.turns;
    EXPECT_EQ(shop[Measure::kFirstAnswersInTime], c.first_in_time) << c.turns;
    EXPECT_EQ(shop[Measure::kAskedConversations], c.asked) << c.turns;
  }
}

TEST(BusinessTime, IsThePartInServiceHours) {
  const ServiceHours office = FindDefinition("zendesk")->hours;
  const auto hours = [&](absl::CivilDay from, std::string_view a, absl::CivilDay to,
                         std::string_view b) {
    return BusinessMicros(office, At(from, a), At(to, b), Shanghai()) / 1'000'000 / 60;
  };
  EXPECT_EQ(hours(kDay, "10:00:00", kDay, "10:30:00"), 30);
  EXPECT_EQ(hours(kDay, "08:00:00", kDay, "09:30:00"), 30);
  EXPECT_EQ(hours(kDay, "17:00:00", kDay + 1, "10:00:00"), 120);
  EXPECT_EQ(hours(kDay - 3, "17:00:00", kDay, "10:00:00"), 120);  // Friday to Monday
  EXPECT_EQ(hours(kDay - 2, "10:00:00", kDay - 1, "10:00:00"), 0);
  // 2024-10-12 is a Saturday worked for the National Day, 2024-10-07 a Monday off.
  EXPECT_EQ(
      hours(absl::CivilDay(2024, 10, 12), "09:00:00", absl::CivilDay(2024, 10, 12), "10:00:00"),
      60);
  EXPECT_EQ(hours(absl::CivilDay(2024, 10, 7), "09:00:00", absl::CivilDay(2024, 10, 7), "18:00:00"),
            0);
}

TEST(BusinessTime, FirstReplyIsKeptInCalendarAndInBusinessHours) {
  Conversation talk = Talk("+17:59:00");
  talk.messages.push_back({At(kDay + 1, "09:01:00"), Side::kAgent, "a"});
  const Measures shop = Of(talk, "zendesk");
  EXPECT_EQ(shop[Measure::kFirstResponseMicros] / 1'000'000, 15 * 3600 + 2 * 60);
  EXPECT_EQ(shop[Measure::kFirstBusinessMicros] / 1'000'000, 120);
}

TEST(Definitions, AreNamedWithOrWithoutAVersion) {
  EXPECT_EQ(ParseDefinitionName("")->id, "default");
  EXPECT_EQ(ParseDefinitionName("jd@12")->version, 12);
  for (const std::string_view wrong : {"JD", "jd@", "jd@0", "jd@01", "jd@-1", "jd@1@2", "a b"})
    EXPECT_FALSE(ParseDefinitionName(wrong)) << wrong;
}

TEST(Definitions, EveryFaultIsToldAtOnce) {
  FieldViolations faults;
  Check({.id = "Mine",
         .attribution_days = 31,
         .quiet_start_minute = 1440,
         .quiet_end_minute = -1,
         .positive_score = 0,
         .answer_seconds = 0,
         .round_seconds = 86401,
         .hours = {.start_minute = 600, .end_minute = 600}},
        faults);
  EXPECT_EQ(faults.size(), 8u);
  for (const MetricDefinition& shipped : Definitions()) {
    FieldViolations none;
    Check(shipped, none);
    EXPECT_TRUE(none.empty()) << shipped.id;
  }
}

}  // namespace
}  // namespace kefu::performance::domain
