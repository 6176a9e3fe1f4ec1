// Exchanges: goods come back, others go out, and the difference is collected or paid back.
#include "services/aftersales/tests/processes/flows_fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kTwoPieces = R"(lines { sku: "S-1" quantity: 2 } )";
// Of which the rules grant returns and exchanges.
const std::string kDamaged = R"pb(case_id: "$C"
                                  question {
                                    category: "clothing"
                                    reason: RETURN_REASON_DAMAGED
                                    sign_time { seconds: 1768400000 }
                                  })pb";

// The hold has run out while the goods travelled: it is taken anew. The buyer pays the difference
// before the new goods go out.
TEST_F(FlowsTest, AnExchangeCollectsTheDifferenceAndShips) {
  Open("$C", "kind: CASE_KIND_EXCHANGE " + kTwoPieces);
  ASSERT_OK(Call(&ProcessStub::SetCasePlan, R"pb(
    plan {
      case_id: "$C"
      sent_lines { sku: "S-9" quantity: 2 }
      price_difference { currency_code: "CNY" minor_units: 250 }
    })pb"));
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb"));
  EXPECT_THAT(Call(&ProcessStub::SetCasePlan, R"pb(plan { case_id: "$C" })pb"),
              HasReason("ILLEGAL_MOVE"));
  Run();
  EXPECT_EQ(ProcessOf("$C").awaits(), "GOODS_INSPECTED");
  EXPECT_THAT(world_.reservations["reservation-1"].lines,
              ElementsAre(std::pair<std::string, int64_t>("S-9", 2)));
  world_.reservations["reservation-1"].state = "EXPIRED";
  ComeBack();
  Run();
  EXPECT_EQ(world_.reservations["reservation-2"].state, "CONFIRMED");
  ASSERT_EQ(PaymentsOf("$C").size(), 1);
  EXPECT_EQ(PaymentsOf("$C")[0].purpose(), v1::PAYMENT_PURPOSE_COLLECTION);
  EXPECT_EQ(PaymentsOf("$C")[0].state(), v1::PAYMENT_STATE_PAID);
  Leave();
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_THAT(world_.reports, IsEmpty());
}

TEST_F(FlowsTest, AnUndoneExchangeRepaysWhatItCollected) {
  Open("$C", "kind: CASE_KIND_EXCHANGE " + kTwoPieces);
  ASSERT_OK(Call(&ProcessStub::SetCasePlan, R"pb(
    plan {
      case_id: "$C"
      price_difference { currency_code: "CNY" minor_units: 250 }
    })pb"));
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb"));
  Run();
  ComeBack();
  Run();
  Leave("RELEASED");
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_OPEN);
  auto payments = PaymentsOf("$C");
  std::ranges::sort(payments, {}, &v1::Payment::purpose);
  ASSERT_EQ(payments.size(), 2);
  EXPECT_EQ(payments[1].purpose(), v1::PAYMENT_PURPOSE_REPAYMENT);
  EXPECT_EQ(payments[1].state(), v1::PAYMENT_STATE_PAID);
  EXPECT_EQ(payments[1].amount().minor_units(), 250);
}

TEST_F(FlowsTest, AnExchangeForSomethingCheaperPaysBackOnceItHasShipped) {
  Open("$C", "kind: CASE_KIND_EXCHANGE " + kTwoPieces);
  ASSERT_OK(Call(&ProcessStub::SetCasePlan, R"pb(
    plan {
      case_id: "$C"
      price_difference { currency_code: "CNY" minor_units: -300 }
    })pb"));
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb"));
  Run();
  ComeBack();
  Run();
  EXPECT_EQ(LedgerLines(), 0);
  Leave();
  Run();
  EXPECT_EQ(CaseOf("$C").state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(PaymentsOf("$C")[0].amount().minor_units(), 300);
  EXPECT_EQ(world_.reports.size(), 1);
}

// What leaves the house goes by somebody's authority, under whatever name, and by what was
// approved.
TEST_F(FlowsTest, WhatAnExchangePaysBackIsWithinTheReviewersAuthority) {
  Tell<::kefu::staffing::v1::OrganizationChanged>(
      "org-a", R"pb(organization { organization_id: "org-a" currency_code: "CNY" })pb");
  Employ("org-a", "regular", "regular");
  Open("$C", "kind: CASE_KIND_EXCHANGE " + kTwoPieces);
  ASSERT_OK(Call(&Stub::EvaluateReturn, kDamaged));
  const auto plan = [&](int64_t difference) {
    return Call(&ProcessStub::SetCasePlan,
                fmt::format(R"(plan {{ case_id: "$C" sent_lines {{ sku: "S-9" quantity: 2 }}
                                price_difference {{ currency_code: "CNY" minor_units: {} }} }})",
                            difference))
        .status();
  };
  const auto review = [&](const std::string& more) {
    return Call(&Stub::ReviewCase, R"(case_id: "$C" result: REVIEW_RESULT_APPROVED )" + more,
                AsAgent("regular"))
        .status();
  };
  ASSERT_OK(plan(-5001));  // a regular agent approves up to ¥50
  EXPECT_THAT(review(""), HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_THAT(review(R"(cost { currency_code: "CNY" minor_units: 5000 })"),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(plan(std::numeric_limits<int64_t>::min()), HasReason("INVALID_FIELDS"));

  // Whoever approves, approves what was proposed.
  ASSERT_OK_AND_ASSIGN(
      const v1::Case proposed,
      Call(&WorkStub::ProposeReview,
           R"(case_id: "$C" result: REVIEW_RESULT_APPROVED note: "please")", AsAgent("regular")));
  EXPECT_EQ(proposed.proposal().cost().minor_units(), 5001);
  EXPECT_THAT(plan(-10000), HasReason("ILLEGAL_MOVE"));
  names_["$PROPOSAL"] = proposed.proposal().proposal_id();
  ASSERT_OK(Call(&WorkStub::RejectProposal,
                 R"(case_id: "$C" proposal_id: "$PROPOSAL" note: "too much")"));
  const std::string etag = CaseOf("$C").etag();
  ASSERT_OK(plan(-5000));
  EXPECT_NE(CaseOf("$C").etag(), etag);
  EXPECT_THAT(review(fmt::format("etag: '{}'", etag)), HasReason("ETAG_MISMATCH"));
  ASSERT_OK(plan(-5000));  // nothing new
  ASSERT_OK(review(""));
  const auto history = Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb");
  ASSERT_OK(history);
  const auto& told = history->activities(history->activities_size() - 2);
  EXPECT_EQ(told.verb(), "SetCasePlan");
  ASSERT_EQ(told.changes_size(), 1);
  EXPECT_EQ(told.changes(0).field(), "plan.price_difference");
  EXPECT_EQ(told.changes(0).old_value(), "CNY -50.01");
  EXPECT_EQ(told.changes(0).new_value(), "CNY -50.00");
  EXPECT_EQ(history->activities().rbegin()->authority().cost().minor_units(), 5000);
  // Compensation beside it is a matter of its own: of 30.00 a regular agent may pay up to 20.00.
  Employ("org-a", "senior", "senior");
  const std::string freight = R"pb(case_id: "$C" kind: COMPENSATION_KIND_FREIGHT)pb";
  EXPECT_THAT(Call(&Stub::PayCompensation, freight, AsAgent("regular")),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(Call(&Stub::PayCompensation, freight, AsAgent("senior")));
}

// What leaves beyond what comes back leaves for nothing.
class ExchangeCostTest : public FlowsTest {
 protected:
  ExchangeCostTest() {
    Tell<::kefu::staffing::v1::OrganizationChanged>(
        "org-a", R"pb(organization { organization_id: "org-a" currency_code: "CNY" })pb");
    for (const std::string tier : {"regular", "team_lead"}) Employ("org-a", tier, tier);
    Sell("org-a", "shop-1", "dear", 1'000'000);  // S-1 is 599.40, S-2 399.60
  }

  // An exchange of one piece that the rules grant; of order-1 S-1 is 5.40, S-2 3.60.
  void OpenExchange(const std::string& sku, const std::string& order = "order-1") {
    Open("$C", fmt::format(R"(kind: CASE_KIND_EXCHANGE order_id: "{}"
                              lines {{ sku: "{}" quantity: 1 }})",
                           order, sku));
    ASSERT_OK(Call(&Stub::EvaluateReturn, kDamaged));
  }
  void Plan(const std::string& sku, int pieces, std::optional<int64_t> difference = {}) {
    const std::string said =
        difference ? fmt::format(R"(price_difference {{ currency_code: "CNY" minor_units: {} }})",
                                 *difference)
                   : "";
    ASSERT_OK(Call(&ProcessStub::SetCasePlan,
                   fmt::format(R"(plan {{ case_id: "$C" sent_lines {{ sku: "{}" quantity: {} }}
                                          {} }})",
                               sku, pieces, said)));
  }
  static std::string Cost(int64_t cost) {
    return cost < 0 ? "" : fmt::format(R"(cost {{ currency_code: "CNY" minor_units: {} }})", cost);
  }
  // Nothing is said of a cost below 0.
  absl::Status Review(int64_t cost, const std::string& agent = "regular") {
    return Call(&Stub::ReviewCase, R"(case_id: "$C" result: REVIEW_RESULT_APPROVED )" + Cost(cost),
                AsAgent(agent))
        .status();
  }
};

