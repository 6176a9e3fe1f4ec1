#include "common/status/status_macros.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "common/testing/status_matchers.h"

namespace kefu {
namespace {

using ::kefu::testing::IsOk;
using ::kefu::testing::IsOkAndHolds;
using ::kefu::testing::StatusIs;

absl::StatusOr<int> Half(int value) {
  if (value % 2 != 0) return absl::InvalidArgumentError("odd");
  return value / 2;
}

absl::StatusOr<int> Quarter(int value) {
  ASSIGN_OR_RETURN(const int half, Half(value));
  ASSIGN_OR_RETURN(int quarter, Half(half));
  return quarter;
}

absl::Status CheckEven(int value) {
  RETURN_IF_ERROR(Half(value));  // a StatusOr
  RETURN_IF_ERROR(absl::OkStatus());
  return absl::OkStatus();
}

template <class Body>
auto Run(Body&& body) {
  return body(8);
}

// Macros inside a lambda that is itself the argument of a macro: all of it is one line.
absl::StatusOr<int> Nested(int value) {
  ASSIGN_OR_RETURN(const auto pair, Run([&](int other) -> absl::StatusOr<std::pair<int, int>> {
                     ASSIGN_OR_RETURN(const int a, Half(value));
                     ASSIGN_OR_RETURN(const int b, Half(other));
                     RETURN_IF_ERROR(Half(a));
                     return std::pair<int, int>(a, b);
                   }));
  return pair.first + pair.second;
}

absl::StatusOr<std::unique_ptr<std::string>> Make(bool ok) {
  if (!ok) return absl::NotFoundError("none");
  return std::make_unique<std::string>("text");
}

absl::StatusOr<std::unique_ptr<std::string>> MoveOnly(bool ok) {
  ASSIGN_OR_RETURN(auto text, Make(ok));
  return text;
}

absl::Status InIfElse(bool first, const absl::Status& status) {
  if (first)
    RETURN_IF_ERROR(status);
  else
    return absl::DataLossError("else");
  return absl::OkStatus();
}

TEST(StatusMacrosTest, PassValuesOnAndReturnErrorsEarly) {
  EXPECT_THAT(Quarter(8), IsOkAndHolds(2));
  EXPECT_THAT(Quarter(6), StatusIs(absl::StatusCode::kInvalidArgument, "odd"));
  EXPECT_THAT(CheckEven(2), IsOk());
  EXPECT_THAT(CheckEven(3), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Nested(4), IsOkAndHolds(6));
  EXPECT_THAT(Nested(2), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(MoveOnly(true), IsOkAndHolds(::testing::Pointee(std::string("text"))));
  EXPECT_THAT(MoveOnly(false), StatusIs(absl::StatusCode::kNotFound));
}

TEST(StatusMacrosTest, RespectIfElse) {
  EXPECT_THAT(InIfElse(true, absl::OkStatus()), IsOk());
  EXPECT_THAT(InIfElse(true, absl::NotFoundError("")), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(InIfElse(false, absl::OkStatus()), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(StatusMatchersTest, AssertOkAndAssignMovesTheValue) {
  ASSERT_OK_AND_ASSIGN(const auto text, Make(true));
  EXPECT_EQ(*text, "text");
  EXPECT_OK(Half(2));
  ASSERT_OK(absl::OkStatus());
}

}  // namespace
}  // namespace kefu
