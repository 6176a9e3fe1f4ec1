// Worked examples that tests of pay share.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "services/performance/domain/payroll/statement.h"

namespace kefu::performance::domain::payroll {

inline constexpr absl::CivilDay kMonth(2024, 11, 1);
inline constexpr absl::CivilDay kEnd(2024, 11, 30);

// 3 % to ¥500, 4 % to ¥1,000, 5 % from there.
inline CommissionRule ThreeBands() {
  CommissionRule rule;
  rule.bands = {{0, 50'000, 300}, {50'000, 100'000, 400}, {100'000, std::nullopt, 500}};
  return rule;
}

inline PayPlan Simple() {
  PayPlan plan;
  plan.currency = "CNY";
  plan.base_minor = 400'000;
  plan.commission = ThreeBands();
  return plan;
}

inline AgentInput Agent(std::string id, int64_t sales, int64_t new_sales = 0) {
  AgentInput agent{.agent_id = std::move(id)};
  agent.employment_known = true;
  agent.employed_days = 30;
  agent.parts = AllHere();
  agent.has_figures = true;
  agent.month.sales_minor = sales + new_sales;
  agent.month.paid_customers = 10;
  agent.month.consulted = 40;
  agent.month.converted = 10;
  agent.days = {{.first = kMonth, .last = kEnd, .sales_minor = {sales, new_sales}}};
  return agent;
}

inline Statement Of(const PayPlan& plan, const AgentInput& agent, int64_t shop_sales = 0) {
  auto statements = Compute(plan, {kMonth, shop_sales, {agent}});
  EXPECT_TRUE(statements.ok()) << statements.status();
  return statements->front();
}

inline int64_t Total(const Statement& statement, LineKind kind) {
  int64_t sum = 0;
  for (const Line& line : statement.lines) sum += line.kind == kind ? line.amount_minor : 0;
  return sum;
}

}  // namespace kefu::performance::domain::payroll
