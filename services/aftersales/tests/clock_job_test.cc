// The clock job: what it fires, once, whoever else runs.
#include <atomic>
#include <thread>

#include "services/aftersales/clocks/clock_job.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ClockJobTest : public AftersalesTest {
 protected:
  int Fire(ClockJob& job) {
    const auto fired = job.RunOnce(absl::InfiniteFuture());
    EXPECT_OK(fired);
    return fired.value_or(-1);
  }

  static int64_t Events(const std::string& type) {
    return Db().Count("SELECT COUNT(*) FROM outbox WHERE type LIKE '%." + type + "'");
  }

  std::atomic<int> notified_ = 0;
  obs::Metrics metrics_;
  ClockJob job_{*database_, clock_, ids_, [this] { ++notified_; }, &metrics_, {.batch = 2}};
};

TEST_F(ClockJobTest, WarnsThenBreachesAndNamesTheOwner) {
  Open("$C");
  EXPECT_EQ(Fire(job_), 0);
  clock_.Advance(absl::Hours(20));
  EXPECT_EQ(Fire(job_), 1);
  EXPECT_EQ(Fire(job_), 0);
  EXPECT_THAT(EventTypes(), ElementsAre("CaseOpened", "DeadlineNear"));
  ASSERT_OK_AND_ASSIGN(const v1::Case near, Call(&Stub::GetCase, R"pb(case_id: "$C")pb"));
  EXPECT_EQ(near.clocks(0).state(), v1::CLOCK_STATE_RUNNING);

  clock_.Advance(absl::Hours(4));
  EXPECT_EQ(Fire(job_), 0);  // up to the due instant is in time
  clock_.Advance(absl::Microseconds(1));
  EXPECT_EQ(Fire(job_), 1);
  EXPECT_EQ(Fire(job_), 0);
  EXPECT_EQ(notified_, 2);
  EXPECT_THAT(EventTypes(), ElementsAre("CaseOpened", "DeadlineNear", "DeadlineBreached"));
  ASSERT_OK_AND_ASSIGN(const v1::Case breached, Call(&Stub::GetCase, R"pb(case_id: "$C")pb"));
  EXPECT_EQ(breached.clocks(0).state(), v1::CLOCK_STATE_BREACHED);
  EXPECT_EQ(breached.clocks(0).breach_owner(), "agent-1");
  EXPECT_FALSE(breached.clocks(0).has_met_time());
  EXPECT_EQ(Text(breached.due_time()), "2026-01-16T04:00:00Z") << "overdue, and still owed";
  EXPECT_NE(breached.etag(), near.etag());
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb"));
  EXPECT_EQ(history.activities(1).verb(), "DeadlineBreached");
  EXPECT_EQ(history.activities(1).note(), "FIRST_ANSWER");

  ASSERT_OK_AND_ASSIGN(const v1::Case answered, Call(&Stub::RespondToCase, R"pb(case_id: "$C"
                                                                                message: "m")pb"));
  EXPECT_EQ(answered.clocks(0).state(), v1::CLOCK_STATE_BREACHED);
  EXPECT_TRUE(answered.clocks(0).has_met_time());
  EXPECT_EQ(Events("DeadlineBreached"), 1);
}

// What is overdue is still to be done: it stands in front, until somebody does it.
TEST_F(ClockJobTest, OverdueCasesAreListedFirstUntilTheyAreDone) {
  Open("$LATE");
  clock_.Advance(absl::Hours(25));
  Open("$NEW");
  ASSERT_GE(Fire(job_), 1);
  const auto listed = [&](const std::string& filter) {
    const auto page = Call(&Stub::ListCases, filter);
    EXPECT_OK(page);
    std::vector<std::string> ids;
    for (const v1::Case& record : page->cases()) ids.push_back(record.case_id());
    return ids;
  };
  const std::string soon = fmt::format("due_before_time {{ seconds: {} }}",
                                       absl::ToUnixSeconds(clock_.Now() + absl::Hours(1)));
  EXPECT_THAT(listed(soon), ElementsAre(names_["$LATE"]));
  EXPECT_THAT(listed(""), ElementsAre(names_["$LATE"], names_["$NEW"]));
  ASSERT_OK(Call(&Stub::RespondToCase, R"pb(case_id: "$LATE" message: "m")pb"));
  EXPECT_THAT(listed(soon), IsEmpty());
  EXPECT_THAT(listed(""), ElementsAre(names_["$NEW"], names_["$LATE"]));
}

TEST_F(ClockJobTest, MetAndPausedClocksDoNotFire) {
  Open("$MET");
  Open("$PAUSED");
  Open("$CLOSED");
  ASSERT_OK(Call(&Stub::RespondToCase, R"pb(case_id: "$MET" message: "m")pb"));
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$PAUSED"
                                         result: REVIEW_RESULT_WAITING_FOR_CUSTOMER)pb"));
  ASSERT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$CLOSED" result: REVIEW_RESULT_CUSTOMER_GAVE_UP)pb"));
  ASSERT_OK(Call(&Stub::CloseCase, R"pb(case_id: "$CLOSED")pb"));
  clock_.Advance(absl::Hours(100));
  EXPECT_EQ(Fire(job_), 0);
  ASSERT_OK(Call(&Stub::ResumeCase, R"pb(case_id: "$PAUSED")pb"));
  EXPECT_EQ(Fire(job_), 0);
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(Fire(job_), 1);  // warned
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(Fire(job_), 1);  // breached
}

