#include "common/testing/test_db.h"

#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

#include "absl/time/clock.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/testing/test_server.h"
#include "fmt/format.h"
#include "migrations/common.h"

namespace kefu::testing {
namespace {

absl::Time Limit() { return absl::Now() + absl::Seconds(60); }

[[noreturn]] void Die(std::string_view what, const absl::Status& status) {
  fmt::print(stderr, "TestDb: {}: {} {}\n", what, status.ToString(), CauseOf(status));
  std::exit(1);
}

void DieUnlessOk(std::string_view what, const absl::Status& status) {
  if (!status.ok()) Die(what, status);
}

// The server of the test run, or one of this process's own that ends with it.
db::DatabaseOptions ServerOptions() {
  const char* socket = std::getenv("KEFU_TEST_DB_SOCKET");
  if (socket != nullptr && *socket != '\0') {
    db::DatabaseOptions options;
    options.unix_socket = socket;
    options.user = "root";
    return options;
  }
  static const std::unique_ptr<TestServer> server = [] {
    auto started = TestServer::Start();
    if (!started.ok()) Die("no database server", started.status());
    return *std::move(started);
  }();
  return server->SocketOptions("");
}

std::unique_ptr<db::Database> OpenOrDie(db::DatabaseOptions options,
                                        db::DatabaseObserver observer = {}) {
  auto opened = db::Database::Open(std::move(options), std::move(observer));
  if (!opened.ok()) Die("cannot open", opened.status());
  return *std::move(opened);
}

void RunOutside(const db::DatabaseOptions& server, const std::string& statement) {
  const auto database = OpenOrDie(server);
  DieUnlessOk(statement, database->Read(Limit(), db::Sql{statement.c_str()}).status());
}

std::string RandomName() {
  std::random_device random;
  const uint64_t number = (static_cast<uint64_t>(random()) << 32) | random();
  return fmt::format("kefu_test_{:016x}", number);
}

}  // namespace

TestDb::TestDb(std::vector<db::MigrationSet> sets, int pool_size)
    : schema_(RandomName()), options_(ServerOptions()) {
  RunOutside(options_, "CREATE DATABASE " + schema_ + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
  options_.schema = schema_;
  options_.pool_size = pool_size;
  options_.local_infile = true;
  db_ = OpenOrDie(options_);
  sets.insert(sets.begin(), migrations::Common());
  DieUnlessOk("migration", db::Migrator(*db_).Apply(Limit(), sets));
}

TestDb::~TestDb() {
  db_.reset();
  db::DatabaseOptions server = options_;
  server.schema.clear();
  RunOutside(server, "DROP DATABASE " + schema_);
}

std::unique_ptr<db::Database> TestDb::OpenAnother(db::DatabaseObserver observer) const {
  return OpenOrDie(options_, std::move(observer));
}

void TestDb::Exec(std::string_view script) {
  for (const std::string& statement : db::SplitStatements(script)) {
    DieUnlessOk(statement, db_->Read(Limit(), db::Sql{statement.c_str()}).status());
  }
}

void TestDb::Clear() {
  const auto clear = [](db::Transaction& t) -> absl::Status {
    ASSIGN_OR_RETURN(const db::Rows tables,
                     t.Query(db::Sql{"SELECT table_name FROM information_schema.tables"
                                     " WHERE table_schema = DATABASE() AND table_type = 'BASE "
                                     "TABLE' AND table_name <> 'schema_migration'"}));
    RETURN_IF_ERROR(t.Execute(db::Sql{"SET foreign_key_checks = 0"}));
    for (const db::Row row : tables) {
      const std::string statement = "DELETE FROM `" + row.Str(0) + "`";
      RETURN_IF_ERROR(t.Execute(db::Sql{statement.c_str()}));
    }
    return t.Execute(db::Sql{"SET foreign_key_checks = 1"}).status();
  };
  DieUnlessOk("Clear", db_->RunInTransaction(Limit(), clear));
}

int64_t TestDb::Count(const std::string& select) {
  auto rows = db_->Read(Limit(), db::Sql{select.c_str()});
  if (!rows.ok()) Die(select, rows.status());
  return rows->front().Int(0);
}

}  // namespace kefu::testing
