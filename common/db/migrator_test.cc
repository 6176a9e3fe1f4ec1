#include "common/db/migrator.h"

#include <gtest/gtest.h>

#include <thread>

#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "common/testing/test_db.h"

namespace kefu::db {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using ::kefu::testing::TestDb;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr Migration kOne{1, "init",
                         "CREATE TABLE a (id INT PRIMARY KEY); INSERT INTO a VALUES (1)"};
constexpr Migration kTwo{2, "more", "-- expand\nALTER TABLE a ADD COLUMN b INT NULL;"};

absl::Time Soon() { return absl::Now() + absl::Seconds(60); }

class MigratorTest : public ::testing::Test {
 protected:
  absl::Status Apply(std::vector<Migration> migrations) {
    const MigrationSet set{"shop", migrations};
    return Migrator(test_db_.db()).Apply(Soon(), {&set, 1});
  }
  absl::Status CheckCurrent(std::vector<Migration> migrations) {
    const MigrationSet set{"shop", migrations};
    return Migrator(test_db_.db()).CheckCurrent(Soon(), {&set, 1});
  }
  TestDb test_db_;
};

TEST_F(MigratorTest, AppliesInOrderOnceAndThenChecks) {
  EXPECT_THAT(CheckCurrent({kOne}), HasReason("SCHEMA_BEHIND"));
  EXPECT_OK(Apply({kOne}));
  EXPECT_OK(CheckCurrent({kOne}));
  EXPECT_THAT(CheckCurrent({kOne, kTwo}), HasReason("SCHEMA_BEHIND"));
  EXPECT_OK(Apply({kOne, kTwo}));
  EXPECT_OK(Apply({kOne, kTwo}));
  EXPECT_OK(CheckCurrent({kOne, kTwo}));
  EXPECT_EQ(test_db_.Count("SELECT COUNT(*) FROM a WHERE b IS NULL"), 1);
}

TEST_F(MigratorTest, CheckOnAnEmptySchemaSaysBehind) {
  test_db_.Exec("DROP TABLE schema_migration");
  EXPECT_THAT(CheckCurrent({kOne}), HasReason("SCHEMA_BEHIND"));
}

TEST_F(MigratorTest, RefusesAChangedFile) {
  ASSERT_OK(Apply({kOne}));
  const Migration changed{1, "init", "CREATE TABLE a (id BIGINT PRIMARY KEY)"};
  EXPECT_THAT(Apply({changed, kTwo}),
              AllOf(HasReason("MIGRATION_CHANGED"),
                    StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("shop 0001_init"))));
  EXPECT_THAT(CheckCurrent({changed}), HasReason("MIGRATION_CHANGED"));
}

TEST_F(MigratorTest, AnOldProgramDoesNotMigrateANewerSchemaButRunsOnIt) {
  ASSERT_OK(Apply({kOne, kTwo}));
  EXPECT_THAT(Apply({kOne}), HasReason("SCHEMA_AHEAD"));
  EXPECT_OK(CheckCurrent({kOne}));
}

TEST_F(MigratorTest, TwoAtOnceApplyOnce) {
  const auto other = test_db_.OpenAnother();
  const Migration slow{1, "slow", "DO SLEEP(0.1); CREATE TABLE a (id INT PRIMARY KEY)"};
  const MigrationSet set{"shop", {&slow, 1}};
  absl::Status results[2];
  std::thread one([&] { results[0] = Migrator(test_db_.db()).Apply(Soon(), {&set, 1}); });
  std::thread two([&] { results[1] = Migrator(*other).Apply(Soon(), {&set, 1}); });
  one.join();
  two.join();
  EXPECT_OK(results[0]);
  EXPECT_OK(results[1]);
}

TEST_F(MigratorTest, AFailureNamesVersionAndStatementAndGoesOnThere) {
  const Migration failing{2, "bad",
                          "CREATE TABLE c (id INT PRIMARY KEY); INSERT INTO d VALUES (1)"};
  EXPECT_THAT(Apply({kOne, failing}),
              AllOf(HasReason("MIGRATION_FAILED"),
                    StatusIs(absl::StatusCode::kFailedPrecondition,
                             HasSubstr("shop 0002_bad failed at statement 2 of 2"))));
  EXPECT_THAT(CheckCurrent({kOne, failing}), HasReason("SCHEMA_BEHIND"));
  const Migration changed{2, "bad", "CREATE TABLE c (id INT PRIMARY KEY)"};
  EXPECT_THAT(Apply({kOne, changed}), HasReason("MIGRATION_CHANGED"));
  test_db_.Exec("CREATE TABLE d (id INT PRIMARY KEY)");  // the operator removes the cause
  EXPECT_OK(Apply({kOne, failing}));
  EXPECT_EQ(test_db_.Count("SELECT COUNT(*) FROM d"), 1);
}

}  // namespace
}  // namespace kefu::db
