// The rows a SELECT returned: one block of cells and one block of text per result.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace kefu::db {

class Rows;

// For common/db only: one value of a result.
enum class CellKind : uint8_t { kNull, kInt, kDouble, kText, kDay };
struct Cell {
  CellKind kind = CellKind::kNull;
  uint32_t length = 0;  // of text
  union {
    int64_t number = 0;  // kInt; kDay: days since 1970-01-01; kText: offset into the text block
    double real;
  };
};

// A view of one row; valid while its Rows lives. Columns count from 0.
//
// NULL reads as the zero of its type (0, "", false, epoch, 1970-01-01), as SUM over nothing is
// wanted; where absence matters ask IsNull or use Opt*. Reading a column as a type it does not
// have, or one that does not exist, is a bug in a constant statement and stops the process.
class Row {
 public:
  bool IsNull(size_t column) const;
  // Any integer column, and DECIMAL without a fraction (SUM of integers).
  int64_t Int(size_t column) const;
  bool Bool(size_t column) const { return Int(column) != 0; }
  // DOUBLE, FLOAT, DECIMAL and integers.
  double Double(size_t column) const;
  // Text, bytes, DECIMAL with a fraction, DATETIME and the like as text.
  std::string_view Text(size_t column) const;
  std::string Str(size_t column) const { return std::string(Text(column)); }
  // A *_us column: microseconds since the epoch.
  absl::Time Time(size_t column) const { return absl::FromUnixMicros(Int(column)); }
  // A DATE column.
  absl::CivilDay Day(size_t column) const;

  std::optional<int64_t> OptInt(size_t column) const;
  std::optional<double> OptDouble(size_t column) const;
  std::optional<std::string> OptStr(size_t column) const;
  std::optional<absl::Time> OptTime(size_t column) const;
  std::optional<absl::CivilDay> OptDay(size_t column) const;

  size_t size() const;

 private:
  friend class Rows;
  const Cell& At(size_t column) const;
  Row(const Rows* rows, size_t row) : rows_(rows), row_(row) {}
  const Rows* rows_;
  size_t row_;
};

// Move-only owner of a result. Not synchronized; const access from several threads is safe.
class Rows {
 public:
  Rows() = default;
  Rows(Rows&&) = default;
  Rows& operator=(Rows&&) = default;

  size_t size() const { return row_count_; }
  bool empty() const { return row_count_ == 0; }
  size_t columns() const { return column_count_; }
  Row operator[](size_t row) const;  // row < size()
  Row front() const { return (*this)[0]; }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Row;
    Iterator(const Rows* rows, size_t row) : rows_(rows), row_(row) {}
    Row operator*() const { return (*rows_)[row_]; }
    Iterator& operator++() {
      ++row_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return row_ == other.row_; }
    bool operator!=(const Iterator& other) const { return row_ != other.row_; }

   private:
    const Rows* rows_;
    size_t row_;
  };
  Iterator begin() const { return Iterator(this, 0); }
  Iterator end() const { return Iterator(this, row_count_); }

  // For common/db only: how a connection fills the result.
  void Start(size_t columns, size_t expected_rows);
  Cell& Append() { return cells_.emplace_back(); }
  void AppendText(std::string_view text);
  void FinishRow() { ++row_count_; }

 private:
  friend class Row;
  size_t column_count_ = 0;
  size_t row_count_ = 0;
  std::vector<Cell> cells_;
  std::string text_;
};

}  // namespace kefu::db
