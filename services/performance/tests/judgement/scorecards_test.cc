// Scorecards: versions, what is refused, and scores from facts.
#include <fmt/format.h>

#include "services/performance/tests/judgement/judgement_fixture.h"

namespace kefu::performance {
namespace {

using Cards = v1::ScorecardService::Stub;
using Performance = v1::PerformanceService::Stub;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kMonth[] = "month { year: 2024 month: 11 day: 20 }";

const v1::ScoredItem& ItemOf(const v1::AgentScore& score, std::string_view id) {
  for (const auto& item : score.items()) {
    if (item.item_id() == id) return item;
  }
  ADD_FAILURE() << "no item " << id;
  return score.items(0);
}

// A scorecard of one weighted metric that counts from a day of November on.
std::string Card(const std::string& name, int day, const std::string& shop = "") {
  return fmt::format(R"(shop_id: "s"
                          scorecard {{
                            scorecard_id: "ours"
                            shop_id: "{}"
                            name_en: "{}"
                            currency_code: "CNY"
                            effective_from {{ year: 2024 month: 11 day: {} }}
                            items {{
                              item_id: "sales"
                              metric {{
                                metric_id: "sales"
                                weight_bps: 10000
                                bands {{ to_micros: 1000000 }}
                                bands {{ from_micros: 1000000 centipoints: 10000 }}
                              }}
                            }}
                          }})",
                     shop, name, day);
}

TEST_F(JudgementTest, ScoresComeFromFactsWithTheirRecords) {
  ASSERT_OK(Conversations({Talk("c1", "u", 3600, "a"), Talk("c2", "v", 3700, "b")}).status());
  ASSERT_OK(Orders({Sale("o1", "u", 7200, 50000), Sale("o2", "v", 7200, 30000)}).status());
  std::vector<std::string> events;
  for (int i = 0; i < 3; ++i) {
    events.push_back(fmt::format(R"(conduct_id: "k{}" agent_id: "b" kind: "price_cut"
                                      decided_by: "sup" day {{ year: 2024 month: 11 day: {} }})",
                                 i, i + 3));
  }
  ASSERT_OK(Conduct(events).status());
  ASSERT_OK_AND_ASSIGN(
      const auto score,
      Ask(*performance_, &Performance::GetScorecard,
          fmt::format(R"(shop_id: "s" agent_id: "b" scorecard_id: "points_30" {})", kMonth)));
  EXPECT_EQ(score.centipoints(), (30 - 2 * 2 + 3 + 3) * 100);  // two deductions, rank 2
  EXPECT_EQ(ItemOf(score, "month_rank").band(), "2");
  EXPECT_THAT(ItemOf(score, "price_cut").record_ids(), ElementsAre("k0", "k1", "k2"));
  EXPECT_EQ(score.bonus_effect_bps(), 700);
  EXPECT_THAT(score.why_zh(), HasSubstr("奖金+7.00%"));
  ASSERT_OK_AND_ASSIGN(const auto all,
                       Ask(*scorecards_, &Cards::ListScores,
                           fmt::format(R"(shop_id: "s" scorecard_id: "points_30" {})", kMonth)));
  ASSERT_EQ(all.scores_size(), 2);
  EXPECT_EQ(all.scores(0).title(), "gold_agent");
  EXPECT_THAT(all.scores(1), ::kefu::testing::EqualsProto(score));
  // Page by page the same.
  v1::ListScoresResponse paged;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        Ask(*scorecards_, &Cards::ListScores,
            fmt::format(
                R"(shop_id: "s" scorecard_id: "points_30" page_size: 1 page_token: "{}" {})", token,
                kMonth)));
    EXPECT_EQ(page.scores_size(), 1);
    paged.mutable_scores()->MergeFrom(page.scores());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(paged, ::kefu::testing::EqualsProto(all));
  EXPECT_THAT(Ask(*performance_, &Performance::GetScorecard,
                  fmt::format(R"(shop_id: "s" agent_id: "x" {})", kMonth))
                  .status(),
              HasReason("NOT_FOUND"));
}

