// COIN-OR CBC, the branch-and-cut solver, behind plain data (https://github.com/coin-or/Cbc).
#pragma once

#include <vector>

#include "absl/time/time.h"

namespace kefu::staffing::optimise {

// Minimizes cost·x with lower ≤ a·x ≤ upper by row; entries (row, column, value) in any order.
struct Program {
  struct Column {
    double cost = 0, lower = 0, upper = 1;
    bool integer = false;
  };
  struct Row {
    double lower = 0, upper = 0;
  };
  struct Entry {
    int row = 0, column = 0;
    double value = 0;
  };
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::vector<Entry> entries;
};
inline constexpr double kUnbounded = 1e30;  // CBC's infinity

struct Limits {
  absl::Duration time = absl::Seconds(5);
  int nodes = 1'000'000;    // of the search tree: the limit that a machine's speed does not move
  double relative_gap = 0;  // good enough
};

struct Solution {
  bool optimal = false;        // within the gap
  double objective = 0;        // of `values`
  std::vector<double> values;  // by column; empty when none was found
};

// Blocks for about the time limit at most. Thread-safe, one programme at a time.
Solution Solve(const Program& program, const Limits& limits);

}  // namespace kefu::staffing::optimise
