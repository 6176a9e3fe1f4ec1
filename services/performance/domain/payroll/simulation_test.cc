// What another plan would have paid, and how even it is.
#include "services/performance/domain/payroll/simulation.h"

#include <gtest/gtest.h>

namespace kefu::performance::domain::payroll {
namespace {

TEST(Gini, OfKnownIncomes) {
  EXPECT_EQ(GiniBps({}), 0);
  EXPECT_EQ(GiniBps({5}), 0);
  EXPECT_EQ(GiniBps({7, 7, 7}), 0);
  EXPECT_EQ(GiniBps({0, 0, 0, 1}), 7'500);
  EXPECT_EQ(GiniBps({1, 2, 3}), 2'222);
  EXPECT_EQ(GiniBps({3, 1, 2}), 2'222);
}

TEST(Simulation, WinnersLosersAndCost) {
  const auto pay = [](std::string id, int64_t total) {
    return Statement{.agent_id = std::move(id), .total_minor = total};
  };
  Comparer comparer;
  comparer.Add(std::vector{pay("a", 10), pay("b", 20)}, std::vector{pay("a", 15), pay("b", 5)});
  comparer.Add(std::vector{pay("a", 10), pay("c", 7)}, std::vector{pay("a", 10), pay("c", 7)});
  // Who is paid under neither plan belongs to no comparison, and evens out nothing.
  comparer.Add(std::vector{pay("gone", 0)}, std::vector{pay("gone", 0)});
  const Comparison result = comparer.Result();
  ASSERT_EQ(result.people.size(), 3u);
  EXPECT_EQ(result.people[0].agent_id, "a");
  EXPECT_EQ(result.people[0].difference(), 5);
  EXPECT_EQ(result.people[2].difference(), -15);
  EXPECT_EQ(result.before_minor, 47);
  EXPECT_EQ(result.after_minor, 37);
  EXPECT_EQ(result.winners, 1);
  EXPECT_EQ(result.losers, 1);
  EXPECT_EQ(result.unchanged, 1);
  EXPECT_EQ(result.gini_before_bps, GiniBps({20, 20, 7}));
  EXPECT_EQ(result.gini_after_bps, GiniBps({25, 5, 7}));
  EXPECT_EQ(result.incomplete, 0);
}

TEST(Simulation, WhatCannotBeComputedToTheEndIsSaid) {
  Comparer comparer;
  const Statement whole{.agent_id = "a", .total_minor = 5};
  const Statement missing{.agent_id = "a", .total_minor = 5, .problems = {Problem::kScoreMissing}};
  const Statement unpaid{.agent_id = "b", .problems = {Problem::kEmploymentUnknown}};
  comparer.Add(std::vector{whole}, std::vector{missing});
  comparer.Add(std::vector{whole, unpaid}, std::vector{whole});
  const Comparison result = comparer.Result();
  ASSERT_EQ(result.people.size(), 2u);
  EXPECT_EQ(result.people[0].problems, std::set{Problem::kScoreMissing});
  EXPECT_EQ(result.people[1].problems, std::set{Problem::kEmploymentUnknown});
  EXPECT_EQ(result.incomplete, 2);
}

}  // namespace
}  // namespace kefu::performance::domain::payroll
