// Which pairs of inspections tell how far inspectors agree, and how inspections are told to others.
#include <fmt/format.h>

#include "services/performance/tests/judgement/judgement_fixture.h"

namespace kefu::performance {
namespace {

using Performance = v1::PerformanceService::Stub;
using Quality = v1::QualityService::Stub;

class AgreementTest : public JudgementTest {
 protected:
  absl::StatusOr<v1::Inspection> Inspect(const std::string& inspector,
                                         const std::string& conversation,
                                         const std::string& results = "") {
    return rpc::Call(
        *performance_, &Performance::CreateInspection,
        Parse<v1::CreateInspectionRequest>(fmt::format(
            R"(shop_id: "s" conversation_id: "{}" agent_id: "a" form_id: "deducting" {})",
            conversation, results)),
        Person(inspector));
  }
  // carl appeals, dora grants it.
  void Overturn(const v1::Inspection& inspection) {
    const std::string about =
        fmt::format(R"(shop_id: "s" inspection_id: "{}" reason: "r")", inspection.inspection_id());
    ASSERT_OK(rpc::Call(*quality_, &Quality::AppealInspection,
                        Parse<v1::AppealInspectionRequest>(about), Person("carl")));
    ASSERT_OK(rpc::Call(*quality_, &Quality::DecideAppeal,
                        Parse<v1::DecideAppealRequest>(about + " overturn: true"), Person("dora")));
  }
  int64_t Pairs() {
    const auto agreement = Ask(*quality_, &Quality::GetAgreement, R"(shop_id: "s")");
    EXPECT_OK(agreement.status());
    return agreement.ok() ? agreement->kappas(0).pairs() : -1;
  }
  int64_t Told(const std::string& type) {
    return Db().Count("SELECT COUNT(*) FROM outbox WHERE type = 'kefu.performance.v1." + type +
                      "'");
  }
};

TEST_F(AgreementTest, PairsThatCountInNoFigureTellNothing) {
  const std::string c0 = Talk("c0", "u0", 0, "a"), c1 = Talk("c1", "u1", 60, "a");
  ASSERT_OK(Conversations({c0, c1}).status());
  for (const char* conversation : {"c0", "c1"}) {
    ASSERT_OK(Inspect("amy", conversation).status());
    ASSERT_OK(Inspect("bob", conversation).status());
  }
  EXPECT_EQ(Pairs(), 2);
  ASSERT_OK(Conversations({c0 + " exclusion: EXCLUSION_ADVERTISEMENT"}).status());
  EXPECT_EQ(Pairs(), 1);
  // Somebody else turns out to have written there.
  ASSERT_OK(Conversations({Talk("c0", "u0", 0, "other")}).status());
  EXPECT_EQ(Pairs(), 1);
  ASSERT_OK(Conversations({c0}).status());
  EXPECT_EQ(Pairs(), 2);
}

// What was overturned stands in nobody's way: the next one counts, and may be checked.
TEST_F(AgreementTest, AfterAnOverturnedInspectionTheNextOneCounts) {
  ASSERT_OK(Conversations({Talk("c0", "u0", 0, "a")}).status());
  ASSERT_OK_AND_ASSIGN(const auto rude,
                       Inspect("amy", "c0", R"(results { item_id: "rudeness" points: 30 })"));
  Overturn(rude);
  EXPECT_EQ(Figure("shop_id: 's'", "inspections"), 0);
  EXPECT_THAT(Inspect("amy", "c0").status(), HasReason("ALREADY_EXISTS"));
  ASSERT_OK_AND_ASSIGN(const auto again,
                       Inspect("bob", "c0", R"(results { item_id: "no_closing" points: 5 })"));
  EXPECT_FALSE(again.second());
  EXPECT_EQ(Figure("shop_id: 's'", "inspections"), 1);
  EXPECT_EQ(Figure("shop_id: 's'", "quality"), 95);
  EXPECT_EQ(Pairs(), 0);
  ASSERT_OK_AND_ASSIGN(const auto check, Inspect("eve", "c0"));
  EXPECT_TRUE(check.second());
  EXPECT_EQ(Figure("shop_id: 's'", "quality"), 95);
  EXPECT_EQ(Pairs(), 1);
  EXPECT_THAT(Inspect("fay", "c0").status(), HasReason("INSPECTED_TWICE"));
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Ask(*quality_, &Quality::ListInspections, R"(shop_id: "s")"));
  std::map<std::string, bool> second;
  for (const auto& each : list.inspections()) second[each.inspector()] = each.second();
  EXPECT_EQ(second, (std::map<std::string, bool>{{"amy", false}, {"bob", false}, {"eve", true}}));
}

TEST_F(AgreementTest, GradesAndLevelsArePolicy) {
  std::vector<std::string> talks;
  for (int i = 0; i < 4; ++i)
    talks.push_back(Talk(fmt::format("c{}", i), fmt::format("u{}", i), i * 60, "a"));
  ASSERT_OK(Conversations(talks).status());
  const std::string fault = R"(results { item_id: "no_closing" points: 5 })";  // 95 of 100
  for (int i = 0; i < 4; ++i) {
    ASSERT_OK(Inspect("amy", fmt::format("c{}", i), i < 2 ? fault : "").status());
    ASSERT_OK(Inspect("bob", fmt::format("c{}", i), i == 0 ? fault : "").status());
  }
  const auto agreement = [&] { return *Ask(*quality_, &Quality::GetAgreement, R"(shop_id: "s")"); };
  const auto shipped = agreement();
  EXPECT_EQ(shipped.policy().version(), 0);
  EXPECT_THAT(shipped.policy().grade_centipoints(), ::testing::ElementsAre(6000, 7500, 9000));
  EXPECT_EQ(shipped.confidence_bps(), 9500);
  EXPECT_EQ(shipped.kappas(2).question(), "grade");
  EXPECT_EQ(shipped.kappas(2).observed(), 1);  // 95 and 100 are of one grade
  EXPECT_FALSE(shipped.kappas(2).has_kappa());
  // The shop's own borders: 95 and 100 differ. 3 of 4 agree, chance brings 0.5.
  ASSERT_OK(Ask(*quality_, &Quality::SetQualityPolicy, R"(shop_id: "s" policy {
                  effective_from { year: 2024 month: 11 day: 1 } grade_centipoints: 9800 })")
                .status());
  const auto own = agreement();
  EXPECT_EQ(own.policy().version(), 1);
  EXPECT_EQ(own.kappas(2).observed(), 0.75);
  EXPECT_EQ(own.kappas(2).kappa(), 0.5);
  // A version that counts later counts for later days.
  ASSERT_OK(Ask(*quality_, &Quality::SetQualityPolicy, R"(shop_id: "s" policy {
                  effective_from { year: 2024 month: 12 day: 1 } grade_centipoints: 100 })")
                .status());
  EXPECT_EQ(agreement().policy().version(), 1);
  // Intervals go by the definition's level, as the metrics' do.
  ASSERT_OK_AND_ASSIGN(const auto quality, Ask(*quality_, &Quality::GetQuality,
                                               fmt::format("shop_id: 's' {}", kDayPeriod)));
  EXPECT_EQ(quality.confidence_bps(), 9500);
  ASSERT_OK_AND_ASSIGN(const auto definitions,
                       Ask(*facts_, &v1::FactService::Stub::ListMetricDefinitions, ""));
  v1::PublishMetricDefinitionRequest publish;
  for (const auto& each : definitions.definitions()) {
    if (each.definition_id() == "default") *publish.mutable_definition() = each;
  }
  publish.mutable_definition()->set_confidence_bps(8000);
  ASSERT_OK(rpc::Call(*facts_, &v1::FactService::Stub::PublishMetricDefinition, publish, Owner()));
  ASSERT_OK_AND_ASSIGN(const auto less_sure, Ask(*quality_, &Quality::GetQuality,
                                                 fmt::format("shop_id: 's' {}", kDayPeriod)));
  EXPECT_EQ(less_sure.confidence_bps(), 8000);
  EXPECT_GT(less_sure.agents(0).quality_low(), quality.agents(0).quality_low());
  EXPECT_LT(less_sure.agents(0).quality_high(), quality.agents(0).quality_high());
  EXPECT_EQ(agreement().confidence_bps(), 8000);
  EXPECT_GT(agreement().kappas(2).low(), own.kappas(2).low());
}

