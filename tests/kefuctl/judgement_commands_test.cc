// kefuctl score and diagnose through the gateway's own HTTP server.
#include <gmock/gmock.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/judgement/commands.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "kefu/performance/v1/scorecards.grpc.pb.h"
#include "tests/kefuctl/test_gateway.h"

namespace kefu::judgement {
namespace {

namespace pf = performance::v1;
using kefuctl::Fill;
using ::testing::HasSubstr;

class FakePerformance final : public pf::PerformanceService::Service {
  grpc::Status Diagnose(grpc::ServerContext*, const pf::DiagnoseRequest* request,
                        pf::DiagnoseResponse* response) override {
    diagnosed = *request;
    Fill(R"pb(
           operation { zh: "问题在运营" en: "the cause is the operation" }
           agents {
             agent_id: "amy"
             agent_name: "Amy Li"
             quadrant: QUADRANT_LOW_LOW
             advice { zh: "培训并观察" en: "train and watch" }
             lost: 12
             lost_value { currency_code: "CNY" minor_units: 123450 }
             courses { course { zh: "导购技巧" en: "guiding purchase" } }
           }
           lost: 30
           lost_value { currency_code: "CNY" minor_units: 300000 }
           missed: 2
           inquiry_cost { currency_code: "CNY" minor_units: 2344 }
           missed_cost { currency_code: "CNY" minor_units: 4688 }
           warnings {
             metric_id: "sales"
             day { year: 2024 month: 11 day: 9 }
             text { en: "sales is 7" }
           }
           day { year: 2024 month: 12 day: 1 }
           daily { text { en: "visits: +5.0% against the day before" } })pb",
         *response);
    return grpc::Status::OK;
  }
  grpc::Status GetScorecard(grpc::ServerContext*, const pf::GetScorecardRequest* request,
                            pf::AgentScore* response) override {
    scored = *request;
    Fill(score, *response);
    return grpc::Status::OK;
  }

 public:
  pf::DiagnoseRequest diagnosed;
  pf::GetScorecardRequest scored;
  const char* score = R"pb(
    agent_id: "amy"
    scorecard_id: "points_30"
    why_en: "31 points: bonus +6.00 %"
    items { name_en: "praise" known: true centipoints: 350 why_en: "1 event" }
    items { name_en: "quality" why_en: "no grade is recorded" })pb";
};

class FakeScorecards final : public pf::ScorecardService::Service {
  grpc::Status ListScores(grpc::ServerContext*, const pf::ListScoresRequest* request,
                          pf::ListScoresResponse* response) override {
    if (request->month().month() == 1) return grpc::Status::OK;
    if (request->page_token().empty()) {
      Fill(R"pb(
             scores {
               agent_id: "amy"
               scorecard_id: "points_30"
               centipoints: 3100
               complete: true
               grade: "full"
               bonus_effect_bps: 600
             })pb",
           *response);
      response->set_next_page_token("more");
    } else {
      Fill(
          R"pb(scores { agent_id: "bob" scorecard_id: "points_30" centipoints: 1050 failed: true })pb",
          *response);
    }
    return grpc::Status::OK;
  }
};

class JudgementCommandsTest : public ::testing::Test {
 protected:
  std::string Run(const std::string& command_line, bool json = false) {
    return runner_.Run(command_line, json);
  }

  FakePerformance performance_;
  FakeScorecards scorecards_;
  kefuctl::OneShop staffing_;
  kefuctl::CommandRunner runner_{AddJudgementCommands,
                                 {{"kefu.performance.v1.PerformanceService", &performance_},
                                  {"kefu.performance.v1.ScorecardService", &scorecards_},
                                  {"kefu.staffing.v1.StaffingService", &staffing_}}};
  const absl::Status& status_ = runner_.status();
};

TEST_F(JudgementCommandsTest, ScoresAreListedWithTheirEffect) {
  const std::string shown = Run("score --shop s1 --month 2024-11");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(shown, HasSubstr("points_30@0"));
  EXPECT_THAT(shown, HasSubstr("amy        31  full        +6.00%"));
  EXPECT_THAT(shown, HasSubstr("bob     10.50  incomplete       –"));
  EXPECT_THAT(Run("score --shop s1 --month 2024-11", /*json=*/true), HasSubstr("\"amy\""));
  EXPECT_EQ(Run("score --shop s1 --month 2024-01"), "");
  EXPECT_THAT(
      Run("score --shop s1 --month 2024-11 --agent amy --card points_30"),
      ::testing::AllOf(HasSubstr("praise     3.50  1 event"), HasSubstr("quality       ?")));
  EXPECT_EQ(performance_.scored.scorecard_id(), "points_30");
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(Run("score --shop s1 --month 2024-11"),
              ::testing::AllOf(HasSubstr("满额"), ::testing::Not(HasSubstr("full"))));
}

