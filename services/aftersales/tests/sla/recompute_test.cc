// A policy that changes midway sets the clocks of open cases anew, once, and leaves the history.
#include <atomic>
#include <thread>

#include "services/aftersales/clocks/clock_job.h"
#include "services/aftersales/clocks/recompute.h"
#include "services/aftersales/tests/sla/sla_fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

// It is 04:00 UTC on 2026-01-15.
class RecomputeTest : public SlaTest {
 protected:
  RecomputeTest() { Set(Rule("FIRST_ANSWER", 24)); }

  int Recompute(RecomputeJob& job) {
    const auto changed = job.RunOnce(absl::InfiniteFuture());
    EXPECT_OK(changed);
    return changed.value_or(-1);
  }
  // A version with so many hours for the first answer, in force after that time.
  void SetLater(int hours, absl::Duration after) {
    Set(fmt::format("effective_time {{ seconds: {} }} ",
                    absl::ToUnixSeconds(clock_.Now() + after)) +
        Rule("FIRST_ANSWER", hours));
  }
  std::string DueOf(const std::string& name) {
    const auto read = Call(&Stub::GetCase, "case_id: '" + name + "'");
    EXPECT_OK(read);
    const v1::Clock& clock = read->clocks(0);
    return v1::ClockState_Name(clock.state()).substr(12) + " " +
           (clock.has_due_time() ? Text(clock.due_time()).substr(5, 11) : "never");
  }
  std::vector<std::string> Verbs(const std::string& name) {
    const auto history = Call(&Stub::ListCaseActivities, "case_id: '" + name + "'");
    EXPECT_OK(history);
    std::vector<std::string> verbs;
    for (const auto& activity : history->activities()) verbs.push_back(activity.verb());
    return verbs;
  }

  std::atomic<int> notified_ = 0;
  RecomputeJob job_{*database_, clock_, ids_, [this] { ++notified_; }, nullptr, {.batch = 2}};
  ClockJob clock_job_{*database_, clock_, ids_, [this] { ++notified_; }, nullptr};
};

TEST_F(RecomputeTest, RunningAndPausedClocksAreSetAnewAndTheRestStays) {
  for (const char* name : {"$RUN", "$WAIT", "$MET", "$LATE", "$OTHER"}) Open(name);
  ASSERT_OK(Call(&Stub::ReviewCase, "case_id: '$WAIT' result: REVIEW_RESULT_WAITING_FOR_CUSTOMER"));
  ASSERT_OK(Call(&Stub::RespondToCase, "case_id: '$MET' message: 'm'"));
  Db().Exec("UPDATE case_clock SET due_us = 1768453200000000 WHERE case_id = '" + names_["$LATE"] +
            "'");  // 05:00
  SetLater(8, absl::Hours(2));
  EXPECT_EQ(Recompute(job_), 0);
  EXPECT_EQ(DueOf("$RUN"), "RUNNING 01-16T04:00");

  clock_.Advance(absl::Hours(2));  // 06:00
  EXPECT_EQ(Recompute(job_), 3);
  EXPECT_GE(notified_, 1);
  EXPECT_EQ(DueOf("$RUN"), "RUNNING 01-15T12:00");
  EXPECT_EQ(DueOf("$OTHER"), "RUNNING 01-15T12:00");
  EXPECT_EQ(DueOf("$WAIT"), "PAUSED never");
  EXPECT_EQ(DueOf("$MET"), "MET 01-16T04:00");
  EXPECT_EQ(DueOf("$LATE"), "RUNNING 01-15T05:00");  // ran out before: a breach under the old one
  EXPECT_EQ(Recompute(job_), 0);
  const auto why = Why("$RUN");
  EXPECT_EQ(Text(why.clocks(0).since_time()), "2026-01-15T06:00:00Z");
  ASSERT_EQ(why.clocks(0).past_clocks_size(), 1);
  const v1::PastClock& past = why.clocks(0).past_clocks(0);
  EXPECT_EQ(Text(past.clock().due_time()), "2026-01-16T04:00:00Z");
  EXPECT_EQ(past.clock().policy_version(), 1);
  EXPECT_EQ(why.clocks(0).clock().policy_version(), 2);
  EXPECT_EQ(Text(past.since_time()), "2026-01-15T04:00:00Z");
  EXPECT_EQ(Text(past.until_time()), "2026-01-15T06:00:00Z");
  EXPECT_EQ(past.reason(), v1::CLOCK_REPLACEMENT_POLICY_CHANGED);
  EXPECT_THAT(Verbs("$RUN"), ElementsAre("OpenCase", "DeadlinesRecomputed"));
  EXPECT_THAT(Verbs("$MET"), Not(Contains("DeadlinesRecomputed")));
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, "case_id: '$RUN'"));
  EXPECT_EQ(history.activities(1).note(),
            "FIRST_ANSWER 2026-01-16T04:00:00Z → 2026-01-15T12:00:00Z");

  // The paused one goes on by the new rule.
  ASSERT_OK(Call(&Stub::ResumeCase, "case_id: '$WAIT'"));
  EXPECT_EQ(DueOf("$WAIT"), "RUNNING 01-15T14:00");
  // Once more for what was being written then, and no further.
  clock_.Advance(absl::Minutes(3));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM sla_change WHERE next_us < 9223372036854775807"), 1);
  EXPECT_EQ(Recompute(job_), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM sla_change WHERE next_us < 9223372036854775807"), 0);
}