TEST_F(AgreementTest, WhatSamplesAreDrawnByIsPolicy) {
  std::vector<std::string> talks{Talk("slow", "u", 0, "a", 40), Talk("usual", "v", 60, "a"),
                                 Talk("rated", "w", 120, "a") + " rating: 3"};
  ASSERT_OK(Conversations(talks).status());
  const auto draw = [&](const std::string& more = "") {
    return *Ask(
        *quality_, &Quality::DrawSample,
        fmt::format("shop_id: 's' plan {{ kind: SAMPLING_KIND_RISK_WEIGHTED size: 9 {} {} }}",
                    kDayPeriod, more));
  };
  const auto weights = [](const v1::InspectionSample& sample) {
    std::map<std::string, int> by_conversation;
    for (const auto& each : sample.conversations())
      by_conversation[each.conversation_id()] = each.weight();
    return by_conversation;
  };
  using Weights = std::map<std::string, int>;
  EXPECT_EQ(weights(draw()), (Weights{{"slow", 1}, {"usual", 1}, {"rated", 1}}));
  EXPECT_EQ(draw().plan().slow_seconds(), 100);
  ASSERT_OK(Ask(*quality_, &Quality::SetQualityPolicy, R"(policy {
                  effective_from { year: 2024 month: 11 day: 1 }
                  slow_seconds: 30 slow_weight: 6 low_rating: 3 low_rating_weight: 0
                  newcomer_days: 90 })")
                .status());
  EXPECT_EQ(Told("QualityPolicySet"), 1);
  const auto drawn = draw();
  EXPECT_EQ(weights(drawn), (Weights{{"slow", 7}, {"usual", 1}, {"rated", 1}}));
  // The sample says by what it was drawn, whatever the policy becomes.
  EXPECT_EQ(drawn.plan().slow_seconds(), 30);
  EXPECT_EQ(drawn.plan().newcomer_days(), 90);
  EXPECT_EQ(drawn.plan().word_weight(), 3);
  EXPECT_EQ(drawn.conversations(0).risks_size() + drawn.conversations(1).risks_size() +
                drawn.conversations(2).risks_size(),
            2);
  // The plan goes before the policy.
  EXPECT_EQ(weights(draw("slow_seconds: 50")), (Weights{{"slow", 1}, {"usual", 1}, {"rated", 1}}));
  ASSERT_OK_AND_ASSIGN(const auto policy,
                       Ask(*quality_, &Quality::GetQualityPolicy, "shop_id: 's'"));
  EXPECT_EQ(policy.version(), 1);
  EXPECT_EQ(policy.low_rating(), 3);
  const absl::Status refused = Ask(*quality_, &Quality::SetQualityPolicy, R"(policy {
            grade_centipoints: 6000 grade_centipoints: 6000 grade_centipoints: 10001
            low_rating: 6 slow_seconds: -1 word_weight: 1001 })")
                                   .status();
  EXPECT_THAT(refused, HasReason("INVALID_FIELDS"));
  std::vector<std::string> fields;
  const auto detail = GetDetail<google::rpc::BadRequest>(refused);
  ASSERT_TRUE(detail);
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre(
                          "policy.effective_from", "policy.grade_centipoints[1]",
                          "policy.grade_centipoints[2]", "policy.low_rating", "policy.slow_seconds",
                          "policy.word_weight"));
  EXPECT_EQ(Told("QualityPolicySet"), 1);
}

