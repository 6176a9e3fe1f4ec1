// Appeals and cases taken up again, as stories.
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

namespace staffing = ::kefu::staffing::v1;
using ::testing::AllOf;
using ::testing::ElementsAre;

class AppealsTest : public AftersalesTest {
 protected:
  AppealsTest() {
    Sell("org-a", "shop-1", "order-1", 1'000'000);  // no cost is more than was paid
    Tell<staffing::OrganizationChanged>(
        "org-a", R"pb(organization { organization_id: "org-a" currency_code: "CNY" })pb");
    for (const std::string tier : {"trainee", "regular", "senior", "team_lead"}) {
      Employ("org-a", tier, tier);
    }
  }

  void Decide(const std::string& result, const rpc::CallOptions& options) {
    ASSERT_OK(Call(&Stub::ReviewCase,
                   fmt::format(R"(case_id: "$C" note: "n" result: REVIEW_RESULT_{}
                                  cost {{ currency_code: "CNY" minor_units: 100 }})",
                               result),
                   options));
  }
  absl::StatusOr<v1::Case> AppealIt(const std::string& party = "BUYER") {
    return Call(&Stub::AppealCase,
                fmt::format(R"(case_id: "$C" party: APPEAL_PARTY_{} reason: "证据未看")", party));
  }
  // An empty result lets the decision stand, at its own cost.
  absl::StatusOr<v1::Case> Judge(const rpc::CallOptions& options, const std::string& result = "",
                                 int fen = 100) {
    return Call(&WorkStub::DecideAppeal,
                result.empty()
                    ? R"(case_id: "$C" note: "复核" outcome: APPEAL_OUTCOME_DECISION_STANDS)"
                    : fmt::format(R"(case_id: "$C" note: "复核" result: REVIEW_RESULT_{}
                                     outcome: APPEAL_OUTCOME_DECISION_OVERTURNED
                                     cost {{ currency_code: "CNY" minor_units: {} }})",
                                  result, fen),
                options);
  }
};

