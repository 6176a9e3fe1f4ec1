// GoogleTest matchers for absl::Status and absl::StatusOr<T>:
//   EXPECT_THAT(status, IsOk());
//   EXPECT_THAT(result, IsOkAndHolds(Eq(3)));
//   EXPECT_THAT(result, StatusIs(absl::StatusCode::kNotFound));
//   EXPECT_THAT(result, StatusIs(absl::StatusCode::kNotFound, HasSubstr("agent")));
//   EXPECT_THAT(result, HasReason("NOT_FOUND"));
//   ASSERT_OK_AND_ASSIGN(const auto value, Compute());
#pragma once

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <class T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

namespace matchers_internal {

inline std::string Describe(const absl::Status& status) {
  const std::string cause = CauseOf(status);
  return status.ToString() + (cause.empty() ? "" : " (cause: " + cause + ")");
}

}  // namespace matchers_internal

MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  const absl::Status& status = StatusOf(arg);
  if (!status.ok()) *result_listener << matchers_internal::Describe(status);
  return status.ok();
}

MATCHER_P(StatusIs, code,
          std::string(negation ? "has another code than " : "has the code ") +
              absl::StatusCodeToString(code)) {
  const absl::Status& status = StatusOf(arg);
  *result_listener << matchers_internal::Describe(status);
  return status.code() == code;
}

MATCHER_P2(StatusIs, code, message_matcher,
           std::string(negation ? "has not " : "has ") + "the code " +
               absl::StatusCodeToString(code) + " and a message that " +
               ::testing::DescribeMatcher<std::string>(message_matcher)) {
  const absl::Status& status = StatusOf(arg);
  *result_listener << matchers_internal::Describe(status);
  return status.code() == code &&
         ::testing::ExplainMatchResult(message_matcher, std::string(status.message()),
                                       result_listener);
}

MATCHER_P(HasReason, reason,
          std::string(negation ? "has another reason than " : "has the reason ") + reason) {
  const absl::Status& status = StatusOf(arg);
  *result_listener << "reason \"" << ReasonOf(status) << "\", "
                   << matchers_internal::Describe(status);
  return ReasonOf(status) == reason;
}

MATCHER_P(IsOkAndHolds, value_matcher, "is OK and its value matches") {
  if (!arg.ok()) {
    *result_listener << matchers_internal::Describe(arg.status());
    return false;
  }
  return ::testing::ExplainMatchResult(value_matcher, *arg, result_listener);
}

}  // namespace kefu::testing

#define ASSERT_OK(...) ASSERT_THAT((__VA_ARGS__), ::kefu::testing::IsOk())
#define EXPECT_OK(...) EXPECT_THAT((__VA_ARGS__), ::kefu::testing::IsOk())

// Fails the test (and returns from it) unless the StatusOr is OK; else declares the left side.
#define ASSERT_OK_AND_ASSIGN(lhs, ...) \
  KEFU_ASSERT_OK_AND_ASSIGN_(KEFU_STATUS_CONCAT(kefu_assert_, __COUNTER__), lhs, __VA_ARGS__)
#define KEFU_ASSERT_OK_AND_ASSIGN_(result, lhs, ...) \
  auto result = (__VA_ARGS__);                       \
  ASSERT_THAT(result, ::kefu::testing::IsOk());      \
  lhs = *std::move(result)
