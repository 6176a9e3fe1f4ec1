// Samples, inspections, double scoring, appeals, and what figures they make.
#include <fmt/format.h>

#include "services/performance/tests/judgement/judgement_fixture.h"

namespace kefu::performance {
namespace {

using Quality = v1::QualityService::Stub;
using Performance = v1::PerformanceService::Stub;
using Cards = v1::ScorecardService::Stub;
using ::testing::ElementsAre;

constexpr char kPeriod[] =
    "period { start_date { year: 2024 month: 11 day: 11 } end_date { year: 2024 month: 11 day: 12 "
    "} }";

class QualityTest : public JudgementTest {
 protected:
  // Conversations c0 … of agents a and b by turns.
  void Load(int conversations) {
    std::vector<std::string> talks;
    for (int i = 0; i < conversations; ++i)
      talks.push_back(Talk(fmt::format("c{}", i), fmt::format("u{}", i), i * 60,
                           i % 2 == 0 ? "a" : "b", i == 4 ? 200 : 10));
    ASSERT_OK(Conversations(talks).status());
  }
  // Inspected by a person of their own token.
  absl::StatusOr<v1::Inspection> Inspect(const std::string& inspector, int conversation,
                                         const std::string& results = "") {
    v1::CreateInspectionRequest request = Parse<v1::CreateInspectionRequest>(
        fmt::format(R"(shop_id: "s" conversation_id: "c{}" agent_id: "{}" form_id: "deducting" {})",
                    conversation, conversation % 2 == 0 ? "a" : "b", results));
    return rpc::Call(*performance_, &Performance::CreateInspection, request, Person(inspector));
  }
  absl::StatusOr<v1::InspectionSample> Draw(const std::string& plan) {
    return Ask(*quality_, &Quality::DrawSample,
               fmt::format(R"(shop_id: "s" plan {{ {} {} }})", plan, kPeriod));
  }
  // Of another system, `hour` hours after midnight.
  static std::string Imported(const std::string& id, int conversation, int centipoints, int hour,
                              const std::string& more = "inspector: 'Li'") {
    return fmt::format(
        "rows {{ line: 7 inspection {{ source_id: '{}' conversation_id: 'c{}' agent_id: '{}' "
        "inspect_time {{ seconds: {} }} centipoints: {} {} }} }} ",
        id, conversation, conversation % 2 == 0 ? "a" : "b", kMidnight + hour * 3600, centipoints,
        more);
  }
  absl::StatusOr<v1::ImportResponse> Import(const std::string& rows) {
    auto request = Parse<v1::ImportInspectionsRequest>(rows);
    return Send(*facts_, &v1::FactService::Stub::ImportInspections, request, Owner());
  }
  // What counts: id, conversation and score.
  std::vector<std::string> Counted() {
    std::vector<std::string> rows;
    const auto why =
        Call(&Performance::ExplainMetric, "subject { shop_id: 's' } metric_id: 'quality'");
    EXPECT_TRUE(why.ok()) << why.status();
    for (const auto& row : why->rows())
      rows.push_back(fmt::format("{} {} {}", row.note(), row.conversation_id(), row.numerator()));
    return rows;
  }
  std::vector<std::string> Names(const v1::InspectionSample& sample) {
    std::vector<std::string> names;
    for (const auto& each : sample.conversations()) names.push_back(each.conversation_id());
    return names;
  }
};

TEST_F(QualityTest, SamplesAreSeededKeptAndLeaveOutWhatDoesNotCount) {
  Load(20);
  ASSERT_OK(
      Conversations({Talk("ad", "x", 3000, "a") + " exclusion: EXCLUSION_ADVERTISEMENT"}).status());
  ASSERT_OK_AND_ASSIGN(const auto first, Draw("kind: SAMPLING_KIND_RANDOM size: 6 seed: 1"));
  EXPECT_EQ(first.population(), 20);
  EXPECT_EQ(first.conversations_size(), 6);
  ASSERT_OK_AND_ASSIGN(const auto again, Draw("kind: SAMPLING_KIND_RANDOM size: 6 seed: 1"));
  EXPECT_EQ(Names(again), Names(first));
  ASSERT_OK_AND_ASSIGN(const auto other, Draw("kind: SAMPLING_KIND_RANDOM size: 6 seed: 2"));
  EXPECT_NE(Names(other), Names(first));
  ASSERT_OK_AND_ASSIGN(const auto kept,
                       Ask(*quality_, &Quality::GetSample,
                           fmt::format(R"(shop_id: "s" sample_id: "{}")", first.sample_id())));
  EXPECT_THAT(kept, ::kefu::testing::EqualsProto(first));
  ASSERT_OK_AND_ASSIGN(const auto strata, Draw("kind: SAMPLING_KIND_BY_AGENT size: 2"));
  EXPECT_EQ(strata.conversations_size(), 4);
  ASSERT_OK_AND_ASSIGN(const auto risky, Draw("kind: SAMPLING_KIND_RISK_WEIGHTED size: 20"));
  for (const auto& each : risky.conversations())
    EXPECT_EQ(each.weight(), each.conversation_id() == "c4" ? 3 : 1) << each.conversation_id();
  // A rating told apart takes the place of the conversation's own.
  auto apart = Parse<v1::ImportRatingsRequest>("rows { rating { conversation_id: 'c2' score:1 } }");
  ASSERT_OK(Send(*facts_, &v1::FactService::Stub::ImportRatings, apart, Owner()));
  ASSERT_OK_AND_ASSIGN(const auto rated, Draw("kind: SAMPLING_KIND_RISK_WEIGHTED size: 20"));
  const auto risks = [](const auto& each) { return each.risks_size(); };
  EXPECT_EQ(std::ranges::count(rated.conversations(), 0, risks), 18);
}

TEST_F(QualityTest, AllOfANewcomersAreDrawn) {
  Load(6);
  Tell<kefu::staffing::v1::AgentChanged>(
      R"(agent { agent_id: "b" hire_date { year: 2024 month: 9 day: 12 } })");  // 60 days before
  Tell<kefu::staffing::v1::AgentChanged>(
      R"(agent { agent_id: "a" hire_date { year: 2024 month: 9 day: 11 } })");
  ASSERT_OK_AND_ASSIGN(const auto sample, Draw("kind: SAMPLING_KIND_NEWCOMERS"));
  EXPECT_THAT(Names(sample), ElementsAre("c1", "c3", "c5"));
}

TEST_F(QualityTest, PlansAreChecked) {
  const auto status =
      Ask(*quality_, &Quality::DrawSample, R"(shop_id: "s" plan { size: 0 slow_weight: -1 })")
          .status();
  EXPECT_THAT(status, HasReason("INVALID_FIELDS"));
  EXPECT_EQ(GetDetail<google::rpc::BadRequest>(status)->field_violations_size(), 4);
}

TEST_F(QualityTest, InspectionsMakeFiguresAndTheSecondMeasuresAgreement) {
  Load(8);
  const std::string wrong = R"(results { item_id: "wrong_answer" points: 20 })";
  const std::string rude = R"(results { item_id: "rudeness" points: 30 })";
  ASSERT_OK_AND_ASSIGN(const auto first, Inspect("amy", 0, wrong));
  EXPECT_EQ(first.centipoints(), 8000);
  EXPECT_FALSE(first.accurate());
  EXPECT_TRUE(first.polite());
  EXPECT_EQ(first.day().day(), 11);
  ASSERT_OK(Inspect("amy", 2).status());
  ASSERT_OK(Inspect("amy", 1, rude).status());
  ASSERT_OK_AND_ASSIGN(const auto second, Inspect("bob", 0, wrong));
  EXPECT_TRUE(second.second());
  ASSERT_OK(Inspect("bob", 2, wrong).status());
  EXPECT_THAT(Inspect("bob", 0).status(), HasReason("INSPECTED_TWICE"));
  EXPECT_THAT(Inspect("amy", 1).status(), HasReason("ALREADY_EXISTS"));
  ASSERT_OK_AND_ASSIGN(const auto figures, Ask(*quality_, &Quality::GetQuality,
                                               fmt::format(R"(shop_id: "s" {})", kPeriod)));
  ASSERT_EQ(figures.agents_size(), 2);
  EXPECT_EQ(figures.agents(0).inspections(), 2);
  EXPECT_EQ(figures.agents(0).accuracy(), 0.5);
  EXPECT_EQ(figures.agents(0).quality(), 90);
  EXPECT_LT(figures.agents(0).accuracy_low(), 0.5);
  EXPECT_EQ(figures.agents(1).attitude(), 0);
  EXPECT_FALSE(figures.agents(1).has_quality_low());
  ASSERT_OK_AND_ASSIGN(const auto agreement,
                       Ask(*quality_, &Quality::GetAgreement, R"(shop_id: "s")"));
  EXPECT_EQ(agreement.kappas(0).pairs(), 2);
  EXPECT_EQ(agreement.kappas(0).observed(), 0.5);
  EXPECT_EQ(agreement.kappas(0).kappa(), 0);
  EXPECT_FALSE(agreement.kappas(1).has_kappa());  // both polite always
}

TEST_F(QualityTest, InspectionsAreFiguresOfEverySubjectAndFollowEachDecision) {
  Load(8);
  Tell<kefu::staffing::v1::AgentChanged>(R"(agent { agent_id: "a" base_id: "base-1" })");
  EXPECT_EQ(Figure("shop_id: 's'", "accuracy"), -1);  // nothing over nothing
  ASSERT_OK_AND_ASSIGN(const auto wrong,
                       Inspect("amy", 0, R"(results { item_id: "wrong_answer" points: 20 })"));
  ASSERT_OK_AND_ASSIGN(const auto right, Inspect("amy", 2));
  ASSERT_OK(Inspect("amy", 1, R"(results { item_id: "rudeness" points: 30 })").status());
  for (const char* subject : {"shop_id: 's' agent_id: 'a'", "all_shops: true base_id: 'base-1'"}) {
    EXPECT_EQ(Figure(subject, "inspections"), 2) << subject;
    EXPECT_EQ(Figure(subject, "accuracy"), 0.5) << subject;
    EXPECT_EQ(Figure(subject, "quality"), 90) << subject;
  }
  EXPECT_EQ(Figure("shop_id: 's'", "attitude"), 0.666667);
  ASSERT_OK_AND_ASSIGN(const auto answer, Call(&Performance::GetMetrics,
                                               "shop_id: 's' agent_id: 'a' metric_ids: 'quality' "
                                               "granularity: GRANULARITY_QUARTER"));
  const v1::MetricValue& quality = answer.rows(0).values(0);
  EXPECT_EQ(quality.unit(), v1::METRIC_UNIT_POINTS);
  EXPECT_EQ(quality.numerator(), 18'000);
  EXPECT_TRUE(quality.thin());
  EXPECT_EQ(quality.interval().high(), 100);
  ASSERT_OK_AND_ASSIGN(const auto why, Call(&Performance::ExplainMetric,
                                            "subject { shop_id: 's' } metric_id: 'quality'"));
  std::vector<std::string> rows;
  for (const auto& row : why.rows())
    rows.push_back(fmt::format("{} {} {}", row.conversation_id(), row.numerator(), row.note()));
  EXPECT_THAT(rows, ElementsAre(fmt::format("c0 8000 {}", wrong.inspection_id()),
                                ::testing::StartsWith("c1 7000 "),
                                fmt::format("c2 10000 {}", right.inspection_id())));
  const std::string ask = "subject { shop_id: 's' } metric_id: 'quality' page_size: 1 page_token: ";
  ASSERT_OK_AND_ASSIGN(const auto first, Call(&Performance::ExplainMetric, ask + "''"));
  const std::string of =
      fmt::format(R"(shop_id: "s" inspection_id: "{}" reason: "r")", wrong.inspection_id());
  ASSERT_OK(Ask(*quality_, &Quality::AppealInspection, of).status());
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'a'", "accuracy"), 0.5);
  ASSERT_OK(rpc::Call(*quality_, &Quality::DecideAppeal,
                      Parse<v1::DecideAppealRequest>(of + " overturn: true"), Person("bob"))
                .status());
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'a'", "accuracy"), 1);
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'a'", "inspections"), 1);
  EXPECT_THAT(Call(&Performance::ExplainMetric, ask + "'" + first.next_page_token() + "'").status(),
              HasReason("FACTS_CHANGED"));
}

TEST_F(QualityTest, InspectionsOfConversationsThatCountNowhereCountNowhere) {
  Load(2);
  ASSERT_OK(Inspect("amy", 0).status());
  ASSERT_OK(Import(Imported("q1", 1, 5000, 1)).status());
  const auto inspected = [&] {
    const auto quality =
        Ask(*quality_, &Quality::GetQuality, fmt::format(R"(shop_id: "s" {})", kPeriod));
    EXPECT_OK(quality.status());
    int64_t sum = 0;
    for (const auto& agent : quality->agents()) sum += agent.inspections();
    EXPECT_EQ(Figure("shop_id: 's'", "inspections"), static_cast<double>(sum));
    return sum;
  };
  EXPECT_EQ(inspected(), 2);
  for (const char* flag : {" exclusion: EXCLUSION_ADVERTISEMENT", ""}) {
    ASSERT_OK(Conversations({Talk("c0", "u0", 0, "a", 10) + flag}).status());
    EXPECT_EQ(inspected(), *flag != 0 ? 1 : 2) << flag;
  }
  for (const auto& [decision, counted] : {std::pair("FRAUD", 1), std::pair("BY_RULES", 2)}) {
    ASSERT_OK(Ask(*facts_, &v1::FactService::Stub::ReviewExclusion,
                  fmt::format("shop_id: 's' conversation_id: 'c1' decision: EXCLUSION_DECISION_{} "
                              "reason: 'r'",
                              decision))
                  .status());
    EXPECT_EQ(inspected(), counted) << decision;
  }
}

TEST_F(QualityTest, InspectionsOfAnotherSystemAreFiguresAndFollowTheirConversations) {
  ASSERT_OK_AND_ASSIGN(const auto early, Import(Imported("q1", 0, 8650, 30)));
  EXPECT_EQ(early.inserted(), 1);
  Load(8);
  EXPECT_THAT(Counted(), ElementsAre("ext.q1 c0 8650"));
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'a'", "quality"), 86.5);
  ASSERT_OK_AND_ASSIGN(const auto again, Import(Imported("q1", 0, 8650, 30)));
  EXPECT_EQ(again.unchanged(), 1);
  EXPECT_EQ(again.days_recomputed(), 0);
  ASSERT_OK_AND_ASSIGN(const auto mended,
                       Import(Imported("q1", 0, 9000, 30, "inspector: 'Li' inaccurate: true")));
  EXPECT_EQ(mended.replaced(), 1);
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'a'", "accuracy"), 0);
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'a'", "attitude"), 1);
  // Of two the earlier one counts, whichever came first.
  ASSERT_OK(Import(Imported("q2", 0, 5000, 20, "inspector: 'Wu' note: 'slow'")).status());
  EXPECT_THAT(Counted(), ElementsAre("ext.q2 c0 5000"));
  EXPECT_THAT(Inspect("amy", 0).status(), HasReason("INSPECTED_TWICE"));
  ASSERT_OK_AND_ASSIGN(const auto agreement,
                       Ask(*quality_, &Quality::GetAgreement, R"(shop_id: "s")"));
  EXPECT_EQ(agreement.kappas(0).pairs(), 1);
  EXPECT_EQ(agreement.kappas(0).observed(), 0);
  ASSERT_OK_AND_ASSIGN(const auto list,
                       Ask(*quality_, &Quality::ListInspections, R"(shop_id: "s")"));
  ASSERT_EQ(list.inspections_size(), 2);
  EXPECT_TRUE(list.inspections(0).second());
  EXPECT_EQ(list.inspections(1).note(), "slow");
  EXPECT_FALSE(list.inspections(1).second());
  EXPECT_EQ(list.inspections(1).day().day(), 11);
  // What an appeal has decided outlives a correction.
  const std::string appeal = R"(shop_id: "s" inspection_id: "ext.q2" reason: "r")";
  ASSERT_OK(Ask(*quality_, &Quality::AppealInspection, appeal).status());
  ASSERT_OK(rpc::Call(*quality_, &Quality::DecideAppeal,
                      Parse<v1::DecideAppealRequest>(appeal + " overturn: true"), Person("bob"))
                .status());
  EXPECT_THAT(Counted(), ElementsAre("ext.q1 c0 9000"));
  ASSERT_OK(Import(Imported("q2", 0, 6000, 20, "inspector: 'Wu'")).status());
  EXPECT_THAT(Counted(), ElementsAre("ext.q1 c0 9000"));
  // A correction may name another conversation, and that may move to another day.
  ASSERT_OK(Import(Imported("q1", 2, 9000, 30)).status());
  EXPECT_THAT(Counted(), ElementsAre("ext.q1 c2 9000"));
  ASSERT_OK(Conversations({Talk("c2", "u2", 86400, "a")}).status());
  EXPECT_THAT(Counted(), ElementsAre("ext.q1 c2 9000"));
  EXPECT_EQ(Figure("shop_id: 's' period { start_date { year: 2024 month: 11 day: 12 } end_date { "
                   "year: 2024 month: 11 day: 12 } }",
                   "inspections"),
            1);
  ASSERT_OK(Inspect("amy", 2).status());
  EXPECT_THAT(Counted(), ElementsAre("ext.q1 c2 9000"));
}

TEST_F(QualityTest, AnImportedInspectionOfAnAgentWhoDidNotWriteCountsNowhere) {
  Load(2);
  std::string of_other = Imported("q", 0, 5000, 1);
  of_other.replace(of_other.find("'a'"), 3, "'b'");
  ASSERT_OK_AND_ASSIGN(const auto other, Import(of_other));
  EXPECT_EQ(other.inserted(), 1);
  ASSERT_EQ(other.uncounted_size(), 1);
  EXPECT_EQ(other.uncounted(0).line(), 7);
  EXPECT_EQ(other.uncounted(0).reason(), "OTHER_AGENT");
  EXPECT_THAT(Counted(), ElementsAre());
  // Who wrote may turn out to be somebody else.
  ASSERT_OK(Conversations({Talk("c0", "u0", 0, "b", 10)}).status());
  EXPECT_THAT(Counted(), ElementsAre("ext.q c0 5000"));
  EXPECT_EQ(Figure("shop_id: 's' agent_id: 'b'", "inspections"), 1);
  ASSERT_OK(Conversations({Talk("c0", "u0", 0, "a", 10)}).status());
  EXPECT_THAT(Counted(), ElementsAre());
  EXPECT_EQ(Figure("shop_id: 's'", "inspections"), 0);
  ASSERT_OK_AND_ASSIGN(const auto own, Import(Imported("own", 0, 5000, 1, "inspector: 'a'")));
  ASSERT_EQ(own.errors_size(), 1);
  EXPECT_EQ(own.errors(0).reason(), "OWN_INSPECTION");
}

TEST_F(QualityTest, InspectionsWithoutTheirConversationAreListed) {
  const auto unlinked = [&](const std::string& more = "") {
    return Ask(*quality_, &Quality::ListInspections, R"(shop_id: "s" unlinked: true )" + more);
  };
  ASSERT_OK_AND_ASSIGN(const auto sent,
                       Import(Imported("q0", 0, 5000, 1) + Imported("q1", 1, 6000, 1)));
  EXPECT_EQ(sent.uncounted_size(), 2);
  EXPECT_EQ(sent.uncounted(1).reason(), "NO_CONVERSATION");
  ASSERT_OK_AND_ASSIGN(const auto first, unlinked("page_size: 1"));
  ASSERT_EQ(first.inspections_size(), 1);
  EXPECT_EQ(first.inspections(0).inspection_id(), "ext.q0");
  EXPECT_FALSE(first.inspections(0).has_day());
  ASSERT_OK_AND_ASSIGN(const auto second, unlinked(fmt::format("page_size: 1 page_token: '{}'",
                                                               first.next_page_token())));
  ASSERT_EQ(second.inspections_size(), 1);
  EXPECT_EQ(second.inspections(0).inspection_id(), "ext.q1");
  EXPECT_EQ(second.next_page_token(), "");
  EXPECT_THAT(unlinked(kPeriod).status(), HasReason("INVALID_FIELDS"));
  Load(2);
  ASSERT_OK_AND_ASSIGN(const auto none, unlinked());
  EXPECT_EQ(none.inspections_size(), 0);
}

TEST_F(QualityTest, AnAppealIsAboutItsAgentAndConversation) {
  Load(4);
  ASSERT_OK(Import(Imported("q", 0, 5000, 1)).status());
  const std::string of = R"(shop_id: "s" inspection_id: "ext.q" reason: "r")";
  ASSERT_OK(Ask(*quality_, &Quality::AppealInspection, of).status());
  ASSERT_OK(rpc::Call(*quality_, &Quality::DecideAppeal,
                      Parse<v1::DecideAppealRequest>(of + " overturn: true"), Person("bob"))
                .status());
  ASSERT_OK(Import(Imported("q", 0, 5100, 1)).status());
  EXPECT_THAT(Counted(), ElementsAre()) << "overturned all the same";
  ASSERT_OK(Import(Imported("q", 2, 5100, 1)).status());
  EXPECT_THAT(Counted(), ElementsAre("ext.q c2 5100"))
      << "the source had mistaken the conversation";
}

TEST_F(QualityTest, EveryFaultOfAnImportedInspectionIsNamed) {
  ASSERT_OK_AND_ASSIGN(
      const auto answer,
      Import("rows { line: 1 inspection { source_id: 'a b' agent_id: 'a' centipoints: 10001 } }" +
             Imported("q1", 0, 1, 1) + Imported("q1", 0, 2, 1)));
  std::vector<std::string> told;
  for (const auto& error : answer.errors())
    told.push_back(fmt::format("{} {} {}", error.line(), error.field(), error.reason()));
  EXPECT_THAT(told, ElementsAre("1 source_id BAD_ID", "1 conversation_id MISSING_FIELD",
                                "1 inspector MISSING_FIELD", "1 centipoints OUT_OF_RANGE",
                                "1 inspect_time BAD_TIME", "7  DUPLICATE_ID"));
  EXPECT_EQ(answer.rejected(), 2);
  EXPECT_EQ(answer.inserted(), 1);
  auto request = Parse<v1::ImportInspectionsRequest>(Imported("q1", 0, 1, 1));
  EXPECT_THAT(
      Send(*facts_, &v1::FactService::Stub::ImportInspections, request, Owner("org-b")).status(),
      HasReason("SHOP_NOT_CONFIGURED"));
}

TEST_F(QualityTest, WhatCannotBeInspectedIsRefused) {
  Load(2);
  ASSERT_OK(
      Conversations({Talk("ad", "x", 3000, "a") + " exclusion: EXCLUSION_ADVERTISEMENT"}).status());
  const auto inspect = [&](const std::string& conversation, const std::string& agent,
                           const std::string& rest) {
    return Ask(*performance_, &Performance::CreateInspection,
               fmt::format(R"(shop_id: "s" conversation_id: "{}" agent_id: "{}" {})", conversation,
                           agent, rest))
        .status();
  };
  EXPECT_THAT(inspect("none", "a", R"(form_id: "deducting")"), HasReason("NOT_FOUND"));
  EXPECT_THAT(inspect("c0", "a", R"(form_id: "none")"), HasReason("NOT_FOUND"));
  EXPECT_THAT(inspect("ad", "a", R"(form_id: "deducting")"), HasReason("CONVERSATION_EXCLUDED"));
  EXPECT_THAT(inspect("c0", "b", R"(form_id: "deducting")"), HasReason("INVALID_FIELDS"));
  const absl::Status results = inspect("c0", "a", R"(form_id: "deducting"
                                                     results { item_id: "x" points: 1 }
                                                     results { item_id: "rudeness" points: 31 }
                                                     results { item_id: "rudeness" points: 1 })");
  EXPECT_EQ(GetDetail<google::rpc::BadRequest>(results)->field_violations_size(), 3);
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM inspection"), 0);
}

TEST_F(QualityTest, AnOverturnedInspectionCountsNowhere) {
  Load(2);
  ASSERT_OK_AND_ASSIGN(const auto inspection,
                       Inspect("amy", 0, R"(results { item_id: "rudeness" points: 30 })"));
  const std::string id = inspection.inspection_id();
  v1::DecideAppealRequest decide = Parse<v1::DecideAppealRequest>(
      fmt::format(R"(shop_id: "s" inspection_id: "{}" reason: "r" overturn: true)", id));
  EXPECT_THAT(rpc::Call(*quality_, &Quality::DecideAppeal, decide, Person("bob")).status(),
              HasReason("INSPECTION_STATE"));
  const std::string appeal =
      fmt::format(R"(shop_id: "s" inspection_id: "{}" reason: "not me")", id);
  ASSERT_OK_AND_ASSIGN(const auto open, Ask(*quality_, &Quality::AppealInspection, appeal));
  EXPECT_EQ(open.state(), v1::INSPECTION_STATE_APPEALED);
  EXPECT_THAT(Ask(*quality_, &Quality::AppealInspection, appeal).status(),
              HasReason("INSPECTION_STATE"));
  for (const char* party : {"amy", "tester"}) {  // the inspector, and who appealed
    EXPECT_THAT(rpc::Call(*quality_, &Quality::DecideAppeal, decide, Person(party)).status(),
                HasReason("OWN_INSPECTION"))
        << party;
  }
  ASSERT_OK_AND_ASSIGN(const auto done,
                       rpc::Call(*quality_, &Quality::DecideAppeal, decide, Person("bob")));
  EXPECT_EQ(done.state(), v1::INSPECTION_STATE_OVERTURNED);
  EXPECT_EQ(done.decided_by(), "bob");
  ASSERT_OK_AND_ASSIGN(const auto figures, Ask(*quality_, &Quality::GetQuality,
                                               fmt::format(R"(shop_id: "s" {})", kPeriod)));
  EXPECT_EQ(figures.agents_size(), 0);
  ASSERT_OK_AND_ASSIGN(const auto listed,
                       Ask(*quality_, &Quality::ListInspections, R"(shop_id: "s")"));
  EXPECT_EQ(listed.inspections_size(), 1);
}

// Of two scorings the second counts once the first is overturned, and no pair is left to agree.
TEST_F(QualityTest, ASecondScoringTakesThePlaceOfAnOverturnedOne) {
  Load(4);
  ASSERT_OK_AND_ASSIGN(const auto first,
                       Inspect("amy", 0, R"(results { item_id: "rudeness" points: 30 })"));
  ASSERT_OK(Inspect("bob", 0).status());
  const auto appeal = Parse<v1::AppealInspectionRequest>(
      fmt::format(R"(shop_id: "s" inspection_id: "{}" reason: "not me")", first.inspection_id()));
  EXPECT_THAT(rpc::Call(*quality_, &Quality::AppealInspection, appeal, Person("amy")).status(),
              HasReason("OWN_INSPECTION"));
  ASSERT_OK_AND_ASSIGN(const auto open,
                       rpc::Call(*quality_, &Quality::AppealInspection, appeal, Person("carl")));
  EXPECT_EQ(open.appealed_by(), "carl");
  const auto quality = [&] {
    return Ask(*quality_, &Quality::GetQuality, fmt::format(R"(shop_id: "s" {})", kPeriod));
  };
  ASSERT_OK_AND_ASSIGN(auto figures, quality());
  ASSERT_EQ(figures.agents_size(), 1);
  EXPECT_EQ(figures.agents(0).attitude(), 0);
  const auto decide = Parse<v1::DecideAppealRequest>(fmt::format(
      R"(shop_id: "s" inspection_id: "{}" reason: "right" overturn: true)", first.inspection_id()));
  ASSERT_OK(rpc::Call(*quality_, &Quality::DecideAppeal, decide, Person("dora")).status());
  ASSERT_OK_AND_ASSIGN(figures, quality());
  ASSERT_EQ(figures.agents_size(), 1);
  EXPECT_EQ(figures.agents(0).inspections(), 1);
  EXPECT_EQ(figures.agents(0).attitude(), 1);
  ASSERT_OK_AND_ASSIGN(const auto agreement,
                       Ask(*quality_, &Quality::GetAgreement, R"(shop_id: "s")"));
  EXPECT_EQ(agreement.kappas(0).pairs(), 0);
}

TEST_F(QualityTest, TeamLeadsInspectAndAgentsDoNot) {
  Load(4);
  const auto request = Parse<v1::CreateInspectionRequest>(
      R"(shop_id: "s" conversation_id: "c0" agent_id: "a" form_id: "deducting")");
  const auto as = [&](auth::Role role) {
    return rpc::CallOptions{.token = host_.tokens().Token("org-a", {role})};
  };
  EXPECT_THAT(
      rpc::Call(*performance_, &Performance::CreateInspection, request, as(auth::Role::kAgent))
          .status(),
      HasReason("PERMISSION_DENIED"));
  ASSERT_OK_AND_ASSIGN(const auto made, rpc::Call(*performance_, &Performance::CreateInspection,
                                                  request, as(auth::Role::kTeamLead)));
  v1::DecideAppealRequest decide;
  decide.set_shop_id("s");
  decide.set_inspection_id(made.inspection_id());
  decide.set_reason("r");
  EXPECT_THAT(
      rpc::Call(*quality_, &Quality::DecideAppeal, decide, as(auth::Role::kTeamLead)).status(),
      HasReason("PERMISSION_DENIED"));
}

// One inspection is not what a month's grade is taken from.
TEST_F(QualityTest, TheAgentAppealsInPersonAndJudgesNothingOfItsOwn) {
  Load(4);
  ASSERT_OK_AND_ASSIGN(const auto made,
                       Inspect("amy", 0, R"(results { item_id: "rudeness" points: 30 })"));
  const auto as = [&](const std::string& agent_id, auth::Role role) {
    auth::Principal principal;
    principal.subject = "someone@" + agent_id;
    principal.org_id = "org-a";
    principal.agent_id = agent_id;
    principal.roles = {role};
    return rpc::CallOptions{.token = host_.tokens().Sign(std::move(principal))};
  };
  const auto appeal = Parse<v1::AppealInspectionRequest>(
      fmt::format(R"(shop_id: "s" inspection_id: "{}" reason: "not me")", made.inspection_id()));
  // It sees the own ones, and nobody else's.
  const auto listed = [&](const std::string& agent, const std::string& asked) {
    return rpc::Call(
        *quality_, &Quality::ListInspections,
        Parse<v1::ListInspectionsRequest>(fmt::format(R"(shop_id: "s" agent_id: "{}")", asked)),
        as(agent, auth::Role::kAgent));
  };
  ASSERT_OK_AND_ASSIGN(const auto own, listed("a", "a"));
  EXPECT_EQ(own.inspections_size(), 1);
  EXPECT_THAT(listed("a", "").status(), HasReason("PERMISSION_DENIED"));
  EXPECT_THAT(listed("b", "a").status(), HasReason("PERMISSION_DENIED"));
  for (const char* other : {"b", ""}) {
    EXPECT_THAT(
        rpc::Call(*quality_, &Quality::AppealInspection, appeal, as(other, auth::Role::kAgent))
            .status(),
        HasReason("NOT_FOUND"))
        << other;
  }
  ASSERT_OK_AND_ASSIGN(const auto open, rpc::Call(*quality_, &Quality::AppealInspection, appeal,
                                                  as("a", auth::Role::kAgent)));
  EXPECT_EQ(open.appealed_by(), "someone@a");
  // A supervisor who is that agent under another subject neither decides nor inspects.
  auto decide = Parse<v1::DecideAppealRequest>(fmt::format(
      R"(shop_id: "s" inspection_id: "{}" reason: "r" overturn: true)", made.inspection_id()));
  rpc::CallOptions self = as("a", auth::Role::kSupervisor);
  EXPECT_THAT(rpc::Call(*quality_, &Quality::DecideAppeal, decide, self).status(),
              HasReason("OWN_INSPECTION"));
  const auto inspect = Parse<v1::CreateInspectionRequest>(
      R"(shop_id: "s" conversation_id: "c1" agent_id: "a" form_id: "deducting")");
  EXPECT_THAT(rpc::Call(*performance_, &Performance::CreateInspection, inspect, self).status(),
              HasReason("OWN_INSPECTION"));
  EXPECT_OK(rpc::Call(*quality_, &Quality::DecideAppeal, decide, Person("dora")).status());
}

TEST_F(QualityTest, ThinQualityGradesNobody) {
  Load(4);
  ASSERT_OK(Inspect("amy", 0, R"(results { item_id: "rudeness" points: 30 })").status());
  ASSERT_OK_AND_ASSIGN(const auto score, Ask(*performance_, &Performance::GetScorecard,
                                             R"(shop_id: "s"
                                                  agent_id: "a"
                                                  scorecard_id: "after_sales_130"
                                                  month { year: 2024 month: 11 day: 1 })"));
  const auto item = std::ranges::find(
      score.items(), "quality", [](const auto& each) { return std::string_view(each.item_id()); });
  ASSERT_NE(item, score.items().end());
  EXPECT_FALSE(item->known());
  EXPECT_THAT(item->why_en(), ::testing::HasSubstr("1 samples of 20 are too thin"));
}

TEST_F(QualityTest, FormsOfTheOrganizationHoldInShopsWithoutTheirOwn) {
  Load(2);
  const auto create = [&](const std::string& shop, int points) {
    return Ask(*quality_, &Quality::CreateInspectionForm,
               fmt::format(R"({}
                 form {{
                   form_id: "deducting"
                   kind: FORM_KIND_DEDUCTING
                   items {{ item_id: "late" category: QUALITY_CATEGORY_QUALITY points: {} }}
                 }})",
                           shop, points));
  };
  ASSERT_OK(create("", 40).status());
  ASSERT_OK_AND_ASSIGN(const auto by_all,
                       Inspect("amy", 0, R"(results { item_id: "late" points: 40 })"));
  EXPECT_EQ(by_all.centipoints(), 6'000);
  ASSERT_OK(create(R"(shop_id: "s")", 10).status());
  ASSERT_OK_AND_ASSIGN(const auto own,
                       Inspect("amy", 1, R"(results { item_id: "late" points: 10 })"));
  EXPECT_EQ(own.centipoints(), 9'000);
}

TEST_F(QualityTest, ThinQualityWeighsLightlyInTheScore) {
  Load(4);
  ASSERT_OK(Inspect("amy", 0).status());
  ASSERT_OK(Inspect("amy", 2, R"(results { item_id: "no_closing" points: 5 })").status());
  ASSERT_OK_AND_ASSIGN(const auto score, Ask(*performance_, &Performance::GetScorecard,
                                             R"(shop_id: "s"
                                                  agent_id: "a"
                                                  scorecard_id: "stage_mature"
                                                  month { year: 2024 month: 11 day: 1 })"));
  bool seen = false;
  for (const auto& item : score.items()) {
    if (item.item_id() != "quality") continue;
    seen = true;
    EXPECT_EQ(item.value(), 97.5);
    EXPECT_TRUE(item.has_low() && item.has_high());
    EXPECT_THAT(item.why_en(), ::testing::HasSubstr("thin: 2 samples of 20"));
    EXPECT_LT(item.weight_bps(), 2000);
  }
  EXPECT_TRUE(seen);
}

TEST_F(QualityTest, FormsHaveVersionsAndImpossibleOnesAreRefused) {
  const absl::Status status = Ask(*quality_, &Quality::CreateInspectionForm, R"(shop_id: "s"
                 form {
                   form_id: "Ours"
                   kind: FORM_KIND_SCORING
                   items { item_id: "i" category: QUALITY_CATEGORY_ACCURACY points: 50 }
                   items { item_id: "i" points: 101 }
                 })")
                                  .status();
  // Id, twice, category, points, sum.
  EXPECT_EQ(GetDetail<google::rpc::BadRequest>(status)->field_violations_size(), 5);
  const char kOurs[] = R"(shop_id: "s"
                            form {
                              form_id: "ours"
                              kind: FORM_KIND_DEDUCTING
                              items { item_id: "i" category: QUALITY_CATEGORY_QUALITY points: 50 }
                            })";
  ASSERT_OK(Ask(*quality_, &Quality::CreateInspectionForm, kOurs).status());
  ASSERT_OK_AND_ASSIGN(const auto second, Ask(*quality_, &Quality::CreateInspectionForm, kOurs));
  EXPECT_EQ(second.version(), 2);
  ASSERT_OK_AND_ASSIGN(const auto forms,
                       Ask(*quality_, &Quality::ListInspectionForms, R"(shop_id: "s")"));
  EXPECT_EQ(forms.forms_size(), 4);
}

}  // namespace
}  // namespace kefu::performance
