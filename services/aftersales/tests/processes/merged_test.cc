// Of cases that are merged nothing is lost that was asked or shown: goods, order, evidence, what
// was evaluated.
#include "kefu/aftersales/v1/return_policy_service.grpc.pb.h"
#include "services/aftersales/tests/evidence_text.h"
#include "services/aftersales/tests/processes/flows_fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MergedTest : public FlowsTest {
 protected:
  absl::StatusOr<v1::Case> Merge(const std::string& survivor, const std::string& duplicate) {
    return Call(&WorkStub::MergeCases,
                fmt::format(R"(case_id: "{}" duplicate_case_id: "{}")", survivor, duplicate));
  }
  absl::StatusOr<v1::ReturnEvaluation> Evaluate(const std::string& name,
                                                const std::string& reason) {
    return Call(&Stub::EvaluateReturn, fmt::format(R"(case_id: "{}" question {{ category: "clothing"
                               reason: RETURN_REASON_{} sign_time {{ seconds: 1768400000 }} }})",
                                                   name, reason));
  }
  // Work of the platform's, which may name no order.
  void WorkOrder(const std::string& name, const std::string& more) {
    const auto opened = Call(&Stub::OpenCase, fmt::format(R"(case {{ shop_id: "shop-1"
        kind: CASE_KIND_PLATFORM_WORK_ORDER channel: CASE_CHANNEL_WORK_ORDER problem: "p"
        customer_id: "buyer-1" {} }})",
                                                          more));
    ASSERT_OK(opened);
    names_[name] = opened->case_id();
  }
  absl::StatusOr<v1::Case> Learn(const std::string& name, const std::string& order) {
    return Call(&WorkStub::UpdateCase, fmt::format(R"(case {{ case_id: "{}" order_id: "{}" }}
                                                      update_mask {{ paths: "order_id" }})",
                                                   name, order));
  }
};

TEST_F(MergedTest, CasesAboutDifferentGoodsAreNotOneMatter) {
  Open("$A", R"pb(lines { sku: "S-1" quantity: 1 })pb");
  Open("$B", R"pb(lines { sku: "S-2" quantity: 1 })pb");
  Open("$TWO", R"pb(lines { sku: "S-1" quantity: 1 }
                    lines { sku: "S-2" quantity: 1 })pb");
  Open("$MORE", R"pb(lines { sku: "S-1" quantity: 3 })pb");
  Open("$WHOLE");
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"$A", "$B"},    {"$A", "$TWO"},   {"$A", "$MORE"},
      {"$MORE", "$A"}, {"$A", "$WHOLE"}, {"$WHOLE", "$A"}};
  for (const auto& [survivor, duplicate] : pairs) {
    const v1::Case before = CaseOf(survivor);
    const auto refused = Merge(survivor, duplicate);
    EXPECT_THAT(refused, AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                               HasReason("NOT_A_DUPLICATE")))
        << survivor << duplicate;
    EXPECT_THAT(refused.status().message(), HasSubstr("LinkCases"));
    EXPECT_EQ(CaseOf(duplicate).state(), v1::CASE_STATE_OPEN);
    EXPECT_THAT(CaseOf(survivor), EqualsProto(before));
  }
  EXPECT_THAT(Merge("$WHOLE", "$MORE").status().message(),
              HasSubstr("different goods, the whole order and 3 x S-1"));
  // Of the same pieces, and of the whole order both, nothing is lost.
  Open("$SPLIT", R"pb(lines { sku: "S-1" quantity: 2 }
                      lines { sku: "S-1" quantity: 1 })pb");
  ASSERT_OK_AND_ASSIGN(const v1::Case pieces, Merge("$MORE", "$SPLIT"));
  ASSERT_EQ(pieces.lines_size(), 1);
  EXPECT_EQ(pieces.lines(0).quantity(), 3);
  Open("$ENTIRE");
  ASSERT_OK_AND_ASSIGN(const v1::Case whole, Merge("$WHOLE", "$ENTIRE"));
  EXPECT_THAT(whole.lines(), IsEmpty());
}

