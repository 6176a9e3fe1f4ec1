// Conduct and scores in pay: what is decided counts, what is earned is kept by the caps, and what
// is decided late is taken late.
#include <algorithm>

#include "kefu/performance/v1/scorecards.grpc.pb.h"
#include "services/performance/tests/payroll/payroll_fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ConductPayTest : public PayrollTest {
 protected:
  void SetUp() override {
    Hire("a");
    Hire("b");
  }
  void PlanOf(const std::string& more, int64_t base = 300'000) {
    ASSERT_OK(Plan(SimplePlan(fmt::format("{} {}", kFromNovember, more), "", base)));
  }
  // Of a on the 3rd of November.
  void Record(const std::string& id, const std::string& kind, const std::string& more,
              int64_t minor = 0) {
    v1::ImportConductRequest conduct;
    *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
        fmt::format("conduct_id: '{}' agent_id: 'a' day {{ year: 2024 month: 11 day: 3 }} kind: "
                    "'{}' money {} {}",
                    id, kind, Fen(minor), more));
    ASSERT_OK(Facts(&v1::FactService::Stub::ImportConduct, conduct));
  }
  int64_t LineOf(const std::string& month, v1::PayLineKind kind) {
    const auto statement = StatementOf("a", month);
    EXPECT_TRUE(statement.ok()) << statement.status();
    return statement.ok() ? Amount(*statement, kind) : 0;
  }
  v1::PayLine Line(const std::string& month, v1::PayLineKind kind) {
    const auto statement = StatementOf("a", month);
    const auto line = std::ranges::find(statement->lines(), kind, &v1::PayLine::kind);
    return line == statement->lines().end() ? v1::PayLine() : *line;
  }
};

constexpr char kBonus[] =
    "bonuses { metric: BONUS_METRIC_NET_SALES bands { amount { currency_code: 'CNY' minor_units: "
    "5000 } } }";

