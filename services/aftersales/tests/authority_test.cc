// Reviews within the authority that staffing delegates.
#include "fmt/format.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

namespace staffing = ::kefu::staffing::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kGoods = 999'000;  // what was paid for those of order-1
constexpr int64_t kLongAgo = 1767250000, kYesterday = 1768400000;

class AuthorityTest : public AftersalesTest {
 protected:
  AuthorityTest() {
    Sell("org-a", "shop-1", "order-1", 1'000'000);  // no cost is more than was paid
    Tell<staffing::OrganizationChanged>(
        "org-a", R"pb(organization { organization_id: "org-a" currency_code: "CNY" })pb");
    for (const std::string tier : {"trainee", "regular", "team_lead"}) Employ("org-a", tier, tier);
    Employ("base-1", "seat-1", "regular");
  }

  absl::Status Review(const rpc::CallOptions& options, const std::string& result, int fen,
                      const std::string& more = "") {
    return Call(&Stub::ReviewCase,
                fmt::format(R"(case_id: "$C" result: REVIEW_RESULT_{} note: "n"
                               cost {{ currency_code: "CNY" minor_units: {} }} {})",
                            result, fen, more),
                options)
        .status();
  }
  absl::Status Approve(const rpc::CallOptions& options) {
    return Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb", options)
        .status();
  }
  // Asks the rules of returns about intact clothing that was signed for at that time.
  void Evaluate(int64_t signed_at, const std::string& reason = "DAMAGED") {
    const std::string intact = R"pb(answers { condition: RETURN_CONDITION_LABEL_REMOVED }
                                    answers { condition: RETURN_CONDITION_SOILED_OR_DAMAGED })pb";
    ASSERT_OK(Call(&Stub::EvaluateReturn,
                   fmt::format(R"(case_id: "$C" question {{ category: "clothing"
                                  reason: RETURN_REASON_{} sign_time {{ seconds: {} }} {} }})",
                               reason, signed_at, reason == "NO_REASON" ? intact : "")));
  }
  // Whatever result costs more is forbidden to everybody.
  void ForbidAbove(int fen) {
    Tell<staffing::AuthorityPolicyChanged>("org-a",
                                           fmt::format(R"(policy {{ policy_id: "own" version: 1
                                          effective_date {{ year: 2026 month: 1 day: 15 }}
                                          rules {{ scope: AUTHORITY_SCOPE_EVERYBODY
                                                   action: AUTHORITY_ACTION_REVIEW_RESULT
                                                   limit_minor_units: {} }} }})",
                                                       fen));
  }
  int Versions() {
    const auto list = Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb");
    EXPECT_OK(list);
    return list.ok() ? list->activities_size() : 0;
  }
};

TEST_F(AuthorityTest, AnAgentReviewsUpToTheTiersLimitAndTheLeadBeyondIt) {
  Open("$C");
  // A refund without return goes by its cost: ¥20 of a regular agent, ¥300 of a lead.
  const absl::Status refused = Review(AsAgent("regular"), "REFUND_WITHOUT_RETURN", 2001);
  EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kPermissionDenied),
                             HasReason("REVIEW_BEYOND_AUTHORITY")));
  EXPECT_THAT(refused.message(), AllOf(HasSubstr("regular"), HasSubstr("2000")));
  EXPECT_EQ(Versions(), 1);
  ASSERT_OK(Review(AsAgent("team_lead"), "REFUND_WITHOUT_RETURN", 2001));
  const auto list = Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb");
  ASSERT_OK(list);
  EXPECT_THAT(list->activities(1).authority(), EqualsProto(R"pb(
                cost { currency_code: "CNY" minor_units: 2001 }
                policy_id: "default"
                policy_version: 1
                tier_id: "team_lead"
              )pb"));
  EXPECT_FALSE(list->activities(0).has_authority());
}

TEST_F(AuthorityTest, ATraineeOnlyWaitsForTheCustomer) {
  Open("$C");
  EXPECT_THAT(
      Review(AsAgent("trainee"), "APPROVED", 0),
      AllOf(StatusIs(absl::StatusCode::kPermissionDenied), HasReason("REVIEW_BEYOND_AUTHORITY")));
  EXPECT_OK(Review(AsAgent("trainee"), "WAITING_FOR_CUSTOMER", 0));
}