TEST_F(JudgementTest, TheShopsStageChoosesTheScorecard) {
  ASSERT_OK(Conversations({Talk("c1", "u", 3600, "a")}).status());
  const std::string ask = fmt::format(R"(shop_id: "s" agent_id: "a" {})", kMonth);
  ASSERT_OK_AND_ASSIGN(const auto before, Ask(*performance_, &Performance::GetScorecard, ask));
  EXPECT_EQ(before.scorecard_id(), "stage_startup");
  Tell<kefu::staffing::v1::ShopChanged>(R"(shop {
                                             shop_id: "s"
                                             time_zone: "Asia/Shanghai"
                                             currency_code: "CNY"
                                             stage: SHOP_STAGE_MATURE
                                           })");
  ASSERT_OK_AND_ASSIGN(const auto after, Ask(*performance_, &Performance::GetScorecard, ask));
  EXPECT_EQ(after.scorecard_id(), "stage_mature");
}

std::string Assignment(const std::string& id, const std::string& agent, const std::string& duty,
                       const std::string& end = "", int updated = 1) {
  return fmt::format(R"(assignment {{
                          assignment_id: "{}" agent_id: "{}" shop_id: "s" duty: {}
                          start_date {{ year: 2024 month: 1 day: 1 }} {}
                          update_time {{ seconds: {} }}
                        }})",
                     id, agent, duty, end, updated);
}

TEST_F(JudgementTest, TheRoleChoosesTheScorecardAndWhoIsRanked) {
  using kefu::staffing::v1::AssignmentChanged;
  ASSERT_OK(Conversations({Talk("c1", "u", 3600, "a"), Talk("c2", "v", 3700, "b"),
                           Talk("c3", "w", 3800, "x")})
                .status());
  ASSERT_OK(Orders({Sale("o1", "u", 7200, 50000), Sale("o2", "v", 7200, 90000)}).status());
  const auto score = [&](const std::string& agent, const std::string& card = "") {
    return *Ask(
        *performance_, &Performance::GetScorecard,
        fmt::format(R"(shop_id: "s" agent_id: "{}" scorecard_id: "{}" {})", agent, card, kMonth));
  };
  EXPECT_EQ(score("b").scorecard_id(), "stage_startup");
  EXPECT_EQ(score("b", "points_30").title(), "gold_agent");
  Tell<AssignmentChanged>(Assignment("1", "a", "DUTY_PRE_SALES"));
  Tell<AssignmentChanged>(Assignment("2", "b", "DUTY_AFTER_SALES"));
  EXPECT_EQ(score("a").scorecard_id(), "stage_startup");
  EXPECT_EQ(score("b").scorecard_id(), "after_sales_130");
  EXPECT_EQ(score("x").scorecard_id(), "stage_startup");  // no duty is known
  EXPECT_EQ(score("b", "points_30").title(), "");
  EXPECT_EQ(score("a", "points_30").title(), "gold_agent");
  // The mean of sales is of those who sell: a's 50000 and x's 0.
  EXPECT_THAT(ItemOf(score("a"), "sales").why_en(), HasSubstr("2 of the shop's mean"));
  ASSERT_OK_AND_ASSIGN(const auto all, Ask(*scorecards_, &Cards::ListScores,
                                           fmt::format(R"(shop_id: "s" {})", kMonth)));
  ASSERT_EQ(all.scores_size(), 3);
  EXPECT_EQ(all.scores(1).scorecard_id(), "after_sales_130");
  // An own one for the role and the stage goes before what ships.
  std::string own = Card("ours", 1, "s");
  own.insert(own.find("name_en"), R"(stage: APPRAISAL_STAGE_STARTUP role: "pre_sales" )");
  ASSERT_OK(Ask(*scorecards_, &Cards::CreateScorecard, own).status());
  EXPECT_EQ(score("a").scorecard_id(), "ours");
  EXPECT_EQ(score("x").scorecard_id(), "ours");
  EXPECT_EQ(score("b").scorecard_id(), "after_sales_130");
  // What is told late of an earlier state changes nothing; an end does.
  const std::string end = "end_date { year: 2024 month: 10 day: 31 }";
  Tell<AssignmentChanged>(Assignment("2", "b", "DUTY_AFTER_SALES", end, /*updated=*/0));
  EXPECT_EQ(score("b").scorecard_id(), "after_sales_130");
  Tell<AssignmentChanged>(Assignment("2", "b", "DUTY_AFTER_SALES", end, /*updated=*/2));
  EXPECT_EQ(score("b").scorecard_id(), "ours");
}

