// What the files of the store share: how values stand in columns.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/db/database.h"
#include "common/enums/enum_names.h"
#include "common/money/money.h"
#include "common/status/status_macros.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::store {

// An enum column; a name that a newer version wrote reads as UNSPECIFIED.
template <class E>
E EnumAt(const db::Row& row, size_t column) {
  return ParseName<E>(row.Text(column)).value_or(E::kUnspecified);
}

// Three columns: version, create_us, update_us.
inline domain::RecordInfo InfoAt(const db::Row& row, size_t column) {
  return {row.Int(column), row.Time(column + 1), row.Time(column + 2)};
}

// Two columns: *_minor, *_currency; both NULL when absent.
inline std::optional<Money> MoneyAt(const db::Row& row, size_t column) {
  if (row.IsNull(column)) return std::nullopt;
  return Money{row.Str(column + 1), row.Int(column)};
}
inline db::Param MinorOf(const std::optional<Money>& money) {
  return money ? db::Param(money->minor) : db::Param(nullptr);
}
inline db::Param CurrencyOf(const std::optional<Money>& money) {
  return money ? db::Param(money->currency) : db::Param(nullptr);
}

// Text that is NULL when empty, so that a unique key ignores it.
inline db::Param NullIfEmpty(const std::string& text) {
  return text.empty() ? db::Param(nullptr) : db::Param(text);
}

// Calls take(row) for each row that `sql`, with the organization and one list (?*) of ids, finds;
// any number of ids, in their order over all statements.
template <class F>
absl::Status ByIds(db::Transaction& t, db::Sql sql, std::string_view org_id,
                   const std::set<std::string>& ids, F take) {
  constexpr size_t kIdsPerStatement = 256;  // keeps the number of prepared variants small
  std::vector<db::Param> list;
  for (auto id = ids.begin(); id != ids.end();) {
    list.clear();
    while (id != ids.end() && list.size() < kIdsPerStatement) list.push_back(*id++);
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(sql, {org_id}, list));
    for (const db::Row row : rows) take(row);
  }
  return absl::OkStatus();
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

}  // namespace kefu::warehouse::store
