// A person's month among several shops: paid once, whichever shop closes first and whatever becomes
// known in between.
#include <random>

#include "services/performance/tests/payroll/payroll_fixture.h"

namespace kefu::performance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kOther[] = "shop_id: 's2' year: 2024 month: 11 ";
constexpr char kOtherDecember[] = "shop_id: 's2' year: 2024 month: 12 ";
constexpr char kAll[] = "year: 2024 month: 11 ";

// Shops s and s2, both by the organization's plan of ¥3,000 unless a test brings another.
class SharedMonthsTest : public PayrollTest {
 protected:
  void SetUp() override {
    ASSERT_OK(Call(&Stub::ConfigureShop,
                   "settings { shop_id: 's2' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
    Hire("a");
  }
  void PlanOf(const std::string& more = "", int64_t base = 300'000) {
    ASSERT_OK(Pay(&PayStub::CreatePayPlan,
                  fmt::format("plan {{ {} }}",
                              SimplePlan(fmt::format("{} {}", kFromNovember, more), "", base))));
  }
  // As Sell, in s2.
  void SellThere(const std::string& id, const std::string& agent, int64_t minor, int day = 0) {
    v1::ImportConversationsRequest talks;
    v1::ImportOrdersRequest orders;
    talks.mutable_header()->set_shop_id("s2");
    orders.mutable_header()->set_shop_id("s2");
    *talks.add_rows()->mutable_conversation() =
        Parse<v1::Conversation>(Talk("c-" + id, "u-" + id, day * kDaySeconds + 36'000, agent));
    *orders.add_rows()->mutable_order() =
        Parse<v1::Order>(Sale(id, "u-" + id, day * kDaySeconds + 40'000, minor));
    ASSERT_OK(
        Stream(&Stub::ImportConversations, {talks}, As("org-a"), /*with_header=*/false).status());
    ASSERT_OK(Stream(&Stub::ImportOrders, {orders}, As("org-a"), /*with_header=*/false).status());
  }
  // Two shops without anything, at a tenth of sales.
  void FreshShops() {
    Db().Clear();
    for (const std::string shop : {"s", "s2"}) {
      ASSERT_OK(Call(&Stub::ConfigureShop,
                     fmt::format("settings {{ shop_id: '{}' time_zone: 'Asia/Shanghai' "
                                 "currency_code: 'CNY' }}",
                                 shop)));
    }
    ASSERT_OK(Pay(&PayStub::CreatePayPlan,
                  fmt::format("plan {{ display_name: 'tenth' currency_code: 'CNY' base_pay {} {} "
                              "commission {{ bands {{ from {} rate_bps: 1000 }} }} attendance {{ "
                              "overtime_hour {} }} }}",
                              Fen(300'000), kFromNovember, Fen(0), Fen(2'000))));
  }
  void Attend(const std::string& agent, const std::string& more, const std::string& shop) {
    v1::ImportAttendanceRequest attendance;
    *attendance.add_rows()->mutable_attendance() = Parse<v1::Attendance>(
        fmt::format("agent_id: '{}' day {{ year: 2024 month: 11 day: 1 }} span: "
                    "ATTENDANCE_SPAN_MONTH scheduled_minutes: 9600 {}",
                    agent, more));
    ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, attendance, shop));
  }
  int64_t LineOf(const std::string& agent, const std::string& month, v1::PayLineKind kind) {
    const auto statement = StatementOf(agent, month);
    EXPECT_TRUE(statement.ok()) << statement.status();
    return statement.ok() ? Amount(*statement, kind) : 0;
  }
  int64_t Base(const std::string& agent, const std::string& month) {
    return LineOf(agent, month, v1::PAY_LINE_KIND_BASE);
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

TEST_F(SharedMonthsTest, TheFirstClosingFixesTheShares) {
  PlanOf();
  ASSERT_OK(Sell("o1", "a", 10'000));
  ASSERT_OK(Close());
  EXPECT_EQ(Base("a", kNovember), 300'000);
  // What the other shop comes to know later changes nothing of it: base pay is paid already.
  SellThere("o2", "a", 20'000);
  ASSERT_OK_AND_ASSIGN(const auto there, StatementOf("a", kOther));
  EXPECT_EQ(Amount(there, v1::PAY_LINE_KIND_COMMISSION), 600);
  EXPECT_EQ(Amount(there, v1::PAY_LINE_KIND_BASE), 0);
  ASSERT_OK(Close(kOther));
  NextMonth();
  EXPECT_EQ(Corrections(kDecember), 0);
  EXPECT_EQ(Corrections(kOtherDecember), 0);
}

// Who was paid whole by the only shop has nothing left for the shops that come later.
TEST_F(SharedMonthsTest, TheOnlyShopFixesTheSharesToo) {
  Db().Clear();
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
  for (const char* agent : {"a", "idle"}) Hire(agent);
  PlanOf();
  ASSERT_OK(Sell("o1", "a", 10'000));
  ASSERT_OK(PayBack("f", "o1", 10, 1));
  ASSERT_OK(Close());
  EXPECT_EQ(Base("a", kNovember) + Base("idle", kNovember), 600'000);
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's2' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
  SellThere("o2", "a", 20'000);
  ASSERT_OK_AND_ASSIGN(const auto there, StatementOf("a", kOther));
  EXPECT_EQ(Amount(there, v1::PAY_LINE_KIND_COMMISSION), 600);
  EXPECT_EQ(Amount(there, v1::PAY_LINE_KIND_BASE), 0);
  EXPECT_THAT(StatementOf("idle", kOther).status(), HasReason("NOT_FOUND"));
  ASSERT_OK(Close(kOther));
  NextMonth();
  EXPECT_EQ(Corrections(kDecember), 0);
  EXPECT_EQ(Corrections(kOtherDecember), 0);
  EXPECT_EQ(Base("a", kDecember) + Base("a", kOtherDecember), 300'000);
}

// A scheme fines the group of its shop; members whose customers are elsewhere are paid elsewhere.
TEST_F(SharedMonthsTest, AFineByAnotherShopPaysNoBaseThere) {
  TakeVoucherFines();
  PlanOf("scorecard_id: 'vouchers'");
  Hire("x");
  for (const std::string agent : {"a", "x"}) {
    Tell<kefu::staffing::v1::TeamMembershipsChanged>(
        fmt::format("agent_id: '{}' memberships {{ team_id: 'night' start_date {{ year: 2024 "
                    "month: 11 day: 1 }} }}",
                    agent));
  }
  ASSERT_OK(Sell("o1", "a", 10'000));
  SellThere("o2", "x", 10'000);
  v1::ImportConductRequest conduct;
  *conduct.add_rows()->mutable_conduct() = Parse<v1::ConductEvent>(
      "conduct_id: 'k1' team_id: 'night' day { year: 2024 month: 11 day: 12 } kind: "
      "'own_shop_problem_ignored' decided_by: 'sup'");
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportConduct, conduct));
  ASSERT_OK_AND_ASSIGN(const auto here, StatementOf("x"));
  EXPECT_THAT(here.lines(), ::testing::Contains(::testing::Property(
                                &v1::PayLine::kind, v1::PAY_LINE_KIND_CONDUCT_FINE)));
  EXPECT_EQ(here.total().minor_units(), 0);
  EXPECT_EQ(Base("x", kOther), 300'000);
}

TEST_F(SharedMonthsTest, AnotherDefinitionBetweenTwoClosingsPaysNoPartTwice) {
  PlanOf();
  ASSERT_OK(Sell("o1", "a", 10'000));
  SellThere("o2", "a", 10'000);
  ASSERT_OK(Close());
  EXPECT_EQ(Base("a", kNovember), 150'000);
  ASSERT_OK(Ask(*facts_, &v1::FactService::Stub::PublishMetricDefinition,
                "definition { definition_id: 'default' attribution_days: 0 positive_score: 4"
                " answer_seconds: 30 round_seconds: 180 service_hours { end_minute: 1440 } }"));
  SellThere("o3", "a", 10'000);
  SellThere("o4", "a", 10'000);
  ASSERT_OK(Call(&Stub::ComputePayroll, kOther));
  ASSERT_OK(Close(kOther));
  EXPECT_EQ(Base("a", kOther), 150'000);
  NextMonth();
  EXPECT_EQ(Corrections(kDecember), 0);
  EXPECT_EQ(Corrections(kOtherDecember), 0);
}

// Late facts bring somebody into a closed month: each shop corrects its part, once.
TEST_F(SharedMonthsTest, WhoIsFoundLaterIsSharedToo) {
  PlanOf();
  Hire("b");
  ASSERT_OK(Sell("o1", "a", 10'000));
  SellThere("o2", "b", 10'000);
  ASSERT_OK(Close());
  ASSERT_OK(Close(kOther));
  EXPECT_EQ(Base("b", kOther), 300'000);
  Hire("c", 2024, 11);  // told late, and in training all the while
  NextMonth();
  EXPECT_EQ(LineOf("c", kDecember, v1::PAY_LINE_KIND_CORRECTION), 150'000);
  EXPECT_EQ(LineOf("c", kOtherDecember, v1::PAY_LINE_KIND_CORRECTION), 150'000);
  ASSERT_OK(Close(kDecember));
  ASSERT_OK(Sell("late", "c", 10'000, 3));  // it changes no share
  NextMonth();
  EXPECT_EQ(LineOf("c", kJanuary, v1::PAY_LINE_KIND_CORRECTION), 300);
  EXPECT_EQ(LineOf("c", kOtherDecember, v1::PAY_LINE_KIND_CORRECTION), 150'000);
}

TEST_F(SharedMonthsTest, FiguresOfTheOtherShopsAreUpToDateWhenSharesAreFixed) {
  PlanOf();
  ASSERT_OK(Sell("o1", "a", 10'000));
  SellThere("o2", "a", 10'000);
  ASSERT_OK(Call(&Stub::ComputePayroll, kNovember));
  Db().Exec("INSERT INTO dirty_day VALUES ('org-a', 's2', '2024-11-12', 'default@1', 1)");
  const auto refused = Close();
  EXPECT_THAT(refused.status(), HasReason("PAY_FIGURES_NOT_CURRENT"));
  ASSERT_OK(Call(&Stub::ComputePayroll, kNovember));
  EXPECT_OK(Close());
}

// Clock-ins are a person's: one shop was told them.
TEST_F(SharedMonthsTest, AttendanceIsThePersonsWhicheverShopWasToldIt) {
  PlanOf(fmt::format("attendance {{ late_fine {} overtime_hour {} }}", Fen(1'000), Fen(2'000)));
  ASSERT_OK(Sell("o1", "a", 10'000));
  SellThere("o2", "a", 10'000);
  Attend("a", "absence_minutes: 7200 late_count: 3 overtime_minutes: 60", "s");
  for (const char* const month : {kNovember, kOther}) {
    EXPECT_EQ(Base("a", month), 150'000);
    EXPECT_EQ(LineOf("a", month, v1::PAY_LINE_KIND_UNPAID_TIME), -112'500);  // three quarters
    EXPECT_EQ(LineOf("a", month, v1::PAY_LINE_KIND_OVERTIME), 1'500);        // half of 3,000
    EXPECT_EQ(LineOf("a", month, v1::PAY_LINE_KIND_ATTENDANCE_FINE), -1'500);
    CheckTraced("a", month);
    ASSERT_OK(Close(month));
    EXPECT_EQ(Call(&Stub::ComputePayroll, month)->period().state(), v1::PAY_STATE_CLOSED);
  }
  // Told to the other shop as well it is the same record.
  Attend("a", "absence_minutes: 7200 late_count: 3 overtime_minutes: 60", "s2");
  NextMonth();
  EXPECT_EQ(Corrections(kDecember), 0);
  EXPECT_EQ(Corrections(kOtherDecember), 0);
  // One shop is told a correction: once late less, and all else as it was.
  Attend("a", "absence_minutes: 7200 late_count: 2 overtime_minutes: 60", "s");
  EXPECT_EQ(Corrections(kDecember), 500);
  EXPECT_EQ(Corrections(kOtherDecember), 500);
}

TEST_F(SharedMonthsTest, AScoreKnowsTheAttendanceThatAnotherShopWasTold) {
  PlanOf("scorecard_id: 'after_sales_130'");
  ASSERT_OK(Sell("o1", "a", 10'000));
  Attend("a", "late_count: 1", "s2");
  const auto cards = v1::ScorecardService::NewStub(host_.channel());
  for (const std::string item : {"quality", "timely_disputes", "cooperation", "execution"}) {
    ASSERT_OK(
        Ask(*cards, &v1::ScorecardService::Stub::GradeAgent,
            fmt::format("shop_id: 's' grade {{ agent_id: 'a' scorecard_id: 'after_sales_130'"
                        " month {{ year: 2024 month: 11 day: 1 }} item_id: '{}' grade: 'good' }}",
                        item)));
  }
  EXPECT_THAT(StatementOf("a")->problems(), ElementsAre());
  EXPECT_OK(Close());
}

TEST_F(SharedMonthsTest, AShopThatWasGivenUpHasNobodysPart) {
  PlanOf();
  Hire("b");
  SellThere("o1", "b", 10'000, -20);
  ASSERT_OK(Sell("o2", "a", 10'000));
  EXPECT_EQ(Base("b", kNovember), 300'000);
  SellThere("o3", "a", 10'000);  // somebody works there after all
  EXPECT_EQ(Base("b", kOther), 300'000);
}

TEST_F(SharedMonthsTest, WhoHasNotWorkedYetIsPaidWhereTheTeamWorksElseByAll) {
  PlanOf();
  // A shop that has not opened yet has nobody's part.
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's3' time_zone: 'Asia/Shanghai' currency_code: 'CNY' }"));
  Hire("new", 2024, 11);
  Hire("lonely", 2024, 11);
  for (const std::string agent : {"a", "new"}) {
    Tell<kefu::staffing::v1::TeamMembershipsChanged>(
        fmt::format("agent_id: '{}' memberships {{ team_id: 'night' start_date {{ year: 2024 "
                    "month: 11 day: 1 }} }}",
                    agent));
  }
  for (const char* order : {"o1", "o2"}) ASSERT_OK(Sell(order, "a", 10'000));
  SellThere("o3", "a", 10'000);
  EXPECT_EQ(Base("new", kNovember), 200'000);
  EXPECT_EQ(StatementOf("new")->lines(0).note(), "2/3");
  EXPECT_EQ(Base("new", kOther), 100'000);
  EXPECT_EQ(Base("lonely", kNovember), 150'000);
  EXPECT_EQ(Base("lonely", kOther), 150'000);
  ASSERT_OK(Close());
  ASSERT_OK(Close(kOther));
  NextMonth();
  EXPECT_EQ(Corrections(kDecember) + Corrections(kOtherDecember), 0);
}

// x sells in s2 only; a refund of an earlier order in s makes no work there.
TEST_F(SharedMonthsTest, TheShareOfTheShopGoesByTheParts) {
  PlanOf("shop_share_bps: 10000", 0);
  Hire("x");
  ASSERT_OK(Sell("old", "x", 50'000, -20));
  ASSERT_OK(Sell("o1", "a", 30'000));
  SellThere("o2", "x", 10'000);
  SellThere("o3", "a", 10'000);
  ASSERT_OK(PayBack("f", "old", 10, 3));
  EXPECT_EQ(LineOf("x", kNovember, v1::PAY_LINE_KIND_SHOP_SHARE), 0);
  EXPECT_EQ(LineOf("a", kNovember, v1::PAY_LINE_KIND_SHOP_SHARE), 29'990);
  // In s2 a is half there.
  EXPECT_EQ(LineOf("a", kOther, v1::PAY_LINE_KIND_SHOP_SHARE), 6'667);
  EXPECT_EQ(LineOf("x", kOther, v1::PAY_LINE_KIND_SHOP_SHARE), 13'333);
}

// Shops of another currency pay by themselves: the organization pays the rest of the person.
TEST_F(SharedMonthsTest, AnOrganizationPaysWhatItsShopsAreOfThePerson) {
  PlanOf();
  ASSERT_OK(Sell("o0", "a", 10'000, -20));
  ASSERT_OK(Sell("o1", "a", 10'000));
  ASSERT_OK(Close("year: 2024 month: 10 "));
  SellThere("o2", "a", 10'000);
  EXPECT_EQ(Base("a", kAll), 300'000);
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's3' time_zone: 'Asia/Shanghai' currency_code: 'EUR' }"));
  v1::ImportConversationsRequest talks;
  talks.mutable_header()->set_shop_id("s3");
  *talks.add_rows()->mutable_conversation() = Parse<v1::Conversation>(Talk("c", "u", 36'000, "a"));
  ASSERT_OK(
      Stream(&Stub::ImportConversations, {talks}, As("org-a"), /*with_header=*/false).status());
  EXPECT_EQ(Base("a", kAll), 200'000);
  EXPECT_EQ(StatementOf("a", kAll)->lines(0).note(), "2/3");
}

// Sales, late ones among them, attendance told to either shop or both, and the closings of both
// shops in any order: in the end everybody has had every month's base pay and overtime once, and a
// tenth of what was sold.
TEST_F(SharedMonthsTest, WhateverTheOrderEverythingIsPaidOnce) {
  clock_.Advance(absl::Hours(24) * 120);
  constexpr int kMonths = 4;
  const auto month_of = [](int month) { return absl::CivilMonth(2024, 11) + month; };
  for (uint32_t seed = 1; seed <= 6; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](int n) { return static_cast<int>(random() % n); };
    ASSERT_NO_FATAL_FAILURE(FreshShops());
    std::map<std::string, int64_t> expected, paid;
    for (const std::string agent : {"a", "b"}) {
      Hire(agent);
      expected[agent] = kMonths * 300'000;
    }
    int sales = 0;
    const auto sell = [&](const std::string& shop, const std::string& agent, int month) {
      const auto day = static_cast<int>(absl::CivilDay(month_of(month)) + below(28) - kDay);
      const int64_t minor = 10 * (1 + below(6'000));
      const std::string id = fmt::format("o{}-{}", seed, ++sales);
      if (shop == "s") {
        ASSERT_OK(Sell(id, agent, minor, day));
      } else {
        SellThere(id, agent, minor, day);
      }
      expected[agent] += minor / 10;
    };
    const auto some_sales = [&](int month) {
      for (int i = below(4); i > 0; --i) {
        sell(below(2) == 0 ? "s" : "s2", below(2) == 0 ? "a" : "b", std::max(0, month - below(3)));
      }
    };
    sell("s", "a", 0);
    sell("s2", "a", 0);
    for (int month = 0; month < kMonths; ++month) {
      some_sales(month);
      for (const std::string agent : {"a", "b"}) {
        const int told = below(4);  // to nobody, one of the shops, or both
        v1::ImportAttendanceRequest attendance;
        *attendance.add_rows()->mutable_attendance() = Parse<v1::Attendance>(fmt::format(
            "agent_id: '{}' day {{ year: {} month: {} day: 1 }} span: ATTENDANCE_SPAN_MONTH "
            "scheduled_minutes: 9600 overtime_minutes: 60",
            agent, month_of(month).year(), month_of(month).month()));
        if (told & 1) ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, attendance, "s"));
        attendance.mutable_rows(0)->mutable_attendance()->set_late_count(below(2));
        if (told & 2) ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, attendance, "s2"));
        if (told != 0) expected[agent] += 3'000;
      }
      std::vector<std::string> shops{"s", "s2"};
      if (below(2) == 0) std::swap(shops[0], shops[1]);
      for (const std::string& shop : shops) {
        const std::string asked = fmt::format("shop_id: '{}' year: {} month: {} ", shop,
                                              month_of(month).year(), month_of(month).month());
        const auto open = Call(&Stub::ComputePayroll, asked);
        ASSERT_OK(open);
        for (const v1::Statement& statement : open->statements()) {
          paid[statement.agent_id()] += statement.total().minor_units();
        }
        ASSERT_OK(Close(asked)) << "seed " << seed;
        EXPECT_TRUE(Verified(asked).intact());
        if (month + 1 < kMonths) some_sales(month);
      }
    }
    EXPECT_EQ(paid, expected) << "seed " << seed;
  }
}

// s sells dear, s2 cheap: each agent is held against the shops where the customers were.
TEST_F(SharedMonthsTest, GatesOfAnOrganizationAreThoseOfItsShops) {
  PlanOf("gates { kind: PAY_GATE_KIND_AVERAGE_ORDER_VALUE }", 0);
  for (const char* agent : {"b", "c", "d"}) Hire(agent);
  ASSERT_OK(Sell("o1", "a", 50'000));
  ASSERT_OK(Sell("o2", "c", 50'000));
  ASSERT_OK(Sell("o3", "d", 45'000));
  SellThere("o4", "b", 5'000);
  SellThere("o5", "c", 5'000);
  const auto passes = [&](const std::string& agent) {
    const auto statement = StatementOf(agent, kAll);
    EXPECT_TRUE(statement.ok()) << statement.status();
    return statement.ok() && statement->gates(0).passed();
  };
  EXPECT_TRUE(passes("a"));
  EXPECT_TRUE(passes("b"));
  EXPECT_TRUE(passes("c"));
  EXPECT_FALSE(passes("d"));  // below the mean of its shop, far above the organization's
  const auto both = StatementOf("c", kAll)->gates(0).threshold();
  EXPECT_EQ(both.numerator(), 48'333'333 + 5'000'000);
  EXPECT_EQ(both.denominator(), 2'000);
}

TEST_F(SharedMonthsTest, AnOrganizationWithoutAPlanGoesByTheStageOfMostOfItsShops) {
  ASSERT_OK(Sell("o1", "a", 10'000));
  const auto plan = [&] { return Call(&Stub::ComputePayroll, kAll)->period().pay_plan_id(); };
  const auto stage = [&](const std::string& shop, const std::string& name) {
    Tell<kefu::staffing::v1::ShopChanged>(
        fmt::format("shop {{ shop_id: '{}' time_zone: 'Asia/Shanghai' currency_code: 'CNY' stage: "
                    "SHOP_STAGE_{} }}",
                    shop, name),
        -11);
  };
  EXPECT_EQ(plan(), "shipped:startup");
  stage("s", "MATURE");
  EXPECT_EQ(plan(), "shipped:startup");  // the earlier of two
  stage("s2", "GROWTH");
  EXPECT_EQ(plan(), "shipped:growth");
  stage("s2", "MATURE");
  EXPECT_EQ(plan(), "shipped:mature");
}

TEST_F(SharedMonthsTest, WhatASimulationCannotComputeItSays) {
  strangers_ = {"stranger"};
  ASSERT_OK(Sell("o1", "a", 10'000));
  ASSERT_OK(Sell("o2", "stranger", 10'000));
  ASSERT_OK_AND_ASSIGN(
      const auto compared,
      Call(&Stub::SimulatePayroll,
           fmt::format("{} plan {{ {} }}", kNovember,
                       "display_name: 'n' currency_code: 'CNY' scorecard_id: 'after_sales_130'")));
  EXPECT_EQ(compared.problem_count(), 2);
  for (const v1::SimulatedPerson& person : compared.people()) {
    if (person.agent_id() == "a") {
      EXPECT_THAT(person.problems(), ElementsAre(v1::PAY_PROBLEM_SCORE_MISSING));
    } else {
      EXPECT_THAT(person.problems(),
                  ElementsAre(v1::PAY_PROBLEM_SCORE_MISSING, v1::PAY_PROBLEM_EMPLOYMENT_UNKNOWN));
    }
  }
}

// The usual token of an agent names shops.
TEST_F(SharedMonthsTest, AnAgentReadsTheOwnPayOfTheOrganizationAndTheOwnScore) {
  PlanOf();
  ASSERT_OK(Sell("o1", "a", 10'000));
  auth::Principal principal;
  principal.subject = "someone@a";
  principal.org_id = "org-a";
  principal.agent_id = "a";
  principal.shops = {"s"};
  principal.roles = {auth::Role::kAgent};
  const rpc::CallOptions self{.token =
                                  host_.tokens().Sign(std::move(principal), absl::Hours(24) * 60)};
  const auto statement = [&](const std::string& agent) {
    return rpc::Call(*pay_, &PayStub::GetStatement,
                     Parse<v1::GetStatementRequest>(fmt::format("{} agent_id: '{}'", kAll, agent)),
                     self)
        .status();
  };
  EXPECT_OK(statement("a"));
  EXPECT_THAT(statement("b"), HasReason("PERMISSION_DENIED"));
  const auto score = [&](const std::string& agent) {
    return rpc::Call(*stub_, &Stub::GetScorecard,
                     Parse<v1::GetScorecardRequest>(
                         fmt::format("shop_id: 's' agent_id: '{}' month {{ year: 2024 month: 11 "
                                     "day: 1 }} scorecard_id: 'points_30'",
                                     agent)),
                     self)
        .status();
  };
  EXPECT_OK(score("a"));
  EXPECT_THAT(score("b"), HasReason("PERMISSION_DENIED"));
}

}  // namespace
}  // namespace kefu::performance
