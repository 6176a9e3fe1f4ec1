#include "clients/kefuctl/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "absl/strings/str_split.h"
#include "clients/kefuctl/csv.h"
#include "clients/kefuctl/words.h"
#include "common/status/status_macros.h"

namespace kefu::kefuctl {
namespace {

constexpr size_t kAbsent = SIZE_MAX;

absl::Status Bad(std::string words) { return absl::InvalidArgumentError(words); }

std::string Trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

// Where the column stands; nothing when it must be there and is not.
std::optional<size_t> PlaceOf(const std::vector<std::string>& header, const std::string& column) {
  const bool optional = column.starts_with('?');
  for (const std::string& name :
       std::vector<std::string>(absl::StrSplit(column.substr(optional ? 1 : 0), '|'))) {
    const auto found = std::ranges::find(header, name);
    if (found != header.end()) return static_cast<size_t>(found - header.begin());
  }
  return optional ? std::optional(kAbsent) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::vector<ColumnsRow>> ReadColumns(const std::string& path, int skip,
                                                    const std::vector<std::string>& columns) {
  ASSIGN_OR_RETURN(const auto reader, CsvReader::Open(path, ','));
  CsvRecord record;
  std::vector<size_t> places;
  std::vector<ColumnsRow> rows;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, reader->Next(&record));
    if (!more) break;
    if (skip-- > 0) continue;
    if (!record.problem.empty()) {
      return Bad(fmt::format("{}:{}: {}", path, record.problem_line, record.problem));
    }
    for (std::string& field : record.fields) field = Trimmed(field);
    if (places.empty()) {
      if (record.fields[0].starts_with("\xEF\xBB\xBF")) record.fields[0].erase(0, 3);
      for (const std::string& column : columns) {
        const auto place = PlaceOf(record.fields, column);
        if (!place) {
          return Bad(
              fmt::format(fmt::runtime(In("{}:{}: 缺少列 {}", "{}:{}: there is no column {}")),
                          path, record.line, column));
        }
        places.push_back(*place);
      }
      continue;
    }
    ColumnsRow& row = rows.emplace_back(ColumnsRow{record.line, {}});
    for (const size_t place : places) {
      row.fields.push_back(place < record.fields.size() ? record.fields[place] : "");
    }
  }
  if (places.empty())
    return Bad(fmt::format(fmt::runtime(In("{}: 没有列名行", "{}: there is no header")), path));
  return rows;
}

absl::StatusOr<absl::CivilDay> ReadDay(const std::string& where, const std::string& text) {
  int part[3] = {};
  const char* at = text.data();
  const char* const end = at + text.size();
  bool good = true;
  for (int i = 0; i < 3; ++i) {
    const auto [next, error] = std::from_chars(at, end, part[i]);
    good = good && error == std::errc() && (i == 2 ? next == end : next != end);
    at = next + (next != end);
  }
  const absl::CivilDay day(part[0], part[1], part[2]);
  good = good && day.year() == part[0] && day.month() == part[1] && day.day() == part[2];
  if (!good)
    return Bad(fmt::format(fmt::runtime(In("{}：“{}”不是日期 YYYY-MM-DD", "{}: '{}' is no day")),
                           where, text));
  return day;
}

absl::StatusOr<int64_t> ReadCount(const std::string& where, const std::string& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    return Bad(fmt::format(fmt::runtime(In("{}：“{}”不是整数", "{}: '{}' is no whole number")),
                           where, text));
  }
  return value;
}

}  // namespace kefu::kefuctl
