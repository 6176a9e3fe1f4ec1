// Statements over lists of any length, in parts.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/transaction.h"
#include "common/status/status_macros.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

inline constexpr size_t kListSize = 500;  // members of one IN list

inline std::vector<db::Param> Flat(std::span<const std::string_view> ids) {
  return {ids.begin(), ids.end()};
}

// Runs a query over any number of tuples and hands every row to `use`. Statements as for
// db::Transaction::QueryIn, with `before` before the list.
template <class Use>
absl::Status ForEachAfter(db::Transaction& t, db::Sql sql, std::initializer_list<db::Param> before,
                          const std::vector<db::Param>& flat, size_t width, Use use) {
  for (size_t begin = 0; begin < flat.size(); begin += kListSize * width) {
    const size_t count = std::min(kListSize * width, flat.size() - begin);
    ASSIGN_OR_RETURN(const db::Rows rows,
                     t.QueryIn(sql, before, std::span(flat).subspan(begin, count), width));
    for (const db::Row row : rows) use(row);
  }
  return absl::OkStatus();
}

// The same of a shop: organization and shop stand before the list.
template <class Use>
absl::Status ForEachIn(db::Transaction& t, db::Sql sql, const Scope& scope,
                       const std::vector<db::Param>& flat, size_t width, Use use) {
  return ForEachAfter(t, sql, {scope.org_id, scope.shop_id}, flat, width, use);
}

// The same for a statement without rows.
inline absl::Status ExecuteForEach(db::Transaction& t, db::Sql sql, const Scope& scope,
                                   const std::vector<db::Param>& flat, size_t width = 1) {
  for (size_t begin = 0; begin < flat.size(); begin += kListSize * width) {
    const size_t count = std::min(kListSize * width, flat.size() - begin);
    RETURN_IF_ERROR(t.ExecuteIn(sql, {scope.org_id, scope.shop_id},
                                std::span(flat).subspan(begin, count), width)
                        .status());
  }
  return absl::OkStatus();
}

// Of a query that answers id, hash and body.
inline absl::StatusOr<StoredById> FindById(db::Transaction& t, db::Sql sql, const Scope& scope,
                                           const std::vector<db::Param>& flat, size_t width) {
  StoredById found;
  RETURN_IF_ERROR(ForEachIn(t, sql, scope, flat, width, [&](const db::Row& row) {
    found[row.Str(0)] = {row.Str(1), row.Str(2)};
  }));
  return found;
}

}  // namespace kefu::performance::store
