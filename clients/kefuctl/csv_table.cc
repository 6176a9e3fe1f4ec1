#include "clients/kefuctl/csv_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/text.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"

namespace kefu::kefuctl {
namespace {

constexpr int kMaxShown = 40;  // columns of a wrong value in a message

std::string NamesOf(std::span<const ColumnSpec> columns) {
  std::vector<std::string_view> names;
  for (const ColumnSpec& column : columns) names.push_back(column.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string_view Row::Get(int column) const {
  const int field = table_->fields_[column];
  if (field < 0 || static_cast<size_t>(field) >= record_.fields.size()) return "";
  return record_.fields[field];
}

int64_t Row::LineOf(int column) const {
  const int field = table_->fields_[column];
  if (field < 0 || static_cast<size_t>(field) >= record_.lines.size()) return record_.line;
  return record_.lines[field];
}

absl::StatusOr<std::unique_ptr<CsvTable>> CsvTable::Open(const std::string& path, char delimiter,
                                                         std::span<const ColumnSpec> columns) {
  std::unique_ptr<CsvTable> table(new CsvTable(path, columns));
  ASSIGN_OR_RETURN(table->reader_, CsvReader::Open(path, delimiter));
  RETURN_IF_ERROR(table->ReadHeader());
  return table;
}

absl::Status CsvTable::ReadHeader() {
  CsvRecord header;
  ASSIGN_OR_RETURN(const bool any, reader_->Next(&header));
  std::vector<std::string> problems;
  if (!any) {
    problems.push_back(Tr(Text::kFileEmpty, file_));
  } else if (!header.problem.empty()) {
    problems.push_back(
        Tr(Text::kHeaderBroken, file_, header.problem_line, header.problem_column, header.problem));
  } else {
    CheckNames(header.fields, problems);
  }
  if (problems.empty()) return absl::OkStatus();
  problems.push_back(Tr(Text::kColumnsExpected, NamesOf(columns_)));
  return absl::InvalidArgumentError(fmt::format("{}", fmt::join(problems, "\n")));
}

void CsvTable::CheckNames(const std::vector<std::string>& names,
                          std::vector<std::string>& problems) {
  for (size_t field = 0; field < names.size(); ++field) {
    const std::string& name = names[field];
    const std::string shown = Truncate(Printable(name), kMaxShown);
    const int column = FindColumn(name);
    if (column < 0) {
      problems.push_back(Tr(Text::kColumnUnknown, file_, field + 1, shown));
    } else if (fields_[column] >= 0) {
      problems.push_back(Tr(Text::kColumnTwice, file_, field + 1, shown));
    } else {
      fields_[column] = static_cast<int>(field);
    }
  }
  for (size_t column = 0; column < columns_.size(); ++column) {
    if (columns_[column].required && fields_[column] < 0)
      problems.push_back(Tr(Text::kColumnMissing, file_, columns_[column].name));
  }
  field_count_ = names.size();
}

int CsvTable::FindColumn(std::string_view name) const {
  for (size_t column = 0; column < columns_.size(); ++column) {
    if (columns_[column].name == name) return static_cast<int>(column);
  }
  return -1;
}

int CsvTable::Position(int column) const {
  return column < 0 || fields_[column] < 0 ? 1 : fields_[column] + 1;
}

absl::StatusOr<bool> CsvTable::Next(Row* row, RowErrors& errors) {
  row->table_ = this;
  CsvRecord& record = row->record_;
  ASSIGN_OR_RETURN(const bool any, reader_->Next(&record));
  if (!any) return false;
  if (record.problem.empty() && record.fields.size() != field_count_) {
    record.problem = Tr(Text::kFieldCount, record.fields.size(), field_count_);
    record.problem_line = record.line;
    record.problem_column = static_cast<int>(std::min(record.fields.size(), field_count_));
  }
  if (!record.problem.empty())
    errors.Add(file_, record.problem_line, record.problem_column, record.problem);
  return true;
}

void Fields::Refuse(int column, std::string_view reason) {
  ok_ = false;
  const std::string_view name = column >= 0 ? table_.column_name(column) : std::string_view("");
  errors_.Add(table_.file(), column >= 0 ? row_.LineOf(column) : row_.line(),
              table_.Position(column),
              name.empty() ? std::string(reason) : fmt::format("{}: {}", name, reason));
}

std::string Fields::Missing(int column) {
  Refuse(column, Tr(kefuctl::Text::kFieldMissing));
  return "";
}

std::string Fields::OptionalId(int column) {
  if (!Has(column)) return "";
  return Take<std::string>(
      column,
      [&]() -> absl::StatusOr<std::string> {
        RETURN_IF_ERROR(CheckId(Get(column)));
        return Text(column);
      }(),
      "");
}

absl::Time Fields::Time(int column) {
  if (!Has(column)) Missing(column);
  return OptionalTime(column).value_or(absl::UnixEpoch());
}

std::optional<absl::Time> Fields::OptionalTime(int column) {
  if (!Has(column)) return std::nullopt;
  return Take(column, ParseTime(Get(column), locale_.zone), absl::UnixEpoch());
}

int64_t Fields::Integer(int column, int64_t least, int64_t most) {
  if (!Has(column)) Missing(column);
  return OptionalInteger(column, least, most, least);
}

int64_t Fields::OptionalInteger(int column, int64_t least, int64_t most, int64_t absent) {
  if (!Has(column)) return absent;
  return Take(column, ParseInteger(Get(column), least, most), absent);
}

int64_t Fields::Amount(int column) {
  if (!Has(column)) Missing(column);
  return OptionalAmount(column).value_or(0);
}

std::optional<int64_t> Fields::OptionalAmount(int column) {
  if (!Has(column)) return std::nullopt;
  return Take(column, ParseAmount(Get(column), locale_.currency), int64_t{0});
}

std::optional<int64_t> Fields::OptionalSignedAmount(int column) {
  if (!Get(column).starts_with('-')) return OptionalAmount(column);
  return -Take(column, ParseAmount(Get(column).substr(1), locale_.currency), int64_t{0});
}

kefu::common::v1::Date Fields::Day(int column) {
  kefu::common::v1::Date date;
  const auto day = ParseDay(Get(column));
  if (!day.ok()) {
    Refuse(column, Tr(kefuctl::Text::kBadDay, Truncate(Printable(Get(column)), kMaxShown)));
    return date;
  }
  date.set_year(static_cast<int32_t>(day->year()));
  date.set_month(day->month());
  date.set_day(day->day());
  return date;
}

bool Fields::OptionalBool(int column) {
  return Has(column) && Take(column, ParseBool(Get(column)), false);
}

int Fields::Word(int column, Words words, std::string_view shown) {
  if (!Has(column)) Missing(column);
  return OptionalWord(column, words, shown);
}

int Fields::OptionalWord(int column, Words words, std::string_view shown) {
  if (!Has(column)) return 0;
  for (const auto& [word, value] : words) {
    if (word == Get(column)) return value;
  }
  Refuse(column, Tr(kefuctl::Text::kBadWord, shown, Truncate(Printable(Get(column)), kMaxShown)));
  return 0;
}

kefu::common::v1::Money Fields::Money(int64_t minor) const {
  kefu::common::v1::Money money;
  money.set_currency_code(locale_.currency);
  money.set_minor_units(minor);
  return money;
}

}  // namespace kefu::kefuctl
