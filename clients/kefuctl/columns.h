// Small tables in CSV files with a header, read whole: columns by name, fields as text. For files
// of any size there is csv_table.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/status/status_macros.h"

namespace kefu::kefuctl {

struct ColumnsRow {
  int64_t line = 0;  // in the file, from 1
  std::vector<std::string> fields;
  const std::string& operator[](size_t column) const { return fields[column]; }
};

// Records of a CSV file after `skip` lines, with the columns that are named, in their order; blanks
// at the ends of fields are cut. "a|b" is the first of these names that the header has; "?a" may be
// missing: its fields are empty then. INVALID_ARGUMENT in words: unreadable, a column missing.
absl::StatusOr<std::vector<ColumnsRow>> ReadColumns(const std::string& path, int skip,
                                                    const std::vector<std::string>& columns);

// "2023/6/18" or "2023-06-18". `where` begins the words of INVALID_ARGUMENT: a file, or its line.
absl::StatusOr<absl::CivilDay> ReadDay(const std::string& where, const std::string& text);
// A whole number from 0.
absl::StatusOr<int64_t> ReadCount(const std::string& where, const std::string& text);

// Adds lines of goods, each "SKU" or "SKU=2", to a request. `option` begins the words of
// INVALID_ARGUMENT.
template <class Lines>
absl::Status AddGoods(const std::string& option, const std::vector<std::string>& goods,
                      Lines& lines) {
  for (const std::string& text : goods) {
    const size_t equals = text.rfind('=');
    auto& line = *lines.Add();
    line.set_sku(text.substr(0, equals));
    line.set_quantity(1);
    if (equals == std::string::npos) continue;
    ASSIGN_OR_RETURN(const int64_t count, ReadCount(option, text.substr(equals + 1)));
    line.set_quantity(count);
  }
  return absl::OkStatus();
}

}  // namespace kefu::kefuctl
