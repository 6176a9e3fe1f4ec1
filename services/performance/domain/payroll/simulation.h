// What another plan would have paid for the same figures.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "services/performance/domain/payroll/statement.h"

namespace kefu::performance::domain::payroll {

struct PersonCompared {
  std::string agent_id;
  int64_t before_minor = 0, after_minor = 0;
  std::set<Problem> problems = {};  // why one of the two is not to be relied on
  int64_t difference() const { return after_minor - before_minor; }
};

struct Comparison {
  // Whoever is paid under one of the plans, or cannot be computed to the end: largest gain first,
  // then by id.
  std::vector<PersonCompared> people;
  int64_t before_minor = 0, after_minor = 0;
  int winners = 0, losers = 0, unchanged = 0;
  int incomplete = 0;  // people with problems
  int32_t gini_before_bps = 0, gini_after_bps = 0;
};

// Adds up what each agent gets over some months, side by side.
class Comparer {
 public:
  void Add(std::span<const Statement> before, std::span<const Statement> after);
  Comparison Result() const;

 private:
  std::map<std::string, PersonCompared> people_;
};

// The Gini coefficient of some incomes in basis points, half up: 0 where all earn the same, towards
// 10000 where one earns everything. Σ (2i − n − 1) x_i ÷ (n Σ x) over incomes in rising order
// (Gini 1912 by way of the ordered form); negative incomes count 0; 0 where nobody earns anything.
int32_t GiniBps(std::vector<int64_t> incomes);

}  // namespace kefu::performance::domain::payroll
