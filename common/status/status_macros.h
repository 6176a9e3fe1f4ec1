// Early return on failure, for functions that return absl::Status or absl::StatusOr<T>.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kefu::status_internal {

inline absl::Status AsStatus(absl::Status status) { return status; }

template <class T>
absl::Status AsStatus(const absl::StatusOr<T>& result) {
  return result.status();
}

}  // namespace kefu::status_internal

#define KEFU_STATUS_CONCAT_INNER(a, b) a##b
#define KEFU_STATUS_CONCAT(a, b) KEFU_STATUS_CONCAT_INNER(a, b)

// RETURN_IF_ERROR(expr): evaluates an absl::Status or StatusOr once; returns it from the enclosing
// function unless it is OK.
#define RETURN_IF_ERROR(...)                                                               \
  if (absl::Status kefu_status_ = ::kefu::status_internal::AsStatus(__VA_ARGS__);          \
      kefu_status_.ok()) {                                                                 \
  } else /* NOLINT(readability-else-after-return): keeps the macro safe inside if/else. */ \
    return kefu_status_

// ASSIGN_OR_RETURN(const auto x, expr): evaluates a StatusOr once; returns its status from the
// enclosing function unless it is OK, and otherwise moves the value into the declaration on the
// left. The left side holds no comma outside parentheses. Expands to several statements: needs
// braces around it in an if or a loop. Names come from __COUNTER__ and not from __LINE__, because
// a lambda on the right side may use the macro too, and all of it counts as one line.
#define ASSIGN_OR_RETURN(lhs, ...) \
  KEFU_ASSIGN_OR_RETURN_(KEFU_STATUS_CONCAT(kefu_status_or_, __COUNTER__), lhs, __VA_ARGS__)

#define KEFU_ASSIGN_OR_RETURN_(result, lhs, ...)       \
  auto result = (__VA_ARGS__);                         \
  if (!result.ok()) return std::move(result).status(); \
  lhs = *std::move(result)
