// What besides policies and priorities has the clocks of a case set anew: taking it up again,
// another assignee, and what becomes of contracts with bases.
#include "kefu/aftersales/v1/assignment.grpc.pb.h"
#include "services/aftersales/clocks/recompute.h"
#include "services/aftersales/tests/sla/sla_fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using AssignmentStub = v1::AssignmentService::Stub;
namespace staffing = ::kefu::staffing::v1;

// It is 04:00 UTC on 2026-01-15, noon in Shanghai.
class AnewTest : public SlaTest {
 protected:
  AnewTest() : assignment_(v1::AssignmentService::NewStub(host_.channel())) {
    Tell<staffing::ShopChanged>(
        "org-a", "shop { shop_id: 'shop-1' platform: PLATFORM_JD time_zone: 'Asia/Shanghai' }");
    for (const std::string org : {"org-a", "base-1"}) {
      const std::string agent =
          fmt::format("agent {{ agent_id: '{}' hire_date {{ year: 2025 month: 1 day: 1 }} }}",
                      org == "org-a" ? "anna" : "seat-1");
      Tell<staffing::AgentChanged>(org, agent);
    }
    Hear<staffing::AssignmentChanged>("org-a", R"pb(
      assignment {
        assignment_id: "1"
        agent_id: "anna"
        shop_id: "shop-1"
        duty: DUTY_AFTER_SALES
        start_date { year: 2025 month: 1 day: 1 }
      })pb");
    Set(Rule("FIRST_ANSWER", 100));
    Set("contract_id: 'k-1' " + Rule("FIRST_ANSWER", 90));
  }
  // base-1 serves these shops on these days of January.
  void Contract(int first, int last, const std::string& more = "shop_ids: 'shop-1'") {
    Hear<staffing::ContractChanged>(
        "org-a", fmt::format(R"(contract {{ contract_id: "k-1" base_id: "base-1" {}
                     kind: CONTRACT_KIND_BASE period {{
                       start_date {{ year: 2026 month: 1 day: {} }}
                       end_date {{ year: 2026 month: 1 day: {} }} }} }})",
                             more, first, last));
  }
  void Give(const std::string& agent) {
    ASSERT_OK(rpc::Call(*assignment_, &AssignmentStub::AssignCase,
                        Parse<v1::AssignCaseRequest>(
                            Fill(fmt::format("case_id: '$C' agent_id: '{}' reason: 'r'", agent))),
                        As("org-a")));
  }
  // "RUNNING 01-19T08:00" of the case's clock.
  std::string Of(v1::ClockKind kind = v1::CLOCK_KIND_FIRST_ANSWER) {
    const auto read = Call(&Stub::GetCase, "case_id: '$C'");
    EXPECT_OK(read);
    const v1::Clock& clock = ClockOf(*read, kind);
    return v1::ClockState_Name(clock.state()).substr(12) + " " +
           Text(clock.due_time()).substr(5, 11);
  }
  // Why its clock was replaced, oldest first.
  std::vector<std::string> Reasons(v1::ClockKind kind = v1::CLOCK_KIND_FIRST_ANSWER) {
    std::vector<std::string> reasons;
    const auto why = Why("$C");
    for (const auto& one : why.clocks()) {
      if (one.clock().kind() != kind) continue;
      for (const v1::PastClock& past : one.past_clocks()) {
        reasons.push_back(v1::ClockReplacement_Name(past.reason()).substr(18));
      }
    }
    return reasons;
  }
  int Recompute() {
    const auto changed = job_.RunOnce(absl::InfiniteFuture());
    EXPECT_OK(changed);
    return changed.value_or(-1);
  }
  void GoTo(int day, int hour) {
    clock_.Advance(absl::FromCivil(absl::CivilHour(2026, 1, day, hour), absl::UTCTimeZone()) -
                   clock_.Now());
  }

  std::unique_ptr<AssignmentStub> assignment_;
  RecomputeJob job_{*database_, clock_, ids_, [] {}, nullptr};
};