TEST_F(MergedTest, OrderAndGoodsThatOnlyTheDuplicateNamesAreTheSurvivors) {
  WorkOrder("$A", "");
  WorkOrder("$B", R"(order_id: "order-1" lines { sku: "S-1" quantity: 2 })");
  ASSERT_OK_AND_ASSIGN(const v1::Case merged, Merge("$A", "$B"));
  EXPECT_EQ(merged.order_id(), "order-1");
  ASSERT_EQ(merged.lines_size(), 1);
  EXPECT_EQ(merged.lines(0).sku(), "S-1");
  EXPECT_EQ(merged.lines(0).category(), "clothing") << "by the order";
  EXPECT_THAT(CaseOf("$A"), EqualsProto(merged));
  const auto history = Call(&Stub::ListCaseActivities, R"pb(case_id: "$A")pb");
  ASSERT_OK(history);
  const auto& told = history->activities(history->activities_size() - 1);
  ASSERT_EQ(told.changes_size(), 3);
  EXPECT_EQ(told.changes(0).field(), "order_id");
  EXPECT_EQ(told.changes(1).field(), "lines");
  EXPECT_EQ(told.changes(1).new_value(), "2 x S-1");
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$A"
                                         result: REVIEW_RESULT_REFUND_WITHOUT_RETURN
                                         cost { currency_code: "CNY" minor_units: 500 })pb"));
  EXPECT_EQ(ProcessOf("$A").facts().lines_size(), 1);
  // Pieces of no order are those of the order that has them, but not all of it.
  WorkOrder("$C", R"(lines { sku: "S-1" quantity: 1 })");
  WorkOrder("$D", R"(order_id: "order-2" lines { sku: "S-1" quantity: 1 })");
  WorkOrder("$E", "order_id: 'order-2'");
  EXPECT_THAT(Merge("$C", "$E"), HasReason("NOT_A_DUPLICATE"));
  EXPECT_EQ(CaseOf("$C").order_id(), "");
  ASSERT_OK_AND_ASSIGN(const v1::Case learnt, Merge("$C", "$D"));
  EXPECT_EQ(learnt.order_id(), "order-2");
  ASSERT_EQ(learnt.lines_size(), 1);
  EXPECT_EQ(learnt.lines(0).category(), "clothing");
}

TEST_F(MergedTest, WhatIsDecidedOrProposedLearnsNoGoodsFromADuplicate) {
  WorkOrder("$A", "");
  WorkOrder("$B", "order_id: 'order-1'");
  ASSERT_OK_AND_ASSIGN(const v1::Case proposed, Call(&WorkStub::ProposeReview, R"pb(
                         case_id: "$A"
                         result: REVIEW_RESULT_REJECTED
                         note: "n")pb"));
  names_["$P"] = proposed.proposal().proposal_id();
  const auto refused = Merge("$A", "$B");
  EXPECT_THAT(refused,
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("NOT_A_DUPLICATE")));
  EXPECT_THAT(refused.status().message(), HasSubstr("withdraw the proposal first"));
  const auto by_hand = Learn("$A", "order-1");
  EXPECT_THAT(by_hand,
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("ILLEGAL_MOVE")));
  EXPECT_THAT(by_hand.status().message(), HasSubstr("WithdrawProposal"));
  EXPECT_THAT(CaseOf("$A"), EqualsProto(proposed));
  ASSERT_OK(Call(&WorkStub::WithdrawProposal, R"pb(case_id: "$A" proposal_id: "$P")pb"));
  ASSERT_OK_AND_ASSIGN(const v1::Case merged, Merge("$A", "$B"));
  EXPECT_EQ(merged.order_id(), "order-1");

  WorkOrder("$C", "");
  WorkOrder("$D", "order_id: 'order-2'");
  ASSERT_OK(
      Call(&Stub::ReviewCase, R"pb(case_id: "$C" result: REVIEW_RESULT_REJECTED note: "n")pb"));
  const auto decided = Merge("$C", "$D");
  EXPECT_THAT(decided, HasReason("NOT_A_DUPLICATE"));
  EXPECT_THAT(decided.status().message(), HasSubstr("UpdateCase"));
  ASSERT_OK(Learn("$C", "order-2"));
  ASSERT_OK(Merge("$C", "$D"));
  WorkOrder("$E", "");  // about no goods
  ASSERT_OK_AND_ASSIGN(const v1::Case more, Merge("$C", "$E"));
  EXPECT_EQ(more.merged_case_ids_size(), 2);
  EXPECT_EQ(more.order_id(), "order-2");
}