TEST_F(AgreementTest, SamplesFormsInspectionsAndAppealsAreToldWithTheirChange) {
  ASSERT_OK(Conversations({Talk("c0", "u0", 0, "a")}).status());
  ASSERT_OK(Ask(*quality_, &Quality::DrawSample,
                fmt::format(R"(shop_id: "s" plan {{ kind: SAMPLING_KIND_RANDOM size: 1 {} }})",
                            kDayPeriod))
                .status());
  EXPECT_EQ(Told("SampleDrawn"), 1);
  ASSERT_OK(Ask(*quality_, &Quality::CreateInspectionForm, R"(shop_id: "s" form {
                  form_id: "ours" kind: FORM_KIND_DEDUCTING name_en: "ours"
                  items { item_id: "x" category: QUALITY_CATEGORY_ACCURACY points: 10 name_en: "x" }
                })")
                .status());
  EXPECT_EQ(Told("InspectionFormCreated"), 1);
  ASSERT_OK_AND_ASSIGN(const auto inspection, Inspect("amy", "c0"));
  EXPECT_EQ(Told("InspectionChanged"), 1);
  const std::string about =
      fmt::format(R"(shop_id: "s" inspection_id: "{}" reason: "r")", inspection.inspection_id());
  ASSERT_OK(Ask(*quality_, &Quality::AppealInspection, about).status());
  EXPECT_EQ(Told("InspectionChanged"), 2);
  EXPECT_FALSE(Ask(*quality_, &Quality::AppealInspection, about).ok());  // a second time
  EXPECT_EQ(Told("InspectionChanged"), 2);
  ASSERT_OK(rpc::Call(*quality_, &Quality::DecideAppeal, Parse<v1::DecideAppealRequest>(about),
                      Person("bob"))
                .status());
  EXPECT_EQ(Told("InspectionChanged"), 3);
}

}  // namespace
}  // namespace kefu::performance
