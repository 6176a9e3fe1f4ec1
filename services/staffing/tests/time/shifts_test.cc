#include "services/staffing/tests/time/time_fixture.h"

namespace kefu::staffing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class SwapTest : public TimeTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(MakePeople());
    ASSERT_NO_FATAL_FAILURE(MakeRoster(780));  // today's begins in an hour
  }
  // A shift of $AGENT to $MATE.
  static std::string Proposal(int day, int back = 0) {
    std::string text = fmt::format(
        R"(roster_id: "$ROSTER" agent_id: "$AGENT" other_agent_id: "$MATE"
           date {{ year: 2026 month: 1 day: {} }})",
        day);
    if (back > 0) text += fmt::format(" other_date {{ year: 2026 month: 1 day: {} }}", back);
    return text;
  }
  absl::StatusOr<v1::ShiftSwap> Answer(const v1::ShiftSwap& swap, const rpc::CallOptions& as,
                                       bool agree = true) {
    return On(*shifts_, &Shifts::AnswerSwap,
              fmt::format(R"(swap_id: "{}" agree: {})", swap.swap_id(), agree), as);
  }
  absl::StatusOr<v1::ShiftSwap> Decide(const v1::ShiftSwap& swap, const rpc::CallOptions& as,
                                       std::string_view how = "approve: true") {
    return On(*shifts_, &Shifts::DecideSwap,
              fmt::format(R"(swap_id: "{}" {})", swap.swap_id(), how), as);
  }
};

TEST_F(SwapTest, BothAgreeAndTheLeadApproves) {
  const rpc::CallOptions agent = AsAgent("org-a", world_["$AGENT"]);
  const rpc::CallOptions mate = AsAgent("org-a", world_["$MATE"]);
  EXPECT_THAT(On(*shifts_, &Shifts::OfferSwap, Proposal(15, 17), mate),
              HasReason("TIME_OF_OTHERS"));
  ASSERT_OK_AND_ASSIGN(const v1::ShiftSwap swap,
                       On(*shifts_, &Shifts::OfferSwap, Proposal(15, 17), agent));
  EXPECT_EQ(swap.state(), v1::SWAP_STATE_PROPOSED);
  EXPECT_THAT(Decide(swap, AsLead("$LEAD")), HasReason("SWAP_STATE"));
  EXPECT_THAT(Answer(swap, agent), HasReason("TIME_OF_OTHERS"));
  ASSERT_OK(Answer(swap, mate));
  EXPECT_THAT(Answer(swap, mate, false), HasReason("SWAP_STATE"));
  EXPECT_THAT(Decide(swap, AsLead("$MATE")), HasReason("OWN_DECISION"));
  EXPECT_THAT(RosterShifts(), ::testing::Contains("15 agent"));
  ASSERT_OK_AND_ASSIGN(const auto decided, Decide(swap, AsLead("$LEAD")));
  EXPECT_EQ(decided.state(), v1::SWAP_STATE_APPROVED);
  EXPECT_THAT(RosterShifts(), UnorderedElementsAre("12 agent", "13 agent", "14 agent", "15 mate",
                                                   "16 agent", "16 mate", "17 agent", "18 mate"));
  EXPECT_THAT(EventTypes(), ::testing::Contains("RosterChanged"));
  EXPECT_THAT(Do(&Shifts::WithdrawSwap, fmt::format(R"(swap_id: "{}")", swap.swap_id())),
              HasReason("SWAP_STATE"));
  // Attendance follows the roster.
  EXPECT_EQ(Attendance("$AGENT", 15, 15).total().scheduled_minutes(), 0);
  EXPECT_EQ(Attendance("$MATE", 15, 15).total().scheduled_minutes(), 480);
}

TEST_F(SwapTest, LabourRulesAreCheckedWhenItIsProposedAndDecided) {
  // Two shifts on the 16th.
  const auto refused = Do(&Shifts::OfferSwap, Proposal(16));
  EXPECT_THAT(refused, HasReason("SWAP_BREAKS_RULES"));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("overlap"));
  EXPECT_THAT(Do(&Shifts::OfferSwap, Proposal(14)), HasReason("SWAP_PAST"));
  EXPECT_THAT(Do(&Shifts::OfferSwap, Proposal(18)), HasReason("SWAP_SHIFT_MISSING"));
  ASSERT_OK_AND_ASSIGN(const v1::ShiftSwap swap, Do(&Shifts::OfferSwap, Proposal(15)));
  ASSERT_OK(Answer(swap, As("org-a")));
  ASSERT_OK_AND_ASSIGN(
      const v1::Leave leave,
      Do(&Leaves::RequestLeave, R"(agent_id: "$MATE" leave_kind: "sick" )" + Dates(15, 15)));
  ASSERT_OK(
      Do(&Leaves::DecideLeave, fmt::format(R"(leave_id: "{}" approve: true)", leave.leave_id())));
  const auto late = Decide(swap, AsLead("$LEAD"));
  EXPECT_THAT(late, HasReason("SWAP_BREAKS_RULES"));
  EXPECT_THAT(std::string(late.status().message()), HasSubstr("leave"));
  EXPECT_THAT(RosterShifts(), ::testing::Contains("15 agent"));
  ASSERT_OK_AND_ASSIGN(const auto rejected, Decide(swap, AsLead("$LEAD"), R"(reason: "病假")"));
  EXPECT_EQ(rejected.state(), v1::SWAP_STATE_REJECTED);
}

