#include "common/db/sql.h"

#include <gtest/gtest.h>

#include "common/db/database.h"
#include "common/db/migrator.h"
#include "common/testing/status_matchers.h"

namespace kefu::db {
namespace {

using ::kefu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ParamTest, TakesItsKindFromTheType) {
  EXPECT_EQ(Param(nullptr).kind(), Param::Kind::kNull);
  EXPECT_EQ(Param(std::optional<int>()).kind(), Param::Kind::kNull);
  EXPECT_EQ(Param(std::optional<int>(3)).int_value(), 3);
  EXPECT_EQ(Param(true).int_value(), 1);
  EXPECT_EQ(Param(~0ull).uint_value(), ~0ull);
  EXPECT_EQ(Param(absl::FromUnixMicros(-5)).int_value(), -5);
  EXPECT_EQ(Param(absl::CivilDay(1999, 2, 3)).text(), "1999-02-03");
  EXPECT_EQ(Param(absl::CivilDay(10000, 1, 1)).text(), "??????????");
  EXPECT_EQ(Param::Bytes("x").kind(), Param::Kind::kBytes);
}

TEST(SplitStatementsTest, SplitsOutsideQuotesAndComments) {
  EXPECT_THAT(SplitStatements("-- head; of file\nCREATE TABLE a (x INT); # no; \n"
                              "INSERT INTO a VALUES ('it''s; \\'', \";\");/* ; */ ;\n"
                              "SELECT `;` , 1--1 FROM a"),
              ElementsAre("CREATE TABLE a (x INT)", "INSERT INTO a VALUES ('it''s; \\'', \";\")",
                          "SELECT `;` , 1--1 FROM a"));
  EXPECT_THAT(SplitStatements(" \n-- nothing\n;;"), IsEmpty());
}

TEST(ParseHostPortTest, AcceptsNamesAndAddresses) {
  const auto parsed = [](std::string_view text) {
    const auto result = ParseHostPort(text);
    return result.ok() ? result->host + " " + std::to_string(result->port) : "refused";
  };
  EXPECT_EQ(parsed("db:3307"), "db 3307");
  EXPECT_EQ(parsed("db"), "db 3306");
  EXPECT_EQ(parsed("[::1]:1"), "::1 1");
  for (const char* bad : {"", ":1", "db:", "db:x", "db:0", "db:65536", "[::1", "[::1]x"}) {
    EXPECT_EQ(parsed(bad), "refused") << bad;
  }
}

TEST(DatabaseOpenTest, RefusesImpossibleOptions) {
  EXPECT_THAT(Database::Open({}), StatusIs(absl::StatusCode::kInvalidArgument));
  DatabaseOptions options;
  options.unix_socket = "/nowhere";
  EXPECT_THAT(Database::Open(options), StatusIs(absl::StatusCode::kInvalidArgument));
  options.user = "u";
  options.pool_size = 0;
  EXPECT_THAT(Database::Open(options), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace kefu::db
