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
  EXPECT_THAT(EventTypes(),
              ElementsAre("SlaPolicyChanged", "CaseOpened", "DeadlineEscalated", "DeadlineNear",
                          "DeadlineBreached", "DeadlineEscalated", "CaseChanged"));
  Run(absl::Hours(1));
  EXPECT_THAT(Told(), ElementsAre("AGENT", "TEAM_LEAD", "SUPERVISOR"));
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, "case_id: '$C'"));
  EXPECT_EQ(history.activities().rbegin()->verb(), "DeadlineEscalated");
  EXPECT_EQ(history.activities().rbegin()->note(), "FIRST_ANSWER 1h → SUPERVISOR");
  EXPECT_THAT(history.activities().rbegin()->changes(0),
              EqualsProto(R"pb(field: "escalation_level"
                               old_value: "TEAM_LEAD"
                               new_value: "SUPERVISOR")pb"));
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

// By the shipped policy from December 2026 on; until then it tells nobody.
TEST_F(EscalationTest, WhereNobodySetAnythingTheShippedStepsAreTaken) {
  const auto open = [this] { Open("$C", "shop_id: 'shop-2' kind: CASE_KIND_PLATFORM_EMAIL"); };
  const auto go_to = [this](int day, int hour) {
    clock_.Advance(absl::FromCivil(absl::CivilHour(2026, 1, day, hour), absl::UTCTimeZone()) -
                   clock_.Now());
  };
  Set("withdrawn: true");
  // 2026-12-01 in Shanghai; brought forward to 17 January, since tokens do not last that long.
  const std::string of_shipped = " policy_id = 'default/sla' AND version = 2";
  ASSERT_EQ(Db().Count("SELECT effective_us DIV 1000000 FROM sla_policy WHERE" + of_shipped),
            1796054400);
  Db().Exec("UPDATE sla_policy SET effective_us = 1768579200000000 WHERE" + of_shipped);
  go_to(16, 8);
  open();
  Run(absl::Hours(60));
  EXPECT_THAT(Told(), IsEmpty());
  EXPECT_EQ(ClockOf(*Call(&Stub::GetCase, "case_id: '$C'"), v1::CLOCK_KIND_PLATFORM_EMAIL)
                .policy_version(),
            1);
  go_to(20, 4);  // noon in Shanghai
  names_.erase("$C");
  open();
  Run(absl::Hours(6));
  EXPECT_THAT(Told(), IsEmpty());
  Run(absl::Seconds(1));
  EXPECT_THAT(Told(), ElementsAre("AGENT"));
  Run(absl::Minutes(30));
  EXPECT_THAT(Told(), ElementsAre("AGENT", "TEAM_LEAD"));
  Run(absl::Minutes(90));
  EXPECT_THAT(Told(), ElementsAre("AGENT", "TEAM_LEAD", "SUPERVISOR"));
  Run(absl::Hours(22) - absl::Seconds(2));
  EXPECT_EQ(Told().size(), 6u) << "the first answer is late as well";
  Run(absl::Seconds(2));
  EXPECT_EQ(Told().size(), 7u);
  EXPECT_EQ(Told().back(), "MERCHANT");
  ASSERT_OK_AND_ASSIGN(const v1::Case read, Call(&Stub::GetCase, "case_id: '$C'"));
  EXPECT_EQ(read.escalation_level(), v1::ESCALATION_LEVEL_MERCHANT);
  // A further letter of a platform, and any other message, is owed an answer.
  ASSERT_OK(Call(&Stub::RespondToCase, "case_id: '$C' message: 'm'"));
  clock_.Advance(absl::Hours(20));  // before 16:00 in Shanghai
  ASSERT_OK_AND_ASSIGN(const v1::Case again, Say("case_id: '$C' message: '请尽快'"));
  const v1::Clock& letter = ClockOf(again, v1::CLOCK_KIND_NEXT_RESPONSE);
  EXPECT_EQ(Text(letter.due_time()), "2026-01-22T10:00:00Z");
  EXPECT_EQ(letter.policy_version(), 2);
  Open("$D", "shop_id: 'shop-2'");
  ASSERT_OK(Call(&Stub::RespondToCase, "case_id: '$D' message: 'm'"));
  clock_.Advance(absl::Seconds(1));
  ASSERT_OK_AND_ASSIGN(const v1::Case other, Say("case_id: '$D' message: '在吗'"));
  EXPECT_EQ(Text(ClockOf(other, v1::CLOCK_KIND_NEXT_RESPONSE).due_time()), "2026-01-23T06:00:02Z");
}

// DOMAIN 4.2: agent → lead → supervisor → merchant. Whom a missed deadline is told to has the case.
TEST_F(EscalationTest, AMissedDeadlineRaisesTheCaseAsFarAsItIsTold) {
  const auto level = [this] {
    const auto read = Call(&Stub::GetCase, "case_id: '$C'");
    EXPECT_OK(read);
    return v1::EscalationLevel_Name(read->escalation_level()).substr(17);
  };
  Open("$C");
  Run(absl::Hours(4));
  EXPECT_THAT(Told(), ElementsAre("AGENT"));
  EXPECT_EQ(level(), "AGENT");
  Run(absl::Seconds(1));
  EXPECT_EQ(level(), "TEAM_LEAD");
  // A person who knows better lowers it, until it is told further.
  ASSERT_OK(
      Call(&WorkStub::LowerEscalation, "case_id: '$C' level: ESCALATION_LEVEL_AGENT reason: 'r'"));
  Run(absl::Minutes(30));
  EXPECT_EQ(level(), "AGENT");
  Run(absl::Minutes(30));
  EXPECT_EQ(level(), "SUPERVISOR");
  // Nor is it lowered by being told to somebody below.
  ASSERT_OK(
      Call(&Stub::EscalateCase, "case_id: '$C' level: ESCALATION_LEVEL_MERCHANT reason: 'r'"));
  Run(absl::Hours(100));
  EXPECT_THAT(Told(), ElementsAre("AGENT", "TEAM_LEAD", "SUPERVISOR", "MERCHANT"));
  EXPECT_EQ(level(), "MERCHANT");
}

TEST_F(EscalationTest, AWarningRaisesNothingAndNoLevelIsReachedThatTheCasePolicyDoesNotKnow) {
  ASSERT_OK(Call(&WorkStub::SetCasePolicy, R"pb(
    policy {
      max_appeals: 1
      max_evidence_bytes: 1
      max_evidence_items: 1
      evidence_types: "image/png"
      escalation_levels: [ ESCALATION_LEVEL_AGENT, ESCALATION_LEVEL_SUPERVISOR ]
    })pb"));
  Set(Rule("FIRST_ANSWER", 4) +
      "steps { offset_seconds: -3600 recipient: SLA_RECIPIENT_MERCHANT }"
      "steps { offset_seconds: 0 recipient: SLA_RECIPIENT_TEAM_LEAD }"
      "steps { offset_seconds: 3600 recipient: SLA_RECIPIENT_MERCHANT }");
  Open("$C");
  const auto level = [this] { return Call(&Stub::GetCase, "case_id: '$C'")->escalation_level(); };
  Run(absl::Hours(3));
  EXPECT_THAT(Told(), ElementsAre("MERCHANT"));
  EXPECT_EQ(level(), v1::ESCALATION_LEVEL_AGENT);
  Run(absl::Hours(1) + absl::Seconds(1));
  EXPECT_THAT(Told(), ElementsAre("MERCHANT", "TEAM_LEAD"));
  EXPECT_EQ(level(), v1::ESCALATION_LEVEL_AGENT);
  Run(absl::Hours(1));
  EXPECT_EQ(level(), v1::ESCALATION_LEVEL_SUPERVISOR);
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