TEST_F(JudgementTest, ScorecardsPoliciesAndGradesAreToldWithTheirChange) {
  const auto told = [&](const std::string& type) {
    return Db().Count("SELECT COUNT(*) FROM outbox WHERE type = 'kefu.performance.v1." + type +
                      "'");
  };
  ASSERT_OK(Ask(*scorecards_, &Cards::CreateScorecard, Card("x", 1)).status());
  EXPECT_EQ(told("ScorecardCreated"), 1);
  ASSERT_OK(Ask(*scorecards_, &Cards::GradeAgent,
                fmt::format(R"(shop_id: "s" grade {{ agent_id: "a" item_id: "quality"
                               scorecard_id: "after_sales_130" grade: "good" {} }})",
                            kMonth))
                .status());
  EXPECT_EQ(told("AgentGraded"), 1);
  v1::SetDiagnosisPolicyRequest policy;
  ASSERT_OK_AND_ASSIGN(*policy.mutable_policy(),
                       Ask(*scorecards_, &Cards::GetDiagnosisPolicy, "shop_id: 's'"));
  ASSERT_OK(rpc::Call(*scorecards_, &Cards::SetDiagnosisPolicy, policy, Owner()).status());
  EXPECT_EQ(told("DiagnosisPolicySet"), 1);
  policy.mutable_policy()->set_watched_days(0);
  EXPECT_FALSE(rpc::Call(*scorecards_, &Cards::SetDiagnosisPolicy, policy, Owner()).ok());
  EXPECT_EQ(told("DiagnosisPolicySet"), 1);
}