TEST_F(ExchangeCostTest, WhatIsDearerThanWhatComesBackIsAReissue) {
  // As many pieces, and a dearer one: 5.40 for 3.60.
  OpenExchange("S-2");
  Plan("S-1", 1);
  EXPECT_THAT(Review(-1), HasReason("INVALID_FIELDS"));
  const absl::Status less = Review(179);
  EXPECT_THAT(less, HasReason("INVALID_FIELDS"));
  EXPECT_THAT(less.message(), HasSubstr("CNY 1.80"));
  ASSERT_OK(Review(180));
  OpenExchange("S-2", "dear");
  Plan("S-1", 1);
  EXPECT_THAT(Review(19979, "team_lead"), HasReason("INVALID_FIELDS"));
  const absl::Status beyond = Review(19980);
  EXPECT_THAT(beyond, HasReason("REVIEW_BEYOND_AUTHORITY"));  // as a reissue: up to 20.00
  EXPECT_THAT(beyond.message(), HasSubstr("REISSUE_WITHOUT_RETURN"));
  ASSERT_OK(Review(19980, "team_lead"));
  // What the buyer pays beside is not given away.
  OpenExchange("S-2", "dear");
  Plan("S-1", 1, 19979);
  EXPECT_THAT(Review(-1), HasReason("INVALID_FIELDS"));
  Plan("S-1", 1, 19980);
  ASSERT_OK(Review(-1));

  // More pieces: three at 3.60 for one of 5.40, and 1.00 is paid back.
  OpenExchange("S-1");
  Plan("S-2", 3, -100);
  EXPECT_THAT(Review(639), HasReason("INVALID_FIELDS"));
  ASSERT_OK(Review(640));
  OpenExchange("S-1");
  Plan("S-2", 3, 540);
  ASSERT_OK(Review(-1));
  // What is cheaper is an exchange, as ever.
  OpenExchange("S-1");
  Plan("S-2", 1);
  ASSERT_OK(Review(-1));

  // Beyond the ten that the order has, at what one of them was worth.
  Open("$C", R"(kind: CASE_KIND_REISSUE lines { sku: "S-1" quantity: 1 } )");
  Plan("S-1", 12);
  EXPECT_THAT(Review(6479, "team_lead"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Review(6480), HasReason("REVIEW_BEYOND_AUTHORITY"));
  ASSERT_OK(Review(6480, "team_lead"));
}

// Ten telephones for a shirt, at a fen.
TEST_F(ExchangeCostTest, WhatNobodyKnowsThePriceOfIsWithinNoLimit) {
  // Another size is another SKU: whoever plans it says what the buyer pays or gets for it.
  OpenExchange("S-1");
  Plan("S-1-L", 1);
  for (const int cost : {-1, 1, 2000}) {
    const absl::Status refused = Review(cost);
    EXPECT_THAT(refused, HasReason("REVIEW_BEYOND_AUTHORITY")) << cost;
    EXPECT_THAT(refused.message(), HasSubstr("price_difference")) << cost;
  }
  Plan("S-1-L", 1, 0);
  ASSERT_OK(Review(-1));
  OpenExchange("S-1");
  Plan("S-1-L", 1, 150);
  ASSERT_OK(Review(-1));

  // Nobody vouches for more pieces than come back, nor for a reissue.
  OpenExchange("S-1");
  Plan("PHONE", 10, 0);
  EXPECT_THAT(Review(0), HasReason("INVALID_FIELDS"));
  const std::string reissue = R"(kind: CASE_KIND_REISSUE lines { sku: "S-1" quantity: 1 })";
  for (const bool again : {false, true}) {
    if (again) {
      Open("$C", reissue);
      Plan("PHONE", 10, 0);
    }
    for (const std::string agent : {"regular", "team_lead"}) {
      EXPECT_THAT(Review(1, agent), HasReason("REVIEW_BEYOND_AUTHORITY")) << again;
      EXPECT_THAT(Review(2001, agent), HasReason("REVIEW_BEYOND_AUTHORITY")) << again;
    }
    // It is proposed, and the merchant approves.
    const std::string propose = R"(case_id: "$C" result: REVIEW_RESULT_APPROVED note: "n" )";
    EXPECT_THAT(Call(&WorkStub::ProposeReview, propose, AsAgent("regular")),
                HasReason("INVALID_FIELDS"));
    ASSERT_OK_AND_ASSIGN(const v1::Case proposed, Call(&WorkStub::ProposeReview,
                                                       propose + Cost(300000), AsAgent("regular")));
    names_["$P"] = proposed.proposal().proposal_id();
    const std::string named = R"pb(case_id: "$C" proposal_id: "$P" note: "n")pb";
    EXPECT_THAT(Call(&WorkStub::ApproveReview, named, AsAgent("team_lead")),
                HasReason("REVIEW_BEYOND_AUTHORITY"));
    EXPECT_OK(Call(&WorkStub::ApproveReview, named));
  }

  // A plan that grows while a decision is appealed is not let stand by whom it is beyond.
  OpenExchange("S-1");
  ASSERT_OK(Review(-1));
  ASSERT_OK(Call(&Stub::AppealCase, R"pb(case_id: "$C" party: APPEAL_PARTY_BUYER reason: "r")pb"));
  Plan("PHONE", 10, 0);
  const std::string stands =
      R"pb(case_id: "$C" outcome: APPEAL_OUTCOME_DECISION_STANDS note: "n")pb";
  EXPECT_THAT(Call(&WorkStub::DecideAppeal, stands, AsAgent("team_lead")),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(Call(&WorkStub::DecideAppeal, stands));
}

}  // namespace
}  // namespace kefu::aftersales
