// The rows behind the lines of a statement.
#include "services/performance/domain/payroll/sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "common/testing/status_matchers.h"

namespace kefu::performance::domain::payroll {
namespace {

using ::testing::ElementsAre;

constexpr absl::CivilDay kMonth(2024, 11, 1);

Sources TwoOrders() {
  return {.orders = {{"o1", kMonth, 10'000, 0, kReturning}, {"o2", kMonth + 9, 20'001, 1, kNew}},
          .refunds = {{"f1", "old", kMonth + 3, kMonth - 5, 500, kReturning},
                      {"f2", "older", kMonth + 4, kMonth - 40, 500, kReturning}},
          .attendance = {{"r1", kMonth, 60, 1, 0, 0}, {"r2", kMonth + 1, 420, 2, 0, 1}}};
}

std::vector<int64_t> Amounts(const std::vector<SourceRow>& rows) {
  std::vector<int64_t> amounts;
  for (const SourceRow& row : rows) amounts.push_back(row.amount_minor);
  return amounts;
}

TEST(Sources, AreTheRowsThatTheLineIsAbout) {
  const Sources sources = TwoOrders();
  const Line commission{
      .kind = LineKind::kCommission, .amount_minor = 1'000, .first = kMonth, .last = kMonth + 29};
  EXPECT_THAT(Amounts(Explain("a", commission, sources)), ElementsAre(333, 667));
  Line line = commission;
  line.buyer = kNew;
  EXPECT_THAT(Amounts(Explain("a", line, sources)), ElementsAre(1'000));
  line = commission;
  line.last = kMonth + 8;  // the days of a grade
  EXPECT_EQ(Explain("a", line, sources)[0].id, "o1");
  line = {.kind = LineKind::kRefund,
          .amount_minor = -15,
          .first = kMonth - 31,
          .last = kMonth - 1,
          .buyer = kReturning};
  const auto refunds = Explain("a", line, sources);
  ASSERT_EQ(refunds.size(), 1u);
  EXPECT_EQ(refunds[0].note, "old");
  EXPECT_EQ(refunds[0].amount_minor, -15);
  line = {.kind = LineKind::kUnpaidTime, .amount_minor = -801};
  EXPECT_THAT(Amounts(Explain("a", line, sources)), ElementsAre(-100, -701));
  line = {.kind = LineKind::kAttendanceFine, .amount_minor = -300, .reference = "late"};
  EXPECT_THAT(Amounts(Explain("a", line, sources)), ElementsAre(-100, -200));
  line.reference = "absence";
  EXPECT_THAT(Amounts(Explain("a", line, sources)), ElementsAre(-300));
  line = {.kind = LineKind::kConductFine, .amount_minor = -9, .reference = "k1", .note = "harm"};
  EXPECT_EQ(Explain("a", line, sources)[0].note, "harm");
}

TEST(Sources, OfAttendanceHaveTheMinutesAndTimesOfTheLine) {
  const AgentInput agent{.agent_id = "a",
                         .employed_days = 30,
                         .parts = AllHere(),
                         .scheduled_minutes = 9'600,
                         .unpaid_minutes = 480,
                         .overtime = {60, 0, 0},
                         .late_count = 3};
  PayPlan plan;
  plan.base_minor = 300'000;
  plan.attendance.late_fine_minor = 1'000;
  plan.attendance.overtime_hour_minor = 2'000;
  const auto adds_up = [&](const AgentInput& input, const Sources& sources) {
    const auto statements = Compute(plan, {kMonth, 0, {input}});
    EXPECT_OK(statements);
    std::string problem;
    return AddsUp(statements->front(), sources, &problem);
  };
  const Sources rows{.attendance = {{"r1", kMonth, 60, 1, 0, 0, {60}}, {"r2", kMonth, 420, 2}}};
  EXPECT_TRUE(adds_up(agent, rows));
  for (int i = 0; i < 3; ++i) {
    Sources others = rows;
    AttendanceSource& row = others.attendance[0];
    (i == 0 ? row.unpaid_minutes : i == 1 ? row.late_count : row.overtime[0]) += 1;
    EXPECT_FALSE(adds_up(agent, others)) << i;
  }
  // More than the whole month is not taken.
  AgentInput away = agent;
  away.scheduled_minutes = 400;
  EXPECT_TRUE(adds_up(away, rows));
  away.unpaid_minutes = 300;
  EXPECT_FALSE(adds_up(away, rows));
}

TEST(Sources, OfAComputedStatementAddUp) {
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    Sources sources;
    AgentInput agent{.agent_id = "a", .employed_days = 30, .has_figures = true};
    agent.days = {{.first = kMonth, .last = kMonth + 13, .grade_id = "P1"},
                  {.first = kMonth + 14, .last = kMonth + 29, .grade_id = "P2"}};
    for (int i = 0; i < 20; ++i) {
      const absl::CivilDay day = kMonth + static_cast<int>(random() % 30);
      const int64_t paid = 1 + random() % 90'000;
      const int64_t refunded = random() % 3 == 0 ? static_cast<int64_t>(random() % paid) : 0;
      const Buyer buyer = random() % 2 == 0 ? kNew : kReturning;
      sources.orders.push_back({"o" + std::to_string(i), day, paid, refunded, buyer});
      GradeDays& days = agent.days[day < kMonth + 14 ? 0 : 1];
      days.sales_minor[buyer] += paid;
      days.refunds_minor[buyer] += refunded;
      agent.month.sales_minor += paid;
    }
    PayPlan plan;
    plan.commission.bands = {{0, 100'000, 300}, {100'000, std::nullopt, 500}};
    plan.commission.new_buyer_factor_bps = 12'345;
    plan.commission.coefficients = {{"P1", 10'000}, {"P2", 11'111}};
    const auto statements = Compute(plan, {kMonth, 0, {agent}});
    ASSERT_OK(statements);
    std::string problem;
    EXPECT_TRUE(AddsUp(statements->front(), sources, &problem)) << problem << " seed " << seed;
    sources.orders.pop_back();
    EXPECT_FALSE(AddsUp(statements->front(), sources, &problem)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace kefu::performance::domain::payroll