TEST_F(JudgementTest, BandsBeyondAllPointsAndThinSumsAreRefused) {
  v1::CreateScorecardRequest request = Parse<v1::CreateScorecardRequest>(Card("x", 1));
  request.mutable_scorecard()->mutable_items(0)->mutable_metric()->set_thin_below(10);
  auto* band = request.mutable_scorecard()->add_bonus();
  band->set_to_centipoints(-9223372036854775800);
  band = request.mutable_scorecard()->add_bonus();
  band->set_from_centipoints(-9223372036854775800);
  band->set_per_point_bps(2'000'000'000);
  const absl::Status status =
      rpc::Call(*scorecards_, &Cards::CreateScorecard, request, Owner()).status();
  EXPECT_THAT(status, HasReason("INVALID_FIELDS"));
  const auto detail = GetDetail<google::rpc::BadRequest>(status);
  ASSERT_TRUE(detail);
  std::vector<std::string> fields;
  for (const auto& violation : detail->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("scorecard.items[0].metric.thin_below",
                                                      "scorecard.bonus[0].to_centipoints",
                                                      "scorecard.bonus[1].from_centipoints",
                                                      "scorecard.bonus[1].per_point_bps"));
}

TEST_F(JudgementTest, GradesAreAPersonsAndCompleteTheScore) {
  const auto grade = [&](const std::string& item, const std::string& value) {
    return Ask(*scorecards_, &Cards::GradeAgent,
               fmt::format(R"(shop_id: "s"
                                grade {{
                                  agent_id: "a"
                                  scorecard_id: "after_sales_130"
                                  item_id: "{}"
                                  grade: "{}"
                                  evidence: "e-{}"
                                  {}
                                }})",
                           item, value, item, kMonth));
  };
  for (const char* item : {"quality", "timely_disputes", "cooperation"})
    ASSERT_OK(grade(item, "good").status());
  const std::string ask =
      fmt::format(R"(shop_id: "s" agent_id: "a" scorecard_id: "after_sales_130" {})", kMonth);
  ASSERT_OK_AND_ASSIGN(auto score, Ask(*performance_, &Performance::GetScorecard, ask));
  EXPECT_FALSE(score.complete());
  ASSERT_OK(grade("execution", "poor").status());
  ASSERT_OK(grade("execution", "good").status());
  ASSERT_OK(Attendance({R"(agent_id: "a"
                             span: ATTENDANCE_SPAN_MONTH
                             late_count: 1
                             day { year: 2024 month: 11 day: 1 })"})
                .status());
  // Each grade is told, the one that another took the place of as well.
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM outbox WHERE type = "
                       "'kefu.performance.v1.AgentGraded' AND event_key = 'a'"),
            5);
  ASSERT_OK_AND_ASSIGN(score, Ask(*performance_, &Performance::GetScorecard, ask));
  EXPECT_TRUE(score.complete());
  EXPECT_EQ(score.centipoints(), (4 * 15 + 15 + 30) * 100);
  EXPECT_THAT(ItemOf(score, "execution").record_ids(), ElementsAre("e-execution"));
  EXPECT_THAT(ItemOf(score, "attendance").record_ids(), ElementsAre("a 2024-11-01 MONTH"));
  // Both grades are kept, with who gave them when.
  ASSERT_OK_AND_ASSIGN(const auto all,
                       Ask(*scorecards_, &Cards::ListGradeVersions,
                           fmt::format(R"(shop_id: "s" agent_id: "a" {})", kMonth)));
  ASSERT_EQ(all.grades_size(), 5);
  EXPECT_EQ(all.grades(1).grade(), "poor");  // cooperation, execution, execution, ...
  EXPECT_EQ(all.grades(1).version(), 1);
  EXPECT_EQ(all.grades(2).grade(), "good");
  EXPECT_EQ(all.grades(2).version(), 2);
  EXPECT_EQ(all.grades(2).item_id(), "execution");
  EXPECT_GT(all.grades(2).grade_time().seconds(), 0);
  EXPECT_FALSE(all.grades(2).graded_by().empty());
  EXPECT_THAT(grade("attendance", "good").status(), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(grade("execution", "superb").status(), HasReason("INVALID_FIELDS"));
}

