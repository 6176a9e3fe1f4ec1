// What the files of the store share: enums and lists as they stand in columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/db/database.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/staffing/domain/enums.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::store {

// An enum column; a name that a newer version wrote reads as UNSPECIFIED.
template <class E>
E EnumAt(const db::Row& row, size_t column) {
  return domain::ParseName<E>(row.Text(column)).value_or(E::kUnspecified);
}

// Three columns: version, create_us, update_us.
inline domain::RecordInfo InfoAt(const db::Row& row, size_t column) {
  return {row.Int(column), row.Time(column + 1), row.Time(column + 2)};
}

// Text that is NULL when empty, so that a unique key ignores it.
inline db::Param NullIfEmpty(const std::string& text) {
  return text.empty() ? db::Param(nullptr) : db::Param(text);
}

inline std::string Join(const std::vector<std::string>& items, char separator) {
  return fmt::format("{}", fmt::join(items, std::string_view(&separator, 1)));
}

inline std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const size_t end = text.find(separator);
    items.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return items;
}

// Each row converted by `from_row`.
template <class F>
auto Collect(absl::StatusOr<db::Rows> rows, F from_row)
    -> absl::StatusOr<std::vector<decltype(from_row(std::declval<db::Row>()))>> {
  if (!rows.ok()) return rows.status();
  std::vector<decltype(from_row(std::declval<db::Row>()))> records;
  records.reserve(rows->size());
  for (const db::Row row : *rows) records.push_back(from_row(row));
  return records;
}

}  // namespace kefu::staffing::store
