// The tables and words of returns.
#include "clients/kefuctl/returns/commands.h"
#include "clients/kefuctl/returns/render.h"
#include "clients/kefuctl/tests/checks.h"
#include "gmock/gmock.h"

namespace kefu::returns {
namespace {

namespace as = aftersales::v1;
using kefuctl::Language;
using kefuctl::Parse;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ReturnTablesTest : public ::testing::Test {
 protected:
  ReturnTablesTest() { kefuctl::SetLanguage(Language::kEnglish); }
};

constexpr const char* kEvaluation = R"pb(
  outcomes {
    remedy: RETURN_REMEDY_RETURN
    decision: RETURN_DECISION_NEEDS_MORE
    periods_when_shown {
      last_date { year: 2026 month: 1 day: 20 }
      rule { policy_id: "default/returns" policy_version: 1 rule_id: "no_reason.labelled" }
      return_freight: FREIGHT_PAYER_BUYER
      outbound_freight: FREIGHT_PAYER_MERCHANT
    }
    missing_evidence: RETURN_EVIDENCE_PHOTO
    missing_answers: RETURN_CONDITION_LABEL_REMOVED
    considered {
      rule { policy_id: "default/returns" policy_version: 1 rule_id: "no_reason.labelled" }
      verdict: RETURN_VERDICT_INCOMPLETE
      last_date { year: 2026 month: 1 day: 20 }
      explanation: "not answered\x1b[31m"
    }
    considered {
      rule { rule_id: "of.other.goods" }
      verdict: RETURN_VERDICT_OTHER_CATEGORY
    }
  }
  outcomes { remedy: RETURN_REMEDY_REPAIR decision: RETURN_DECISION_NOT_ALLOWED })pb";

TEST_F(ReturnTablesTest, OutcomesSayUntilWhenAtWhoseCostAndWhatLacks) {
  const auto evaluation = Parse<as::ReturnEvaluation>(kEvaluation);
  EXPECT_THAT(OutcomeTable(evaluation).Render(false),
              AllOf(HasSubstr("needs more"), HasSubstr("2026-01-20"), HasSubstr("buyer"),
                    HasSubstr("default/returns#1/no_reason.labelled"),
                    HasSubstr("label removed; photo"), HasSubstr("not allowed")));
  EXPECT_THAT(RuleTable(evaluation).Render(false),
              AllOf(HasSubstr("incomplete"), HasSubstr("not answered"), Not(HasSubstr("\x1b[31m")),
                    Not(HasSubstr("of.other.goods"))));
}

TEST_F(ReturnTablesTest, QuestionsStandInTheReadersLanguage) {
  const auto questions = Parse<as::ListReturnQuestionsResponse>(R"pb(
    categories {
      category_id: "food"
      name { zh: "食品" en: "Food" }
    }
    reasons {
      reason: RETURN_REASON_DAMAGED
      name { zh: "收到时已破损" en: "It arrived damaged" }
    }
    conditions {
      condition: RETURN_CONDITION_ONE_USE_SEAL_BROKEN
      text { zh: "密封包装是否已损坏？" en: "Is the seal broken?" }
    }
    evidence {
      evidence: RETURN_EVIDENCE_PHOTO
      text { zh: "请提供照片" en: "Please show a photo" }
      required_reasons: RETURN_REASON_DAMAGED
    })pb");
  EXPECT_THAT(QuestionTable(questions).Render(false),
              AllOf(HasSubstr("one_use_seal_broken"), HasSubstr("Is the seal broken?"),
                    HasSubstr("required evidence"), Not(HasSubstr("food"))));
  kefuctl::SetLanguage(Language::kChinese);
  EXPECT_THAT(
      QuestionTable(questions).Render(false),
      AllOf(HasSubstr("密封包装是否已损坏？"), HasSubstr("必需证据"), HasSubstr("damaged")));
  auto categories = questions;
  categories.clear_reasons();
  EXPECT_THAT(QuestionTable(categories).Render(false), AllOf(HasSubstr("食品"), HasSubstr("food")));
}

TEST_F(ReturnTablesTest, PoliciesAndSimulationsAreShown) {
  EXPECT_THAT(PolicyTable(Parse<as::ListReturnPoliciesResponse>(R"pb(
                policies {
                  policy_id: "own"
                  version: 2
                  rules {
                    rule_id: "r"
                    source: RETURN_RULE_SOURCE_SHOP_PROMISE
                    remedy: RETURN_REMEDY_REFUND_ONLY
                    window_months: 3
                    outbound_freight: FREIGHT_PAYER_MERCHANT
                    categories: "food"
                    basis: "店铺承诺"
                  }
                }
                policies { policy_id: "own" version: 3 })pb"))
                  .Render(false),
              AllOf(HasSubstr("own#2/r"), HasSubstr("3 months"), HasSubstr("refund only"),
                    HasSubstr("shop promise"), HasSubstr("店铺承诺"), HasSubstr("(none)")));
  const auto simulation = Parse<as::SimulateReturnPolicyResponse>(R"pb(
    evaluations: 9
    changed: 4
    unchanged: 5
    without_order: 1
    money { currency_code: "CNY" more_minor: 12345 less_minor: 60 }
    rules {
      remedy: RETURN_REMEDY_RETURN
      after { policy_id: "own" rule_id: "promise" }
      evaluations: 4
      money { currency_code: "CNY" more_minor: 12345 less_minor: 60 }
    })pb");
  EXPECT_THAT(SimulationText(simulation),
              AllOf(HasSubstr("9 evaluations: 4 change"), HasSubstr("123.45"), HasSubstr("0.60"),
                    HasSubstr("1 of them without an order")));
  EXPECT_THAT(SimulatedRuleTable(simulation).Render(false),
              AllOf(HasSubstr("own#0/promise"), HasSubstr("123.45")));
}

TEST_F(ReturnTablesTest, NamesStandInBothLanguages) {
  kefuctl::ExpectNamesInBothLanguages(
      {as::ReturnRemedy_descriptor(), as::ReturnReason_descriptor(),
       as::ReturnCondition_descriptor(), as::ReturnEvidence_descriptor(),
       as::FreightPayer_descriptor(), as::ReturnRuleSource_descriptor(),
       as::ReturnDecision_descriptor(), as::ReturnVerdict_descriptor()});
}

TEST_F(ReturnTablesTest, EachCommandNeedsWhatItsCallNeeds) {
  kefuctl::Context context;
  CLI::App program("test");
  AddReturnCommands(program, context);
  kefuctl::ExpectLines(
      program,
      {"returns evaluate --case c --reason damaged",
       "returns evaluate --shop s --reason no_reason --category food --no one_use_seal_broken"
       " --shown photo,video --signed 2026-01-01T09:00:00Z --why",
       "returns questions --shop s", "returns policies",
       "returns simulate --policy f.json --from 2026-01-01 --to 2026-02-01"},
      {"returns evaluate --reason damaged", "returns evaluate --case c --shop s --reason damaged",
       "returns evaluate --case c", "returns questions", "returns simulate --policy f.json",
       "returns"});
}

}  // namespace
}  // namespace kefu::returns
