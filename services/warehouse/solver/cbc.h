// COIN-OR CBC, the branch-and-cut solver, behind plain data (https://github.com/coin-or/Cbc).
#pragma once

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "services/warehouse/domain/network/site_model.h"

namespace kefu::warehouse::solver {

struct Solution {
  enum class Status {
    kOptimal,     // proven, within one part in a million
    kFeasible,    // the best that was found in the time
    kInfeasible,  // proven: there is none
    kUnknown,     // none was found in the time
  };
  Status status = Status::kUnknown;
  double objective = 0;        // of `values`
  double bound = 0;            // no solution costs less
  std::vector<double> values;  // of the columns; empty unless optimal or feasible
};

// Minimizes. `open`: columns of integers that are 1 in a solution to begin with; others are 0.
// Blocks for about `limit` of real time at the most. Thread-safe, one programme at a time.
Solution Solve(const domain::LinearProgram& program, absl::Duration limit,
               const std::optional<std::vector<int>>& open = std::nullopt);

}  // namespace kefu::warehouse::solver
