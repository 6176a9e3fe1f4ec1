// What comes after a month was closed: a sale's commission is given once and taken back once, by
// the rules by which its month was closed.
#include <algorithm>
#include <random>

#include "kefu/performance/v1/scorecards.grpc.pb.h"
#include "services/performance/tests/payroll/payroll_fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CorrectionsTest : public PayrollTest {
 protected:
  // No base pay: only commission counts.
  void PlanOf(const std::string& more = "") {
    ASSERT_OK(Plan(SimplePlan(fmt::format("{} {}", kFromNovember, more), "", 0)));
  }
  int64_t LineOf(const std::string& agent, const std::string& month, v1::PayLineKind kind) {
    const auto statement = StatementOf(agent, month);
    EXPECT_TRUE(statement.ok()) << statement.status();
    return statement.ok() ? Amount(*statement, kind) : 0;
  }
  int64_t Corrections(const std::string& month) {
    const auto all = Call(&Stub::ComputePayroll, month);
    EXPECT_TRUE(all.ok()) << all.status();
    int64_t sum = 0;
    for (const auto& statement : all->statements()) {
      sum += std::abs(Amount(statement, v1::PAY_LINE_KIND_CORRECTION));
    }
    return sum;
  }
};

TEST_F(CorrectionsTest, ARefundOfALateOrderIsTakenBackAtTheCorrectedRate) {
  PlanOf();
  ASSERT_OK(Sell("o1", "a", 40'000));
  ASSERT_OK(Close());
  ASSERT_OK(Sell("late", "c", 30'000, 5));  // of whom November had no statement
  ASSERT_OK(Sell("more", "a", 40'000, 5));
  EXPECT_EQ(LineOf("c", kDecember, v1::PAY_LINE_KIND_CORRECTION), 900);
  EXPECT_EQ(LineOf("a", kDecember, v1::PAY_LINE_KIND_CORRECTION), 300 + 1'500);
  NextMonth();
  ASSERT_OK(Close(kDecember));
  ASSERT_OK(PayBack("f1", "late", 30'000, 60));
  ASSERT_OK(PayBack("f2", "o1", 40'000, 60));
  ASSERT_OK(PayBack("f3", "more", 40'000, 61));
  EXPECT_EQ(LineOf("c", kJanuary, v1::PAY_LINE_KIND_REFUND), -900);
  EXPECT_EQ(LineOf("a", kJanuary, v1::PAY_LINE_KIND_REFUND), -1'200 - 1'800);
  EXPECT_EQ(Corrections(kJanuary), 0);
  CheckTraced("a", kJanuary);
  EXPECT_TRUE(Verified(kDecember).intact());
}

TEST_F(CorrectionsTest, WhatCannotBeComputedToTheEndIsNotCorrected) {
  strangers_ = {"al"};
  ASSERT_OK(Plan(SimplePlan(kFromNovember)));
  ASSERT_OK(Sell("o1", "a", 30'000));
  ASSERT_OK(Close());
  ASSERT_OK(Sell("late", "al", 10'000, 5));  // a typo, or somebody of whom staffing has not told
  ASSERT_OK_AND_ASSIGN(const auto unknown, StatementOf("al", kDecember));
  EXPECT_THAT(unknown.problems(), ElementsAre(v1::PAY_PROBLEM_CORRECTION_INCOMPLETE));
  EXPECT_EQ(Corrections(kDecember), 0);
  NextMonth();
  EXPECT_THAT(Close(kDecember).status(), HasReason("PAY_INCOMPLETE"));
  Hire("al", 2024, 11);
  EXPECT_EQ(LineOf("al", kDecember, v1::PAY_LINE_KIND_CORRECTION), 300'000 + 300);
  ASSERT_OK(Close(kDecember));
  EXPECT_EQ(Corrections(kJanuary), 0);
}

// The organization closes November with the shop that it has.
class OrganizationTest : public CorrectionsTest {
 protected:
  static constexpr char kNovemberOfAll[] = "year: 2024 month: 11 ";
  static constexpr char kDecemberOfAll[] = "year: 2024 month: 12 ";

  void CloseNovember() {
    ASSERT_OK(Pay(&PayStub::CreatePayPlan,
                  fmt::format("plan {{ {} }}", SimplePlan(kFromNovember, "", 0))));
    Hire("a");
    ASSERT_OK(Sell("o1", "a", 30'000));
    ASSERT_OK_AND_ASSIGN(const v1::PayPeriod closed, Close(kNovemberOfAll));
    EXPECT_THAT(closed.shop_ids(), ElementsAre("s"));
  }
  // `agent` sells in another shop on the 11th of November.
  void SellIn(const std::string& shop, const std::string& agent, int64_t minor) {
    v1::ImportConversationsRequest talks;
    v1::ImportOrdersRequest orders;
    talks.mutable_header()->set_shop_id(shop);
    orders.mutable_header()->set_shop_id(shop);
    *talks.add_rows()->mutable_conversation() =
        Parse<v1::Conversation>(Talk("c-" + shop, "u-" + shop, 36'000, agent));
    *orders.add_rows()->mutable_order() =
        Parse<v1::Order>(Sale("o-" + shop, "u-" + shop, 40'000, minor));
    ASSERT_OK(
        Stream(&Stub::ImportConversations, {talks}, As("org-a"), /*with_header=*/false).status());
    ASSERT_OK(Stream(&Stub::ImportOrders, {orders}, As("org-a"), /*with_header=*/false).status());
  }
};

TEST_F(OrganizationTest, AShopThatComesLaterChangesNoClosedMonth) {
  ASSERT_NO_FATAL_FAILURE(CloseNovember());
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's2' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
  Hire("c");
  ASSERT_NO_FATAL_FAILURE(SellIn("s2", "c", 100'000));
  EXPECT_EQ(Corrections(kDecemberOfAll), 0);
  ASSERT_OK(Sell("late", "a", 10'000, 5));  // what comes late in the shop that it had
  EXPECT_EQ(Corrections(kDecemberOfAll), 300);
  // What lies in the other shop before is told, once.
  ASSERT_OK_AND_ASSIGN(const auto open, Call(&Stub::ComputePayroll, kDecemberOfAll));
  EXPECT_THAT(open.period().left_out(),
              ElementsAre(kefu::testing::EqualsProto(Parse<v1::PayLeftOut>(fmt::format(
                  "year: 2024 month: 11 reason: PAY_LEFT_OUT_REASON_SHOP_CAME_LATER agent_count: 1"
                  " sales {}",
                  Fen(100'000))))));
  NextMonth();
  ASSERT_OK_AND_ASSIGN(const v1::PayPeriod december, Close(kDecemberOfAll));
  EXPECT_THAT(december.shop_ids(), ElementsAre("s", "s2"));
  EXPECT_EQ(december.left_out_size(), 1);
  ASSERT_OK_AND_ASSIGN(const auto january, Call(&Stub::ComputePayroll, "year: 2025 month: 1 "));
  EXPECT_EQ(january.period().left_out_size(), 0);
}

TEST_F(OrganizationTest, AShopOfAnotherCurrencyIsPaidByItself) {
  ASSERT_NO_FATAL_FAILURE(CloseNovember());
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's3' time_zone: 'UTC' currency_code: 'EUR' }"));
  EXPECT_TRUE(Pay(&PayStub::ListPeriods, "").ok());
  ASSERT_OK_AND_ASSIGN(const auto november, Call(&Stub::ComputePayroll, kNovemberOfAll));
  EXPECT_EQ(november.period().state(), v1::PAY_STATE_CLOSED);
  NextMonth();
  ASSERT_OK_AND_ASSIGN(const v1::PayPeriod december, Close(kDecemberOfAll));
  EXPECT_THAT(december.shop_ids(), ElementsAre("s"));
  EXPECT_THAT(Close(kNovember).status(), HasReason("PAY_SCOPES_MIXED"));
  std::string euros = SimplePlan(kFromNovember, "", 0);
  for (size_t at; (at = euros.find("CNY")) != std::string::npos;) euros.replace(at, 3, "EUR");
  ASSERT_OK(Pay(&PayStub::CreatePayPlan, fmt::format("plan {{ shop_id: 's3' {} }}", euros)));
  EXPECT_OK(Close("shop_id: 's3' year: 2024 month: 11").status());
}

TEST_F(CorrectionsTest, WhatACorrectionTookBackARefundDoesNotTakeAgain) {
  PlanOf(fmt::format("gates {{ kind: PAY_GATE_KIND_MINIMUM_SALES minimum {} }}", Fen(10'000)));
  ASSERT_OK(Sell("o1", "a", 9'900));
  ASSERT_OK(Sell("o2", "a", 200, 1));
  ASSERT_OK(Close());
  EXPECT_EQ(LineOf("a", kNovember, v1::PAY_LINE_KIND_COMMISSION), 303);
  ASSERT_OK(PayBack("f2", "o2", 200, 19));  // the 30th of November: the gate fails
  EXPECT_EQ(LineOf("a", kDecember, v1::PAY_LINE_KIND_CORRECTION), -303);
  NextMonth();
  ASSERT_OK(Close(kDecember));
  ASSERT_OK(PayBack("f1", "o1", 9'900, 60));
  EXPECT_EQ(LineOf("a", kJanuary, v1::PAY_LINE_KIND_REFUND), 0);
  EXPECT_EQ(LineOf("a", kJanuary, v1::PAY_LINE_KIND_CORRECTION), 0);
}

TEST_F(CorrectionsTest, ARateThatChangesWithoutMoneyIsKept) {
  PlanOf(fmt::format("gates {{ kind: PAY_GATE_KIND_MINIMUM_SALES minimum {} }}", Fen(1'000'000)));
  ASSERT_OK(Sell("o1", "a", 10'000));
  ASSERT_OK(Close());
  ASSERT_OK(Sell("late", "a", 5'000, 3));
  NextMonth();
  ASSERT_OK(Close(kDecember));
  EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM pay_correction WHERE amount_minor = 0 AND "
                       "returning_sales_minor = 15000"),
            1);
  EXPECT_TRUE(Verified(kDecember).intact());
}

TEST_F(CorrectionsTest, NoMoreIsTakenBackOfAnOrderThanWasPaid) {
  PlanOf();
  ASSERT_OK(Sell("o1", "a", 10'000));
  ASSERT_OK(Sell("o2", "a", 20'000, 1));
  ASSERT_OK(PayBack("f1", "o1", 6'000, 3));
  EXPECT_EQ(LineOf("a", kNovember, v1::PAY_LINE_KIND_COMMISSION), 720);
  ASSERT_OK(Close());
  ASSERT_OK(PayBack("f2", "o1", 6'000, 22));  // with the freight
  ASSERT_OK(PayBack("f3", "o1", 6'000, 23));
  EXPECT_EQ(LineOf("a", kDecember, v1::PAY_LINE_KIND_REFUND), -120);
  CheckTraced("a", kDecember);
}

TEST_F(CorrectionsTest, AClosedMonthKeepsTheDefinitionByWhichItWasClosed) {
  PlanOf();
  // Asked on one day and paid on the next: a credit as long as the next day counts.
  ASSERT_OK(Conversations({Talk("c1", "u1", 36'000, "a")}).status());
  ASSERT_OK(Orders({Sale("o1", "u1", kDaySeconds + 36'000, 30'000)}).status());
  ASSERT_OK(Close());
  ASSERT_OK(Ask(*facts_, &v1::FactService::Stub::PublishMetricDefinition,
                "definition { definition_id: 'default' attribution_days: 0 positive_score: 4"
                " answer_seconds: 30 round_seconds: 180 service_hours { end_minute: 1440 } }"));
  EXPECT_EQ(Corrections(kDecember), 0);
  // Late facts are counted as the month was counted.
  ASSERT_OK(Conversations({Talk("c2", "u2", 2 * kDaySeconds + 36'000, "a")}).status());
  ASSERT_OK(Orders({Sale("o2", "u2", 3 * kDaySeconds + 36'000, 10'000)}).status());
  EXPECT_EQ(LineOf("a", kDecember, v1::PAY_LINE_KIND_CORRECTION), 300);
  NextMonth();
  EXPECT_THAT(Close(kDecember)->definition_version(), 2);
  EXPECT_EQ(Corrections(kJanuary), 0);
}

TEST_F(CorrectionsTest, AClosedMonthKeepsItsScorecard) {
  PlanOf("scorecard_id: 'points_30' score_on: SCORE_ON_VARIABLE");
  ASSERT_OK(Sell("o1", "a", 10'000));
  ASSERT_OK_AND_ASSIGN(const auto closed, Close());
  ASSERT_EQ(closed.scorecards_size(), 1);
  EXPECT_EQ(closed.scorecards(0).version(), 0);
  EXPECT_EQ(closed.scorecards(0).scorecard().scorecard_id(), "points_30");
  const auto cards = v1::ScorecardService::NewStub(host_.channel());
  ASSERT_OK_AND_ASSIGN(auto card, Ask(*cards, &v1::ScorecardService::Stub::GetScorecardVersion,
                                      "shop_id: 's' scorecard_id: 'points_30'"));
  for (auto& band : *card.mutable_bonus()) band.set_effect_bps(-10'000), band.set_per_point_bps(0);
  card.clear_version();
  v1::CreateScorecardRequest request;
  request.set_shop_id("s");
  *request.mutable_scorecard() = card;
  ASSERT_OK(rpc::Call(*cards, &v1::ScorecardService::Stub::CreateScorecard, request, As("org-a")));
  EXPECT_EQ(Corrections(kDecember), 0);
  // A shipped one is kept as it was: had it been another, so would be what is computed now.
  v1::PayPeriod other = closed;
  for (auto& band : *other.mutable_scorecards(0)->mutable_scorecard()->mutable_bonus())
    band.set_effect_bps(-10'000), band.set_per_point_bps(0);
  Replace(other);
  EXPECT_GT(Corrections(kDecember), 0);
  EXPECT_FALSE(Verified().intact());
}

TEST_F(CorrectionsTest, WhoWorksForABaseIsAMatterOfTheDay) {
  ASSERT_OK(Plan(SimplePlan(kFromNovember)));
  Hire("a");
  Hire("b");
  Tell<kefu::staffing::v1::AgentChanged>("agent { agent_id: 'b' base_id: 'base' }");
  ASSERT_OK(Sell("o1", "a", 30'000));
  ASSERT_OK(Sell("o2", "b", 30'000, 1));
  ASSERT_OK_AND_ASSIGN(const auto closed, Close());
  EXPECT_EQ(closed.statement_count(), 2);  // b for the days until the 10th
  EXPECT_EQ(StatementOf("b")->total().minor_units(), 100'000);
  // On the 11th of December a goes to the base, and b comes back.
  Tell<kefu::staffing::v1::AgentChanged>("agent { agent_id: 'a' base_id: 'base' }", 30);
  Tell<kefu::staffing::v1::AgentChanged>("agent { agent_id: 'b' }", 30);
  ASSERT_OK(Sell("o3", "a", 30'000, 29));
  ASSERT_OK(Sell("o4", "a", 30'000, 31));
  ASSERT_OK(Sell("o5", "b", 30'000, 29));
  ASSERT_OK(Sell("o6", "b", 10'000, 31));
  NextMonth();
  EXPECT_EQ(Corrections(kDecember), 0);
  ASSERT_OK_AND_ASSIGN(const auto a, StatementOf("a", kDecember));
  EXPECT_EQ(Amount(a, v1::PAY_LINE_KIND_BASE), 96'774);  // ten of 31 days
  EXPECT_EQ(Amount(a, v1::PAY_LINE_KIND_COMMISSION), 900);
  ASSERT_OK_AND_ASSIGN(const auto b, StatementOf("b", kDecember));
  EXPECT_EQ(Amount(b, v1::PAY_LINE_KIND_BASE), 203'226);
  EXPECT_EQ(Amount(b, v1::PAY_LINE_KIND_COMMISSION), 300);
  CheckTraced("a", kDecember);
  CheckTraced("b", kDecember);
  ASSERT_OK(Close(kDecember));
  EXPECT_EQ(Corrections(kJanuary), 0);
  // What the base's agent sold is not taken back from anybody.
  ASSERT_OK(PayBack("f", "o4", 30'000, 60));
  EXPECT_THAT(StatementOf("a", kJanuary).status(), HasReason("NOT_FOUND"));
}

// November is two months before January, which corrects one.
TEST_F(CorrectionsTest, WhatIsTooOldToBeCorrectedIsToldOnceAndNotPaid) {
  PlanOf("corrected_months: 1");
  ASSERT_OK(Sell("o1", "a", 40'000));
  ASSERT_OK(Close());
  NextMonth();
  ASSERT_OK(Sell("o2", "a", 10'000, 25));
  ASSERT_OK_AND_ASSIGN(const auto december, Close(kDecember));
  EXPECT_EQ(december.left_out_size(), 0);
  NextMonth();
  ASSERT_OK(Sell("late", "c", 30'000, 5));
  ASSERT_OK(PayBack("f0", "o1", 10'000, 6));
  ASSERT_OK_AND_ASSIGN(const auto open, Call(&Stub::ComputePayroll, kJanuary));
  EXPECT_THAT(
      open.period().left_out(),
      ElementsAre(kefu::testing::EqualsProto(Parse<v1::PayLeftOut>(fmt::format(
          "year: 2024 month: 11 reason: PAY_LEFT_OUT_REASON_TOO_OLD agent_count: 2 unpaid {}"
          " not_taken_back {}",
          Fen(900), Fen(300))))));
  EXPECT_EQ(Corrections(kJanuary), 0);
  ASSERT_OK_AND_ASSIGN(const auto told, StatementOf("c", kJanuary));
  EXPECT_EQ(told.total().minor_units(), 0);
  const auto line = std::ranges::find(told.lines(), v1::PAY_LINE_KIND_LEFT_OUT, &v1::PayLine::kind);
  ASSERT_NE(line, told.lines().end());
  EXPECT_EQ(line->basis().minor_units(), 900);
  EXPECT_EQ(line->last_date().day(), 30);
  CheckTraced("c", kJanuary);
  ASSERT_OK_AND_ASSIGN(const auto closed, Close(kJanuary));
  EXPECT_EQ(closed.left_out_size(), 1);
  EXPECT_TRUE(Verified(kJanuary).intact());
  Db().Exec("UPDATE pay_correction SET left_out_minor = 0 WHERE agent_id = 'c'");
  EXPECT_FALSE(Verified(kJanuary).intact());
  Db().Exec("UPDATE pay_correction SET left_out_minor = 900 WHERE agent_id = 'c'");
  EXPECT_TRUE(Verified(kJanuary).intact());
  NextMonth();
  EXPECT_EQ(Call(&Stub::ComputePayroll, kFebruary)->period().left_out_size(), 0);
  // Nothing was given for it, so its refund takes nothing back; of the other what was given.
  ASSERT_OK(PayBack("f1", "late", 30'000, 85));
  ASSERT_OK(PayBack("f2", "o1", 30'000, 85));
  EXPECT_EQ(LineOf("c", kFebruary, v1::PAY_LINE_KIND_REFUND), 0);
  EXPECT_EQ(LineOf("a", kFebruary, v1::PAY_LINE_KIND_REFUND), -1'200);
  // A plan that looks further back pays it after all.
  ASSERT_OK(
      Plan(SimplePlan("effective_from { year: 2025 month: 2 day: 1 } corrected_months: 3", "", 0)));
  EXPECT_EQ(LineOf("c", kFebruary, v1::PAY_LINE_KIND_CORRECTION), 900);
  EXPECT_EQ(LineOf("c", kFebruary, v1::PAY_LINE_KIND_REFUND), -900);
  EXPECT_EQ(LineOf("a", kFebruary, v1::PAY_LINE_KIND_CORRECTION), -300);
  EXPECT_EQ(LineOf("a", kFebruary, v1::PAY_LINE_KIND_REFUND), -900);
}

TEST_F(CorrectionsTest, RecordsOfPeopleThatComeTooLateAreToldToo) {
  PlanOf(fmt::format("corrected_months: 1 attendance {{ overtime_hour {} }}", Fen(2'000)));
  ASSERT_OK(Sell("o1", "a", 40'000));
  ASSERT_OK(Close());
  NextMonth();
  ASSERT_OK(Close(kDecember));
  NextMonth();
  v1::ImportAttendanceRequest attendance;
  *attendance.add_rows()->mutable_attendance() = Parse<v1::Attendance>(
      "agent_id: 'a' day { year: 2024 month: 11 day: 1 } span: ATTENDANCE_SPAN_MONTH"
      " scheduled_minutes: 9600 overtime_minutes: 60");
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, attendance));
  ASSERT_OK_AND_ASSIGN(const auto open, Call(&Stub::ComputePayroll, kJanuary));
  ASSERT_EQ(open.period().left_out_size(), 1);
  EXPECT_EQ(open.period().left_out(0).unpaid().minor_units(), 3'000);
}

TEST_F(CorrectionsTest, SalesBeforeTheFirstClosedMonthAreTold) {
  PlanOf();
  ASSERT_OK(Sell("o1", "a", 40'000));
  ASSERT_OK(Close());
  ASSERT_OK(Sell("before", "b", 20'000, -40));
  const auto left_out = [&](const std::string& month) {
    const auto read = Call(&Stub::ComputePayroll, month);
    EXPECT_TRUE(read.ok()) << read.status();
    return read.ok() ? read->period() : v1::PayPeriod();
  };
  EXPECT_THAT(left_out(kDecember).left_out(),
              ElementsAre(kefu::testing::EqualsProto(Parse<v1::PayLeftOut>(fmt::format(
                  "year: 2024 month: 10 reason: PAY_LEFT_OUT_REASON_BEFORE_FIRST agent_count: 1"
                  " sales {}",
                  Fen(20'000))))));
  NextMonth();
  ASSERT_OK_AND_ASSIGN(const auto december, Close(kDecember));
  EXPECT_EQ(december.left_out_size(), 1);
  EXPECT_EQ(left_out(kJanuary).left_out_size(), 0);
  ASSERT_OK(PayBack("f", "before", 5'000, -39));
  ASSERT_EQ(left_out(kJanuary).left_out_size(), 1);
  EXPECT_EQ(left_out(kJanuary).left_out(0).sales().minor_units(), 15'000);
}

TEST_F(CorrectionsTest, ARefundBeforeItsPaymentCountsWithThePayment) {
  PlanOf();
  ASSERT_OK(Sell("o1", "a", 10'000, 2));
  ASSERT_OK(Sell("presale", "a", 20'000, 20));    // the 1st of December
  ASSERT_OK(PayBack("f", "presale", 5'000, 19));  // of its deposit, the day before
  EXPECT_EQ(LineOf("a", kNovember, v1::PAY_LINE_KIND_COMMISSION), 300);
  ASSERT_OK(Close());
  EXPECT_EQ(LineOf("a", kDecember, v1::PAY_LINE_KIND_COMMISSION), 450);
  NextMonth();
  ASSERT_OK(Close(kDecember));
  CheckTraced("a", kDecember);
  EXPECT_EQ(Corrections(kJanuary), 0);
}

TEST_F(CorrectionsTest, WhatIsAlteredInCorrectionsBooksAndHeadsIsFound) {
  PlanOf();
  ASSERT_OK(Sell("o1", "a", 40'000));
  ASSERT_OK(Close());
  ASSERT_OK(Sell("late", "a", 10'000, 5));
  NextMonth();
  ASSERT_OK(Close(kDecember));
  EXPECT_TRUE(Verified(kDecember).intact());
  EXPECT_THAT(Verified(kDecember).findings(), IsEmpty());
  for (const auto& [change, back] : std::vector<std::pair<std::string, std::string>>{
           {"UPDATE pay_correction SET amount_minor = 0",
            "UPDATE pay_correction SET amount_minor = 300"},
           {"UPDATE pay_correction SET returning_sales_minor = 1",
            "UPDATE pay_correction SET returning_sales_minor = 50000"},
           {"UPDATE pay_period SET body = REPLACE(body, 'tester', 'someon')",
            "UPDATE pay_period SET body = REPLACE(body, 'someon', 'tester')"},
           {"UPDATE pay_book SET closed_month = NULL",
            "UPDATE pay_book SET closed_month = '2024-12-01'"}}) {
    Db().Exec(change);
    EXPECT_FALSE(Verified(kDecember).intact()) << change;
    EXPECT_THAT(Verified(kDecember).findings().size(), ::testing::Ge(1)) << change;
    Db().Exec(back);
    EXPECT_TRUE(Verified(kDecember).intact()) << back;
  }
}

// --- Any order of sales, refunds, late facts and closings ---

// What happens to a shop in some months: in the order in which it becomes known, with closings.
struct Happening {
  enum Kind { kSale, kRefund, kConduct, kAttendance, kClose } kind = kSale;
  std::string id, order, agent;
  int64_t minor = 0;
  int day = 0;  // from the 11th of November
  bool new_buyer = false;
};

class AnyOrderTest : public CorrectionsTest {
 protected:
  static constexpr int kMonths = 4;

  // First days of November to February, from the 11th of November.
  static int DayIn(int month, int day) {
    const absl::CivilDay first(absl::CivilMonth(2024, 11) + month);
    return static_cast<int>(first + day - kDay);
  }
  static std::string MonthOf(int month) {
    const absl::CivilMonth of = absl::CivilMonth(2024, 11) + month;
    return fmt::format("shop_id: 's' year: {} month: {} ", of.year(), of.month());
  }

  // In each month some sales and refunds of it and of earlier ones, then it is closed; the last
  // months see late facts only.
  static std::vector<Happening> Story(uint32_t seed) {
    std::mt19937 random(seed);
    const auto below = [&](int n) { return static_cast<int>(random() % n); };
    std::vector<Happening> story, sales;
    for (int month = 0; month < kMonths; ++month) {
      for (int i = below(6) + (month == 0 ? 4 : 2); i > 0; --i) {
        const int of = std::max(0, month - below(3));  // late by up to two months
        if (below(3) > 0 || sales.empty()) {
          Happening sale{Happening::kSale};
          sale.id = fmt::format("o{}-{}-{}", seed, month, i);
          sale.agent = below(2) == 0 ? "a" : "b";
          sale.minor = 1 + below(60'000);
          sale.day = DayIn(of, below(28));
          sale.new_buyer = below(3) == 0;
          sales.push_back(sale);
          story.push_back(std::move(sale));
          continue;
        }
        const Happening& sale = sales[below(static_cast<int>(sales.size()))];
        Happening refund{Happening::kRefund};
        refund.id = fmt::format("f{}-{}-{}", seed, month, i);
        refund.order = sale.id;
        refund.minor = below(3) == 0 ? sale.minor : 1 + below(static_cast<int>(sale.minor));
        refund.day = std::max(sale.day, DayIn(of, below(28)));
        story.push_back(std::move(refund));
      }
      story.push_back({Happening::kClose, "", "", "", month});
    }
    return story;
  }

  // A fresh shop in which this has happened; what was paid to each agent, and what is still to be
  // taken back.
  std::map<std::string, int64_t> PaidAfter(const std::vector<Happening>& story,
                                           const std::string& plan) {
    Db().Clear();
    EXPECT_OK(Call(&Stub::ConfigureShop,
                   "settings { shop_id: 's' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
    Hire("a");
    Hire("b");
    EXPECT_OK(Plan(plan));
    std::map<std::string, int64_t> paid;
    for (const Happening& each : story) {
      if (each.kind == Happening::kSale) {
        EXPECT_OK(Sell(each.id, each.agent, each.minor, each.day, each.new_buyer));
      } else if (each.kind == Happening::kRefund) {
        EXPECT_OK(PayBack(each.id, each.order, each.minor, each.day));
      } else if (each.kind == Happening::kConduct) {
        v1::ImportConductRequest conduct;
        v1::ConductEvent& event = *conduct.add_rows()->mutable_conduct();
        event = Parse<v1::ConductEvent>(
            fmt::format("conduct_id: '{}' agent_id: '{}' kind: 'price_cut' decided_by: 'sup'",
                        each.id, each.agent));
        *event.mutable_day() = kefu::convert::ToProto(kDay + each.day);
        if (each.minor == 0) event.set_state(v1::CONDUCT_STATE_OVERTURNED);
        EXPECT_OK(Facts(&v1::FactService::Stub::ImportConduct, conduct));
      } else if (each.kind == Happening::kAttendance) {
        v1::ImportAttendanceRequest attendance;
        v1::Attendance& record = *attendance.add_rows()->mutable_attendance();
        record =
            Parse<v1::Attendance>(fmt::format("agent_id: '{}' span: ATTENDANCE_SPAN_MONTH "
                                              "scheduled_minutes: 9600 absence_minutes: {} "
                                              "overtime_minutes: 60",
                                              each.agent, each.minor));
        *record.mutable_day() = kefu::convert::ToProto(kDay + each.day);
        EXPECT_OK(Facts(&v1::FactService::Stub::ImportAttendance, attendance));
      } else {
        const std::string month = MonthOf(static_cast<int>(each.minor));
        EXPECT_OK(Call(&Stub::ComputePayroll, month));
        EXPECT_OK(Close(month)) << month;
        for (const std::string agent : {"a", "b"}) {
          const auto statement = StatementOf(agent, month);
          if (!statement.ok()) continue;
          paid[agent] += statement->total().minor_units();
          if (each.minor == kMonths - 1) paid[agent] -= statement->carried_out().minor_units();
        }
        EXPECT_TRUE(Verified(month).intact());
      }
    }
    return paid;
  }
};

TEST_F(AnyOrderTest, WhatWasPaidIsThePayOfTheFinalFacts) {
  clock_.Advance(absl::Hours(24) * 120);
  const std::string bands =
      SimplePlan(fmt::format("{} gates {{ kind: PAY_GATE_KIND_MINIMUM_SALES minimum {} }}"
                             " caps {{ minimum_wage {} }}",
                             kFromNovember, Fen(20'000), Fen(290'000)),
                 "new_buyer_factor_bps: 15000");
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    const std::vector<Happening> story = Story(seed);
    // All facts first, then all closings: each month is computed once, from the final facts.
    std::vector<Happening> at_once = story;
    std::ranges::stable_partition(
        at_once, [](const Happening& each) { return each.kind != Happening::kClose; });
    EXPECT_EQ(PaidAfter(story, bands), PaidAfter(at_once, bands)) << "seed " << seed;
  }
}

// With a gate at the shop's mean, points for ranks and conduct that is decided later or overturned,
// attendance that comes late, and what is earned under the caps: still what the final facts make.
TEST_F(AnyOrderTest, SoItIsWithScoresConductAndAttendance) {
  clock_.Advance(absl::Hours(24) * 120);
  const std::string plan = SimplePlan(
      fmt::format(
          "{} gates {{ kind: PAY_GATE_KIND_AVERAGE_ORDER_VALUE }} scorecard_id: 'points_30' "
          "score_on: SCORE_ON_VARIABLE attendance {{ overtime_hour {} }} bonuses {{ metric: "
          "BONUS_METRIC_NET_SALES bands {{ amount {} }} }}",
          kFromNovember, Fen(2'000), Fen(5'000)),
      "new_buyer_factor_bps: 15000");
  for (uint32_t seed = 31; seed <= 38; ++seed) {
    std::vector<Happening> story = Story(seed);
    std::mt19937 random(seed);
    // Two months before the last one, so that each is corrected before the story ends.
    for (int month = 0; month + 1 < kMonths; ++month) {
      const auto close = std::ranges::find_if(story, [&](const Happening& each) {
        return each.kind == Happening::kClose && each.minor == month + 1;
      });
      const auto at = close - story.begin();
      for (int i = 0; i < 3; ++i) {
        Happening conduct{Happening::kConduct};
        conduct.id = fmt::format("k{}-{}-{}", seed, month, i);
        conduct.agent = random() % 2 == 0 ? "a" : "b";
        conduct.day = DayIn(month, static_cast<int>(random() % 28));
        conduct.minor = static_cast<int64_t>(random() % 3);  // upheld twice as often as not
        story.insert(story.begin() + static_cast<int64_t>(random() % (at + 1)), conduct);
      }
      Happening attendance{Happening::kAttendance};
      attendance.agent = "a";
      attendance.day = DayIn(month, 0);
      attendance.minor = 60 * static_cast<int64_t>(random() % 5);
      story.insert(story.begin() + static_cast<int64_t>(random() % (at + 1)), attendance);
    }
    std::vector<Happening> at_once = story;
    std::ranges::stable_partition(
        at_once, [](const Happening& each) { return each.kind != Happening::kClose; });
    EXPECT_EQ(PaidAfter(story, plan), PaidAfter(at_once, plan)) << "seed " << seed;
  }
}

// At one rate of 10 % and in whole yuan the pay follows from the facts alone: base and a tenth of
// what was sold and not paid back.
TEST_F(AnyOrderTest, AtOneRateItIsATenthOfWhatIsLeft) {
  clock_.Advance(absl::Hours(24) * 120);
  const std::string plan = fmt::format(
      "display_name: 'tenth' currency_code: 'CNY' base_pay {} commission {{ bands {{ from {} "
      "rate_bps: 1000 }} }} {}",
      Fen(300'000), Fen(0), kFromNovember);
  for (uint32_t seed = 21; seed <= 28; ++seed) {
    std::vector<Happening> story = Story(seed);
    std::map<std::string, int64_t> left;
    std::map<std::string, std::pair<std::string, int64_t>> orders;
    for (Happening& each : story) {
      if (each.kind == Happening::kClose) continue;
      each.minor *= 10;
      if (each.kind == Happening::kSale) {
        orders[each.id] = {each.agent, each.minor};
      } else {
        orders[each.order].second = std::max<int64_t>(0, orders[each.order].second - each.minor);
      }
    }
    std::map<std::string, int64_t> expected{{"a", kMonths * 300'000}, {"b", kMonths * 300'000}};
    for (const auto& [id, order] : orders) expected[order.first] += order.second / 10;
    EXPECT_EQ(PaidAfter(story, plan), expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace kefu::performance