TEST_F(RecomputeTest, ADeadlineThatWasMovedDoesNotFireAsItWas) {
  Open("$C");
  SetLater(48, absl::Hours(23));
  clock_.Advance(absl::Hours(24) + absl::Seconds(1));
  const auto fired = clock_job_.RunOnce(absl::InfiniteFuture());
  ASSERT_OK(fired);
  EXPECT_EQ(*fired, 0);
  EXPECT_EQ(DueOf("$C"), "RUNNING 01-17T04:00");
  EXPECT_THAT(Verbs("$C"), ElementsAre("OpenCase", "DeadlinesRecomputed"));
  EXPECT_EQ(Recompute(job_), 0);
}

TEST_F(RecomputeTest, AStricterRuleIsDueWhenItComesInForceAndNotBefore) {
  Open("$C");
  SetLater(1, absl::Hours(5));
  clock_.Advance(absl::Hours(5));
  EXPECT_EQ(Recompute(job_), 1);
  EXPECT_EQ(DueOf("$C"), "RUNNING 01-15T09:00");
  clock_.Advance(absl::Seconds(1));
  ASSERT_OK(clock_job_.RunOnce(absl::InfiniteFuture()));
  EXPECT_EQ(DueOf("$C"), "BREACHED 01-15T09:00");
  // A breach stays, whatever the next version says.
  SetLater(99, absl::ZeroDuration());
  EXPECT_EQ(Recompute(job_), 0);
  EXPECT_EQ(DueOf("$C"), "BREACHED 01-15T09:00");
}

TEST_F(RecomputeTest, ACaseThatIsOpenedLateIsSetByWhatCameInForceSinceItsReceipt) {
  SetLater(48, absl::Hours(10));
  clock_.Advance(absl::Hours(12));
  const auto received = [&](absl::Duration ago) {
    return fmt::format("receive_time {{ seconds: {} }}", absl::ToUnixSeconds(clock_.Now() - ago));
  };
  Open("$C", received(absl::Hours(4)));
  EXPECT_EQ(DueOf("$C"), "RUNNING 01-17T12:00");
  EXPECT_EQ(Why("$C").clocks(0).past_clocks_size(), 1);
  // It had run out long before.
  Open("$OLD", received(absl::Hours(1000)));
  EXPECT_EQ(DueOf("$OLD"), "RUNNING 12-06T00:00");
}

