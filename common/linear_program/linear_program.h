// A linear programme, with integers where columns say so, as plain data.
#pragma once

#include <vector>

namespace kefu::solver {

inline constexpr double kUnbounded = 1e30;  // and beyond: no bound

// Minimizes cost·x with lower ≤ a·x ≤ upper by row; entries (row, column, value) in any order.
struct LinearProgram {
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

}  // namespace kefu::solver