TEST_F(MergedTest, WhatTheDuplicateShowedAndEvaluatedCountsForTheSurvivor) {
  Open("$A", R"pb(lines { sku: "S-1" quantity: 2 })pb");
  Open("$B", R"pb(lines { sku: "S-1" quantity: 2 })pb" + Photo('b'));
  ASSERT_OK_AND_ASSIGN(const auto theirs, Evaluate("$B", "DAMAGED"));
  EXPECT_THAT(theirs.question().evidence(), ElementsAre(v1::RETURN_EVIDENCE_PHOTO));
  ASSERT_OK(Merge("$A", "$B"));

  const auto policies = v1::ReturnPolicyService::NewStub(host_.channel());
  v1::ListReturnEvaluationsRequest of_survivor;
  of_survivor.set_case_id(names_["$A"]);
  ASSERT_OK_AND_ASSIGN(const auto listed,
                       rpc::Call(*policies, &v1::ReturnPolicyService::Stub::ListReturnEvaluations,
                                 of_survivor, As("org-a")));
  ASSERT_EQ(listed.evaluations_size(), 1);
  EXPECT_THAT(listed.evaluations(0), EqualsProto(theirs));

  // What follows goes by what was evaluated: the merchant's fault, and its freight.
  ASSERT_OK(Call(&Stub::ReviewCase, R"pb(case_id: "$A" result: REVIEW_RESULT_APPROVED)pb"));
  const v1::ProcessFacts facts = ProcessOf("$A").facts();
  EXPECT_EQ(facts.evaluation_id(), theirs.evaluation_id());
  EXPECT_EQ(facts.outbound_freight(), v1::FREIGHT_PAYER_MERCHANT);
  EXPECT_THAT(facts.merchant_faults(), ElementsAre(v1::MERCHANT_FAULT_REASON));
  // And its photo was shown.
  ASSERT_OK_AND_ASSIGN(const auto own, Evaluate("$A", "DAMAGED"));
  EXPECT_THAT(own.question().evidence(), ElementsAre(v1::RETURN_EVIDENCE_PHOTO));
  EXPECT_THAT(own.outcomes(0).missing_evidence(), IsEmpty());
}

TEST_F(MergedTest, WhatSomethingElseTookThePlaceOfProvesNothing) {
  Open("$A", Photo('a'));
  ASSERT_OK(Call(&WorkStub::AttachEvidence, fmt::format(R"(case_id: "$A" supersedes_number: 1
      evidence {{ reference: "org-a/shop-1/{0}.mp4" sha256: "{0}" size_bytes: 10
                  content_type: "video/mp4" }})",
                                                        std::string(64, 'c'))));
  ASSERT_OK_AND_ASSIGN(const auto evaluated, Evaluate("$A", "DAMAGED"));
  EXPECT_THAT(evaluated.question().evidence(), ElementsAre(v1::RETURN_EVIDENCE_VIDEO));
}

TEST_F(MergedTest, AWorkOrderLearnsItsOrderFromItsDuplicateOrOnceByHand) {
  WorkOrder("$A", "");
  WorkOrder("$B", "order_id: 'order-1'");
  ASSERT_OK_AND_ASSIGN(const v1::Case merged, Merge("$A", "$B"));
  EXPECT_EQ(merged.order_id(), "order-1");
  EXPECT_EQ(merged.purchase_date().day(), 1) << "what the order tells";
  EXPECT_THAT(CaseOf("$A"), EqualsProto(merged));

  WorkOrder("$C", R"(lines { sku: "S-1" quantity: 1 })");
  ASSERT_OK_AND_ASSIGN(const v1::Case learnt, Learn("$C", "order-2"));
  EXPECT_EQ(learnt.order_id(), "order-2");
  EXPECT_EQ(learnt.lines(0).category(), "clothing");
  EXPECT_THAT(CaseOf("$C"), EqualsProto(learnt));
  EXPECT_EQ(Learn("$C", "order-2")->etag(), learnt.etag()) << "nothing new";
  const auto other = Learn("$C", "order-1");
  EXPECT_THAT(other,
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("ORDER_MISMATCH")));
  EXPECT_THAT(other.status().message(), HasSubstr("order-2"));
  EXPECT_THAT(Learn("$C", ""), HasReason("INVALID_FIELDS"));
  // It must fit, as at opening; one that the platform names need not be known yet.
  WorkOrder("$D", R"(lines { sku: "S-3" quantity: 1 })");
  EXPECT_THAT(Learn("$D", "order-1"), HasReason("ORDER_MISMATCH"));
  EXPECT_EQ(CaseOf("$D").order_id(), "");
  EXPECT_OK(Learn("$D", "not-told-yet"));
  Open("$E");
  EXPECT_THAT(Learn("$E", "order-2"), HasReason("ORDER_MISMATCH"));
}

}  // namespace
}  // namespace kefu::aftersales