TEST_F(AnewTest, ACaseThatIsTakenUpAgainOwesItsDecisionAnew) {
  Set(Rule("RESOLUTION", 10) + Rule("FIRST_ANSWER", 100));
  Open("$C");
  clock_.Advance(absl::Hours(2));
  const std::string decide = "case_id: '$C' result: REVIEW_RESULT_REJECTED note: 'n'";
  ASSERT_OK(Call(&Stub::ReviewCase, decide));
  EXPECT_EQ(Of(v1::CLOCK_KIND_RESOLUTION), "MET 01-15T14:00");
  clock_.Advance(absl::Hours(3));
  ASSERT_OK(Call(&WorkStub::ReopenCase, "case_id: '$C' reason: '客户又来'"));
  EXPECT_EQ(Of(v1::CLOCK_KIND_RESOLUTION), "RUNNING 01-15T19:00");
  EXPECT_EQ(Of(), "RUNNING 01-19T08:00") << "the first answer is owed as before";
  EXPECT_THAT(Reasons(v1::CLOCK_KIND_RESOLUTION), ElementsAre("REOPENED"));
  const auto why = Why("$C");
  EXPECT_EQ(why.clocks(1).past_clocks(0).clock().state(), v1::CLOCK_STATE_MET);
  // Whoever is late this time is late, and next time it begins anew again.
  clock_.Advance(absl::Hours(11));
  ASSERT_OK(Call(&Stub::ReviewCase, decide));
  EXPECT_EQ(Of(v1::CLOCK_KIND_RESOLUTION), "BREACHED 01-15T19:00");
  ASSERT_OK(Call(&WorkStub::ReopenCase, "case_id: '$C' reason: 'r'"));
  EXPECT_EQ(Of(v1::CLOCK_KIND_RESOLUTION), "RUNNING 01-16T06:00");
  EXPECT_THAT(Reasons(v1::CLOCK_KIND_RESOLUTION), ElementsAre("REOPENED", "REOPENED"));
}

// A work order that is appealed, and one that is taken up again, is to be decided within three
// hours as any other; the shipped rule is inherited.
TEST_F(AnewTest, AnAppealOwesItsDecisionAnewAndDecidingItMeetsBothClocks) {
  constexpr v1::ClockKind kDecision = v1::CLOCK_KIND_WORK_ORDER_DECISION;
  Set(Rule("RESOLUTION", 24));
  Open("$C", "kind: CASE_KIND_PLATFORM_WORK_ORDER");
  const std::string decide = "case_id: '$C' result: REVIEW_RESULT_REJECTED note: 'n'";
  ASSERT_OK(Call(&Stub::RespondToCase, "case_id: '$C' message: 'm'"));
  ASSERT_OK(Call(&Stub::ReviewCase, decide));
  EXPECT_EQ(Of(kDecision), "MET 01-15T07:00");
  clock_.Advance(absl::Hours(2));
  ASSERT_OK_AND_ASSIGN(
      const v1::Case appealed,
      Call(&Stub::AppealCase, "case_id: '$C' party: APPEAL_PARTY_BUYER reason: '证据未看'"));
  EXPECT_EQ(Text(appealed.due_time()), "2026-01-15T09:00:00Z");
  EXPECT_EQ(Of(v1::CLOCK_KIND_RESOLUTION), "RUNNING 01-16T06:00");
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(Call(&WorkStub::DecideAppeal,
                 "case_id: '$C' outcome: APPEAL_OUTCOME_DECISION_STANDS note: 'n'"));
  EXPECT_EQ(Of(kDecision), "MET 01-15T09:00");
  EXPECT_EQ(Of(v1::CLOCK_KIND_RESOLUTION), "MET 01-16T06:00");
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(Call(&WorkStub::ReopenCase, "case_id: '$C' reason: '平台退回'"));
  EXPECT_EQ(Of(kDecision), "RUNNING 01-15T11:00");
  clock_.Advance(absl::Hours(3) + absl::Seconds(1));
  ASSERT_OK(Call(&Stub::ReviewCase, decide));
  EXPECT_EQ(Of(kDecision), "BREACHED 01-15T11:00");
  EXPECT_THAT(Reasons(kDecision), ElementsAre("REOPENED", "REOPENED"));
}