TEST_F(AuthorityTest, APromotionCountsFromItsDayAndACorrectionInItsPlace) {
  Record("org-a", "regular", "regular-2", "team_lead", "year: 2026 month: 1 day: 16");
  Open("$C");
  EXPECT_THAT(Review(AsAgent("regular"), "REFUND_WITHOUT_RETURN", 2001),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  clock_.Advance(absl::Hours(12));  // midnight of the 16th in Shanghai, where the shop is
  ASSERT_OK(Review(AsAgent("regular"), "WAITING_FOR_CUSTOMER", 0));
  Open("$C");
  ASSERT_OK(Review(AsAgent("regular"), "REFUND_WITHOUT_RETURN", 2001));
  Record("org-a", "regular", "regular-3", "regular", "year: 2026 month: 1 day: 16", "regular-2");
  Open("$C");
  EXPECT_THAT(Review(AsAgent("regular"), "REFUND_WITHOUT_RETURN", 2001),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
}

TEST_F(AuthorityTest, WhoHasLeftOrIsNotKnownReviewsNothing) {
  Open("$C");
  EXPECT_THAT(Review(AsAgent("stranger"), "APPROVED", 0),
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("AGENT_UNKNOWN")));
  Tell<staffing::AgentChanged>("org-a", R"pb(agent {
                                               agent_id: "regular"
                                               hire_date { year: 2025 month: 1 day: 1 }
                                               leave_date { year: 2026 month: 1 day: 14 }
                                             })pb");
  EXPECT_THAT(Review(AsAgent("regular"), "APPROVED", 0), HasReason("AGENT_UNKNOWN"));
  EXPECT_THAT(Review(AsAgent(""), "APPROVED", 0),
              AllOf(StatusIs(absl::StatusCode::kPermissionDenied), HasReason("AGENT_REQUIRED")));
  EXPECT_EQ(Versions(), 1);
}

TEST_F(AuthorityTest, TheMerchantsOwnPolicyCountsFromItsDayForEverybody) {
  Tell<staffing::AuthorityPolicyChanged>("org-a",
                                         R"pb(policy {
                                                policy_id: "own"
                                                version: 1
                                                effective_date { year: 2026 month: 1 day: 15 }
                                                rules {
                                                  scope: AUTHORITY_SCOPE_TIER
                                                  scope_id: "regular"
                                                  action: AUTHORITY_ACTION_REVIEW_RESULT
                                                  limit_minor_units: 7000
                                                }
                                                rules {
                                                  scope: AUTHORITY_SCOPE_EVERYBODY
                                                  action: AUTHORITY_ACTION_REVIEW_RESULT
                                                  subject: "OFFLINE_REISSUE"
                                                  forbidden: true
                                                }
                                              })pb");
  Open("$C");
  EXPECT_THAT(
      Review(As("org-a"), "OFFLINE_REISSUE", kGoods),
      AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("REVIEW_FORBIDDEN")));
  EXPECT_THAT(Review(AsAgent("regular"), "REFUND_WITHOUT_RETURN", 7001),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(Review(AsAgent("regular"), "REFUND_WITHOUT_RETURN", 7000));
}

TEST_F(AuthorityTest, ABasesAgentIsBoundByTheMerchantsRulesOfTheBase) {
  Tell<staffing::AuthorityPolicyChanged>("org-a",
                                         R"pb(policy {
                                                policy_id: "own"
                                                version: 1
                                                effective_date { year: 2026 month: 1 day: 1 }
                                                rules {
                                                  scope: AUTHORITY_SCOPE_TIER
                                                  scope_id: "regular"
                                                  action: AUTHORITY_ACTION_REVIEW_RESULT
                                                  limit_minor_units: 7000
                                                }
                                                rules {
                                                  scope: AUTHORITY_SCOPE_CONTRACT
                                                  scope_id: "contract-1"
                                                  action: AUTHORITY_ACTION_REVIEW_RESULT
                                                  limit_minor_units: 500
                                                }
                                              })pb");
  const auto as_seat = [&](const std::string& contract) -> rpc::CallOptions {
    return {.token = host_.tokens().Sign(
                {.subject = "person",
                 .org_id = "base-1",
                 .base_id = "base-1",
                 .agent_id = "seat-1",
                 .roles = {auth::Role::kAgent},
                 .grants = {{"org-a", "shop-1", contract, absl::CivilDay(2026, 1, 1),
                             absl::CivilDay(2026, 12, 31)}}})};
  };
  Open("$C");
  GiveAll("");
  EXPECT_THAT(Review(as_seat("contract-1"), "REFUND_WITHOUT_RETURN", 501),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(Review(as_seat("contract-1"), "REFUND_WITHOUT_RETURN", 500));
  Open("$C");
  GiveAll("");
  EXPECT_OK(Review(as_seat("contract-2"), "REFUND_WITHOUT_RETURN", 501));
}