TEST_F(RecomputeTest, ACaseThatIsOpenedLateHasTheDeadlinesThatCameSinceItsReceipt) {
  const int64_t received = absl::ToUnixSeconds(clock_.Now()) + 1800;
  clock_.Advance(absl::Hours(1));
  Set(Rule("FIRST_ANSWER", 24) + Rule("RESOLUTION", 48));
  clock_.Advance(absl::Hours(1));
  Open("$C", fmt::format("receive_time {{ seconds: {} }}", received));
  ASSERT_OK_AND_ASSIGN(const v1::Case read, Call(&Stub::GetCase, "case_id: '$C'"));
  EXPECT_EQ(Text(ClockOf(read, v1::CLOCK_KIND_RESOLUTION).due_time()), "2026-01-17T04:30:00Z");
  EXPECT_EQ(Text(ClockOf(read, v1::CLOCK_KIND_FIRST_ANSWER).due_time()), "2026-01-16T04:30:00Z");
}

// Open on Mondays only, and closed on each of them: legal, and without any business time to come.
std::string NoBusinessTime() {
  std::string policy = R"pb(rules {
                              clock: CLOCK_KIND_FIRST_ANSWER
                              cutoff {
                                cutoff_seconds: 57600
                                due_before_seconds: 64800
                                due_after_seconds: 64800
                                due_after_days: 1
                              }
                              business_hours: true
                            }
                            weekdays {
                              weekday: 1
                              intervals { open_seconds: 0 close_seconds: 60 }
                            })pb";
  absl::CivilDay monday(2026, 1, 12);
  for (int week = 0; week < 70; ++week, monday += 7) {
    policy += fmt::format(" days {{ date {{ year: {} month: {} day: {} }} }}", monday.year(),
                          monday.month(), monday.day());
  }
  return policy;
}

TEST_F(RecomputeTest, APolicyThatNeverComesDueLeavesWhatStoodAndNobodyElseWaits) {
  Open("$C");
  const auto other = Call(&Stub::OpenCase, R"pb(case {
                                                  shop_id: "shop-1"
                                                  kind: CASE_KIND_RETURN
                                                  channel: CASE_CHANNEL_CHAT
                                                  order_id: "order-1"
                                                  problem: "p"
                                                })pb",
                          As("org-b"));
  ASSERT_OK(other);
  Set(NoBusinessTime());
  clock_.Advance(absl::Seconds(1));
  ASSERT_OK(TrySet(Rule("FIRST_ANSWER", 2), As("org-b")));
  EXPECT_EQ(Recompute(job_), 1);
  EXPECT_EQ(DueOf("$C"), "RUNNING 01-16T04:00");
  clock_.Advance(absl::Hours(24));
  const auto fired = clock_job_.RunOnce(absl::InfiniteFuture());
  ASSERT_OK(fired);
  EXPECT_EQ(*fired, 2);
  EXPECT_EQ(DueOf("$C"), "BREACHED 01-16T04:00");
}

TEST_F(RecomputeTest, ACaseThatCannotBeSetAnewKeepsItsClocksAndTheOthersAreSet) {
  Open("$BAD", "shop_id: 'shop-3' kind: CASE_KIND_SERVICE_COMPLAINT");
  Open("$C");
  Set(Rule("FIRST_ANSWER", 8));
  Db().Exec(
      "INSERT INTO shop (org_id, shop_id, platform, time_zone)"
      " VALUES ('org-a', 'shop-3', 'JD', 'Mars/Olympus')");
  EXPECT_EQ(Recompute(job_), 1);
  EXPECT_EQ(DueOf("$C"), "RUNNING 01-15T12:00");
  EXPECT_EQ(DueOf("$BAD"), "RUNNING 01-16T04:00");
  clock_.Advance(absl::Hours(25));
  ASSERT_OK(clock_job_.RunOnce(absl::InfiniteFuture()));
  EXPECT_EQ(DueOf("$BAD"), "BREACHED 01-16T04:00");
}

