// A person's month among several shops: paid once, whichever shop closes first and whatever becomes
// known in between.
#include "kefu/staffing/v1/attendance.pb.h"
#include "services/performance/store/people.h"
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
    ASSERT_OK(SellIn("s2", id, agent, minor, day));
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

// A scheme fines the group of its shop; members whose customers are elsewhere are paid elsewhere,
// and fined when they are paid here.
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
  const v1::PayLine& fine = here.lines(here.lines_size() - 1);
  EXPECT_EQ(fine.kind(), v1::PAY_LINE_KIND_CONDUCT_FINE);
  EXPECT_EQ(fine.not_taken().minor_units(), 10'000);
  EXPECT_TRUE(fine.pending());
  EXPECT_EQ(here.total().minor_units(), 0);
  EXPECT_EQ(Base("x", kOther), 300'000);
  EXPECT_EQ(LineOf("a", kNovember, v1::PAY_LINE_KIND_CONDUCT_FINE), -10'000);
  EXPECT_THAT(Close()->pending_conduct_ids(), ElementsAre("k1"));
  ASSERT_OK(Sell("o3", "x", 10'000, 25));
  EXPECT_EQ(LineOf("x", kDecember, v1::PAY_LINE_KIND_CONDUCT_FINE), -10'000);
  EXPECT_EQ(LineOf("x", kDecember, v1::PAY_LINE_KIND_CORRECTION), 0);
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

TEST_F(SharedMonthsTest, OtherShopsAreBroughtUpToDateOnlyWhereSharesGoByThem) {
  PlanOf();
  ASSERT_OK(Sell("o1", "a", 10'000));
  SellThere("o2", "a", 10'000);
  ASSERT_OK(Call(&Stub::ComputePayroll, kOther));
  const auto marks = [&] { return Db().Count("SELECT COUNT(*) FROM dirty_day"); };
  const auto mark = [&](const std::string& day) {
    Db().Exec("INSERT INTO dirty_day VALUES ('org-a', 's2', '" + day + "', 'default@1', 1)");
  };
  mark("2024-11-12");
  EXPECT_EQ(Base("a", kNovember), 150'000);
  EXPECT_EQ(marks(), 0);
  ASSERT_OK(Close(kOther));  // which fixes the month of everybody paid here
  mark("2024-11-12");
  EXPECT_EQ(Base("a", kNovember), 150'000);
  ASSERT_OK(Close());
  EXPECT_EQ(marks(), 1);
  // Of whoever works nowhere the year before says where; the month before is looked at again.
  mark("2023-11-01");
  mark("2023-10-31");
  Hire("idle");
  EXPECT_EQ(Base("idle", kDecember), 150'000);
  EXPECT_EQ(marks(), 1);
}

// Only the shop that is closed keeps its imports waiting: what comes into another one meanwhile is
// late, and the rows behind a line are those that were counted.
TEST_F(SharedMonthsTest, WhatComesIntoAnotherShopWhileAMonthIsClosedIsLate) {
  PlanOf(fmt::format("attendance {{ overtime_hour {} }}", Fen(2'000)));
  ASSERT_OK(Sell("o1", "a", 10'000));
  ASSERT_OK(Close());
  ASSERT_OK(Sell("o2", "a", 10'000, 25));
  const auto overtime = [](int minutes) {
    return Parse<v1::Attendance>(
        fmt::format("agent_id: 'a' day {{ year: 2024 month: 12 day: 1 }} span: "
                    "ATTENDANCE_SPAN_MONTH scheduled_minutes: 9600 overtime_minutes: {}",
                    minutes));
  };
  v1::ImportAttendanceRequest attendance;
  *attendance.add_rows()->mutable_attendance() = overtime(60);
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, attendance, "s2"));
  NextMonth();
  ASSERT_OK(Call(&Stub::ComputePayroll, kDecember));
  // Closing waits for November's sums once it has read December.
  Db().Exec("UPDATE month_state SET summed = 0 WHERE shop_id = 's' AND month = '2024-11-01'");
  constexpr db::Sql kHold{
      "SELECT version FROM month_state WHERE org_id = 'org-a' AND shop_id = 's' AND definition_id "
      "= 'default@1' AND month = '2024-11-01' FOR UPDATE"};
  const std::string hash(16, 'h'), body = overtime(120).SerializeAsString();
  Between(
      [&](db::Transaction& t) -> absl::Status {
        RETURN_IF_ERROR(t.Query(kHold).status());
        return store::SavePeopleFacts(
            t, store::PeopleFact::kAttendance, {"org-a", "s2"},
            {{store::PeopleRow{"a 2024-12-01 MONTH", "a", absl::CivilDay(2024, 12, 1), hash,
                               body}}});
      },
      {"SELECT version, summed FROM month_state%FOR UPDATE"},
      [&] {
        EXPECT_OK(Close(kDecember));
        // Without waiting it would be over before this is to be seen.
        EXPECT_EQ(Db().Count("SELECT COUNT(*) FROM attendance WHERE body_hash = REPEAT('h', 16)"),
                  1);
      });
  ASSERT_OK_AND_ASSIGN(const auto closed, StatementOf("a", kDecember));
  EXPECT_EQ(Amount(closed, v1::PAY_LINE_KIND_OVERTIME), 3'000);
  for (const v1::PayLine& line : closed.lines()) {
    if (line.kind() != v1::PAY_LINE_KIND_OVERTIME) continue;
    EXPECT_EQ(line.quantity(), 60);
    const auto rows = SourcesOf("a", line.line_number(), kDecember);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].quantity(), 60);
  }
  EXPECT_TRUE(Verified(kDecember).intact());
  NextMonth();
  EXPECT_EQ(LineOf("a", kJanuary, v1::PAY_LINE_KIND_CORRECTION), 3'000);
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

TEST_F(SharedMonthsTest, AttendanceThatStaffingClosedIsPaidWhereThePersonIs) {
  PlanOf(fmt::format("attendance {{ late_fine {} overtime_hour {} }}", Fen(1'000), Fen(2'000)));
  ASSERT_OK(Sell("o1", "a", 10'000));
  SellThere("o2", "a", 10'000);
  Hire("idle");
  const auto close = [&](const std::string& agent, int late) {
    Tell<kefu::staffing::v1::AttendanceSummarized>(
        fmt::format("summary {{ agent_id: '{}' month {{ year: 2024 month: 11 day: 1 }} figures {{ "
                    "scheduled_minutes: 9600 absence_minutes: 7200 late_count: {} "
                    "overtime_minutes: 60 }} }}",
                    agent, late));
  };
  for (const char* const agent : {"a", "idle"}) close(agent, 3);
  for (const char* const month : {kNovember, kOther}) {
    for (const char* const agent : {"a", "idle"}) {
      EXPECT_EQ(Base(agent, month), 150'000);
      EXPECT_EQ(LineOf(agent, month, v1::PAY_LINE_KIND_UNPAID_TIME), -112'500);
      EXPECT_EQ(LineOf(agent, month, v1::PAY_LINE_KIND_OVERTIME), 1'500);
      EXPECT_EQ(LineOf(agent, month, v1::PAY_LINE_KIND_ATTENDANCE_FINE), -1'500);
    }
    ASSERT_OK(Close(month));
  }
  close("a", 2);  // with a correction, after the months were paid
  NextMonth();
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

// How long ago somebody's last month may be is the plan's: nothing said, a year.
TEST_F(SharedMonthsTest, WhoWorksNowhereIsPlacedByAsManyMonthsAsThePlanSays) {
  Hire("b", 2023);
  ASSERT_OK(Sell("o1", "a", 10'000));
  SellThere("o2", "a", 10'000);
  SellThere("old", "b", 10'000, -370);  // in November 2023
  PlanOf();
  EXPECT_EQ(Base("b", kOther), 300'000);
  PlanOf("placed_back_months: 11");
  EXPECT_EQ(Base("b", kOther), 150'000);
  EXPECT_EQ(Base("b", kNovember), 150'000);
  ASSERT_OK_AND_ASSIGN(const auto plans, Pay(&PayStub::ListPayPlans, ""));
  EXPECT_EQ(plans.plans(0).placed_back_months(), 12);
  EXPECT_EQ(plans.plans(1).placed_back_months(), 11);
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

// A person's base pay is one sum, and so of one currency: that of most of the customers.
TEST_F(SharedMonthsTest, WhoWorksForShopsOfSeveralCurrenciesIsPaidInOne) {
  PlanOf();
  Hire("e");
  ASSERT_OK(Sell("o0", "a", 10'000, -20));
  ASSERT_OK(Sell("o1", "a", 10'000));
  ASSERT_OK(Close("year: 2024 month: 10 "));
  SellThere("o2", "a", 10'000);
  ASSERT_OK(Call(&Stub::ConfigureShop,
                 "settings { shop_id: 's3' time_zone: 'Asia/Shanghai' currency_code: 'EUR' }"));
  const auto answer = [&](const std::string& id, const std::string& agent) {
    v1::ImportConversationsRequest talks;
    talks.mutable_header()->set_shop_id("s3");
    *talks.add_rows()->mutable_conversation() =
        Parse<v1::Conversation>(Talk(id, "u" + id, 36'000, agent));
    return Stream(&Stub::ImportConversations, {talks}, As("org-a"), /*with_header=*/false).status();
  };
  ASSERT_OK(answer("c1", "a"));
  for (const char* id : {"c2", "c3"}) ASSERT_OK(answer(id, "e"));
  ASSERT_OK(Sell("o3", "e", 10'000));
  EXPECT_EQ(Base("a", kAll), 300'000);
  EXPECT_EQ(StatementOf("a", kAll)->lines(0).note(), "");
  EXPECT_EQ(Base("e", kAll), 0);  // but the commission
  EXPECT_EQ(LineOf("e", kAll, v1::PAY_LINE_KIND_COMMISSION), 300);
  ASSERT_OK(Close(kAll));
  // The shop of euros has no plan, and so closes nothing: that is told.
  NextMonth();
  const auto told = ElementsAre(kefu::testing::EqualsProto(
      Parse<v1::PayUnclosedParts>("year: 2024 month: 11 shop_id: 's3' agent_count: 1")));
  const std::string december = "year: 2024 month: 12 ";
  EXPECT_THAT(Call(&Stub::ComputePayroll, december)->period().unclosed_parts(), told);
  ASSERT_OK_AND_ASSIGN(const auto closed, Close(december));
  EXPECT_THAT(closed.unclosed_parts(), told);
  EXPECT_TRUE(Verified(december).intact());
  std::string euros = SimplePlan(kFromNovember);
  for (size_t at; (at = euros.find("CNY")) != std::string::npos;) euros.replace(at, 3, "EUR");
  ASSERT_OK(Pay(&PayStub::CreatePayPlan, fmt::format("plan {{ shop_id: 's3' {} }}", euros)));
  const std::string in_euros = "shop_id: 's3' year: 2024 month: 11 ";
  EXPECT_EQ(Base("e", in_euros), 300'000);
  EXPECT_EQ(Base("a", in_euros), 0);
  ASSERT_OK(Close(in_euros));
  ASSERT_OK_AND_ASSIGN(const auto january, Call(&Stub::ComputePayroll, "year: 2025 month: 1 "));
  for (const v1::PayUnclosedParts& parts : january.period().unclosed_parts()) {
    EXPECT_EQ(parts.month(), 12) << parts.ShortDebugString();
  }
}

TEST_F(SharedMonthsTest, PartsAtAShopThatHasNotClosedTheMonthAreTold) {
  PlanOf();
  ASSERT_OK(Sell("o1", "a", 10'000));
  SellThere("o2", "a", 10'000);
  ASSERT_OK_AND_ASSIGN(const auto first, Close());
  EXPECT_EQ(first.unclosed_parts_size(), 0);
  const auto told = [&] {
    const auto december = Call(&Stub::ComputePayroll, kDecember);
    EXPECT_TRUE(december.ok()) << december.status();
    return december.ok() ? december->period() : v1::PayPeriod();
  };
  EXPECT_THAT(told().unclosed_parts(),
              ElementsAre(kefu::testing::EqualsProto(Parse<v1::PayUnclosedParts>(
                  "year: 2024 month: 11 shop_id: 's2' agent_count: 1"))));
  ASSERT_OK(Close(kOther));
  EXPECT_EQ(told().unclosed_parts_size(), 0);
}

// x is a base's from the 20th on: its days count neither for shares nor for scores.
TEST_F(SharedMonthsTest, TheDaysOfABaseCountForNoShareAndNoScore) {
  PlanOf("scorecard_id: 'points_30'");
  Hire("x");
  Tell<kefu::staffing::v1::AgentChanged>("agent { agent_id: 'x' base_id: 'base' }", 9);
  ASSERT_OK(Sell("o1", "x", 10'000));
  ASSERT_OK(Sell("o2", "a", 50'000));
  for (const char* order : {"o3", "o4", "o5"}) SellThere(order, "x", 10'000, 12);
  EXPECT_EQ(Base("x", kNovember), 190'000);  // 19 of 30 days, all of them here
  EXPECT_EQ(StatementOf("x")->lines(0).note(), "");
  EXPECT_THAT(StatementOf("x", kOther).status(), HasReason("NOT_FOUND"));
  // The base's sales make nobody first.
  ASSERT_OK(Sell("o6", "x", 90'000, 13));
  v1::ImportAttendanceRequest attendance;
  for (const int day : {5, 25}) {
    *attendance.add_rows()->mutable_attendance() = Parse<v1::Attendance>(
        fmt::format("agent_id: 'x' day {{ year: 2024 month: 11 day: {} }} span: "
                    "ATTENDANCE_SPAN_DAY scheduled_minutes: 480 late_count: 1",
                    day));
  }
  ASSERT_OK(Facts(&v1::FactService::Stub::ImportAttendance, attendance));
  const auto score = [&](const std::string& card) {
    const auto read =
        Call(&Stub::GetScorecard,
             fmt::format("shop_id: 's' agent_id: 'x' month {{ year: 2024 month: 11 day: 1 }} "
                         "scorecard_id: '{}'",
                         card));
    EXPECT_TRUE(read.ok()) << read.status();
    return read.ok() ? *read : v1::AgentScore();
  };
  const auto item = [](const v1::AgentScore& of, const std::string& id) {
    const auto found = std::ranges::find(of.items(), id, &v1::ScoredItem::item_id);
    return found == of.items().end() ? v1::ScoredItem() : *found;
  };
  EXPECT_EQ(item(score("points_30"), "month_rank").band(), "2");
  EXPECT_EQ(item(score("after_sales_130"), "attendance").record_ids_size(), 1);
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

// DOMAIN 3.5: whoever did the basic task is awarded by average order value, whatever the shop
// sells.
TEST_F(SharedMonthsTest, AwardsOfAnOrganizationGoByTheMeansOfItsShops) {
  PlanOf(fmt::format("awards {{ period: AWARD_PERIOD_QUARTER metric: "
                     "AWARD_METRIC_AVERAGE_ORDER_VALUE prizes {} }}",
                     Fen(30'000)),
         0);
  for (const char* agent : {"b", "c", "d"}) Hire(agent);
  ASSERT_OK(Sell("o1", "a", 50'000));
  ASSERT_OK(Sell("o2", "b", 52'000));
  SellThere("o3", "c", 5'000);
  SellThere("o4", "d", 6'000);
  const auto award = [&](const std::string& agent) {
    return LineOf(agent, "year: 2024 month: 12 ", v1::PAY_LINE_KIND_AWARD);
  };
  EXPECT_EQ(award("b"), 0);       // 52,000 of 51,000
  EXPECT_EQ(award("d"), 30'000);  // 6,000 of 5,500
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
