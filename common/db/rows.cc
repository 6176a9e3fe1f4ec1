#include "common/db/rows.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace kefu::db {
namespace {

[[noreturn]] void Misuse(const char* what, size_t column) {
  std::fprintf(stderr, "kefu::db::Row: %s, column %zu\n", what, column);
  std::abort();
}

}  // namespace

size_t Row::size() const { return rows_->column_count_; }

const Cell& Row::At(size_t column) const {
  if (column >= rows_->column_count_) Misuse("no such column", column);
  return rows_->cells_[row_ * rows_->column_count_ + column];
}

bool Row::IsNull(size_t column) const { return At(column).kind == CellKind::kNull; }

int64_t Row::Int(size_t column) const {
  const auto& cell = At(column);
  if (cell.kind == CellKind::kInt) return cell.number;
  if (cell.kind == CellKind::kNull) return 0;
  Misuse("not an integer", column);
}

double Row::Double(size_t column) const {
  const auto& cell = At(column);
  switch (cell.kind) {
    case CellKind::kNull:
      return 0;
    case CellKind::kInt:
      return static_cast<double>(cell.number);
    case CellKind::kDouble:
      return cell.real;
    case CellKind::kText: {
      const std::string_view text = Text(column);
      double value = 0;
      const auto end = text.data() + text.size();
      const auto parsed = std::from_chars(text.data(), end, value);
      if (parsed.ec == std::errc() && parsed.ptr == end) return value;
      break;
    }
    case CellKind::kDay:
      break;
  }
  Misuse("not a number", column);
}

std::string_view Row::Text(size_t column) const {
  const auto& cell = At(column);
  if (cell.kind == CellKind::kText) {
    return std::string_view(rows_->text_).substr(static_cast<size_t>(cell.number), cell.length);
  }
  if (cell.kind == CellKind::kNull) return {};
  Misuse("not text", column);
}

absl::CivilDay Row::Day(size_t column) const {
  const auto& cell = At(column);
  if (cell.kind == CellKind::kDay) return absl::CivilDay(1970, 1, 1) + cell.number;
  if (cell.kind == CellKind::kNull) return absl::CivilDay(1970, 1, 1);
  Misuse("not a DATE", column);
}

std::optional<int64_t> Row::OptInt(size_t column) const {
  if (IsNull(column)) return std::nullopt;
  return Int(column);
}

std::optional<double> Row::OptDouble(size_t column) const {
  if (IsNull(column)) return std::nullopt;
  return Double(column);
}

std::optional<std::string> Row::OptStr(size_t column) const {
  if (IsNull(column)) return std::nullopt;
  return Str(column);
}

std::optional<absl::Time> Row::OptTime(size_t column) const {
  if (IsNull(column)) return std::nullopt;
  return Time(column);
}

std::optional<absl::CivilDay> Row::OptDay(size_t column) const {
  if (IsNull(column)) return std::nullopt;
  return Day(column);
}

Row Rows::operator[](size_t row) const {
  if (row >= row_count_) Misuse("no such row, looking at row index", row);
  return Row(this, row);
}

void Rows::Start(size_t columns, size_t expected_rows) {
  column_count_ = columns;
  cells_.reserve(columns * expected_rows);
}

void Rows::AppendText(std::string_view text) {
  Cell& cell = cells_.emplace_back();
  cell.kind = CellKind::kText;
  cell.length = static_cast<uint32_t>(text.size());
  cell.number = static_cast<int64_t>(text_.size());
  text_.append(text);
}

}  // namespace kefu::db
