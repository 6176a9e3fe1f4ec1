// CSV files with a header: columns by name, fields to values, refusals with file, line and column.
// Not thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clients/kefuctl/csv.h"
#include "clients/kefuctl/row_errors.h"
#include "clients/kefuctl/values.h"

namespace kefu::kefuctl {

// A column by its place in a format's list; formats number theirs by an enum.
struct ColumnSpec {
  std::string_view name;
  bool required = false;  // the header must have it
};

class CsvTable;

class Row {
 public:
  int64_t line() const { return record_.line; }
  // It was refused, and said so; only what could be read of it is there.
  bool broken() const { return !record_.problem.empty(); }
  // "" when the column or the field is not there.
  std::string_view Get(int column) const;
  int64_t LineOf(int column) const;

 private:
  friend class CsvTable;
  CsvRecord record_;
  const CsvTable* table_ = nullptr;
};

class CsvTable {
 public:
  // Reads the header. INVALID_ARGUMENT lists everything that is wrong with it. `columns` outlives
  // the table.
  static absl::StatusOr<std::unique_ptr<CsvTable>> Open(const std::string& path, char delimiter,
                                                        std::span<const ColumnSpec> columns);

  // False at the end. A row that cannot be read is told to `errors` and handed out as broken.
  absl::StatusOr<bool> Next(Row* row, RowErrors& errors);

  const std::string& file() const { return file_; }
  // Number of the column in the file, from 1; 1 when the file does not have it.
  int Position(int column) const;
  std::string_view column_name(int column) const { return columns_[column].name; }
  int FindColumn(std::string_view name) const;  // -1 when there is none
  const CsvReader& reader() const { return *reader_; }

 private:
  friend class Row;
  CsvTable(std::string file, std::span<const ColumnSpec> columns)
      : file_(std::move(file)), columns_(columns), fields_(columns.size(), -1) {}
  absl::Status ReadHeader();
  void CheckNames(const std::vector<std::string>& names, std::vector<std::string>& problems);

  const std::string file_;
  const std::span<const ColumnSpec> columns_;
  std::unique_ptr<CsvReader> reader_;
  std::vector<int> fields_;  // column → field of the file, -1 when absent
  size_t field_count_ = 0;
};

// Words that a field may hold, each with what it stands for.
using Words = std::span<const std::pair<std::string_view, int>>;

// One row's fields as values. Each wrong field is refused by itself, so that one look at the
// messages is enough.
class Fields {
 public:
  Fields(const Row& row, const CsvTable& table, const ShopLocale& locale, RowErrors& errors)
      : row_(row), table_(table), locale_(locale), errors_(errors) {}

  bool ok() const { return ok_; }
  int64_t line() const { return row_.line(); }
  const ShopLocale& locale() const { return locale_; }
  void Refuse(int column, std::string_view reason);

  std::string_view Get(int column) const { return row_.Get(column); }
  bool Has(int column) const { return !row_.Get(column).empty(); }
  // Wrong values answer something harmless; ok() tells.
  std::string Text(int column) const { return std::string(row_.Get(column)); }
  std::string Id(int column) { return Has(column) ? OptionalId(column) : Missing(column); }
  std::string OptionalId(int column);
  absl::Time Time(int column);
  std::optional<absl::Time> OptionalTime(int column);
  int64_t Integer(int column, int64_t least, int64_t most);
  int64_t OptionalInteger(int column, int64_t least, int64_t most, int64_t absent);
  int64_t Amount(int column);
  std::optional<int64_t> OptionalAmount(int column);
  // The same of an amount that may be negative, "-12.34".
  std::optional<int64_t> OptionalSignedAmount(int column);
  // "2026-03-01"; must be there.
  kefu::common::v1::Date Day(int column);
  bool OptionalBool(int column);
  int Word(int column, Words words, std::string_view shown);
  int OptionalWord(int column, Words words, std::string_view shown);
  kefu::common::v1::Money Money(int64_t minor) const;

 private:
  std::string Missing(int column);
  // The value, or `otherwise` with the refusal.
  template <class T>
  T Take(int column, absl::StatusOr<T> value, T otherwise) {
    if (value.ok()) return *std::move(value);
    Refuse(column,
           std::string_view(value.status().message().data(), value.status().message().size()));
    return otherwise;
  }

  const Row& row_;
  const CsvTable& table_;
  const ShopLocale& locale_;
  RowErrors& errors_;
  bool ok_ = true;
};

}  // namespace kefu::kefuctl
