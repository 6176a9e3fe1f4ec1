// What is to be asked about goods, as a page would ask it.
#include <set>

#include "services/aftersales/tests/returns/fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReturnQuestionsTest : public ReturnsTest {
 protected:
  absl::StatusOr<v1::ListReturnQuestionsResponse> Ask(const std::string& text) {
    return Call(&PolicyStub::ListReturnQuestions, text);
  }
};

void ExpectText(const v1::ReturnText& text, const std::string& what) {
  EXPECT_NE(text.zh(), "") << what;
  EXPECT_NE(text.en(), "") << what;
  EXPECT_NE(text.zh(), text.en()) << what;
}

TEST_F(ReturnQuestionsTest, EveryShippedQuestionHasItsWordsInBothLanguages) {
  ASSERT_OK_AND_ASSIGN(const auto all, Ask(R"(shop_id: "shop-1")"));
  EXPECT_THAT(all.categories(), SizeIs(16));
  EXPECT_THAT(all.reasons(), IsEmpty());
  EXPECT_THAT(all.conditions(), IsEmpty());
  std::set<int> reasons, conditions;
  for (const auto& category : all.categories()) {
    ExpectText(category.name(), category.category_id());
    ASSERT_OK_AND_ASSIGN(const auto of, Ask(fmt::format(R"(shop_id: "shop-1" category: "{}")",
                                                        category.category_id())));
    for (const auto& reason : of.reasons()) {
      ExpectText(reason.name(), v1::ReturnReason_Name(reason.reason()));
      reasons.insert(reason.reason());
    }
    for (const auto& condition : of.conditions()) {
      ExpectText(condition.text(), v1::ReturnCondition_Name(condition.condition()));
      EXPECT_GT(condition.rules_size(), 0);
      conditions.insert(condition.condition());
    }
    ASSERT_THAT(of.evidence(), SizeIs(1)) << category.category_id();
    ExpectText(of.evidence(0).text(), "photo");
    EXPECT_THAT(of.evidence(0).required_reasons(), IsEmpty());
  }
  EXPECT_EQ(static_cast<int>(reasons.size()), v1::ReturnReason_descriptor()->value_count() - 1);
  EXPECT_EQ(static_cast<int>(conditions.size()),
            v1::ReturnCondition_descriptor()->value_count() - 1);
}

TEST_F(ReturnQuestionsTest, WhoAnswersThemAllGetsADecision) {
  ASSERT_OK_AND_ASSIGN(const auto asked, Ask(R"(shop_id: "shop-1" category: "electronics")"));
  EXPECT_THAT(asked.conditions(), SizeIs(7));
  EXPECT_EQ(asked.conditions(0).text().zh(), "是否经过未授权的维修？");
  EXPECT_EQ(asked.conditions(0).rules(0).rule_id(), "no_reason.electronics");
  for (const auto& reason : asked.reasons()) {
    v1::EvaluateReturnRequest request;
    request.set_shop_id("shop-1");
    v1::ReturnQuestion& question = *request.mutable_question();
    question.set_category("electronics");
    question.set_reason(reason.reason());
    question.mutable_sign_time()->set_seconds(1768276800);
    for (const auto& condition : asked.conditions()) {
      question.add_answers()->set_condition(condition.condition());
    }
    for (const auto& evidence : asked.evidence()) question.add_evidence(evidence.evidence());
    ASSERT_OK_AND_ASSIGN(const auto got, Evaluate(request.ShortDebugString()));
    for (const auto& outcome : got.outcomes()) {
      EXPECT_NE(outcome.decision(), v1::RETURN_DECISION_NEEDS_MORE);
      EXPECT_THAT(outcome.missing_answers(), IsEmpty());
      EXPECT_THAT(outcome.missing_evidence(), IsEmpty());
    }
  }
}

TEST_F(ReturnQuestionsTest, AnOwnPolicyAsksItsOwnFromItsTimeOn) {
  ASSERT_OK(Call(&PolicyStub::SetReturnPolicy, R"(policy {
    shop_id: "shop-1"
    categories { category_id: "phones" name { zh: "手机" en: "Phones" }
                 reasons: RETURN_REASON_DAMAGED reasons: RETURN_REASON_NO_REASON }
    rules { rule_id: "refund" source: RETURN_RULE_SOURCE_SHOP_PROMISE
            remedy: RETURN_REMEDY_REFUND_ONLY categories: "phones" window_days: 3
            reasons: RETURN_REASON_DAMAGED spoiled_by: RETURN_CONDITION_ACTIVATED
            evidence: RETURN_EVIDENCE_VIDEO evidence_required: true
            outbound_freight: FREIGHT_PAYER_MERCHANT } })"));
  const std::string of_phones = R"(shop_id: "shop-1" category: "phones")";
  ASSERT_OK_AND_ASSIGN(const auto asked, Ask(of_phones));
  EXPECT_THAT(asked.categories(), SizeIs(17));
  ASSERT_THAT(asked.reasons(), SizeIs(2));
  EXPECT_EQ(asked.reasons(0).name().zh(), "收到时已破损");
  // The shipped rules for whatever has no rule of its own ask as well.
  ASSERT_THAT(asked.conditions(), SizeIs(2));
  EXPECT_EQ(asked.conditions(0).condition(), v1::RETURN_CONDITION_ACTIVATED);
  EXPECT_EQ(asked.conditions(0).rules(0).policy_id(), "shop:shop-1");
  EXPECT_EQ(asked.conditions(1).condition(), v1::RETURN_CONDITION_SOILED_OR_DAMAGED);
  ASSERT_THAT(asked.evidence(), SizeIs(2));
  EXPECT_THAT(asked.evidence(0).required_reasons(), IsEmpty());
  EXPECT_EQ(asked.evidence(1).evidence(), v1::RETURN_EVIDENCE_VIDEO);
  EXPECT_THAT(asked.evidence(1).required_reasons(), ElementsAre(v1::RETURN_REASON_DAMAGED));
  EXPECT_EQ(asked.policies(1).policy_id(), "shop:shop-1");

  // Not before its time, not of another shop, and not in the future.
  EXPECT_THAT(Ask(of_phones + " ask_time { seconds: 1768399999 }").status().message(),
              HasSubstr("category: must be one of bags, clothing"));
  EXPECT_THAT(Ask(R"(shop_id: "shop-2" category: "phones")"), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Ask(of_phones + " ask_time { seconds: 1768449601 }").status().message(),
              HasSubstr("ask_time: must not be in the future"));
}

TEST_F(ReturnQuestionsTest, ABaseAsksForTheShopsItIsGranted) {
  ASSERT_OK(Call(&PolicyStub::SetReturnPolicy, Promise(R"(shop_id: "shop-1")", 11)));
  const auto ask = [this](const std::string& shop, const rpc::CallOptions& who) {
    return Call(&PolicyStub::ListReturnQuestions,
                fmt::format(R"(shop_id: "{}" category: "food")", shop), who);
  };
  ASSERT_OK_AND_ASSIGN(const auto granted, ask("shop-1", AsBase("shop-1")));
  EXPECT_THAT(granted.policies(), SizeIs(2));
  EXPECT_THAT(ask("shop-2", AsBase("shop-1")), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(ask("shop-2", As("org-a", {"shop-1"})), HasReason("SHOP_NOT_ALLOWED"));
  ASSERT_OK_AND_ASSIGN(const auto stranger, ask("shop-1", As("org-b")));
  EXPECT_THAT(stranger.policies(), SizeIs(1));
}

}  // namespace
}  // namespace kefu::aftersales
