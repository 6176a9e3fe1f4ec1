// Conduct and scores in pay: what is decided counts, what is earned is kept by the caps, and what
// is decided late is taken late.
#include <algorithm>

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
  // Of a on the 3rd of November, unless it is said otherwise.
  void Record(const std::string& id, const std::string& kind, const std::string& more,
              int64_t minor = 0, absl::CivilDay day = absl::CivilDay(2024, 11, 3),
              const std::string& shop_id = "s") {
    v1::ImportConductRequest conduct;
    *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
        fmt::format("conduct_id: '{}' agent_id: 'a' day {{ year: {} month: {} day: {} }} kind: "
                    "'{}' money {} {}",
                    id, day.year(), day.month(), day.day(), kind, Fen(minor), more));
    ASSERT_OK(Facts(&v1::FactService::Stub::ImportConduct, conduct, shop_id));
  }
  // What fines and what is given back of earlier ones come to in an open month.
  int64_t FinesIn(const std::string& month) {
    return LineOf(month, v1::PAY_LINE_KIND_CONDUCT_FINE) +
           LineOf(month, v1::PAY_LINE_KIND_CORRECTION);
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

constexpr char kDecided[] = "decided_by: 'sup'";
constexpr char kAppealed[] = "decided_by: 'sup' state: CONDUCT_STATE_APPEALED";
constexpr char kUpheld[] = "decided_by: 'sup' state: CONDUCT_STATE_UPHELD";
constexpr char kOverturned[] = "decided_by: 'sup' state: CONDUCT_STATE_OVERTURNED";
const absl::CivilDay kThird(2024, 11, 3);

TEST_F(ConductPayTest, AFineIsTakenOnceWhateverItsDayIsCorrectedTo) {
  ASSERT_OK(Plan(SimplePlan("effective_from { year: 2024 month: 10 day: 1 } conduct_fines: true")));
  ASSERT_OK(Sell("o0", "a", 10'000, -20));
  ASSERT_OK(Close("shop_id: 's' year: 2024 month: 10 "));
  ASSERT_OK(Sell("o1", "a", 10'000));
  Record("k1", "harm", kDecided, -8'000);
  EXPECT_EQ(FinesIn(kNovember), -8'000);
  ASSERT_OK(Close());
  for (const absl::CivilDay day : {kThird + 1, kThird - 10, kThird}) {
    Record("k1", "harm", kDecided, -8'000, day);
    EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CONDUCT_FINE), 0) << day;
    EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CORRECTION), 0) << day;
  }
  // One of the open month is taken with it, and given back where it was not.
  Record("k1", "harm", kDecided, -8'000, kThird + 30);
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CONDUCT_FINE), -8'000);
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CORRECTION), 8'000);
}

TEST_F(ConductPayTest, AFineRecordedLateHidesNoneThatIsGivenBack) {
  PlanOf("conduct_fines: true");
  ASSERT_OK(Sell("o1", "a", 10'000));
  Record("k1", "harm", kDecided, -8'000);
  ASSERT_OK(Close());
  Record("k1", "harm", kOverturned, -8'000);
  Record("k2", "harm", kDecided, -9'000);
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CORRECTION), 8'000);
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CONDUCT_FINE), -9'000);
}

TEST_F(ConductPayTest, OfAFineTakenLateThatIsLessenedTheRestIsGivenBackAndAnAppealChangesNothing) {
  PlanOf("conduct_fines: true");
  ASSERT_OK(Sell("o1", "a", 10'000));
  Record("k1", "harm", kAppealed, -8'000);
  ASSERT_OK(Close());
  Record("k1", "harm", kUpheld, -8'000);
  EXPECT_EQ(FinesIn(kDecember), -8'000);
  NextMonth();
  ASSERT_OK(Close(kDecember));
  for (const char* state : {kAppealed, kUpheld}) {
    Record("k1", "harm", state, -8'000);
    EXPECT_EQ(LineOf(kJanuary, v1::PAY_LINE_KIND_CORRECTION), 0) << state;
    EXPECT_EQ(LineOf(kJanuary, v1::PAY_LINE_KIND_CONDUCT_FINE), 0) << state;
  }
  Record("k1", "harm", kUpheld, -3'000);
  EXPECT_EQ(LineOf(kJanuary, v1::PAY_LINE_KIND_CORRECTION), 5'000);
  EXPECT_EQ(LineOf(kJanuary, v1::PAY_LINE_KIND_CONDUCT_FINE), 0);
}

// Overturned, given back, and upheld after all: the law's caps hold for it as for any fine.
TEST_F(ConductPayTest, AFineThatStandsAgainIsTakenAgainUnderTheCaps) {
  PlanOf(fmt::format("conduct_fines: true caps {{ minimum_wage {} }}", Fen(290'000)));
  ASSERT_OK(Sell("o1", "a", 10'000));
  Record("k1", "harm", kDecided, -10'000);
  ASSERT_OK(Close());
  Record("k1", "harm", kOverturned, -10'000);
  EXPECT_EQ(Line(kDecember, v1::PAY_LINE_KIND_CORRECTION).reference(), "k1");
  EXPECT_EQ(FinesIn(kDecember), 10'000);
  NextMonth();
  ASSERT_OK(Close(kDecember));
  EXPECT_EQ(FinesIn(kJanuary), 0);
  Record("k1", "harm", kUpheld, -10'000);
  Record("k2", "harm", kDecided, -2'000, absl::CivilDay(2025, 1, 5));
  // ¥120 are asked, and the minimum wage leaves ¥100.
  EXPECT_EQ(LineOf(kJanuary, v1::PAY_LINE_KIND_CORRECTION), 0);
  EXPECT_EQ(LineOf(kJanuary, v1::PAY_LINE_KIND_CONDUCT_FINE), -10'000);
  CheckTraced("a", kJanuary);
  NextMonth();
  ASSERT_OK(Close(kJanuary));
  EXPECT_EQ(FinesIn(kFebruary), 0);
  Record("k1", "harm", kOverturned, -10'000);
  EXPECT_EQ(LineOf(kFebruary, v1::PAY_LINE_KIND_CORRECTION), 8'000);  // k2 stands whole
  EXPECT_EQ(LineOf(kFebruary, v1::PAY_LINE_KIND_CONDUCT_FINE), 0);
}

TEST_F(ConductPayTest, WhatIsLessenedAndRaisedAgainIsTakenOnceInAll) {
  PlanOf("conduct_fines: true");
  ASSERT_OK(Sell("o1", "a", 10'000));
  Record("k1", "harm", kDecided, -8'000);
  ASSERT_OK(Close());
  Record("k1", "harm", kDecided, -3'000);
  EXPECT_EQ(FinesIn(kDecember), 5'000);
  NextMonth();
  ASSERT_OK(Close(kDecember));
  Record("k1", "harm", kDecided, -9'000);  // more than was asked is not
  EXPECT_EQ(LineOf(kJanuary, v1::PAY_LINE_KIND_CORRECTION), 0);
  EXPECT_EQ(LineOf(kJanuary, v1::PAY_LINE_KIND_CONDUCT_FINE), -5'000);
  NextMonth();
  ASSERT_OK(Close(kJanuary));
  EXPECT_EQ(FinesIn(kFebruary), 0);
  Record("k1", "harm", kDecided, -4'000);
  EXPECT_EQ(FinesIn(kFebruary), 4'000);
  Record("k1", "harm", kOverturned, -4'000);
  EXPECT_EQ(FinesIn(kFebruary), 8'000);
}

// Nobody is fined where nothing is paid; nor is anything forgotten by that.
TEST_F(ConductPayTest, AFineThatFindsNoWageWaitsForOne) {
  PlanOf("conduct_fines: true", 0);
  ASSERT_OK(Sell("o1", "b", 10'000));
  Record("k1", "harm", kDecided, -200);
  EXPECT_TRUE(Line(kNovember, v1::PAY_LINE_KIND_CONDUCT_FINE).pending());
  ASSERT_OK_AND_ASSIGN(const auto closed, Close());
  EXPECT_THAT(closed.pending_conduct_ids(), ElementsAre("k1"));
  EXPECT_EQ(FinesIn(kDecember), 0);
  ASSERT_OK_AND_ASSIGN(const auto open, Call(&Stub::ComputePayroll, kDecember));
  EXPECT_THAT(open.period().pending_conduct_ids(), ElementsAre("k1"));
  ASSERT_OK(Sell("o2", "a", 50'000, 25));
  EXPECT_EQ(FinesIn(kDecember), -200);
  NextMonth();
  EXPECT_EQ(Close(kDecember)->pending_conduct_ids_size(), 0);
  EXPECT_EQ(FinesIn(kJanuary), 0);
}

// What is decided too late for the plan is told once, as what is decided for the agent is.
TEST_F(ConductPayTest, AFineThatIsDecidedTooLateIsToldAndNotTaken) {
  PlanOf("conduct_fines: true corrected_months: 1");
  ASSERT_OK(Sell("o1", "a", 10'000));
  Record("k1", "harm", kAppealed, -8'000);
  ASSERT_OK(Close());
  NextMonth();
  ASSERT_OK(Close(kDecember));
  NextMonth();
  Record("k1", "harm", kUpheld, -8'000);
  EXPECT_EQ(FinesIn(kJanuary), 0);
  EXPECT_EQ(Line(kJanuary, v1::PAY_LINE_KIND_LEFT_OUT).basis().minor_units(), -8'000);
  ASSERT_OK_AND_ASSIGN(const auto january, Close(kJanuary));
  ASSERT_EQ(january.left_out_size(), 1);
  EXPECT_EQ(january.left_out(0).not_taken_back().minor_units(), 8'000);
  EXPECT_EQ(Call(&Stub::ComputePayroll, kFebruary)->period().left_out_size(), 0);
  // A plan that looks further back takes it after all.
  ASSERT_OK(Plan(SimplePlan(
      "effective_from { year: 2025 month: 2 day: 1 } conduct_fines: true corrected_months: 3")));
  EXPECT_EQ(FinesIn(kFebruary), -8'000);
}

// The event carries no money: the scheme says what it costs.
TEST_F(ConductPayTest, AnAppealChangesNothingOfAFineByAScheme) {
  TakeVoucherFines();
  PlanOf("scorecard_id: 'vouchers'");
  ASSERT_OK(Sell("o1", "a", 10'000));
  Record("k1", "problem_not_followed_up", kDecided);
  Record("k2", "problem_not_followed_up", "", 0, kThird + 1);
  EXPECT_EQ(FinesIn(kNovember), -10'000);
  ASSERT_OK_AND_ASSIGN(const auto closed, Close());
  EXPECT_THAT(closed.pending_conduct_ids(), ElementsAre("k2"));
  for (const char* state : {kAppealed, kUpheld}) {
    Record("k1", "problem_not_followed_up", state);
    EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CORRECTION), 0) << state;
    EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CONDUCT_FINE), 0) << state;
  }
  Record("k2", "problem_not_followed_up", kUpheld, 0, kThird + 1);
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CORRECTION), 0);
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CONDUCT_FINE), -10'000);
  Record("k1", "problem_not_followed_up", kOverturned);
  EXPECT_EQ(LineOf(kDecember, v1::PAY_LINE_KIND_CORRECTION), 10'000);
}

TEST_F(ConductPayTest, AnAppealAgainstAClosedMonthsScoreKeepsNoLaterMonthOpen) {
  PlanOf(fmt::format("scorecard_id: 'points_30' {}", kBonus));
  ASSERT_OK(Sell("o1", "a", 50'000));
  for (const char* id : {"g1", "g2"}) Record(id, "grave_error", kDecided);
  ASSERT_OK(Close());
  Record("g1", "grave_error", kAppealed);
  ASSERT_OK(Sell("o2", "a", 50'000, 30));
  ASSERT_OK_AND_ASSIGN(const auto waiting, StatementOf("a", kDecember));
  EXPECT_THAT(waiting.problems(), ElementsAre());
  EXPECT_EQ(Amount(waiting, v1::PAY_LINE_KIND_CORRECTION), 0);  // what was paid stands
  NextMonth();
  ASSERT_OK(Close(kDecember));
  Record("g1", "grave_error", kOverturned);
  // From 18 points, 30 % less, to 28, 3 % more.
  EXPECT_EQ(LineOf(kJanuary, v1::PAY_LINE_KIND_CORRECTION), 1'500 + 150);
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
  TakeVoucherFines();
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

TEST_F(ConductPayTest, AnOrganizationKnowsTheFinesOfItsShopsApart) {
  constexpr char kOfNovember[] = "year: 2024 month: 11 ", kOfDecember[] = "year: 2024 month: 12 ",
                 kOfJanuary[] = "year: 2025 month: 1 ";
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's2' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
  ASSERT_OK(Pay(&PayStub::CreatePayPlan,
                fmt::format("plan {{ {} }}",
                            SimplePlan(fmt::format("{} conduct_fines: true", kFromNovember)))));
  ASSERT_OK(Sell("o1", "a", 10'000));
  Record("k1", "harm", kDecided, -10'000);
  Record("k1", "harm", kAppealed, -6'000, kThird, "s2");
  EXPECT_EQ(FinesIn(kOfNovember), -10'000);
  EXPECT_EQ(Line(kOfNovember, v1::PAY_LINE_KIND_CONDUCT_FINE).reference(), "s2/k1");
  ASSERT_OK(Close(kOfNovember));
  Record("k1", "harm", kUpheld, -6'000, kThird, "s2");
  EXPECT_EQ(FinesIn(kOfDecember), -6'000);
  NextMonth();
  ASSERT_OK(Close(kOfDecember));
  EXPECT_EQ(FinesIn(kOfJanuary), 0);
  Record("k1", "harm", kOverturned, -6'000, kThird, "s2");
  EXPECT_EQ(LineOf(kOfJanuary, v1::PAY_LINE_KIND_CORRECTION), 6'000);
}

}  // namespace
}  // namespace kefu::performance