// Who is agent and supervisor in one, under another subject.
TEST_F(JudgementTest, NobodyGradesTheOwnMonth) {
  auth::Principal principal;
  principal.subject = "someone@a";
  principal.org_id = "org-a";
  principal.agent_id = "a";
  principal.roles = {auth::Role::kSupervisor};
  const rpc::CallOptions self{.token = host_.tokens().Sign(std::move(principal))};
  const auto grade = [&](const std::string& agent) {
    return rpc::Call(*scorecards_, &Cards::GradeAgent,
                     Parse<v1::GradeAgentRequest>(
                         fmt::format(R"(shop_id: "s" grade {{ agent_id: "{}" item_id: "quality"
                                        scorecard_id: "after_sales_130" grade: "excellent" {} }})",
                                     agent, kMonth)),
                     self)
        .status();
  };
  EXPECT_THAT(grade("a"), HasReason("OWN_GRADE"));
  EXPECT_OK(grade("b"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM agent_grade"), 1);
}

TEST_F(JudgementTest, VersionsCountFromTheirDayAndTheShopsComesFirst) {
  ASSERT_OK_AND_ASSIGN(const auto first,
                       Ask(*scorecards_, &Cards::CreateScorecard, Card("org", 1)));
  EXPECT_EQ(first.version(), 1);
  ASSERT_OK_AND_ASSIGN(const auto second,
                       Ask(*scorecards_, &Cards::CreateScorecard, Card("org later", 9)));
  EXPECT_EQ(second.version(), 2);
  ASSERT_OK(Ask(*scorecards_, &Cards::CreateScorecard, Card("shop", 15, "s")).status());
  const auto on = [&](int day) -> std::string {
    const auto card = Ask(*scorecards_, &Cards::GetScorecardVersion,
                          fmt::format(R"(shop_id: "s" scorecard_id: "ours"
                             day {{ year: 2024 month: 11 day: {} }})",
                                      day));
    return card.ok() ? card->name_en() : "";
  };
  EXPECT_EQ(on(8), "org");
  EXPECT_EQ(on(9), "org later");
  EXPECT_EQ(on(15), "shop");
  ASSERT_OK_AND_ASSIGN(const auto all, Ask(*scorecards_, &Cards::ListScorecards, "shop_id: 's'"));
  EXPECT_EQ(all.scorecards_size(), 6 + 3);
  EXPECT_THAT(
      Ask(*scorecards_, &Cards::GetScorecardVersion, R"(shop_id: "s" scorecard_id: "nothing")")
          .status(),
      HasReason("NOT_FOUND"));
  // A version of a shipped scorecard's id takes its place.
  v1::CreateScorecardRequest request;
  request.set_shop_id("s");
  ASSERT_OK_AND_ASSIGN(
      *request.mutable_scorecard(),
      Ask(*scorecards_, &Cards::GetScorecardVersion, R"(shop_id: "s" scorecard_id: "points_30")"));
  request.mutable_scorecard()->set_start_centipoints(5000);
  ASSERT_OK(rpc::Call(*scorecards_, &Cards::CreateScorecard, request, Owner()).status());
  ASSERT_OK(Conversations({Talk("c1", "u", 3600, "a")}).status());
  ASSERT_OK_AND_ASSIGN(
      const auto score,
      Ask(*performance_, &Performance::GetScorecard,
          fmt::format(R"(shop_id: "s" agent_id: "a" scorecard_id: "points_30" {})", kMonth)));
  EXPECT_EQ(score.version(), 1);
  EXPECT_GE(score.centipoints(), 5000);
}

TEST_F(JudgementTest, ImpossibleScorecardsAreRefusedWithAllFaults) {
  const absl::Status status = Ask(*scorecards_, &Cards::CreateScorecard, R"(shop_id: "s"
                 scorecard {
                   scorecard_id: "Bad Id"
                   currency_code: "CNY"
                   items { item_id: "none" }
                   items {
                     item_id: "m"
                     metric {
                       metric_id: "sales"
                       weight_bps: 9000
                       bands { to_micros: 10 }
                       bands { from_micros: 5 }
                     }
                   }
                 })")
                                  .status();
  EXPECT_THAT(status, HasReason("INVALID_FIELDS"));
  std::vector<std::string> fields;
  const auto details = GetDetail<google::rpc::BadRequest>(status);
  ASSERT_TRUE(details);
  for (const auto& violation : details->field_violations()) fields.push_back(violation.field());
  EXPECT_THAT(fields,
              ::testing::UnorderedElementsAre(
                  "scorecard.scorecard_id", "scorecard.effective_from", "scorecard.items[0]",
                  "scorecard.items[1].metric.bands[1]", "scorecard.items"));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM scorecard"), 0);
}

TEST_F(JudgementTest, WhoMayUseOneShopSetsNothingForAll) {
  const auto confined = host_.As("org-a", {auth::Role::kShopManager}, {"s"});
  EXPECT_THAT(rpc::Call(*scorecards_, &Cards::CreateScorecard,
                        Parse<v1::CreateScorecardRequest>(Card("x", 1)), confined)
                  .status(),
              HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_OK(rpc::Call(*scorecards_, &Cards::CreateScorecard,
                      Parse<v1::CreateScorecardRequest>(Card("x", 1, "s")), confined));
}

}  // namespace
}  // namespace kefu::performance