// A contract or a priority brings a deadline that the case did not have.
TEST_F(RecomputeTest, ClocksThatOnlyTheNewRulesKnowBeginIfTheirMatterIsStillToBeDone) {
  for (const char* name : {"$NEW", "$ANSWERED", "$WAIT", "$DECIDED"}) Open(name);
  ASSERT_OK(Call(&Stub::RespondToCase, "case_id: '$ANSWERED' message: 'm'"));
  ASSERT_OK(Call(&Stub::ReviewCase, "case_id: '$WAIT' result: REVIEW_RESULT_WAITING_FOR_CUSTOMER"));
  ASSERT_OK(
      Call(&Stub::ReviewCase, "case_id: '$DECIDED' result: REVIEW_RESULT_REJECTED note: 'worn'"));
  const auto clocks = [&](const std::string& name) {
    const auto read = Call(&Stub::GetCase, "case_id: '" + name + "'");
    EXPECT_OK(read);
    std::string text;
    for (const v1::Clock& clock : read->clocks()) {
      text += v1::ClockKind_Name(clock.kind()).substr(11) + " " +
              (clock.has_due_time() ? Text(clock.due_time()).substr(5, 11) : "never") + "; ";
    }
    return text;
  };
  clock_.Advance(absl::Hours(2));  // 06:00
  Set(Rule("FIRST_ANSWER", 24) + Rule("PLATFORM_EMAIL", 20) + Rule("RESOLUTION", 72) +
      Rule("RESOLUTION", 1, "priority: CASE_PRIORITY_URGENT"));
  EXPECT_EQ(Recompute(job_), 4);
  EXPECT_EQ(clocks("$NEW"),
            "FIRST_ANSWER 01-16T04:00; PLATFORM_EMAIL 01-16T00:00; RESOLUTION 01-18T04:00; ");
  EXPECT_EQ(clocks("$ANSWERED"), "FIRST_ANSWER 01-16T04:00; RESOLUTION 01-18T04:00; ");
  EXPECT_EQ(clocks("$WAIT"), "FIRST_ANSWER never; PLATFORM_EMAIL never; RESOLUTION never; ");
  EXPECT_EQ(clocks("$DECIDED"), "FIRST_ANSWER 01-16T04:00; PLATFORM_EMAIL 01-16T00:00; ");
  EXPECT_EQ(Recompute(job_), 0);

  Set(Rule("FIRST_ANSWER", 24) + Rule("RESOLUTION", 1, "priority: CASE_PRIORITY_URGENT"));
  Open("$LATER");
  EXPECT_EQ(clocks("$LATER"), "FIRST_ANSWER 01-16T06:00; ");
  ASSERT_OK(Prioritize("$LATER", v1::CASE_PRIORITY_URGENT));
  EXPECT_EQ(clocks("$LATER"), "FIRST_ANSWER 01-16T06:00; RESOLUTION 01-15T07:00; ");
  EXPECT_EQ(Why("$LATER").clocks_size(), 2);
}

TEST_F(RecomputeTest, TwoJobsAndOneThatDiesSetEachCaseAnewOnce) {
  constexpr int kCases = 40;
  for (int i = 0; i < kCases; ++i) Open("$C");
  SetLater(8, absl::ZeroDuration());
  const auto other_database = Db().OpenAnother();
  RecomputeJob other(*other_database, clock_, ids_, [] {}, nullptr, {.batch = 3});
  // Its time is up in the middle of the work; what it has committed stays.
  RecomputeJob dying(*database_, clock_, ids_, [] {}, nullptr, {.batch = 1});
  EXPECT_FALSE(dying.RunOnce(absl::Now() + absl::Milliseconds(20)).ok());
  std::thread first([&] { Recompute(job_); });
  std::thread second([&] { Recompute(other); });
  first.join();
  second.join();
  Recompute(job_);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_clock WHERE policy_version = 2"), kCases);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_clock_past"), kCases);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_activity WHERE verb = 'DeadlinesRecomputed'"),
            kCases);
}

}  // namespace
}  // namespace kefu::aftersales