TEST_F(AppealsTest, AClosedCaseIsAppealedOverturnedAndAppealedOnceMore) {
  Open("$C");
  Decide("REJECTED", AsAgent("regular"));
  ASSERT_OK(Call(&Stub::CloseCase, R"pb(case_id: "$C")pb"));
  ASSERT_OK_AND_ASSIGN(const v1::Case appealed, AppealIt());
  EXPECT_EQ(appealed.state(), v1::CASE_STATE_APPEALED);
  EXPECT_EQ(appealed.result(), v1::REVIEW_RESULT_REJECTED);
  EXPECT_THAT(AppealIt(), HasReason("ILLEGAL_MOVE"));
  EXPECT_THAT(Call(&Stub::CloseCase, R"pb(case_id: "$C")pb"), HasReason("ILLEGAL_MOVE"));

  // Whoever decided does not judge the appeal; nor does who could not have decided so.
  EXPECT_THAT(Judge(AsAgent("regular"), "APPROVED"),
              AllOf(StatusIs(absl::StatusCode::kPermissionDenied), HasReason("OWN_DECISION")));
  EXPECT_THAT(Judge(AsAgent("trainee")), HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_THAT(Judge(AsAgent("senior"), "REFUND_WITHOUT_RETURN", 10001),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_THAT(Judge(AsAgent("senior"), "REJECTED"), HasReason("RESULT_UNCHANGED"));
  ASSERT_OK_AND_ASSIGN(const v1::Case overturned,
                       Judge(AsAgent("senior"), "REFUND_WITHOUT_RETURN", 10000));
  EXPECT_EQ(overturned.state(), v1::CASE_STATE_DECIDED);
  EXPECT_EQ(overturned.result(), v1::REVIEW_RESULT_REFUND_WITHOUT_RETURN);
  EXPECT_EQ(overturned.decision_number(), 2);

  ASSERT_OK(AppealIt("MERCHANT"));
  ASSERT_OK_AND_ASSIGN(const v1::Case stands, Judge(AsAgent("team_lead")));
  EXPECT_EQ(stands.state(), v1::CASE_STATE_DECIDED);
  EXPECT_EQ(stands.result(), v1::REVIEW_RESULT_REFUND_WITHOUT_RETURN);
  EXPECT_EQ(stands.decision_number(), 2) << "no new decision";
  ASSERT_EQ(stands.appeals_size(), 2);
  EXPECT_EQ(stands.appeals(0).party(), v1::APPEAL_PARTY_BUYER);
  EXPECT_EQ(stands.appeals(0).outcome(), v1::APPEAL_OUTCOME_DECISION_OVERTURNED);
  EXPECT_EQ(stands.appeals(0).appealed_result(), v1::REVIEW_RESULT_REJECTED);
  EXPECT_EQ(stands.appeals(0).new_result(), v1::REVIEW_RESULT_REFUND_WITHOUT_RETURN);
  EXPECT_EQ(stands.appeals(0).decider(), "person-of-senior");
  EXPECT_EQ(stands.appeals(1).outcome(), v1::APPEAL_OUTCOME_DECISION_STANDS);
  EXPECT_EQ(stands.appeals(1).policy_id(), "default/case");
  ASSERT_OK_AND_ASSIGN(const v1::Case read, Call(&Stub::GetCase, R"pb(case_id: "$C")pb"));
  EXPECT_THAT(read, EqualsProto(stands));

  EXPECT_THAT(AppealIt(), AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                                HasReason("APPEALS_EXHAUSTED")));
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb"));
  std::vector<std::string> verbs;
  for (const auto& line : history.activities()) verbs.push_back(line.verb());
  EXPECT_THAT(verbs, ElementsAre("OpenCase", "ReviewCase", "CloseCase", "AppealCase",
                                 "DecideAppeal", "AppealCase", "DecideAppeal"));
}

// Of a refund-only claim both names lead to the same refund, which has been paid or is on its way:
// a second one would never be.
TEST_F(AppealsTest, AnotherNameForTheSameOverturnsNothing) {
  Open("$C", "kind: CASE_KIND_REFUND_ONLY");
  Decide("APPROVED", AsAgent("regular"));
  ASSERT_OK(AppealIt());
  EXPECT_THAT(Judge(AsAgent("senior"), "REFUND_WITHOUT_RETURN", 10000),
              HasReason("RESULT_UNCHANGED"));
  EXPECT_OK(Judge(AsAgent("senior")));
}

// Nothing would ever follow from an amount that is said of a decision that stands; and who lets it
// stand answers for the amount that it has.
TEST_F(AppealsTest, ADecisionStandsWithItsAmount) {
  Open("$C");
  Decide("REJECTED", AsAgent("regular"));
  ASSERT_OK(AppealIt());
  ASSERT_OK(Judge(AsAgent("senior"), "REFUND_WITHOUT_RETURN", 10000));
  ASSERT_OK(AppealIt());
  const auto more = Call(&WorkStub::DecideAppeal, R"pb(
                           case_id: "$C"
                           note: "n"
                           outcome: APPEAL_OUTCOME_DECISION_STANDS
                           cost { currency_code: "CNY" minor_units: 12000 })pb",
                         AsAgent("team_lead"));
  EXPECT_THAT(more, HasReason("INVALID_FIELDS"));
  EXPECT_THAT(more.status().message(), ::testing::HasSubstr("its amount stands"));
  EXPECT_THAT(Judge(AsAgent("team_lead"), "REFUND_WITHOUT_RETURN", 12000).status().message(),
              AllOf(::testing::HasSubstr("OpenCase"), ::testing::HasSubstr("LinkCases")));
  EXPECT_THAT(Judge(AsAgent("regular")), HasReason("REVIEW_BEYOND_AUTHORITY"));
  ASSERT_OK(Judge(AsAgent("team_lead")));
  ASSERT_OK_AND_ASSIGN(const auto history, Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb"));
  const auto& stands = *history.activities().rbegin();
  EXPECT_EQ(stands.verb(), "DecideAppeal");
  EXPECT_EQ(stands.authority().cost().minor_units(), 10000);
  // What the merchant has granted without a word about its cost nobody else answers for.
  Open("$C");
  ASSERT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_REFUND_WITHOUT_RETURN)pb"));
  ASSERT_OK(AppealIt());
  EXPECT_THAT(Judge(AsAgent("team_lead")), HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(Judge(As("org-a")));
}

TEST_F(AppealsTest, TheTermEndsAtMidnightOfTheShopAfterItsLastDay) {
  // Decided at noon of the 15th in Shanghai: until the end of the 22nd.
  Open("$C");
  Decide("REJECTED", AsAgent("regular"));
  const absl::Time end = absl::FromCivil(absl::CivilDay(2026, 1, 23), *LoadZone("Asia/Shanghai"));
  clock_.Set(end);
  const auto late = AppealIt();
  EXPECT_THAT(
      late, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("APPEAL_TERM_OVER")));
  EXPECT_EQ(MetadataOf(late.status(), "end_time"), "2026-01-22T16:00:00Z");
  clock_.Set(end - absl::Microseconds(1));
  EXPECT_OK(AppealIt());
}

