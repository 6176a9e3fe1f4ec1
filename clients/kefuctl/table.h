// Tables whose columns line up with Chinese text in them. Not thread-safe.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace kefu::kefuctl {

enum class Colour { kNone, kRed, kYellow, kGreen, kDim };

struct Cell {
  Cell(std::string t = "", Colour c = Colour::kNone) : text(std::move(t)), colour(c) {}
  Cell(const char* t) : text(t) {}
  std::string text;
  Colour colour;
};

struct Column {
  std::string title;
  bool right = false;  // numbers
  int max_width = 48;  // longer texts are cut
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns.
  void Add(std::vector<Cell> cells);
  bool empty() const { return rows_.empty(); }
  // Every text, row by row, to be read or replaced: edit(std::string&).
  template <class F>
  void Edit(F edit) {
    for (std::vector<Cell>& row : rows_) {
      for (Cell& cell : row) edit(cell.text);
    }
  }
  // Title line, rule, rows; each line ends in a line break and in no spaces.
  std::string Render(bool colours) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace kefu::kefuctl
