// A fresh schema on a real server for one test or test suite.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/db/database.h"
#include "common/db/migrator.h"

namespace kefu::testing {

// Uses the server at $KEFU_TEST_DB_SOCKET (the ctest fixture) or starts one private server per
// process on first use. Without a database the process fails with a message: tests never skip.
//
//   TestDb test_db({migrations::Warehouse()});   // the common tables come first, always
//   test_db.db().RunInTransaction(…)
class TestDb {
 public:
  explicit TestDb(std::vector<db::MigrationSet> sets = {}, int pool_size = 8);
  ~TestDb();  // drops the schema
  TestDb(const TestDb&) = delete;

  db::Database& db() { return *db_; }
  const std::string& schema() const { return schema_; }
  // To open further Databases on the same schema (a second replica, another pool size).
  const db::DatabaseOptions& options() const { return options_; }
  std::unique_ptr<db::Database> OpenAnother(db::DatabaseObserver observer = {}) const;

  // Runs statements separated by ';' outside any transaction (DDL too); fails the process on error.
  void Exec(std::string_view script);
  // Deletes the rows of all tables except schema_migration: faster than a new schema per test.
  void Clear();
  // One number from one SELECT, for assertions.
  int64_t Count(const std::string& select);

 private:
  std::string schema_;
  db::DatabaseOptions options_;
  std::unique_ptr<db::Database> db_;
};

}  // namespace kefu::testing