// DOMAIN 4.2: any case is answered, also one that was closed without a word.
TEST_F(AnewTest, WhoWasNeverAnsweredIsOwedAnAnswerWhenTheCaseIsTakenUpAgain) {
  Set(Rule("FIRST_ANSWER", 100) + Rule("NEXT_RESPONSE", 4));
  const auto close = [this] {
    ASSERT_OK(Call(&Stub::ReviewCase, "case_id: '$C' result: REVIEW_RESULT_REJECTED note: 'n'"));
    ASSERT_OK(Call(&Stub::CloseCase, "case_id: '$C'"));
  };
  const auto appeal = [this](const std::string& party) {
    return Call(&Stub::AppealCase, "case_id: '$C' party: APPEAL_PARTY_" + party + " reason: 'r'");
  };
  const std::string respond = "case_id: '$C' message: 'm'";
  Open("$C");
  close();
  EXPECT_EQ(Of(), "CANCELLED 01-19T08:00");
  clock_.Advance(absl::Hours(1));  // 05:00
  ASSERT_OK_AND_ASSIGN(const v1::Case appealed, appeal("BUYER"));
  EXPECT_EQ(Text(appealed.due_time()), "2026-01-19T08:00:00Z");
  EXPECT_EQ(appealed.clocks_size(), 1) << "the first answer is one to the appeal as well";
  EXPECT_EQ(Of(), "RUNNING 01-19T08:00");
  ASSERT_OK_AND_ASSIGN(const v1::Case answered, Call(&Stub::RespondToCase, respond));
  EXPECT_EQ(Of(), "MET 01-19T08:00");
  EXPECT_FALSE(answered.clocks(0).has_cancel_time());
  EXPECT_THAT(Reasons(), ElementsAre());

  // Whoever was answered has said something new by an appeal; the merchant's own asks for nothing.
  for (const std::string party : {"MERCHANT", "BUYER"}) {
    Open("$C");
    ASSERT_OK(Call(&Stub::RespondToCase, respond));
    close();
    clock_.Advance(absl::Seconds(1));
    ASSERT_OK_AND_ASSIGN(const v1::Case again, appeal(party));
    EXPECT_EQ(again.clocks_size(), party == "BUYER" ? 2 : 1);
  }
  EXPECT_EQ(Of(v1::CLOCK_KIND_NEXT_RESPONSE), "RUNNING 01-15T09:00");

  // Nobody is late at once, however long the case was closed.
  Open("$C");
  close();
  clock_.Advance(absl::Hours(200));
  ASSERT_OK(Call(&WorkStub::ReopenCase, "case_id: '$C' reason: '客户又来'"));
  EXPECT_EQ(Of(), "RUNNING 01-27T17:00");
  EXPECT_THAT(Reasons(), ElementsAre("REOPENED"));
}

TEST_F(AnewTest, AnAssigneeUnderAnotherContractBringsItsDeadlines) {
  Contract(1, 31);
  Open("$C", "assignee_agent_id: 'anna'");
  EXPECT_EQ(Of(), "RUNNING 01-19T08:00");
  clock_.Advance(absl::Hours(1));
  Give("seat-1");
  EXPECT_EQ(Of(), "RUNNING 01-18T22:00");
  EXPECT_THAT(Reasons(), ElementsAre("ASSIGNEE_CHANGED"));
  EXPECT_EQ(Text(Why("$C").clocks(0).since_time()), "2026-01-15T05:00:00Z");
  Give("anna");
  EXPECT_EQ(Of(), "RUNNING 01-19T08:00");
  EXPECT_THAT(Reasons(), ElementsAre("ASSIGNEE_CHANGED", "ASSIGNEE_CHANGED"));
}

TEST_F(AnewTest, AContractThatBeginsChangesOrEndsSetsItsCasesAnew) {
  Contract(17, 20);
  Open("$C");
  Db().Exec("UPDATE aftersales_case SET assignee_agent_id = 'seat-1'");
  EXPECT_EQ(Recompute(), 0);
  EXPECT_EQ(Of(), "RUNNING 01-19T08:00");
  GoTo(16, 15);
  EXPECT_EQ(Recompute(), 0);
  GoTo(16, 16);  // midnight of the 17th in Shanghai
  EXPECT_EQ(Recompute(), 1);
  EXPECT_EQ(Of(), "RUNNING 01-18T22:00");
  EXPECT_THAT(Reasons(), ElementsAre("CONTRACT_CHANGED"));
  // It loses the shop, and gets it back; told twice is told once.
  GoTo(17, 0);
  Contract(17, 20, "shop_ids: 'shop-2'");
  EXPECT_EQ(Recompute(), 1);
  EXPECT_EQ(Of(), "RUNNING 01-19T08:00");
  GoTo(17, 1);
  Contract(17, 20);
  Contract(17, 20);
  EXPECT_EQ(Recompute(), 1);
  EXPECT_EQ(Of(), "RUNNING 01-18T22:00");
  // It ends early: from the day after on it is none.
  Contract(17, 20, "shop_ids: 'shop-1' ended_date { year: 2026 month: 1 day: 17 }");
  EXPECT_EQ(Recompute(), 0);
  GoTo(17, 16);
  EXPECT_EQ(Recompute(), 1);
  EXPECT_EQ(Of(), "RUNNING 01-19T08:00");
  EXPECT_THAT(Reasons(), SizeIs(4));
  clock_.Advance(absl::Hours(24 * 10));
  EXPECT_EQ(Recompute(), 0);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM sla_change WHERE next_us < 9223372036854775807"), 0);
}

}  // namespace
}  // namespace kefu::aftersales
