// Deadlines that nobody has met are told further up, each step once.
#include <thread>

#include "services/aftersales/clocks/clock_job.h"
#include "services/aftersales/tests/sla/sla_fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// It is 04:00 UTC; an answer is due at 08:00.
class EscalationTest : public SlaTest {
 protected:
  EscalationTest() {
    Set(Rule("FIRST_ANSWER", 4) +
        "steps { offset_seconds: 3600 recipient: SLA_RECIPIENT_SUPERVISOR }"
        "steps { offset_seconds: -1800 recipient: SLA_RECIPIENT_AGENT }"
        "steps { offset_seconds: 0 recipient: SLA_RECIPIENT_TEAM_LEAD }"
        "steps { offset_seconds: 14400 recipient: SLA_RECIPIENT_MERCHANT }"
        "steps { clock: CLOCK_KIND_RESOLUTION recipient: SLA_RECIPIENT_MERCHANT }");
  }
  void Run(absl::Duration later) {
    clock_.Advance(later);
    EXPECT_OK(job_.RunOnce(absl::InfiniteFuture()));
  }
  // Whom it was told to, in order.
  static std::vector<std::string> Told() {
    std::vector<std::string> told;
    static constexpr db::Sql kPayloads{
        "SELECT payload FROM outbox WHERE type LIKE '%.DeadlineEscalated' ORDER BY outbox_id"};
    const auto rows = Db().db().Read(absl::InfiniteFuture(), kPayloads);
    EXPECT_OK(rows);
    for (const db::Row row : *rows) {
      v1::DeadlineEscalated event;
      EXPECT_TRUE(event.ParseFromString(row.Str(0)));
      told.push_back(v1::SlaRecipient_Name(event.recipient()).substr(14));
    }
    return told;
  }

  ClockJob job_{*database_, clock_, ids_, [] {}, nullptr};
};

TEST_F(EscalationTest, EachStepIsTakenOnceUntilTheMatterIsDone) {
  Open("$C");
  Run(absl::Hours(3));
  EXPECT_THAT(Told(), IsEmpty());
  Run(absl::Minutes(30));
  Run(absl::ZeroDuration());
  EXPECT_THAT(Told(), ElementsAre("AGENT"));
  Run(absl::Minutes(30));  // 08:00: in time yet
  EXPECT_THAT(Told(), ElementsAre("AGENT"));
  Run(absl::Microseconds(1));
  EXPECT_THAT(Told(), ElementsAre("AGENT", "TEAM_LEAD"));
  EXPECT_THAT(EventTypes(), ElementsAre("SlaPolicyChanged", "CaseOpened", "DeadlineEscalated",
                                        "DeadlineNear", "DeadlineBreached", "DeadlineEscalated"));
  Run(absl::Hours(1));
  EXPECT_THAT(Told(), ElementsAre("AGENT", "TEAM_LEAD", "SUPERVISOR"));
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, "case_id: '$C'"));
  EXPECT_EQ(history.activities().rbegin()->verb(), "DeadlineEscalated");
  EXPECT_EQ(history.activities().rbegin()->note(), "FIRST_ANSWER 1h → SUPERVISOR");
  // The late answer ends it.
  ASSERT_OK(Call(&Stub::RespondToCase, "case_id: '$C' message: 'm'"));
  Run(absl::Hours(100));
  EXPECT_THAT(Told(), ElementsAre("AGENT", "TEAM_LEAD", "SUPERVISOR"));
}

TEST_F(EscalationTest, AClockThatStandsStillTakesNoStepAndAJobThatSleptTakesThemAll) {
  Open("$C");
  clock_.Advance(absl::Hours(3));
  ASSERT_OK(Call(&Stub::ReviewCase, "case_id: '$C' result: REVIEW_RESULT_WAITING_FOR_CUSTOMER"));
  Run(absl::Hours(50));
  EXPECT_THAT(Told(), IsEmpty());
  ASSERT_OK(Call(&Stub::ResumeCase, "case_id: '$C'"));
  Run(absl::Minutes(29));
  EXPECT_THAT(Told(), IsEmpty());
  Run(absl::Hours(100));
  EXPECT_THAT(Told(), ElementsAre("AGENT", "TEAM_LEAD", "SUPERVISOR", "MERCHANT"));
  // A case that is closed with its breach is told no further.
  Open("$D");
  Run(absl::Hours(4) + absl::Seconds(1));
  ASSERT_OK(Call(&Stub::ReviewCase, "case_id: '$D' result: REVIEW_RESULT_CUSTOMER_GAVE_UP"));
  ASSERT_OK(Call(&Stub::CloseCase, "case_id: '$D'"));
  Run(absl::Hours(100));
  EXPECT_EQ(Told().size(), 6u);
}

TEST_F(EscalationTest, TwoJobsTakeEachStepOnce) {
  constexpr int kCases = 30;
  for (int i = 0; i < kCases; ++i) Open("$C");
  const auto other_database = Db().OpenAnother();
  ClockJob other(*other_database, clock_, ids_, [] {}, nullptr, {.batch = 3});
  ClockJob one(*database_, clock_, ids_, [] {}, nullptr, {.batch = 2});
  clock_.Advance(absl::Hours(5) + absl::Seconds(1));
  std::thread first([&] { EXPECT_OK(one.RunOnce(absl::InfiniteFuture())); });
  std::thread second([&] { EXPECT_OK(other.RunOnce(absl::InfiniteFuture())); });
  first.join();
  second.join();
  Run(absl::ZeroDuration());
  EXPECT_EQ(Told().size(), 3u * kCases);
}

}  // namespace
}  // namespace kefu::aftersales
