// Whose a breach is.
#include "services/aftersales/clocks/clock_job.h"
#include "services/aftersales/processes/signals.h"
#include "services/aftersales/tests/assignment/fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::ElementsAre;

class BreachOwnerTest : public AssignmentTest {
 protected:
  void Fire() {
    ClockJob job(
        *database_, clock_, ids_, [] {}, nullptr);
    EXPECT_OK(job.RunOnce(absl::InfiniteFuture()));
  }
  v1::Clock FirstAnswerOf(const std::string& name) {
    const auto record = Call(&Stub::GetCase, fmt::format("case_id: '{}'", name));
    EXPECT_OK(record);
    return record.ok() ? ClockOf(*record, v1::CLOCK_KIND_FIRST_ANSWER) : v1::Clock();
  }
  // Lets the service hear of its own breaches; answers who is told to staffing's ledger.
  std::vector<std::string> Told() {
    static constexpr db::Sql kPayloads{
        "SELECT payload FROM outbox WHERE type LIKE '%.DeadlineBreached' ORDER BY outbox_id"};
    const auto rows = Db().db().Read(absl::InfiniteFuture(), kPayloads);
    EXPECT_OK(rows);
    for (const db::Row row : *rows) {
      v1::DeadlineBreached breached;
      EXPECT_TRUE(breached.ParseFromString(row.Str(0)));
      ::kefu::common::v1::Event event;
      event.set_org_id("org-a");
      event.mutable_payload()->PackFrom(breached);
      EXPECT_OK(database_->RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
        return ApplyOwnEvent(t, event, clock_.Now(), ids_);
      }));
    }
    static constexpr db::Sql kFacts{"SELECT facts FROM process WHERE kind = 'BREACH'"};
    const auto processes = Db().db().Read(absl::InfiniteFuture(), kFacts);
    EXPECT_OK(processes);
    std::vector<std::string> told;
    for (const db::Row row : *processes) {
      v1::ProcessFacts facts;
      EXPECT_TRUE(facts.ParseFromString(row.Str(0)));
      told.push_back(facts.agent_id());
    }
    return told;
  }
};

TEST_F(BreachOwnerTest, WhatIsHandedToNobodyBreachesInTheNameOfWhoeverHadItLast) {
  Hire("anna");
  StartShift("anna", "s1");
  EXPECT_EQ(OpenFree("$1"), "anna");
  EndShift("anna", "s1");
  EXPECT_EQ(Work(), 1);
  EXPECT_EQ(AssigneeOf("$1"), "") << "nobody is there";
  EXPECT_EQ(OpenFree("$2"), "");
  clock_.Advance(absl::Hours(24) + absl::Seconds(1));
  Fire();
  EXPECT_EQ(FirstAnswerOf("$1").breach_owner(), "anna");
  EXPECT_EQ(FirstAnswerOf("$2").breach_owner(), "");
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, "case_id: '$2'"));
  EXPECT_THAT(history.activities().rbegin()->changes(0),
              EqualsProto(R"pb(field: "breach_owner" new_value: "NOBODY")pb"));
  // Nobody is sanctioned for what was not theirs any more.
  EXPECT_THAT(Told(), ElementsAre());

  // Whoever has it again is late in the own name, and the breach before stays what it was.
  clock_.Advance(absl::Seconds(1));
  StartShift("anna", "s2");
  Hire("bela");
  EXPECT_EQ(Work(), 2);
  EXPECT_EQ(FirstAnswerOf("$1").breach_owner(), "anna");
  clock_.Advance(absl::Hours(1));
  const std::string agent = OpenFree("$3");
  EXPECT_NE(agent, "");
  clock_.Advance(absl::Hours(25));
  Fire();
  EXPECT_EQ(FirstAnswerOf("$3").breach_owner(), agent);
  EXPECT_THAT(Told(), ElementsAre(agent));
}

// The job of deadlines stood still: who got a case, or lost it, since it fell due has nothing to do
// with that.
TEST_F(BreachOwnerTest, ABreachIsOfWhoeverHadTheCaseWhenItFellDueHoweverLateItIsFound) {
  const absl::Duration past_due = absl::Hours(24) + absl::Seconds(1);
  Hire("anna");
  StartShift("anna", "s1");
  EXPECT_EQ(OpenFree("$1"), "anna");
  clock_.Advance(past_due);
  EndShift("anna", "s1");
  EXPECT_EQ(Work(), 1);
  EXPECT_EQ(AssigneeOf("$1"), "") << "it was hers when it fell due";
  Fire();
  EXPECT_EQ(FirstAnswerOf("$1").breach_owner(), "anna");
  EXPECT_THAT(Told(), ElementsAre("anna"));

  // Nobody's when it fell due: whoever gets it afterwards has missed nothing.
  EXPECT_EQ(OpenFree("$2"), "");
  clock_.Advance(past_due);
  StartShift("anna", "s2");
  Work();
  EXPECT_EQ(AssigneeOf("$2"), "anna");
  Fire();
  EXPECT_EQ(FirstAnswerOf("$2").state(), v1::CLOCK_STATE_BREACHED);
  EXPECT_EQ(FirstAnswerOf("$2").breach_owner(), "");
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, "case_id: '$2'"));
  EXPECT_THAT(history.activities().rbegin()->changes(0),
              EqualsProto(R"pb(field: "breach_owner" new_value: "NOBODY")pb"));
  EXPECT_THAT(Told(), ElementsAre("anna"));

  // Nor has who answers it at last.
  EXPECT_EQ(OpenFree("$3"), "anna");
  clock_.Advance(past_due);
  Hire("bela");
  StartShift("bela", "b1");
  EndShift("anna", "s2");
  Work();
  EXPECT_EQ(AssigneeOf("$3"), "bela");
  ASSERT_OK(Call(&Stub::RespondToCase, "case_id: '$3' message: '抱歉'"));
  EXPECT_EQ(FirstAnswerOf("$3").state(), v1::CLOCK_STATE_BREACHED);
  EXPECT_EQ(FirstAnswerOf("$3").breach_owner(), "anna");
  EXPECT_THAT(Told(), ElementsAre("anna", "anna"));
}

}  // namespace
}  // namespace kefu::aftersales
