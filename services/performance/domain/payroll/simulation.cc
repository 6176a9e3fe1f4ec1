#include "services/performance/domain/payroll/simulation.h"

#include <algorithm>
#include <utility>

#include "services/performance/domain/payroll/arithmetic.h"

namespace kefu::performance::domain::payroll {

void Comparer::Add(std::span<const Statement> before, std::span<const Statement> after) {
  for (const auto& [statements, sum] : {std::pair{before, &PersonCompared::before_minor},
                                        std::pair{after, &PersonCompared::after_minor}}) {
    for (const Statement& statement : statements) {
      PersonCompared& person = people_[statement.agent_id];
      person.*sum += statement.total_minor;
      person.problems.insert(statement.problems.begin(), statement.problems.end());
    }
  }
}

Comparison Comparer::Result() const {
  Comparison result;
  std::vector<int64_t> before, after;
  for (const auto& [agent_id, person] : people_) {
    if (person.before_minor == 0 && person.after_minor == 0 && person.problems.empty()) {
      continue;  // nobody's pay
    }
    result.people.push_back(person);
    result.people.back().agent_id = agent_id;
    result.before_minor += person.before_minor;
    result.after_minor += person.after_minor;
    if (!person.problems.empty()) ++result.incomplete;
    const int64_t difference = person.difference();
    ++(difference > 0 ? result.winners : difference < 0 ? result.losers : result.unchanged);
    if (person.before_minor == 0 && person.after_minor == 0) continue;
    before.push_back(person.before_minor);
    after.push_back(person.after_minor);
  }
  std::ranges::stable_sort(result.people, std::ranges::greater(), &PersonCompared::difference);
  result.gini_before_bps = GiniBps(std::move(before));
  result.gini_after_bps = GiniBps(std::move(after));
  return result;
}

int32_t GiniBps(std::vector<int64_t> incomes) {
  for (int64_t& income : incomes) income = std::max<int64_t>(0, income);
  std::ranges::sort(incomes);
  const auto n = static_cast<int64_t>(incomes.size());
  Wide total = 0, weighted = 0;
  for (int64_t i = 0; i < n; ++i) {
    total += incomes[i];
    weighted += Wide{2 * (i + 1) - n - 1} * incomes[i];
  }
  if (total == 0) return 0;
  return static_cast<int32_t>(MulDiv(weighted, kWholeBps, n * total));
}

}  // namespace kefu::performance::domain::payroll