TEST_F(AuthorityTest, WhoeverHasALimitSaysWhatAReissueOrARefundCosts) {
  const auto silent = [&](const rpc::CallOptions& options, const std::string& result) {
    return Call(&Stub::ReviewCase,
                fmt::format(R"(case_id: "$C" result: REVIEW_RESULT_{} note: "n")", result), options)
        .status();
  };
  for (const char* result :
       {"REISSUE_WITHOUT_RETURN", "REFUND_WITHOUT_RETURN", "OFFLINE_REISSUE"}) {
    Open("$C");
    const absl::Status refused = silent(AsAgent("regular"), result);
    EXPECT_THAT(refused, HasReason("INVALID_FIELDS")) << result;
    EXPECT_THAT(refused.message(), HasSubstr("cost")) << result;
    EXPECT_EQ(Versions(), 1) << result;
    EXPECT_THAT(silent(AsAgent("trainee"), result), HasReason("REVIEW_BEYOND_AUTHORITY")) << result;
    EXPECT_OK(silent(As("org-a"), result)) << "nothing bounds the owner: " << result;
  }
  Open("$C");
  EXPECT_OK(Review(AsAgent("regular"), "REFUND_WITHOUT_RETURN", 0))
      << "that nothing is paid is said";
  Open("$C");
  Evaluate(kYesterday);
  EXPECT_OK(silent(AsAgent("regular"), "APPROVED")) << "as the rules of returns grant";
  // A dispute that is upheld pays the buyer, who keeps the goods: up to the whole order.
  Open("$C", "kind: CASE_KIND_DISPUTE");
  EXPECT_THAT(silent(AsAgent("regular"), "APPROVED"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Review(AsAgent("regular"), "APPROVED", 2001), HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(Review(AsAgent("regular"), "APPROVED", 2000));
  // A limit of everybody is the owner's as well.
  ForbidAbove(100000);
  Open("$C");
  EXPECT_THAT(silent(As("org-a"), "REFUND_WITHOUT_RETURN"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Review(As("org-a"), "REFUND_WITHOUT_RETURN", 100001), HasReason("REVIEW_FORBIDDEN"));
  EXPECT_OK(Review(As("org-a"), "REFUND_WITHOUT_RETURN", 100000));
}

// Who says that a telephone costs a fen would be within every limit.
TEST_F(AuthorityTest, WhatIsSentAgainCostsAtLeastWhatWasPaidForIt) {
  const auto refused = [&](const std::string& result, int fen, const std::string& words) {
    for (const auto& options : {AsAgent("regular"), As("org-a")}) {
      const absl::Status status = Review(options, result, fen);
      EXPECT_THAT(status, HasReason("INVALID_FIELDS")) << result << fen;
      EXPECT_THAT(status.message(), HasSubstr(words)) << result << fen;
    }
    EXPECT_EQ(Versions(), 1) << result << fen;
  };
  // Of 90.00 for goods two pieces of S-1 are 10.80; the whole of it is beyond a regular agent.
  const std::string two = R"(order_id: "o1" lines { sku: "S-1" quantity: 2 } )";
  for (const std::string result : {"REISSUE_WITHOUT_RETURN", "OFFLINE_REISSUE"}) {
    Open("$C", two);
    refused(result, 0, "CNY 10.80");
    refused(result, 1079, "CNY 10.80");
    EXPECT_OK(Review(AsAgent("regular"), result, 1080));
    Open("$C", R"(order_id: "o1")");
    refused(result, 2000, "CNY 90.00");
    EXPECT_THAT(Review(AsAgent("regular"), result, 9000), HasReason("REVIEW_BEYOND_AUTHORITY"));
    EXPECT_OK(Review(AsAgent("team_lead"), result, 9000));
  }
  Open("$C", "kind: CASE_KIND_REISSUE " + two);
  refused("APPROVED", 1079, "CNY 10.80");
  EXPECT_OK(Review(AsAgent("regular"), "APPROVED", 1080));
  // Nobody knows what it is about: whatever is said of it, no limit reaches it.
  const std::string unknown = R"(kind: CASE_KIND_PLATFORM_WORK_ORDER order_id: "told-later")";
  Open("$C", unknown);
  refused("OFFLINE_REISSUE", 0, "above 0");
  for (const int fen : {1, 2000}) {
    const absl::Status beyond = Review(AsAgent("team_lead"), "OFFLINE_REISSUE", fen);
    EXPECT_THAT(beyond, HasReason("REVIEW_BEYOND_AUTHORITY")) << fen;
    EXPECT_THAT(beyond.message(), HasSubstr("nobody knows the price"));
    EXPECT_EQ(MetadataOf(beyond, "limit_minor_units"), "");
  }
  EXPECT_OK(Review(As("org-a"), "OFFLINE_REISSUE", 1));
  // Nor is it within a limit of everybody, for the owner either, proposed or not.
  ForbidAbove(100000);
  Open("$C", unknown);
  EXPECT_THAT(Review(As("org-a"), "OFFLINE_REISSUE", 1), HasReason("REVIEW_FORBIDDEN"));
  EXPECT_THAT(Call(&WorkStub::ProposeReview,
                   R"(case_id: "$C" result: REVIEW_RESULT_OFFLINE_REISSUE note: "n"
                      cost { currency_code: "CNY" minor_units: 1 })"),
              HasReason("REVIEW_FORBIDDEN"));
}

// What was proposed costs what it costs by now; to reject it costs nothing.
TEST_F(AuthorityTest, AProposalThatHasBecomeDearerIsRejectedOrTakenBack) {
  Open("$C", R"(order_id: "o1" lines { sku: "S-1" quantity: 2 })");
  ASSERT_OK_AND_ASSIGN(const v1::Case proposed,
                       Call(&WorkStub::ProposeReview, R"pb(
                              case_id: "$C"
                              result: REVIEW_RESULT_OFFLINE_REISSUE
                              note: "n"
                              cost { currency_code: "CNY" minor_units: 1080 })pb",
                            AsAgent("trainee")));
  names_["$P"] = proposed.proposal().proposal_id();
  Sell("org-a", "shop-1", "o1", 20000);
  EXPECT_THAT(
      Call(&WorkStub::ApproveReview, R"pb(case_id: "$C" proposal_id: "$P")pb", AsAgent("regular")),
      HasReason("INVALID_FIELDS"));
  EXPECT_OK(Call(&WorkStub::RejectProposal, R"pb(case_id: "$C" proposal_id: "$P" note: "n")pb",
                 AsAgent("regular")));
}

// To end what cannot be given any more grants nothing.
TEST_F(AuthorityTest, WhatIsForbiddenByNowTheMerchantRejectsAndLetsStand) {
  const std::string refund = R"pb(result: REVIEW_RESULT_REFUND_WITHOUT_RETURN
                                  note: "n"
                                  cost { currency_code: "CNY" minor_units: 100000 })pb";
  Open("$D");
  ASSERT_OK(Call(&Stub::ReviewCase, R"(case_id: "$D" )" + refund));
  ASSERT_OK(Call(&Stub::AppealCase, R"pb(case_id: "$D" party: APPEAL_PARTY_BUYER reason: "r")pb"));
  Open("$C");
  ASSERT_OK_AND_ASSIGN(
      const v1::Case proposed,
      Call(&WorkStub::ProposeReview, R"(case_id: "$C" )" + refund, AsAgent("regular")));
  names_["$P"] = proposed.proposal().proposal_id();
  ForbidAbove(50000);
  const std::string named = R"pb(case_id: "$C" proposal_id: "$P" note: "n")pb";
  EXPECT_THAT(Call(&WorkStub::ApproveReview, named), HasReason("REVIEW_FORBIDDEN"));
  EXPECT_THAT(Call(&WorkStub::RejectProposal, named, AsAgent("team_lead")),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  ASSERT_OK_AND_ASSIGN(const v1::Case rejected, Call(&WorkStub::RejectProposal, named));
  EXPECT_EQ(rejected.state(), v1::CASE_STATE_OPEN);
  ASSERT_OK_AND_ASSIGN(const v1::Case stands,
                       Call(&WorkStub::DecideAppeal, R"pb(case_id: "$D"
                                                          outcome: APPEAL_OUTCOME_DECISION_STANDS
                                                          note: "n")pb"));
  EXPECT_EQ(stands.state(), v1::CASE_STATE_DECIDED);
}

// What a late shipment or a freight claim pays is compensation, whatever the review says.
TEST_F(AuthorityTest, AClaimIsBoundedByWhatItPays) {
  Employ("org-a", "supervisor", "supervisor");
  const auto approve = [&](const rpc::CallOptions& options, const std::string& cost = "") {
    return Call(&Stub::ReviewCase, R"(case_id: "$C" result: REVIEW_RESULT_APPROVED )" + cost,
                options);
  };
  const auto cost = [](int fen) {
    return fmt::format(R"(cost {{ currency_code: "CNY" minor_units: {} }})", fen);
  };
  Open("$C", "kind: CASE_KIND_LATE_SHIPMENT");  // of ¥10,000: ¥500
  const absl::Status refused = approve(AsAgent("regular")).status();
  EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kPermissionDenied),
                             HasReason("REVIEW_BEYOND_AUTHORITY")));
  EXPECT_THAT(refused.message(), AllOf(HasSubstr("COMPENSATION"), HasSubstr("2000")));
  for (const auto& options : {AsAgent("regular"), As("org-a")}) {
    const absl::Status less = approve(options, cost(100)).status();
    EXPECT_THAT(less, HasReason("INVALID_FIELDS"));
    EXPECT_THAT(less.message(), HasSubstr("CNY 500.00"));
  }
  EXPECT_THAT(approve(AsAgent("team_lead"), cost(50000)), HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_EQ(Versions(), 1);
  ASSERT_OK(approve(AsAgent("supervisor")));
  const auto told = Call(&Stub::ListCaseActivities, R"pb(case_id: "$C")pb");
  ASSERT_OK(told);
  EXPECT_EQ(told->activities(1).authority().cost().minor_units(), 50000);

  // Who proposes it proposes what is paid; who approves it needs the same authority.
  Open("$C", "kind: CASE_KIND_LATE_SHIPMENT");
  ASSERT_OK_AND_ASSIGN(
      const v1::Case proposed,
      Call(&WorkStub::ProposeReview,
           R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED note: "n")pb", AsAgent("regular")));
  EXPECT_EQ(proposed.proposal().cost().minor_units(), 50000);
  names_["$P"] = proposed.proposal().proposal_id();
  const std::string named = R"pb(case_id: "$C" proposal_id: "$P" note: "n")pb";
  EXPECT_THAT(Call(&WorkStub::ApproveReview, named, AsAgent("team_lead")),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  // By now the policy gives another amount: that is proposed anew, after this is rejected.
  Db().Exec("UPDATE sales_order SET paid_minor = 100000 WHERE order_id = 'order-1'");
  EXPECT_THAT(Call(&WorkStub::ApproveReview, named, AsAgent("supervisor")),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Call(&WorkStub::RejectProposal, named, AsAgent("team_lead")),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(Call(&WorkStub::RejectProposal, named, AsAgent("supervisor")));
  EXPECT_OK(approve(AsAgent("team_lead"), cost(30000)));

  // A freight claim: three times ¥10, or what the buyer laid out.
  Open("$C", "kind: CASE_KIND_FREIGHT_CLAIM");
  EXPECT_THAT(approve(AsAgent("regular")), HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_THAT(approve(AsAgent("regular"), cost(2001)), HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(approve(AsAgent("regular"), cost(1200)));
  // Where the policy caps compensation at what was paid, freight is no exception.
  Db().Exec(
      "UPDATE compensation_policy SET cap_at_paid = 1 WHERE policy_id = 'default/compensation'");
  Open("$C", "kind: CASE_KIND_FREIGHT_CLAIM");
  EXPECT_THAT(approve(As("org-a"), cost(100001)), HasReason("COST_EXCEEDS_PAID"));
  EXPECT_OK(approve(As("org-a"), cost(100000)));
}

// What no rule of returns grants is given away, and bounded as what it is.
TEST_F(AuthorityTest, WhatTheRulesRefuseIsBoundedAsAGift) {
  const std::string three = R"(order_id: "o1" lines { sku: "S-1" quantity: 3 })";  // 16.20
  const std::map<std::string, std::string> bounded = {
      {"kind: CASE_KIND_RETURN", "REFUND_WITHOUT_RETURN"},
      {"kind: CASE_KIND_EXCHANGE " + three, "REISSUE_WITHOUT_RETURN"}};
  for (const auto& [open, as] : bounded) {
    Open("$C", open);
    ASSERT_NO_FATAL_FAILURE(Evaluate(kLongAgo, "NO_REASON"));
    const absl::Status silent = Approve(AsAgent("regular"));
    EXPECT_THAT(silent, HasReason("INVALID_FIELDS")) << open;
    EXPECT_THAT(silent.message(), HasSubstr(as));
    EXPECT_THAT(
        Call(&WorkStub::ProposeReview,
             R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED note: "n")pb", AsAgent("regular")),
        HasReason("INVALID_FIELDS"));
    const absl::Status beyond = Review(AsAgent("regular"), "APPROVED", 2001);
    EXPECT_THAT(beyond, HasReason("REVIEW_BEYOND_AUTHORITY")) << open;
    EXPECT_THAT(beyond.message(), AllOf(HasSubstr(as), HasSubstr("2000")));
    EXPECT_OK(Review(AsAgent("regular"), "APPROVED", 2000)) << open;
    // Nothing bounds the owner; the latest evaluation counts; what is still to be shown refuses
    // nothing.
    Open("$C", open);
    ASSERT_NO_FATAL_FAILURE(Evaluate(kLongAgo, "NO_REASON"));
    EXPECT_OK(Approve(As("org-a"))) << open;
    Open("$C", open);
    ASSERT_NO_FATAL_FAILURE(Evaluate(kLongAgo, "NO_REASON"));
    ASSERT_NO_FATAL_FAILURE(Evaluate(kYesterday));
    EXPECT_OK(Approve(AsAgent("regular"))) << open;
  }
  // The goods that come back beyond the rules count nothing: nobody says less than what is sent.
  for (const std::string& more : {three, std::string()}) {
    Open("$C", "kind: CASE_KIND_EXCHANGE " + more);
    ASSERT_NO_FATAL_FAILURE(Evaluate(kLongAgo, "NO_REASON"));
    for (const auto& options : {AsAgent("regular"), As("org-a")}) {
      const absl::Status less = Review(options, "APPROVED", 1619);
      EXPECT_THAT(less, HasReason("INVALID_FIELDS"));
      EXPECT_THAT(less.message(), HasSubstr(more.empty() ? "CNY 9990.00" : "CNY 16.20"));
    }
  }
}

// Whether somebody is bound is not up to whom the rules would bind.
TEST_F(AuthorityTest, WhatTheRulesWereNotAskedAboutIsBoundedByWhatItGives) {
  for (const std::string kind : {"RETURN", "EXCHANGE"}) {
    const std::string of_o1 = R"(order_id: "o1" kind: CASE_KIND_)" + kind;
    // Ten pieces of S-1 are 54.00, the goods 90.00; a regular agent approves up to 50.00.
    for (const std::string goods : {R"( lines { sku: "S-1" quantity: 10 })", ""}) {
      Open("$C", of_o1 + goods);
      const absl::Status refused = Approve(AsAgent("regular"));
      EXPECT_THAT(refused, HasReason("REVIEW_BEYOND_AUTHORITY")) << kind << goods;
      EXPECT_THAT(refused.message(),
                  AllOf(HasSubstr("APPROVED alone up to 5000"), HasSubstr("EvaluateReturn"),
                        HasSubstr("ProposeReview")));
      EXPECT_EQ(Versions(), 1);
      ASSERT_NO_FATAL_FAILURE(Evaluate(kYesterday));
      EXPECT_OK(Approve(AsAgent("regular"))) << "the rules grant it: " << kind << goods;
      Open("$C", of_o1 + goods);
      EXPECT_OK(Approve(AsAgent("team_lead"))) << kind << goods;
      Open("$C", of_o1 + goods);
      EXPECT_OK(Approve(As("org-a"))) << kind << goods;
    }
    Open("$C", of_o1 + R"( lines { sku: "S-1" quantity: 9 })");
    EXPECT_OK(Approve(AsAgent("regular"))) << kind;
    // What is said bounds what a return pays, and nothing of what an exchange sends.
    Open("$C", of_o1);
    const absl::Status said = Review(AsAgent("regular"), "APPROVED", 5000);
    EXPECT_EQ(ReasonOf(said), kind == "RETURN" ? "" : "REVIEW_BEYOND_AUTHORITY") << said;
  }
  // What is not paid yet may be more by the time that it is paid back.
  Sell("org-a", "shop-1", "unpaid", 0);
  Open("$C", R"(order_id: "unpaid")");
  EXPECT_THAT(Approve(AsAgent("team_lead")), HasReason("REVIEW_BEYOND_AUTHORITY"));

  // An agent proposes it without a word about its cost; the merchant approves.
  Open("$C", R"(order_id: "o1")");
  ASSERT_OK_AND_ASSIGN(
      const v1::Case proposed,
      Call(&WorkStub::ProposeReview,
           R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED note: "n")pb", AsAgent("team_lead")));
  EXPECT_FALSE(proposed.proposal().has_cost());
  names_["$P"] = proposed.proposal().proposal_id();
  const std::string named = R"pb(case_id: "$C" proposal_id: "$P")pb";
  EXPECT_THAT(Call(&WorkStub::ApproveReview, named, AsAgent("regular")),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(Call(&WorkStub::ApproveReview, named));

  // Nor does the owner keep silent about what is beyond a limit of everybody.
  ForbidAbove(5000);
  Open("$C", R"(order_id: "o1")");
  const absl::Status forbidden = Approve(As("org-a"));
  EXPECT_THAT(forbidden, HasReason("REVIEW_FORBIDDEN"));
  EXPECT_THAT(forbidden.message(), HasSubstr("EvaluateReturn"));
  ASSERT_NO_FATAL_FAILURE(Evaluate(kYesterday));
  EXPECT_OK(Approve(As("org-a")));
}

TEST_F(AuthorityTest, WhatIsInAnotherCurrencyThanLimitsTheMerchantDecides) {
  Employ("org-a", "senior", "senior");
  Db().Exec("UPDATE sales_order SET currency_code = 'BRL' WHERE order_id = 'o1'");
  const auto review = [&](const rpc::CallOptions& options, const std::string& currency) {
    return Call(&Stub::ReviewCase,
                fmt::format(R"(case_id: "$C" result: REVIEW_RESULT_REFUND_WITHOUT_RETURN
                               cost {{ currency_code: "{}" minor_units: 100 }})",
                            currency),
                options)
        .status();
  };
  const std::string of_brazil = R"(order_id: "o1")";
  Open("$C", of_brazil);
  const absl::Status wrong = review(As("org-a"), "CNY");
  EXPECT_THAT(wrong, HasReason("INVALID_FIELDS"));
  EXPECT_THAT(wrong.message(), HasSubstr("BRL"));
  const absl::Status refused = review(AsAgent("team_lead"), "BRL");
  EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kPermissionDenied),
                             HasReason("LIMITS_IN_OTHER_CURRENCY")));
  EXPECT_THAT(refused.message(), AllOf(HasSubstr("CNY"), HasSubstr("owner")));
  EXPECT_OK(review(As("org-a"), "BRL"));
  // Nor do limits bound what a return gives that nobody has asked the rules about.
  Open("$C", of_brazil);
  EXPECT_THAT(Approve(AsAgent("team_lead")), HasReason("LIMITS_IN_OTHER_CURRENCY"));
  ASSERT_NO_FATAL_FAILURE(Evaluate(kYesterday));
  EXPECT_OK(Approve(AsAgent("team_lead")));

  // What agents propose the merchant approves.
  Open("$C", of_brazil);
  ASSERT_OK_AND_ASSIGN(const v1::Case proposed,
                       Call(&WorkStub::ProposeReview,
                            R"(case_id: "$C" result: REVIEW_RESULT_REFUND_WITHOUT_RETURN note: "n"
              cost { currency_code: "BRL" minor_units: 100 })",
                            AsAgent("regular")));
  names_["$P"] = proposed.proposal().proposal_id();
  const std::string named = R"pb(case_id: "$C" proposal_id: "$P")pb";
  EXPECT_THAT(Call(&WorkStub::ApproveReview, named, AsAgent("team_lead")),
              HasReason("LIMITS_IN_OTHER_CURRENCY"));
  EXPECT_OK(Call(&WorkStub::ApproveReview, named));

  // Compensation beside a decision, and a claim of its own.
  const std::string freight = R"pb(case_id: "$C" kind: COMPENSATION_KIND_FREIGHT)pb";
  EXPECT_THAT(Call(&Stub::PayCompensation, freight, AsAgent("senior")),
              HasReason("LIMITS_IN_OTHER_CURRENCY"));
  EXPECT_OK(Call(&Stub::PayCompensation, freight));
  Open("$C", of_brazil + " kind: CASE_KIND_LATE_SHIPMENT");
  const std::string late = R"pb(case_id: "$C" result: REVIEW_RESULT_APPROVED)pb";
  EXPECT_THAT(Call(&Stub::ReviewCase, late, AsAgent("team_lead")),
              HasReason("LIMITS_IN_OTHER_CURRENCY"));
  EXPECT_OK(Call(&Stub::ReviewCase, late));

  // A rule of everybody is set in the books' currency as well.
  ForbidAbove(100000);
  Open("$C", of_brazil);
  EXPECT_THAT(review(As("org-a"), "BRL"), HasReason("LIMITS_IN_OTHER_CURRENCY"));
}

TEST_F(AuthorityTest, ABasesSeatInTheMerchantsBooksIsBoundByTheBasesContract) {
  Tell<staffing::AgentChanged>("org-a", R"pb(agent {
                                               agent_id: "seat"
                                               base_id: "base-1"
                                               hire_date { year: 2025 month: 1 day: 1 }
                                             })pb");
  Record("org-a", "seat", "seat-tier", "regular", "year: 2025 month: 1 day: 1");
  Hear<staffing::ContractChanged>("org-a", R"pb(contract {
                                                  contract_id: "contract-1"
                                                  base_id: "base-1"
                                                  shop_ids: "shop-1"
                                                  period {
                                                    start_date { year: 2026 month: 1 day: 1 }
                                                    end_date { year: 2026 month: 1 day: 15 }
                                                  }
                                                })pb");
  Tell<staffing::AuthorityPolicyChanged>("org-a",
                                         R"pb(policy {
                                                policy_id: "own"
                                                version: 1
                                                effective_date { year: 2026 month: 1 day: 1 }
                                                rules {
                                                  scope: AUTHORITY_SCOPE_TIER
                                                  scope_id: "regular"
                                                  action: AUTHORITY_ACTION_REVIEW_RESULT
                                                  limit_minor_units: 7000
                                                }
                                                rules {
                                                  scope: AUTHORITY_SCOPE_CONTRACT
                                                  scope_id: "contract-1"
                                                  action: AUTHORITY_ACTION_REVIEW_RESULT
                                                  limit_minor_units: 500
                                                }
                                              })pb");
  // Another base has an agent of that id, and a contract; the seat's own base has another one.
  Employ("base-0", "seat", "regular");
  Contract("base-0", "shop-1");
  Contract("base-1", "shop-1");
  Open("$C");
  EXPECT_THAT(Review(AsAgent("seat"), "REFUND_WITHOUT_RETURN", 501),
              HasReason("REVIEW_BEYOND_AUTHORITY"));
  EXPECT_OK(Review(AsAgent("seat"), "REFUND_WITHOUT_RETURN", 500));
  // The contract is no other shop's, binds nobody else, and ends with its last day.
  Open("$C", R"(shop_id: "shop-2")");
  EXPECT_OK(Review(AsAgent("seat"), "REFUND_WITHOUT_RETURN", 7000));
  Open("$C");
  EXPECT_OK(Review(AsAgent("regular"), "REFUND_WITHOUT_RETURN", 7000));
  clock_.Advance(absl::Hours(12));
  Open("$C");
  EXPECT_OK(Review(AsAgent("seat"), "REFUND_WITHOUT_RETURN", 7000));
}

TEST_F(AuthorityTest, ACostIsOfTheOrdersCurrencyAndNotNegative) {
  Open("$C");
  EXPECT_THAT(Review(As("org-a"), "APPROVED", -1), HasReason("INVALID_FIELDS"));
  const absl::Status foreign =
      Call(&Stub::ReviewCase, R"pb(case_id: "$C"
                                   result: REVIEW_RESULT_APPROVED
                                   cost { currency_code: "USD" minor_units: 1 })pb")
          .status();
  EXPECT_THAT(foreign, HasReason("INVALID_FIELDS"));
  EXPECT_THAT(foreign.message(), HasSubstr("CNY"));
  EXPECT_EQ(Versions(), 1);
}

}  // namespace
}  // namespace kefu::aftersales
