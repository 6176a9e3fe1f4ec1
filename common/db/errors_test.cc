#include "common/db/errors.h"

#include <gtest/gtest.h>

#include "common/status/error.h"
#include "common/testing/status_matchers.h"

namespace kefu::db {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(MapErrorTest, MapsEachKind) {
  const struct {
    unsigned number;
    absl::StatusCode code;
    std::string_view reason;
  } cases[] = {
      {1062, absl::StatusCode::kAlreadyExists, kDuplicateKey},
      {1213, absl::StatusCode::kAborted, kConflict},
      {1205, absl::StatusCode::kAborted, kConflict},
      {1451, absl::StatusCode::kFailedPrecondition, kForeignKey},
      {1452, absl::StatusCode::kFailedPrecondition, kForeignKey},
      {2002, absl::StatusCode::kUnavailable, kUnavailable},
      {2006, absl::StatusCode::kUnavailable, kUnavailable},
      {2013, absl::StatusCode::kUnavailable, kUnavailable},
      {1040, absl::StatusCode::kUnavailable, kUnavailable},
      {1053, absl::StatusCode::kUnavailable, kUnavailable},
      {1047, absl::StatusCode::kUnavailable, kUnavailable},
      {1290, absl::StatusCode::kUnavailable, kReadOnlyHost},
      {4025, absl::StatusCode::kInternal, kCheckViolated},
      {3819, absl::StatusCode::kInternal, kCheckViolated},
      {1064, absl::StatusCode::kInternal, "INTERNAL"},
      {1366, absl::StatusCode::kInternal, "INTERNAL"},
  };
  for (const auto& c : cases) {
    const absl::Status status = MapError(c.number, "secret words of the server");
    EXPECT_THAT(status, AllOf(StatusIs(c.code), HasReason(std::string(c.reason)))) << c.number;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret"))) << c.number;
    EXPECT_THAT(CauseOf(status), HasSubstr("secret words")) << c.number;
  }
}

TEST(MapErrorTest, NamesTheConstraintOnBothServers) {
  EXPECT_TRUE(IsDuplicate(MapError(1062, "Duplicate entry 'a' for key 'uq_name'"), "uq_name"));
  EXPECT_TRUE(IsDuplicate(MapError(1062, "Duplicate entry 'a' for key 'shop.uq_name'"), "uq_name"));
  EXPECT_TRUE(
      IsDuplicate(MapError(1062, "Duplicate entry 'for key 'x'' for key 'PRIMARY'"), "PRIMARY"));
  EXPECT_FALSE(IsDuplicate(MapError(1062, "Duplicate entry 'a' for key 'uq_name'"), "PRIMARY"));
  EXPECT_TRUE(IsDuplicate(MapError(1062, "in another language")));
  EXPECT_FALSE(IsDuplicate(absl::OkStatus()));
  EXPECT_TRUE(IsCheckViolation(MapError(4025, "CONSTRAINT `ck_positive` failed for `kefu`.`stock`"),
                               "ck_positive"));
  EXPECT_TRUE(IsCheckViolation(MapError(3819, "Check constraint 'ck_positive' is violated."),
                               "ck_positive"));
}

TEST(BreaksConnectionTest, DiscardsAfterTheClientsErrorsAndShutdown) {
  for (unsigned number : {2006u, 2013u, 2014u, 2027u, 1053u, 1927u, 1153u, 1290u, 1047u}) {
    EXPECT_TRUE(BreaksConnection(number)) << number;
  }
  for (unsigned number : {1062u, 1205u, 1213u, 1452u, 4025u, 1064u}) {
    EXPECT_FALSE(BreaksConnection(number)) << number;
  }
}

}  // namespace
}  // namespace kefu::db