TEST_F(AppealsTest, TheTermIsThatWhichHeldWhenTheDecisionWasGiven) {
  Open("$C");
  Decide("REJECTED", AsAgent("regular"));
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(Call(&WorkStub::SetCasePolicy, R"pb(
    policy {
      escalation_levels: ESCALATION_LEVEL_AGENT
      escalation_levels: ESCALATION_LEVEL_MERCHANT
      appeal_term_days: 0
      max_appeals: 0
      max_evidence_bytes: 1
      max_evidence_items: 1
      evidence_types: "image/png"
    })pb"));
  const std::string before = names_["$C"];
  Open("$C");
  Decide("REJECTED", AsAgent("regular"));
  EXPECT_THAT(AppealIt(), HasReason("APPEALS_EXHAUSTED"));
  clock_.Advance(absl::Hours(24));
  EXPECT_THAT(AppealIt(), HasReason("APPEAL_TERM_OVER"));
  names_["$C"] = before;
  EXPECT_OK(AppealIt());
}

// A result from which no process follows: one that runs has to end before another result is given.
TEST_F(AppealsTest, WhoProposedTheDecisionDoesNotJudgeItEither) {
  Open("$C", R"(order_id: "o1")");
  ASSERT_OK_AND_ASSIGN(const v1::Case proposed,
                       Call(&WorkStub::ProposeReview, R"pb(
                              case_id: "$C"
                              result: REVIEW_RESULT_OFFLINE_REISSUE
                              note: "n"
                              cost { currency_code: "CNY" minor_units: 15000 })pb",
                            AsAgent("senior")));
  names_["$P"] = proposed.proposal().proposal_id();
  ASSERT_OK(Call(&WorkStub::ApproveReview, R"pb(case_id: "$C" proposal_id: "$P")pb",
                 AsAgent("team_lead")));
  ASSERT_OK(AppealIt("MERCHANT"));
  for (const char* agent : {"senior", "team_lead"}) {
    EXPECT_THAT(Judge(AsAgent(agent), "REJECTED"), HasReason("OWN_DECISION")) << agent;
  }
  ASSERT_OK(Judge(AsAgent("regular"), "REJECTED"));
  // That decision is not the proposer's any more.
  ASSERT_OK(AppealIt());
  EXPECT_OK(Judge(AsAgent("senior"), "APPROVED"));
}

TEST_F(AppealsTest, WhoDecidesForTheMerchantJudgesTheOwnDecisionToo) {
  Open("$C");
  Decide("REJECTED", As("org-a"));
  ASSERT_OK(AppealIt());
  EXPECT_THAT(Call(&WorkStub::DecideAppeal, R"pb(case_id: "$C"
                                                 outcome: APPEAL_OUTCOME_DECISION_STANDS
                                                 result: REVIEW_RESULT_APPROVED
                                                 note: "n")pb"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Call(&WorkStub::DecideAppeal, R"pb(case_id: "$C"
                                                 outcome: APPEAL_OUTCOME_DECISION_OVERTURNED
                                                 note: "n")pb"),
              HasReason("INVALID_FIELDS"));
  EXPECT_OK(Judge(As("org-a"), "APPROVED"));
}

TEST_F(AppealsTest, APlatformsLetterIsReopenedAndNotAppealed) {
  Open("$C", "kind: CASE_KIND_PLATFORM_EMAIL");
  Decide("APPROVED", As("org-a"));
  const auto refused = AppealIt();
  EXPECT_THAT(refused, HasReason("ILLEGAL_MOVE"));
  ASSERT_OK(Call(&Stub::CloseCase, R"pb(case_id: "$C")pb"));
  ASSERT_OK_AND_ASSIGN(const v1::Case open,
                       Call(&WorkStub::ReopenCase, R"pb(case_id: "$C" reason: "平台再次来信")pb"));
  EXPECT_EQ(open.state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(open.result(), v1::REVIEW_RESULT_UNSPECIFIED);
  EXPECT_FALSE(open.has_decide_time());
}

TEST_F(AppealsTest, OnlyWhereNothingFollowedIsACaseReopened) {
  Open("$C");
  Decide("APPROVED", As("org-a"));
  EXPECT_THAT(
      Call(&WorkStub::ReopenCase, R"pb(case_id: "$C" reason: "r")pb"),
      AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("DECISION_IN_EFFECT")));
  // Nothing follows from an approved repair.
  Open("$C", "kind: CASE_KIND_REPAIR");
  Decide("APPROVED", As("org-a"));
  ASSERT_OK(Call(&WorkStub::ReopenCase, R"pb(case_id: "$C" reason: "r")pb"));
  Open("$C");
  Decide("CUSTOMER_GAVE_UP", As("org-a"));
  ASSERT_OK(Call(&Stub::CloseCase, R"pb(case_id: "$C")pb"));
  ASSERT_OK(Call(&WorkStub::ReopenCase, R"pb(case_id: "$C" reason: "客户又来")pb"));
  Decide("APPROVED", As("org-a"));
  ASSERT_OK_AND_ASSIGN(const v1::Case again, Call(&Stub::GetCase, R"pb(case_id: "$C")pb"));
  EXPECT_EQ(again.decision_number(), 2);
}

}  // namespace
}  // namespace kefu::aftersales