// A writer's lock is passed over, not waited for; the case is found again afterwards.
TEST_F(ClockJobTest, PassesOverCasesThatOthersHold) {
  Open("$HELD");
  Open("$FREE");
  clock_.Advance(absl::Hours(25));
  static constexpr db::Sql kHold{
      "SELECT version FROM aftersales_case WHERE org_id = ? AND case_id = ? FOR UPDATE"};
  ASSERT_OK(
      database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) -> absl::Status {
        RETURN_IF_ERROR(t.Query(kHold, {"org-a", names_["$HELD"]}));
        EXPECT_EQ(Fire(job_), 1);
        return absl::OkStatus();
      }));
  EXPECT_EQ(Fire(job_), 1);
}

TEST_F(ClockJobTest, TwoJobsFireEachClockOnceWhileAnswersComeIn) {
  constexpr int kCases = 60;
  for (int i = 0; i < kCases; ++i) Open("$C" + std::string(1, static_cast<char>('0' + i % 10)));
  const auto other_database = Db().OpenAnother();
  ClockJob other(*other_database, clock_, ids_, [this] { ++notified_; }, nullptr, {.batch = 3});
  clock_.Advance(absl::Hours(21));
  std::atomic<int> fired = 0;
  const auto run_both = [&](const std::function<void()>& meanwhile) {
    std::thread first([&] { fired += Fire(job_); });
    std::thread second([&] { fired += Fire(other); });
    meanwhile();
    first.join();
    second.join();
    // What one of them passed over because the other held it.
    fired += Fire(job_);
  };
  run_both([] {});
  EXPECT_EQ(fired, kCases);
  EXPECT_EQ(Events("DeadlineNear"), kCases);

  // Late answers compete with the job for the same clocks: whoever comes first tells of the breach.
  clock_.Advance(absl::Hours(4));
  run_both([&] {
    for (char c = '0'; c <= '9'; ++c) {
      EXPECT_OK(Call(&Stub::RespondToCase, "case_id: '$C" + std::string(1, c) + "' message: 'm'"));
    }
  });
  EXPECT_EQ(Events("DeadlineBreached"), kCases);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_clock WHERE state <> 'BREACHED'"), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(DISTINCT event_key) FROM outbox"
                       " WHERE type LIKE '%.DeadlineBreached'"),
            kCases);
}

// Batches are of all organizations: a case that nobody can work on must not stop the others.
TEST_F(ClockJobTest, ACaseThatCannotBeWorkedOnIsSetAsideAndTheOthersFire) {
  Open("$BAD");
  Open("$ONE");
  Open("$TWO");
  clock_.Advance(absl::Hours(25));
  const std::string of_bad = " WHERE case_id = '" + names_["$BAD"] + "'";
  Db().Exec("UPDATE case_clock SET step_us = 0, step_offset_us = 0, policy_id = 'gone'" + of_bad);
  EXPECT_EQ(Fire(job_), 2);
  EXPECT_EQ(Fire(job_), 0);
  EXPECT_EQ(Events("DeadlineBreached"), 2);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM case_clock WHERE state = 'BREACHED'"), 2);

  // Whoever has mended it need not call anybody.
  Db().Exec("UPDATE case_clock SET policy_id = 'default/sla'" + of_bad);
  EXPECT_EQ(Fire(job_), 0);
  clock_.Advance(absl::Minutes(1));
  EXPECT_GE(Fire(job_), 1);
  EXPECT_EQ(Events("DeadlineBreached"), 3);
}

TEST_F(ClockJobTest, RunsByItselfUntilStopped) {
  Open("$C");
  clock_.Advance(absl::Hours(25));
  std::mutex mutex;
  std::condition_variable told;
  bool fired = false;
  ClockJob job(*database_, clock_, ids_,
               [&] {
                 const std::lock_guard lock(mutex);
                 fired = true;
                 told.notify_all();
               },
               nullptr, {.interval = absl::Milliseconds(10)});
  job.Start();
  {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(told.wait_for(lock, std::chrono::seconds(60), [&] { return fired; }));
  }
  job.Stop();
  EXPECT_EQ(Events("DeadlineBreached"), 1);
}

}  // namespace
}  // namespace kefu::aftersales