TEST_F(JudgementCommandsTest, ADiagnosisReadsInBothLanguages) {
  const std::string shown = Run("diagnose --shop s1 --month 2024-11 --months 3");
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(performance_.diagnosed.first_month().month(), 9);
  EXPECT_EQ(performance_.diagnosed.last_month().month(), 11);
  for (const char* part :
       {"the cause is the operation", "30 customers lost, worth CNY 3,000.00", "CNY 46.88 lost",
        "train and watch", "guiding purchase", "2024-11-09  shop   sales is 7", "2024-12-01",
        "visits: +5.0%", "Amy Li (amy)"})
    EXPECT_THAT(shown, HasSubstr(part));
  EXPECT_EQ(performance_.diagnosed.day().month(), 11) << "of a month that is over its last day";
  EXPECT_EQ(performance_.diagnosed.day().day(), 30);
  Run("diagnose --shop s1 --month 2024-11 --day 2024-11-18");
  EXPECT_EQ(performance_.diagnosed.day().day(), 18);
  kefuctl::SetLanguage(kefuctl::Language::kChinese);
  EXPECT_THAT(
      Run("diagnose --shop s1 --month 2024-11"),
      ::testing::AllOf(HasSubstr("问题在运营"), HasSubstr("漏接 2 人"), HasSubstr("导购技巧")));
}

TEST_F(JudgementCommandsTest, TheDayOfAMonthThatLastsIsTheServices) {
  const absl::CivilDay june(2025, 6, 1);
  EXPECT_EQ(DiagnosedDay(june, absl::CivilDay(2025, 7, 1)), absl::CivilDay(2025, 6, 30));
  EXPECT_EQ(DiagnosedDay(june, absl::CivilDay(2025, 6, 30)), std::nullopt);
  EXPECT_EQ(DiagnosedDay(june, absl::CivilDay(2025, 5, 2)), std::nullopt);
}

// Days off, awards, fines, sanctions and what is not decided yet stand beside the points.
TEST_F(JudgementCommandsTest, AScoreTellsWhatElseItBrings) {
  performance_.score = R"pb(
    agent_id: "amy"
    agent_name: "Amy Li"
    scorecard_id: "vouchers"
    title: "gold_agent"
    days_off: 1
    awards { currency_code: "CNY" minor_units: 10000 }
    fines { currency_code: "CNY" minor_units: 5000 }
    fines_taken { currency_code: "CNY" minor_units: 0 }
    under_observation: true
    sanctions { conduct_id: "k-7" sanction: SANCTION_PUBLIC_NOTICE }
    pending_conduct_ids: "k-9"
    pending_matters: true
    items { name_en: "quality" known: true centipoints: 8000 low: 65.5 high: 91.25 why_en: "thin" })pb";
  const std::string shown = Run("score --shop s1 --month 2024-11 --agent amy");
  EXPECT_TRUE(status_.ok()) << status_;
  for (const char* part :
       {"Amy Li (amy)", "• gold_agent", "• paid days off 1", "• awards CNY 100.00",
        "• fines CNY 50.00", "• taken of them CNY 0.00", "• under observation",
        "• public notice (k-7)", "• pending k-9 (would change grade or bonus)", "interval",
        "65.50 – 91.25"})
    EXPECT_THAT(shown, HasSubstr(part));
}

TEST_F(JudgementCommandsTest, WhatCannotBeIsRefused) {
  EXPECT_EQ(Run("score --shop s1 --month november"), "");
  EXPECT_THAT(std::string(status_.message()), HasSubstr("'november' is no month"));
  Run("score --shop another --month 2024-11");
  EXPECT_TRUE(absl::IsNotFound(status_)) << status_;
  Run("diagnose --shop s1 --month 2024-11 --months 25");
  EXPECT_TRUE(absl::IsInvalidArgument(status_)) << status_;
}

}  // namespace
}  // namespace kefu::judgement