TEST_F(ConductPayTest, AScoreTakesTheBonusAndNothingThatWasEarned) {
  PlanOf(fmt::format("scorecard_id: 'points_30' {}", kBonus), 0);
  ASSERT_OK(Sell("o1", "a", 50'000));
  for (const char* id : {"g1", "g2"}) Record(id, "grave_error", "decided_by: 'sup'");
  // 30 - 20 + 5 + 3 = 18 points: 30 % less.
  EXPECT_EQ(LineOf(kNovember, v1::PAY_LINE_KIND_COMMISSION), 1'500);
  EXPECT_EQ(LineOf(kNovember, v1::PAY_LINE_KIND_SCORE), -1'500);
  EXPECT_EQ(Line(kNovember, v1::PAY_LINE_KIND_SCORE).basis().minor_units(), 5'000);
  Record("g3", "grave_error", "decided_by: 'sup'");  // three deductions: 5 points, none
  EXPECT_EQ(LineOf(kNovember, v1::PAY_LINE_KIND_SCORE), -5'000);
  EXPECT_EQ(StatementOf("a")->returning_buyers().commission().minor_units(), 1'500);
  CheckTraced("a");
}

TEST_F(ConductPayTest, WhatAScoreTakesOfEarnedPayFallsUnderTheCaps) {
  PlanOf(fmt::format("scorecard_id: 'points_30' score_on: SCORE_ON_VARIABLE conduct_fines: true"
                     " caps {{ minimum_wage {} }}",
                     Fen(180'000)),
         0);
  ASSERT_OK(Sell("o1", "a", 4'020'000));  // ¥2,000 of commission
  for (const char* id : {"g1", "g2", "g3"}) Record(id, "grave_error", "decided_by: 'sup'");
  Record("k1", "harm", "decided_by: 'sup'", -5'000);
  ASSERT_OK_AND_ASSIGN(const auto statement, StatementOf("a"));
  const auto line = Line(kNovember, v1::PAY_LINE_KIND_SCORE);
  EXPECT_EQ(line.basis().minor_units(), 200'000);
  EXPECT_EQ(line.rate_bps(), -10'000);
  EXPECT_EQ(line.amount().minor_units(), -20'000);  // the minimum wage stays
  EXPECT_EQ(line.not_taken().minor_units(), 180'000);
  EXPECT_EQ(LineOf(kNovember, v1::PAY_LINE_KIND_CONDUCT_FINE), 0);  // nothing is left for it
  EXPECT_EQ(statement.wage().minor_units(), 200'000);
  EXPECT_EQ(statement.total().minor_units(), 180'000);
  EXPECT_EQ(statement.returning_buyers().commission().minor_units(), 180'000);
  CheckTraced("a");
  ASSERT_OK(Close());
  NextMonth();
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CORRECTION), 0);
  // All of it paid back takes back what was given.
  ASSERT_OK(PayBack("f", "o1", 4'020'000, 30));
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_REFUND), -180'000);
}

TEST_F(ConductPayTest, UndecidedConductCountsNothingAndIsDecidedBeforeClosingWhereItMatters) {
  PlanOf(fmt::format("scorecard_id: 'points_30' {}", kBonus));
  ASSERT_OK(Sell("o1", "a", 50'000));
  const int64_t before = LineOf(kNovember, v1::PAY_LINE_KIND_SCORE);
  Record("k1", "price_cut", "");  // the first is a warning
  ASSERT_OK_AND_ASSIGN(auto month, Call(&Stub::ComputePayroll, kNovember));
  EXPECT_EQ(month.period().problem_count(), 0);
  EXPECT_THAT(month.period().pending_conduct_ids(), ElementsAre("k1"));
  Record("g1", "grave_error", "decided_by: 'sup' state: CONDUCT_STATE_APPEALED");
  ASSERT_OK_AND_ASSIGN(const auto statement, StatementOf("a"));
  EXPECT_EQ(Amount(statement, v1::PAY_LINE_KIND_SCORE), before);
  EXPECT_THAT(statement.problems(), ElementsAre(v1::PAY_PROBLEM_SCORE_PENDING));
  const auto refused = Close();
  EXPECT_THAT(refused.status(), HasReason("PAY_INCOMPLETE"));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("SCORE_PENDING"));
  Record("g1", "grave_error", "decided_by: 'boss' state: CONDUCT_STATE_UPHELD");
  EXPECT_LT(LineOf(kNovember, v1::PAY_LINE_KIND_SCORE), before);
  ASSERT_OK_AND_ASSIGN(const auto closed, Close());
  EXPECT_THAT(closed.pending_conduct_ids(), ElementsAre("k1"));
  EXPECT_TRUE(Verified().intact());
}

// --- Decided after the month was closed ---

TEST_F(ConductPayTest, AFineDecidedLateIsTakenOnceInTheNextMonthAndGivenBackWhenOverturned) {
  PlanOf(fmt::format("conduct_fines: true caps {{ minimum_wage {} }}", Fen(290'000)));
  ASSERT_OK(Sell("o1", "a", 10'000));
  Record("k1", "harm", "decided_by: 'sup' state: CONDUCT_STATE_APPEALED", -8'000);
  Record("k2", "help", "decided_by: 'sup' state: CONDUCT_STATE_APPEALED", 5'000);
  EXPECT_TRUE(Line(kNovember, v1::PAY_LINE_KIND_CONDUCT_FINE).pending());
  ASSERT_OK_AND_ASSIGN(const auto closed, Close());
  EXPECT_THAT(closed.pending_conduct_ids(), ElementsAre("k1", "k2"));
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CONDUCT_FINE), 0);
  Record("k1", "harm", "decided_by: 'boss' state: CONDUCT_STATE_UPHELD", -8'000);
  Record("k2", "help", "decided_by: 'boss' state: CONDUCT_STATE_UPHELD", 5'000);
  Record("k3", "harm", "decided_by: 'boss'", -9'000);  // recorded late
  ASSERT_OK_AND_ASSIGN(const auto december, StatementOf("a", kDecember));
  EXPECT_EQ(Amount(december, v1::PAY_LINE_KIND_CORRECTION), 5'000);
  // ¥3,050 less the minimum wage of ¥2,900 leaves ¥150 of ¥170.
  EXPECT_EQ(Amount(december, v1::PAY_LINE_KIND_CONDUCT_FINE), -15'000);
  const auto line = Line(kDecember, v1::PAY_LINE_KIND_CONDUCT_FINE);
  EXPECT_EQ(line.first_date().month(), 11);
  EXPECT_FALSE(line.pending());
  CheckTraced("a", kDecember);
  NextMonth();
  ASSERT_OK(Close(kDecember));
  // What December's caps left is not asked again.
  EXPECT_EQ(LineOf(kJanuary, v1::PAY_LINE_KIND_CONDUCT_FINE), 0);
  EXPECT_EQ(LineOf(kJanuary, v1::PAY_LINE_KIND_CORRECTION), 0);
  NextMonth();
  ASSERT_OK(Close(kJanuary));
  Record("k1", "harm", "decided_by: 'boss' state: CONDUCT_STATE_OVERTURNED", -8'000);
  EXPECT_EQ(LineOf(kFebruary, v1::PAY_LINE_KIND_CORRECTION), 15'000 - 9'000);
  EXPECT_EQ(LineOf(kFebruary, v1::PAY_LINE_KIND_CONDUCT_FINE), 0);
}

TEST_F(ConductPayTest, AFineThatTheCapsLeftIsNotTakenLater) {
  PlanOf(fmt::format("conduct_fines: true caps {{ minimum_wage {} }}", Fen(299'000)));
  ASSERT_OK(Sell("o1", "a", 10'000));
  Record("k1", "harm", "decided_by: 'sup'", -8'000);
  EXPECT_EQ(LineOf(kNovember, v1::PAY_LINE_KIND_CONDUCT_FINE), -1'300);
  ASSERT_OK(Close());
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CONDUCT_FINE), 0);
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CORRECTION), 0);
}

TEST_F(ConductPayTest, FinesThatPolicyDoesNotTakeAreNotTakenLater) {
  PlanOf("");
  ASSERT_OK(Sell("o1", "a", 10'000));
  Record("k1", "harm", "", -8'000);
  ASSERT_OK_AND_ASSIGN(const auto closed, Close());
  EXPECT_EQ(closed.pending_conduct_ids_size(), 0);
  Record("k1", "harm", "decided_by: 'sup'", -8'000);
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CONDUCT_FINE), 0);
}

// Ids are a shop's own: two events of one id are two fines.
TEST_F(ConductPayTest, TheSameIdInTwoShopsIsTwoEvents) {
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's2' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
  const auto cards = v1::ScorecardService::NewStub(host_.channel());
  ASSERT_OK_AND_ASSIGN(auto card, Ask(*cards, &v1::ScorecardService::Stub::GetScorecardVersion,
                                      "shop_id: 's' scorecard_id: 'vouchers'"));
  card.set_fines_on(true);
  card.clear_version();
  v1::CreateScorecardRequest request;
  request.set_shop_id("s");
  *request.mutable_scorecard() = card;
  ASSERT_OK(rpc::Call(*cards, &v1::ScorecardService::Stub::CreateScorecard, request, As("org-a")));
  ASSERT_OK(Pay(&PayStub::CreatePayPlan,
                fmt::format("plan {{ {} }}", SimplePlan(fmt::format("{} scorecard_id: 'vouchers'",
                                                                    kFromNovember)))));
  ASSERT_OK(Sell("o1", "a", 10'000));
  v1::ImportConductRequest conduct;
  *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
      "conduct_id: 'k1' agent_id: 'a' day { year: 2024 month: 11 day: 3 } kind: "
      "'problem_not_followed_up' decided_by: 'sup'");
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportConduct, conduct));
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportConduct, conduct, "s2"));
  EXPECT_EQ(LineOf("year: 2024 month: 11 ", v1::PAY_LINE_KIND_CONDUCT_FINE), -20'000);
}

}  // namespace
}  // namespace kefu::performance
