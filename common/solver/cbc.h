// COIN-OR CBC, the branch-and-cut solver, behind plain data (https://github.com/coin-or/Cbc).
#pragma once

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "common/linear_program/linear_program.h"

namespace kefu::solver {

struct Limits {
  absl::Duration time = absl::Seconds(5);
  std::optional<int> nodes = {};  // of the search tree: what a machine's speed does not move
  double relative_gap = 0;        // good enough
};

struct Solution {
  enum class Status {
    kOptimal,     // proven, within the gap
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
// Blocks for about the time limit at most. Thread-safe, one programme at a time.
Solution Solve(const LinearProgram& program, const Limits& limits,
               const std::optional<std::vector<int>>& open = std::nullopt);

}  // namespace kefu::solver
