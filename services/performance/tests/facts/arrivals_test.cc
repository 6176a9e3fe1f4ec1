// Arrivals are counted from conversations, again whenever they change, and told once in a while.
#include <fmt/format.h>

#include "kefu/performance/v1/events.pb.h"
#include "services/performance/jobs/arrival_job.h"
#include "services/performance/jobs/conservation_job.h"
#include "services/performance/tests/facts/facts_fixture.h"

namespace kefu::performance {
namespace {

constexpr absl::Duration kDelay = absl::Hours(1);

class ArrivalsTest : public FactsTest {
 protected:
  ArrivalsTest()
      : notes_(Db().db(), clock_, nullptr, absl::Hours(1)),
        job_(Db().db(), clock_, nullptr, {.delay = kDelay}) {}

  int Look(ArrivalJob& job) {
    EXPECT_OK(notes_.RunOnce(absl::Now() + absl::Seconds(60)).status());
    const auto counted = job.RunOnce(absl::Now() + absl::Seconds(60));
    EXPECT_OK(counted.status());
    return counted.value_or(-1);
  }
  int LookLater() {
    EXPECT_OK(notes_.RunOnce(absl::Now() + absl::Seconds(60)).status());
    clock_.Advance(kDelay);
    return Look(job_);
  }
  // Everything told so far, oldest first.
  static std::vector<v1::ArrivalsCounted> Told() {
    std::vector<v1::ArrivalsCounted> events;
    EXPECT_OK(Db().db().RunInTransaction(
        absl::Now() + absl::Seconds(30), [&](db::Transaction& t) -> absl::Status {
          const auto rows = t.Query(db::Sql{
              "SELECT payload FROM outbox WHERE type = 'kefu.performance.v1.ArrivalsCounted' ORDER "
              "BY outbox_id"});
          if (!rows.ok()) return rows.status();
          for (const db::Row row : *rows)
            EXPECT_TRUE(events.emplace_back().ParseFromString(row.Str(0)));
          return absl::OkStatus();
        }));
    return events;
  }
  // "CHAT 33:2/1" for two arrivals, one answered, in the half hour 33 after the day's begin.
  static std::string Summary(const v1::ArrivalsCounted& event) {
    std::string text = fmt::format("{}:", event.day().day());
    for (const v1::HalfHourArrivals& row : event.half_hours()) {
      text += fmt::format(" {} {}:{}/{}", v1::Channel_Name(row.channel()).substr(8),
                          (row.start_time().seconds() - event.start_time().seconds()) / 1800,
                          row.arrivals(), row.answered());
    }
    return text;
  }

  ConservationJob notes_;
  ArrivalJob job_;
};

TEST_F(ArrivalsTest, ADayIsToldOnceItsFiguresHaveStood) {
  ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a"), Talk("c2", "u2", 36600, "a")}).status());
  EXPECT_EQ(Look(job_), 0) << "an hour must pass";
  EXPECT_EQ(LookLater(), 1);
  ASSERT_EQ(Told().size(), 1);
  const v1::ArrivalsCounted told = Told().front();
  EXPECT_EQ(Summary(told), "11: CHAT 20:2/2");
  EXPECT_EQ(told.shop_id(), "s");
  EXPECT_EQ(told.end_time().seconds() - told.start_time().seconds(), 86400);
  EXPECT_EQ(told.half_hours(0).handle_seconds(), 0) << "nobody told how long they took";
  EXPECT_EQ(LookLater(), 0) << "nothing has changed";

  ASSERT_OK(Conversations({Talk("c3", "u3", 40000, "a")}).status());
  ASSERT_OK(Conversations({Talk("c4", "u4", 40000, "a")}).status());
  EXPECT_EQ(LookLater(), 1) << "however often it changed";
  EXPECT_EQ(Summary(Told().back()), "11: CHAT 20:2/2 CHAT 22:2/2");
}

TEST_F(ArrivalsTest, WhatIsExcludedDoesNotArrive) {
  ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a"),
                           Talk("c2", "u2", 36600, "a") + " exclusion: EXCLUSION_ADVERTISEMENT",
                           Talk("c3", "u3", 36700, "a")})
                .status());
  EXPECT_EQ(LookLater(), 1);
  EXPECT_EQ(Summary(Told().back()), "11: CHAT 20:2/2");
  ASSERT_OK(Ask(&Facts::ReviewExclusion,
                R"(shop_id: "s" conversation_id: "c3" decision: EXCLUSION_DECISION_ADVERTISEMENT
                   reason: "sells masks")")
                .status());
  EXPECT_EQ(Figure(fmt::format("shop_id: 's' {}", kDayPeriod), "consulted"), 1);
  EXPECT_EQ(LookLater(), 1);
  EXPECT_EQ(Summary(Told().back()), "11: CHAT 20:1/1");
}

TEST_F(ArrivalsTest, ADayOfWhichNothingIsLeftIsToldEmpty) {
  ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a")}).status());
  EXPECT_EQ(LookLater(), 1);
  ASSERT_OK(Conversations({Talk("c1", "u1", 86400 + 36000, "a")}).status());
  EXPECT_EQ(LookLater(), 2);
  std::vector<std::string> told;
  for (const auto& event : Told()) told.push_back(Summary(event));
  EXPECT_THAT(told, ::testing::ElementsAre("11: CHAT 20:1/1", "11:", "12: CHAT 20:1/1"));
}

TEST_F(ArrivalsTest, HalfHoursOverMidnightAreTheDaysBefore) {
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 R"(settings { shop_id: "s" time_zone: "Asia/Kathmandu" currency_code: "CNY" })")
                .status());
  // Midnight of Kathmandu is 18:15 UTC: 2 h 15 min after that of Shanghai. Five minutes later:
  ASSERT_OK(Conversations({Talk("c1", "u1", 86400 + 2 * 3600 + 900 + 300, "a")}).status());
  EXPECT_EQ(LookLater(), 1);
  ASSERT_EQ(Told().size(), 2);
  EXPECT_EQ(Summary(Told()[0]), "11: CHAT 47:1/1");
  EXPECT_EQ(Summary(Told()[1]), "12:");
}

TEST_F(ArrivalsTest, TwoProcessesTellADayOnce) {
  ASSERT_OK(Conversations({Talk("c1", "u1", 36000, "a")}).status());
  EXPECT_OK(notes_.RunOnce(absl::Now() + absl::Seconds(60)).status());
  clock_.Advance(kDelay);
  ArrivalJob other(Db().db(), clock_, nullptr, {.delay = kDelay});
  auto theirs = std::async(std::launch::async, [&] { return Look(other); });
  const int ours = Look(job_);
  EXPECT_EQ(ours + theirs.get(), 1);
  EXPECT_EQ(Told().size(), 1);
}

}  // namespace
}  // namespace kefu::performance
