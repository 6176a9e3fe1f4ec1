// Pay by a scorecard for a role: whose only duty is the other one is scored as judgement scores
// them.
#include "services/performance/tests/payroll/payroll_fixture.h"

namespace kefu::performance {
namespace {

using Cards = v1::ScorecardService::Stub;
using kefu::staffing::v1::AssignmentChanged;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DutiesTest : public PayrollTest {
 protected:
  DutiesTest() { cards_ = v1::ScorecardService::NewStub(host_.channel()); }
  // "seller" sells, "helper" serves after the sale; both earn commission beside their base.
  void SetUp() override {
    ASSERT_OK(Plan(SimplePlan(fmt::format(
        "{} scorecard_id: 'stage_growth' score_on: SCORE_ON_VARIABLE", kFromNovember))));
    Tell<kefu::staffing::v1::ShopChanged>(
        "shop { shop_id: 's' time_zone: 'Asia/Shanghai' currency_code: 'CNY' stage: "
        "SHOP_STAGE_GROWTH }",
        -20);
    ASSERT_OK(Sell("o1", "seller", 100'000));
    ASSERT_OK(Sell("o2", "helper", 10'000));
  }
  void Assign(const std::string& agent, const std::string& duty) {
    Tell<AssignmentChanged>(fmt::format(
        "assignment {{ assignment_id: '{0}' agent_id: '{0}' shop_id: 's' duty: {1} start_date {{ "
        "year: 2024 month: 1 day: 1 }} update_time {{ seconds: 1 }} }}",
        agent, duty));
  }
  // All that a person grades, and the month's attendance.
  void Grade(const std::string& agent, const std::string& grade) {
    for (const std::string item : {"quality", "timely_disputes", "cooperation", "execution"}) {
      ASSERT_OK(Ask(*cards_, &Cards::GradeAgent,
                    fmt::format("shop_id: 's' grade {{ agent_id: '{}' scorecard_id: "
                                "'after_sales_130' month {{ year: 2024 month: 11 day: 1 }} "
                                "item_id: '{}' grade: '{}' }}",
                                agent, item, grade)));
    }
    v1::ImportAttendanceRequest attendance;
    *attendance.add_rows()->mutable_attendance() = Parse<v1::Attendance>(
        fmt::format("agent_id: '{}' day {{ year: 2024 month: 11 day: 1 }} span: "
                    "ATTENDANCE_SPAN_MONTH scheduled_minutes: 9600",
                    agent));
    ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, attendance));
  }
  v1::AgentScore ScoreOf(const std::string& agent) {
    const auto score = Call(&Stub::GetScorecard,
                            fmt::format("shop_id: 's' agent_id: '{}' month {{ year: 2024 month: 11 "
                                        "day: 1 }}",
                                        agent));
    EXPECT_OK(score.status());
    return score.ok() ? *score : v1::AgentScore();
  }
  v1::PayLine ScoreLine(const std::string& agent, const std::string& month = kNovember) {
    const auto statement = StatementOf(agent, month);
    EXPECT_OK(statement.status());
    for (const auto& line : statement->lines()) {
      if (line.kind() == v1::PAY_LINE_KIND_SCORE) return line;
    }
    return {};
  }

  std::unique_ptr<Cards> cards_;
};

TEST_F(DutiesTest, WhoServesAfterTheSaleIsPaidByTheirOwnScorecard) {
  // Far below the mean of sales: a weak seller.
  EXPECT_EQ(ScoreOf("helper").scorecard_id(), "stage_growth");
  EXPECT_LT(ScoreLine("helper").amount().minor_units(), 0);
  EXPECT_EQ(ScoreLine("helper").reference(), "stage_growth@0");
  Assign("helper", "DUTY_AFTER_SALES");
  EXPECT_EQ(ScoreOf("helper").scorecard_id(), "after_sales_130");
  EXPECT_EQ(ScoreLine("helper").amount().minor_units(), 0);
  EXPECT_THAT(StatementOf("helper")->problems(), ElementsAre(v1::PAY_PROBLEM_SCORE_MISSING));
  EXPECT_THAT(Close().status(), HasReason("PAY_INCOMPLETE"));
  Grade("helper", "good");  // 60 + 20 + 30 = 110 of 130
  EXPECT_THAT(StatementOf("helper")->problems(), IsEmpty());
  EXPECT_EQ(ScoreLine("helper").amount().minor_units(), 0);
  Grade("helper", "fair");  // 40 + 20 + 30 = 90: failed
  EXPECT_EQ(ScoreOf("helper").grade(), "failed");
  EXPECT_EQ(ScoreLine("helper").reference(), "after_sales_130@0");
  EXPECT_EQ(ScoreLine("helper").rate_bps(), -10'000);
  // The seller's mean is of sellers: alone the seller is at it.
  EXPECT_EQ(ScoreLine("seller").rate_bps(), ScoreOf("seller").bonus_effect_bps());
  EXPECT_EQ(ScoreLine("seller").reference(), "stage_growth@0");
  EXPECT_GT(ScoreLine("seller").rate_bps(), 0);
  ASSERT_OK_AND_ASSIGN(const auto closed, Close());
  ASSERT_EQ(closed.scorecards_size(), 1);
  EXPECT_EQ(closed.scorecards(0).scorecard_id(), "stage_growth");
  EXPECT_EQ(closed.scorecards(0).of_other_duty().scorecard_id(), "after_sales_130");
  EXPECT_EQ(closed.scorecards(0).of_other_duty().scorecard().max_centipoints(), 13'000);
  EXPECT_TRUE(Verified().intact());
  // Another version for that role changes nothing of the closed month.
  ASSERT_OK_AND_ASSIGN(auto card, Ask(*cards_, &Cards::GetScorecardVersion,
                                      "shop_id: 's' scorecard_id: 'after_sales_130'"));
  card.set_fail_below_bps(0);
  card.clear_version();
  v1::CreateScorecardRequest request;
  request.set_shop_id("s");
  *request.mutable_scorecard() = card;
  ASSERT_OK(rpc::Call(*cards_, &Cards::CreateScorecard, request, As("org-a")));
  EXPECT_EQ(Amount(*StatementOf("helper", kDecember), v1::PAY_LINE_KIND_CORRECTION), 0);
  // A grade that is mended later does.
  Grade("helper", "good");
  EXPECT_GT(Amount(*StatementOf("helper", kDecember), v1::PAY_LINE_KIND_CORRECTION), 0);
}

TEST_F(DutiesTest, AScorecardForEverybodyScoresEverybody) {
  Assign("helper", "DUTY_AFTER_SALES");
  ASSERT_OK(Plan(SimplePlan(
      fmt::format("{} scorecard_id: 'points_30' score_on: SCORE_ON_VARIABLE", kFromNovember))));
  EXPECT_EQ(ScoreLine("helper").reference(), "points_30@0");
  ASSERT_OK_AND_ASSIGN(const auto closed, Close());
  EXPECT_FALSE(closed.scorecards(0).has_of_other_duty());
}

// What staffing tells late corrects the month; one that was closed before duties counted stays as
// it was paid.
TEST_F(DutiesTest, ADutyToldLateCorrectsWhatWasPaid) {
  ASSERT_OK_AND_ASSIGN(const auto closed, Close());
  EXPECT_TRUE(closed.scorecards(0).has_of_other_duty());
  EXPECT_EQ(closed.scorecards(0).of_other_duty().scorecard_id(), "");
  Assign("helper", "DUTY_AFTER_SALES");
  Grade("helper", "good");
  const auto corrected = [&] {
    return Amount(*StatementOf("helper", kDecember), v1::PAY_LINE_KIND_CORRECTION);
  };
  EXPECT_GT(corrected(), 0);  // what the weak seller lost
  v1::PayPeriod old = closed;
  old.mutable_scorecards(0)->clear_of_other_duty();
  Replace(old);
  const auto statement = StatementOf("helper", kDecember);
  EXPECT_EQ(statement.ok() ? Amount(*statement, v1::PAY_LINE_KIND_CORRECTION) : 0, 0);
}

// Grades of months that are too old to be corrected are told, as late conduct is.
TEST_F(DutiesTest, AGradeOfAMonthTooOldIsTold) {
  Assign("helper", "DUTY_AFTER_SALES");
  ASSERT_OK(
      Plan(SimplePlan(fmt::format("{} scorecard_id: 'stage_growth' corrected_months: 1 "
                                  "score_on: SCORE_ON_VARIABLE",
                                  kFromNovember))));
  Grade("helper", "fair");
  ASSERT_OK(Close());
  NextMonth();
  ASSERT_OK(Close(kDecember));
  NextMonth();
  const auto left_out = [&] {
    const auto open = Call(&Stub::ComputePayroll, kJanuary);
    EXPECT_OK(open.status());
    return open->period().left_out_size();
  };
  EXPECT_EQ(left_out(), 0);
  ASSERT_OK(Ask(*cards_, &Cards::GradeAgent,
                "shop_id: 's' grade { agent_id: 'helper' scorecard_id: 'after_sales_130' month { "
                "year: 2024 month: 11 day: 1 } item_id: 'execution' grade: 'excellent' }"));
  EXPECT_EQ(left_out(), 1);
}

}  // namespace
}  // namespace kefu::performance
