#include "common/db/transaction.h"

#include <bit>

#include "common/db/connection.h"
#include "common/db/errors.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"

namespace kefu::db {
namespace {

std::span<const Param> AsSpan(std::initializer_list<Param> params) {
  return {params.begin(), params.size()};
}

// A statement whose list (?*) has been written out, with all of its values in order.
struct Expanded {
  std::string sql;
  std::vector<Param> params;
};

absl::StatusOr<Expanded> Expand(Sql sql, std::span<const Param> before, std::span<const Param> list,
                                size_t width, std::span<const Param> after) {
  const std::string_view text = sql.text;
  constexpr std::string_view kMarker = "(?*)";
  const size_t marker = text.find(kMarker);
  if (marker == std::string_view::npos) return Internal("the statement has no list (?*)");
  if (width == 0 || list.size() % width != 0) {
    return Internal(fmt::format("{} values do not make tuples of {}", list.size(), width));
  }
  const size_t tuples = list.size() / width;
  const size_t padded = std::bit_ceil(tuples);
  std::string tuple = "?";
  if (width > 1) {
    tuple = "(?";
    for (size_t i = 1; i < width; ++i) tuple += ",?";
    tuple += ")";
  }
  Expanded result;
  result.sql = text.substr(0, marker);
  result.sql += '(';
  for (size_t i = 0; i < padded; ++i) {
    if (i > 0) result.sql += ',';
    result.sql += tuple;
  }
  result.sql += ')';
  result.sql += text.substr(marker + kMarker.size());
  result.params.reserve(before.size() + padded * width + after.size());
  result.params.assign(before.begin(), before.end());
  result.params.insert(result.params.end(), list.begin(), list.end());
  const auto last = list.last(width);
  for (size_t i = tuples; i < padded; ++i) {
    result.params.insert(result.params.end(), last.begin(), last.end());
  }
  result.params.insert(result.params.end(), after.begin(), after.end());
  return result;
}

}  // namespace

// Decides after each statement whether the transaction still stands as a whole.
absl::Status Transaction::Check(absl::Status status) {
  if (status.ok()) {
    if (connection_->in_transaction()) return status;
    ended_ = Internal("a statement committed the transaction by itself");
    return ended_;
  }
  const std::string reason = ReasonOf(status);
  if (connection_->broken() || reason == kConflict || reason == kReadOnlyHost) ended_ = status;
  return status;
}

absl::StatusOr<Rows> Transaction::Run(std::string_view sql, std::span<const Param> params,
                                      int64_t* matched) {
  RETURN_IF_ERROR(ended_);
  auto rows = connection_->Run(sql, params, matched);
  RETURN_IF_ERROR(Check(rows.status()));
  return rows;
}

absl::StatusOr<Rows> Transaction::Query(Sql sql, std::span<const Param> params) {
  int64_t unused = 0;
  return Run(sql.text, params, &unused);
}

absl::StatusOr<Rows> Transaction::Query(Sql sql, std::initializer_list<Param> params) {
  return Query(sql, AsSpan(params));
}

absl::StatusOr<int64_t> Transaction::Execute(Sql sql, std::span<const Param> params) {
  int64_t matched = 0;
  RETURN_IF_ERROR(Run(sql.text, params, &matched));
  return matched;
}

absl::StatusOr<int64_t> Transaction::Execute(Sql sql, std::initializer_list<Param> params) {
  return Execute(sql, AsSpan(params));
}

absl::StatusOr<Rows> Transaction::QueryIn(Sql sql, std::initializer_list<Param> before,
                                          std::span<const Param> list, size_t width,
                                          std::initializer_list<Param> after) {
  RETURN_IF_ERROR(ended_);
  if (list.empty()) return Rows();
  ASSIGN_OR_RETURN(const Expanded expanded,
                   Expand(sql, AsSpan(before), list, width, AsSpan(after)));
  int64_t unused = 0;
  return Run(expanded.sql, expanded.params, &unused);
}

absl::StatusOr<int64_t> Transaction::ExecuteIn(Sql sql, std::initializer_list<Param> before,
                                               std::span<const Param> list, size_t width,
                                               std::initializer_list<Param> after) {
  RETURN_IF_ERROR(ended_);
  if (list.empty()) return 0;
  ASSIGN_OR_RETURN(const Expanded expanded,
                   Expand(sql, AsSpan(before), list, width, AsSpan(after)));
  int64_t matched = 0;
  RETURN_IF_ERROR(Run(expanded.sql, expanded.params, &matched));
  return matched;
}

absl::StatusOr<int64_t> Transaction::InsertMany(std::string_view head, size_t columns,
                                                std::span<const Param> flat,
                                                std::string_view tail) {
  RETURN_IF_ERROR(ended_);
  auto affected = connection_->InsertMany(head, columns, flat, tail);
  RETURN_IF_ERROR(Check(affected.status()));
  return affected;
}

absl::StatusOr<int64_t> Transaction::LoadData(std::string_view table_and_columns,
                                              std::string_view tsv) {
  RETURN_IF_ERROR(ended_);
  auto affected = connection_->LoadData(table_and_columns, tsv);
  RETURN_IF_ERROR(Check(affected.status()));
  return affected;
}

}  // namespace kefu::db