TEST_F(SwapTest, OnlyInAPublishedRosterAndOnlyOnce) {
  ASSERT_OK_AND_ASSIGN(const v1::ShiftSwap first, Do(&Shifts::OfferSwap, Proposal(15)));
  ASSERT_OK_AND_ASSIGN(const v1::ShiftSwap second, Do(&Shifts::OfferSwap, Proposal(15, 17)));
  for (const v1::ShiftSwap& swap : {first, second}) ASSERT_OK(Answer(swap, As("org-a")));
  ASSERT_OK(Decide(first, As("org-a")));
  EXPECT_THAT(Decide(second, As("org-a")), HasReason("SWAP_SHIFT_MISSING"));
  ASSERT_OK(Do(&Shifts::WithdrawSwap, fmt::format(R"(swap_id: "{}")", second.swap_id())));
  ASSERT_OK_AND_ASSIGN(const v1::ShiftSwap third, Do(&Shifts::OfferSwap, R"pb(
                         roster_id: "$ROSTER"
                         agent_id: "$MATE"
                         other_agent_id: "$AGENT"
                         date { year: 2026 month: 1 day: 17 })pb"));
  ASSERT_OK_AND_ASSIGN(const auto declined, Answer(third, As("org-a"), false));
  EXPECT_EQ(declined.state(), v1::SWAP_STATE_DECLINED);
  Db().Exec("UPDATE roster SET state = 'SUPERSEDED'");
  EXPECT_THAT(Do(&Shifts::OfferSwap, Proposal(16, 17)), HasReason("ROSTER_NOT_PLANNED"));
  ASSERT_OK_AND_ASSIGN(const auto listed, Do(&Shifts::ListSwaps, R"(state: SWAP_STATE_APPROVED)"));
  ASSERT_EQ(listed.swaps_size(), 1);
  ASSERT_OK_AND_ASSIGN(const auto none,
                       On(*shifts_, &Shifts::ListSwaps, "", AsAgent("org-a", world_["$LEAD"])));
  EXPECT_EQ(none.swaps_size(), 0);
}

TEST_F(SwapTest, TemplatesPassMidnightAndLastADayAtMost) {
  ASSERT_OK(Do(&Shifts::SetShiftTemplate, R"pb(shift_template {
                                                 shift {
                                                   shift_template_id: "night"
                                                   start_minute: 1320
                                                   length_minutes: 540
                                                   breaks { offset_minutes: 240 minutes: 60 }
                                                   weekdays: [ 1, 2 ]
                                                 }
                                                 display_name: "晚班"
                                                 late_grace_minutes: 5
                                               })pb"));
  ASSERT_OK_AND_ASSIGN(const auto listed, Do(&Shifts::ListShiftTemplates, ""));
  ASSERT_EQ(listed.shift_templates_size(), 1);
  EXPECT_EQ(listed.shift_templates(0).shift().breaks(0).minutes(), 60);
  EXPECT_THAT(listed.shift_templates(0).shift().weekdays(), ElementsAre(1, 2));
  EXPECT_THAT(Do(&Shifts::SetShiftTemplate,
                 R"pb(shift_template {
                        shift { shift_template_id: "x" start_minute: 0 length_minutes: 1500 }
                        display_name: "x"
                      })pb"),
              HasReason("SHIFT_TOO_LONG"));
  EXPECT_THAT(FieldsOf(Do(&Shifts::SetShiftTemplate,
                          R"pb(shift_template {
                                 shift {
                                   start_minute: -1
                                   length_minutes: 60
                                   breaks { offset_minutes: 50 minutes: 60 }
                                   weekdays: 9
                                 }
                                 late_grace_minutes: 999
                               })pb")
                           .status()),
              UnorderedElementsAre(
                  "shift_template.display_name", "shift_template.late_grace_minutes",
                  "shift_template.shift.shift_template_id", "shift_template.shift.weekdays",
                  "shift_template.shift.start_minute", "shift_template.shift.breaks[0]"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM shift_template"), 1);
}

TEST_F(SwapTest, AShiftThatHasBegunIsNotSwapped) {
  ASSERT_OK_AND_ASSIGN(const v1::ShiftSwap swap, Do(&Shifts::OfferSwap, Proposal(15)));
  ASSERT_OK(Answer(swap, As("org-a")));
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(Do(&Shifts::OfferSwap, Proposal(15)), HasReason("SWAP_PAST"));
  EXPECT_THAT(Decide(swap, AsLead("$LEAD")), HasReason("SWAP_PAST"));
  EXPECT_THAT(RosterShifts(), ::testing::Contains("15 agent"));
}

TEST_F(SwapTest, AReplanThatDoesNotKnowASwapIsNotPublished) {
  ASSERT_OK_AND_ASSIGN(const v1::ShiftSwap swap, Do(&Shifts::OfferSwap, Proposal(15, 17)));
  ASSERT_OK(Answer(swap, As("org-a")));
  const auto replan = [&] {
    return On(*rosters_, &v1::RosterService::Stub::ReplanRoster,
              R"(roster_id: "$ROSTER" absences { agent_id: "$MATE" )" + Dates(18, 18) + "}",
              As("org-a"));
  };
  ASSERT_OK_AND_ASSIGN(const v1::Roster before, replan());
  ASSERT_OK(Decide(swap, AsLead("$LEAD")));
  const auto publish = [&](const v1::Roster& roster) {
    return On(*rosters_, &v1::RosterService::Stub::PublishRoster,
              fmt::format(R"(roster_id: "{}")", roster.roster_id()), As("org-a"));
  };
  EXPECT_THAT(publish(before), HasReason("ROSTER_CHANGED"));
  EXPECT_THAT(RosterShifts(), ::testing::Contains("15 mate"));
  ASSERT_OK_AND_ASSIGN(const v1::Roster after, replan());
  ASSERT_OK(publish(after));
  world_["$ROSTER"] = after.roster_id();
  EXPECT_THAT(RosterShifts(), ::testing::Contains("15 mate"));
}

}  // namespace
}  // namespace kefu::staffing
