// The database layer on a real server: values, errors, isolation, races, the pool.
#include "common/db/database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "common/db/pool.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/testing/test_db.h"
#include "fmt/format.h"

namespace kefu::db {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::IsOkAndHolds;
using ::kefu::testing::StatusIs;
using ::kefu::testing::TestDb;

constexpr char kTables[] =
    "CREATE TABLE stock (org_id VARCHAR(64) NOT NULL, id INT NOT NULL, n BIGINT NOT NULL,"
    " CONSTRAINT ck_not_negative CHECK (n >= 0), PRIMARY KEY (org_id, id)) ENGINE=InnoDB;"
    "CREATE TABLE child (org_id VARCHAR(64) NOT NULL, id INT NOT NULL, stock_id INT NOT NULL,"
    " PRIMARY KEY (org_id, id), UNIQUE KEY uq_child (org_id, stock_id),"
    " FOREIGN KEY (org_id, stock_id) REFERENCES stock (org_id, id)) ENGINE=InnoDB;"
    "CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, u BIGINT UNSIGNED, d DOUBLE, t MEDIUMTEXT,"
    " b BLOB, day DATE, c DECIMAL(10,2), e TINYINT) ENGINE=InnoDB";

constexpr Sql kInsertStock{"INSERT INTO stock (org_id, id, n) VALUES ('o', ?, ?)"};
constexpr Sql kSetStock{"UPDATE stock SET n = ? WHERE org_id = 'o' AND id = ?"};
constexpr Sql kAddStock{"UPDATE stock SET n = n + 1 WHERE org_id = 'o' AND id = ?"};
constexpr Sql kStock{"SELECT n FROM stock WHERE org_id = 'o' AND id = ?"};
constexpr Sql kLockStock{"SELECT n FROM stock WHERE org_id = 'o' AND id = ? FOR UPDATE"};

absl::Time Soon() { return absl::Now() + absl::Seconds(60); }

class DatabaseTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    test_db_ = new TestDb();
    test_db_->Exec(kTables);
  }
  static void TearDownTestSuite() {
    delete test_db_;
    test_db_ = nullptr;
  }
  void SetUp() override { test_db_->Clear(); }

  Database& db() { return test_db_->db(); }
  absl::StatusOr<int64_t> Execute(Sql sql, std::initializer_list<Param> params) {
    return db().RunInTransaction(Soon(), [&](Transaction& t) { return t.Execute(sql, params); });
  }
  int64_t Stock(int id) {
    const auto rows = db().Read(Soon(), kStock, {id});
    return rows.ok() && !rows->empty() ? rows->front().Int(0) : -1;
  }
  std::unique_ptr<Database> Other(absl::Duration lock_wait, int attempts,
                                  DatabaseObserver observer = {}) {
    DatabaseOptions options = test_db_->options();
    options.lock_wait_timeout = lock_wait;
    options.max_attempts = attempts;
    return *Database::Open(options, std::move(observer));
  }

  static TestDb* test_db_;
};
TestDb* DatabaseTest::test_db_ = nullptr;

TEST_F(DatabaseTest, SessionsAreUtcStrictReadCommittedUtf8) {
  // MariaDB 10.11 knows only tx_isolation, MySQL 8 only transaction_isolation.
  ASSERT_OK_AND_ASSIGN(const Rows isolation,
                       db().Read(Soon(), Sql{"SHOW VARIABLES WHERE Variable_name IN"
                                             " ('tx_isolation', 'transaction_isolation')"}));
  ASSERT_EQ(isolation.size(), 1);
  EXPECT_EQ(isolation[0].Text(1), "READ-COMMITTED");
  ASSERT_OK_AND_ASSIGN(const Rows rows,
                       db().Read(Soon(), Sql{"SELECT @@time_zone, @@sql_mode,"
                                             " @@character_set_client, @@collation_connection,"
                                             " @@innodb_lock_wait_timeout"}));
  EXPECT_EQ(rows[0].Text(0), "+00:00");
  EXPECT_NE(rows[0].Text(1).find("STRICT_ALL_TABLES"), std::string_view::npos);
  EXPECT_NE(rows[0].Text(1).find("ONLY_FULL_GROUP_BY"), std::string_view::npos);
  EXPECT_EQ(rows[0].Text(2), "utf8mb4");
  EXPECT_EQ(rows[0].Text(3), "utf8mb4_bin");
  EXPECT_EQ(rows[0].Int(4), 5);
}

TEST_F(DatabaseTest, ValuesComeBackAsTheyWent) {
  const std::string text = "客服 it's \\ \"quoted\"\n😀";
  const std::string bytes("\0\xff\xfe'\\\n\x1a", 7);
  const std::string long_text(300000, 'x');
  const auto insert = [&](Transaction& t) -> absl::Status {
    constexpr char kHead[] = "INSERT INTO thing (id, u, d, t, b, day, c, e)";
    RETURN_IF_ERROR(t.Execute(Sql{"INSERT INTO thing (id, u, d, t, b, day, c, e)"
                                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"},
                              {int64_t{INT64_MIN}, uint64_t{INT64_MAX}, 0.1, text,
                               Param::Bytes(bytes), absl::CivilDay(2024, 2, 29), "-12.30", true}));
    const std::vector<Param> flat = {INT64_MAX,
                                     7u,
                                     -1e300,
                                     text,
                                     Param::Bytes(bytes),
                                     absl::CivilDay(1, 1, 1),
                                     "0.05",
                                     false,
                                     1,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     2,
                                     nullptr,
                                     nullptr,
                                     long_text,
                                     Param::Bytes(""),
                                     nullptr,
                                     nullptr,
                                     nullptr};
    return t.InsertMany(kHead, 8, flat).status();
  };
  ASSERT_OK(db().RunInTransaction(Soon(), insert));
  ASSERT_OK_AND_ASSIGN(const Rows rows,
                       db().Read(Soon(), Sql{"SELECT id, u, d, t, b, day, c, e FROM thing"
                                             " ORDER BY id"}));
  ASSERT_EQ(rows.size(), 4);
  EXPECT_EQ(rows[0].Int(0), INT64_MIN);
  EXPECT_EQ(rows[0].Int(1), INT64_MAX);
  EXPECT_EQ(rows[0].Double(2), 0.1);
  EXPECT_EQ(rows[0].Text(3), text);
  EXPECT_EQ(rows[0].Text(4), bytes);
  EXPECT_EQ(rows[0].Day(5), absl::CivilDay(2024, 2, 29));
  EXPECT_EQ(rows[0].Text(6), "-12.30");
  EXPECT_EQ(rows[0].Double(6), -12.3);
  EXPECT_TRUE(rows[0].Bool(7));
  for (size_t column = 1; column < 8; ++column) EXPECT_TRUE(rows[1].IsNull(column)) << column;
  EXPECT_EQ(rows[1].Int(1), 0);
  EXPECT_EQ(rows[1].OptInt(1), std::nullopt);
  EXPECT_EQ(rows[2].Text(3), long_text);
  EXPECT_FALSE(rows[2].IsNull(4));
  EXPECT_EQ(rows[2].Text(4), "");
  EXPECT_EQ(rows[3].Int(0), INT64_MAX);
  EXPECT_EQ(rows[3].Double(2), -1e300);
  EXPECT_EQ(rows[3].Text(3), text);
  EXPECT_EQ(rows[3].Text(4), bytes);
  EXPECT_EQ(rows[3].Day(5), absl::CivilDay(1, 1, 1));
  ASSERT_OK_AND_ASSIGN(const Rows sums,
                       db().Read(Soon(), Sql{"SELECT SUM(e), COUNT(*), SUM(c), MAX(t) IS NULL,"
                                             " (SELECT SUM(e) FROM thing WHERE id = 5) FROM thing"
                                             " WHERE id <> 2"}));
  EXPECT_EQ(sums[0].Int(0), 1);
  EXPECT_EQ(sums[0].Int(1), 3);
  EXPECT_EQ(sums[0].Text(2), "-12.25");
  EXPECT_EQ(sums[0].OptInt(4), std::nullopt);
}

TEST_F(DatabaseTest, UnsignedMaximumIsAnErrorAndNotMinusOne) {
  ASSERT_OK(Execute(Sql{"INSERT INTO thing (id, u) VALUES (1, ?)"}, {~uint64_t{0}}));
  EXPECT_THAT(db().Read(Soon(), Sql{"SELECT u FROM thing"}), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(db().Read(Soon(), Sql{"SELECT SUM(u) FROM thing"}),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(test_db_->Count("SELECT COUNT(*) FROM thing WHERE u = 18446744073709551615"), 1);
}

TEST_F(DatabaseTest, UpdateCountsMatchedRows) {
  ASSERT_OK(Execute(kInsertStock, {1, 5}));
  EXPECT_THAT(Execute(kSetStock, {5, 1}), IsOkAndHolds(1));  // changes nothing
  EXPECT_THAT(Execute(kSetStock, {5, 2}), IsOkAndHolds(0));  // no such row
}

TEST_F(DatabaseTest, ConstraintsAreNamed) {
  ASSERT_OK(Execute(kInsertStock, {1, 5}));
  const absl::Status twice = Execute(kInsertStock, {1, 6}).status();
  EXPECT_THAT(twice, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_TRUE(IsDuplicate(twice, "PRIMARY"));
  constexpr Sql kInsertChild{"INSERT INTO child (org_id, id, stock_id) VALUES ('o', ?, ?)"};
  EXPECT_THAT(Execute(kInsertChild, {1, 9}), HasReason("FOREIGN_KEY"));
  ASSERT_OK(Execute(kInsertChild, {1, 1}));
  EXPECT_TRUE(IsDuplicate(Execute(kInsertChild, {2, 1}).status(), "uq_child"));
  EXPECT_THAT(Execute(Sql{"DELETE FROM stock WHERE org_id = 'o' AND id = ?"}, {1}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  const absl::Status negative = Execute(kSetStock, {-1, 1}).status();
  EXPECT_THAT(negative, StatusIs(absl::StatusCode::kInternal));
  EXPECT_TRUE(IsCheckViolation(negative, "ck_not_negative"));
}

TEST_F(DatabaseTest, ADuplicateLeavesTheTransactionUsable) {
  ASSERT_OK(Execute(kInsertStock, {1, 5}));
  const auto body = [&](Transaction& t) -> absl::StatusOr<int64_t> {
    RETURN_IF_ERROR(t.Execute(kInsertStock, {2, 7}));
    EXPECT_TRUE(IsDuplicate(t.Execute(kInsertStock, {1, 9}).status()));
    return t.Execute(kSetStock, {8, 1});
  };
  EXPECT_THAT(db().RunInTransaction(Soon(), body), IsOkAndHolds(1));
  EXPECT_EQ(Stock(1), 8);
  EXPECT_EQ(Stock(2), 7);
}

TEST_F(DatabaseTest, AnErrorRollsBackAndReachesTheCaller) {
  bool committed = false;
  const auto body = [&](Transaction& t) -> absl::Status {
    t.AfterCommit([&] { committed = true; });
    RETURN_IF_ERROR(t.Execute(kInsertStock, {1, 5}));
    return NotFound("thing", "x");
  };
  EXPECT_THAT(db().RunInTransaction(Soon(), body), HasReason("NOT_FOUND"));
  EXPECT_FALSE(committed);
  EXPECT_EQ(Stock(1), -1);
}

TEST_F(DatabaseTest, AThrowingBodyLeavesNothingBehind) {
  const auto body = [&](Transaction& t) -> absl::Status {
    RETURN_IF_ERROR(t.Execute(kInsertStock, {1, 5}));
    throw std::bad_alloc();
  };
  EXPECT_THROW((void)db().RunInTransaction(Soon(), body), std::bad_alloc);
  EXPECT_EQ(Stock(1), -1);
  EXPECT_THAT(Execute(kInsertStock, {1, 6}), IsOkAndHolds(1));  // no lock is left either
}

TEST_F(DatabaseTest, AStatementThatCommitsByItselfIsRefused) {
  const auto body = [&](Transaction& t) -> absl::Status {
    RETURN_IF_ERROR(t.Execute(kInsertStock, {1, 5}));
    EXPECT_THAT(t.Execute(Sql{"CREATE TABLE IF NOT EXISTS extra (id INT PRIMARY KEY)"}),
                StatusIs(absl::StatusCode::kInternal));
    return absl::OkStatus();  // swallowed, yet the transaction fails
  };
  EXPECT_THAT(db().RunInTransaction(Soon(), body), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(DatabaseTest, ReadCommittedSeesWhatOthersCommit) {
  ASSERT_OK(Execute(kInsertStock, {1, 5}));
  const auto other = test_db_->OpenAnother();
  const auto body = [&](Transaction& t) -> absl::StatusOr<int64_t> {
    RETURN_IF_ERROR(t.Query(kStock, {1}));  // REPEATABLE READ would freeze the view here
    RETURN_IF_ERROR(other->RunInTransaction(Soon(), [&](Transaction& u) {
      return u.Execute(kSetStock, {6, 1}).status();
    }));
    ASSIGN_OR_RETURN(const Rows rows, t.Query(kStock, {1}));
    return rows.front().Int(0);
  };
  EXPECT_THAT(db().RunInTransaction(Soon(), body), IsOkAndHolds(6));
}

// Holds the row lock of stock 1 in a thread of its own until Release.
class RowHolder {
 public:
  explicit RowHolder(Database& db)
      : thread_([this, &db] {
          EXPECT_OK(db.RunInTransaction(Soon(), [this](Transaction& t) -> absl::Status {
            RETURN_IF_ERROR(t.Query(kLockStock, {1}));
            held_.set_value();
            released_.get_future().wait();
            return absl::OkStatus();
          }));
        }) {
    held_.get_future().wait();
  }
  void Release() {
    released_.set_value();
    thread_.join();
  }

 private:
  std::promise<void> held_, released_;
  std::thread thread_;
};

TEST_F(DatabaseTest, LockWaitTimeoutUndoesEarlierStatementsAndRunsAgain) {
  ASSERT_OK(Execute(kInsertStock, {1, 5}));
  RowHolder holder(db());
  const auto other = Other(absl::Seconds(1), 5);
  int attempts = 0;
  const auto body = [&](Transaction& t) -> absl::Status {
    ++attempts;
    // Would fail as a duplicate in the second attempt, had the first not been rolled back.
    RETURN_IF_ERROR(t.Execute(kInsertStock, {2, 1}));
    const auto update = t.Execute(kAddStock, {1});
    if (attempts == 1) {
      EXPECT_THAT(update, HasReason("TRANSACTION_CONFLICT"));
      holder.Release();
      // The server still holds row 2 of this transaction; it must not be committed.
      EXPECT_THAT(t.Execute(kAddStock, {2}), HasReason("TRANSACTION_CONFLICT"));
      return absl::OkStatus();
    }
    return update.status();
  };
  EXPECT_OK(other->RunInTransaction(Soon(), body));
  EXPECT_EQ(attempts, 2);
  EXPECT_EQ(Stock(1), 6);
  EXPECT_EQ(Stock(2), 1);
}

TEST_F(DatabaseTest, LockWaitTimeoutEndsAsAborted) {
  ASSERT_OK(Execute(kInsertStock, {1, 5}));
  RowHolder holder(db());
  std::atomic<int> retries = 0;
  DatabaseObserver observer;
  observer.on_retry = [&](std::string_view reason) {
    EXPECT_EQ(reason, "TRANSACTION_CONFLICT");
    ++retries;
  };
  const auto other = Other(absl::Seconds(1), 2, observer);
  const absl::Status status = other->RunInTransaction(
      Soon(), [&](Transaction& t) { return t.Execute(kAddStock, {1}).status(); });
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
  EXPECT_TRUE(IsConflict(status));
  EXPECT_EQ(retries, 1);
  holder.Release();
}

// Two transactions that lock rows 1 and 2 in opposite order, each first waiting until the other
// holds its first row. rounds: how often they meet before they go one after the other.
void Deadlock(Database& db, int rounds, absl::Status results[2], std::atomic<int>& bodies) {
  std::mutex mutex;
  std::condition_variable changed;
  int holding = 0, running = 2;
  const auto run = [&](int first, int second, absl::Status* result) {
    *result = db.RunInTransaction(Soon(), [&](Transaction& t) -> absl::Status {
      const int round = bodies++ / 2;
      RETURN_IF_ERROR(t.Execute(kAddStock, {first}));
      if (round < rounds) {
        std::unique_lock lock(mutex);
        if (++holding == 2) changed.notify_all();
        changed.wait(lock, [&] { return holding >= 2 || running < 2; });
      }
      return t.Execute(kAddStock, {second}).status();
    });
    std::lock_guard lock(mutex);
    --running;
    changed.notify_all();
  };
  std::thread one(run, 1, 2, &results[0]);
  std::thread two(run, 2, 1, &results[1]);
  one.join();
  two.join();
}

TEST_F(DatabaseTest, DeadlockIsRunAgain) {
  ASSERT_OK(Execute(kInsertStock, {1, 0}));
  ASSERT_OK(Execute(kInsertStock, {2, 0}));
  absl::Status results[2];
  std::atomic<int> bodies = 0;
  Deadlock(db(), 1, results, bodies);
  EXPECT_OK(results[0]);
  EXPECT_OK(results[1]);
  EXPECT_EQ(bodies, 3);  // the victim ran twice
  EXPECT_EQ(Stock(1), 2);
  EXPECT_EQ(Stock(2), 2);
}

TEST_F(DatabaseTest, DeadlockEndsAsAborted) {
  ASSERT_OK(Execute(kInsertStock, {1, 0}));
  ASSERT_OK(Execute(kInsertStock, {2, 0}));
  const auto once = Other(absl::Seconds(5), 1);
  absl::Status results[2];
  std::atomic<int> bodies = 0;
  Deadlock(*once, 1, results, bodies);
  EXPECT_NE(results[0].ok(), results[1].ok());
  EXPECT_TRUE(IsConflict(results[0].ok() ? results[1] : results[0]));
  EXPECT_EQ(Stock(1), 1);
  EXPECT_EQ(Stock(2), 1);
}

TEST_F(DatabaseTest, ManyIncrementsLoseNothing) {
  ASSERT_OK(Execute(kInsertStock, {1, 0}));
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 50; ++k) {
        EXPECT_OK(db().RunInTransaction(Soon(), [](Transaction& t) -> absl::Status {
          ASSIGN_OR_RETURN(const Rows rows, t.Query(kLockStock, {1}));
          return t.Execute(kSetStock, {rows.front().Int(0) + 1, 1}).status();
        }));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(Stock(1), 400);
}

TEST_F(DatabaseTest, WaitingForThePoolEndsWithTheDeadline) {
  DatabaseOptions options = test_db_->options();
  options.pool_size = 1;
  const auto small = *Database::Open(options);
  const auto body = [&](Transaction&) -> absl::Status {
    return small->Read(absl::Now() + absl::Milliseconds(30), kStock, {1}).status();
  };
  EXPECT_THAT(small->RunInTransaction(Soon(), body), HasReason("POOL_EXHAUSTED"));
  EXPECT_OK(small->Ping(Soon()));
  EXPECT_THAT(small->Read(absl::Now() - absl::Seconds(1), kStock, {1}),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(DatabaseTest, ALongStatementEndsAtTheDeadlineAndFreesItsPlace) {
  DatabaseOptions options = test_db_->options();
  options.pool_size = 1;
  const auto small = *Database::Open(options);
  const auto body = [&](Transaction& t) { return t.Query(Sql{"SELECT SLEEP(100)"}).status(); };
  EXPECT_THAT(small->RunInTransaction(absl::Now() + absl::Milliseconds(50), body),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(small->Read(Soon(), kStock, {1}), IsOk());
}

TEST_F(DatabaseTest, ConnectionsAreReplacedAfterTheirLifetime) {
  DatabaseOptions options = test_db_->options();
  const auto connection_id = [](Database& db) {
    return db.Read(Soon(), Sql{"SELECT CONNECTION_ID()"})->front().Int(0);
  };
  const auto lasting = *Database::Open(options);
  const int64_t kept = connection_id(*lasting);
  EXPECT_EQ(connection_id(*lasting), kept);
  options.max_lifetime = absl::ZeroDuration();
  const auto fleeting = *Database::Open(options);
  const int64_t first = connection_id(*fleeting);
  EXPECT_NE(connection_id(*fleeting), first);
}

TEST_F(DatabaseTest, ObserverSeesThePool) {
  std::mutex mutex;
  int most_used = 0, last_used = -1, last_open = -1, waits = 0;
  DatabaseObserver observer;
  observer.on_pool = [&](int in_use, int open) {
    std::lock_guard lock(mutex);
    most_used = std::max(most_used, in_use);
    last_used = in_use;
    last_open = open;
  };
  observer.on_wait = [&](absl::Duration) { ++waits; };
  const auto other = test_db_->OpenAnother(observer);
  EXPECT_OK(other->Ping(Soon()));
  EXPECT_EQ(most_used, 1);
  EXPECT_EQ(last_used, 0);
  EXPECT_EQ(last_open, 1);
  EXPECT_EQ(waits, 1);
}

TEST_F(DatabaseTest, StatementCacheIsBoundedAndSurvivesAlter) {
  DatabaseOptions options = test_db_->options();
  options.pool_size = 1;
  options.statement_cache = 4;
  const auto small = *Database::Open(options);
  const auto prepared = [&] {
    return small->Read(Soon(), Sql{"SHOW SESSION STATUS LIKE 'Com_stmt_prepare'"})->front().Str(1);
  };
  const std::string before = prepared();
  for (int i = 0; i < 20; ++i) ASSERT_OK(small->Read(Soon(), kStock, {1}));
  EXPECT_EQ(std::stoi(prepared()), std::stoi(before) + 1);
  for (int i = 0; i < 20; ++i) {
    const std::string sql = fmt::format("SELECT {} FROM stock", i);
    ASSERT_OK(small->Read(Soon(), Sql{sql.c_str()}));
  }
  // 20 statements through a cache of 4: all but the last few have been closed again.
  const std::string closed =
      small->Read(Soon(), Sql{"SHOW SESSION STATUS LIKE 'Com_stmt_close'"})->front().Str(1);
  EXPECT_GE(std::stoi(closed), 16);
  test_db_->Exec("CREATE TABLE grows (id INT PRIMARY KEY); INSERT INTO grows VALUES (1)");
  EXPECT_EQ(small->Read(Soon(), Sql{"SELECT * FROM grows"})->columns(), 1);
  test_db_->Exec("ALTER TABLE grows ADD COLUMN more TEXT; UPDATE grows SET more = 'm'");
  ASSERT_OK_AND_ASSIGN(const Rows rows, small->Read(Soon(), Sql{"SELECT * FROM grows"}));
  EXPECT_EQ(rows.columns(), 2);
  EXPECT_EQ(rows[0].Text(1), "m");
}

TEST_F(DatabaseTest, ListsOfAnyLength) {
  const auto body = [&](Transaction& t) -> absl::Status {
    for (int i = 1; i <= 5; ++i) RETURN_IF_ERROR(t.Execute(kInsertStock, {i, i * 10}));
    constexpr Sql kIn{"SELECT id FROM stock WHERE org_id = ? AND id IN (?*) AND n < ? ORDER BY id"};
    const std::vector<Param> three = {5, 1, 3};
    ASSIGN_OR_RETURN(const Rows rows, t.QueryIn(kIn, {"o"}, three, 1, {50}));
    EXPECT_EQ(rows.size(), 2);
    EXPECT_EQ(rows[1].Int(0), 3);
    ASSIGN_OR_RETURN(const Rows none, t.QueryIn(kIn, {"o"}, {}, 1, {50}));
    EXPECT_TRUE(none.empty());
    constexpr Sql kPairs{"UPDATE stock SET n = 0 WHERE org_id = ? AND (id, n) IN (?*)"};
    const std::vector<Param> pairs = {1, 10, 2, 99, 4, 40};
    EXPECT_THAT(t.ExecuteIn(kPairs, {"o"}, pairs, 2), IsOkAndHolds(2));
    EXPECT_THAT(t.ExecuteIn(kPairs, {"o"}, three, 2), StatusIs(absl::StatusCode::kInternal));
    EXPECT_THAT(t.Query(kStock, {1, 2}), StatusIs(absl::StatusCode::kInternal));
    return absl::OkStatus();
  };
  EXPECT_OK(db().RunInTransaction(Soon(), body));
}

TEST_F(DatabaseTest, InsertManyAndLoadDataCarryManyRows) {
  constexpr int kRows = 20005;  // full chunks and a rest
  std::vector<Param> flat;
  for (int i = 0; i < kRows; ++i) {
    flat.push_back("o");
    flat.push_back(i);
    flat.push_back(i * 3);
  }
  constexpr char kHead[] = "INSERT INTO stock (org_id, id, n)";
  const absl::Time start = absl::Now();
  EXPECT_THAT(
      db().RunInTransaction(Soon(), [&](Transaction& t) { return t.InsertMany(kHead, 3, flat); }),
      IsOkAndHolds(kRows));
  RecordProperty("insert_rows_per_second",
                 static_cast<int>(kRows / absl::ToDoubleSeconds(absl::Now() - start)));
  EXPECT_THAT(db().RunInTransaction(Soon(),
                                    [&](Transaction& t) {
                                      return t.InsertMany(kHead, 3, std::span(flat).first(3),
                                                          "ON DUPLICATE KEY UPDATE n = VALUES(n)");
                                    }),
              IsOkAndHolds(1));
  EXPECT_EQ(test_db_->Count("SELECT SUM(n) FROM stock"), 3ll * kRows * (kRows - 1) / 2);
  EXPECT_THAT(Execute(Sql{"DELETE FROM stock"}, {}), IsOkAndHolds(kRows));
  std::string tsv;
  for (int i = 0; i < kRows; ++i) tsv += fmt::format("o\t{}\t{}\n", i, i * 3);
  EXPECT_THAT(db().RunInTransaction(
                  Soon(), [&](Transaction& t) { return t.LoadData("stock (org_id, id, n)", tsv); }),
              IsOkAndHolds(kRows));
  EXPECT_EQ(test_db_->Count("SELECT SUM(n) FROM stock"), 3ll * kRows * (kRows - 1) / 2);
}

TEST_F(DatabaseTest, InsertManyMixesKindsAndHeavyRows) {
  constexpr int kRows = 400;
  const std::string heavy(700000, '\'');
  std::vector<Param> flat;
  for (int i = 0; i < kRows; ++i) {
    flat.push_back(i);
    flat.push_back(i % 3 == 0 ? Param(nullptr) : Param(i * 0.5));
    flat.push_back(i == 200 ? Param(heavy) : i % 2 == 0 ? Param(nullptr) : Param("it's"));
  }
  EXPECT_THAT(db().RunInTransaction(Soon(),
                                    [&](Transaction& t) {
                                      return t.InsertMany("INSERT INTO thing (id, d, t)", 3, flat);
                                    }),
              IsOkAndHolds(kRows));
  ASSERT_OK_AND_ASSIGN(const Rows rows,
                       db().Read(Soon(), Sql{"SELECT id, d, t FROM thing ORDER BY id"}));
  ASSERT_EQ(rows.size(), kRows);
  for (int i = 0; i < kRows; ++i) {
    EXPECT_EQ(rows[i].OptDouble(1), i % 3 == 0 ? std::nullopt : std::optional(i * 0.5)) << i;
    EXPECT_EQ(rows[i].Text(2), i == 200 ? heavy : i % 2 == 0 ? "" : "it's") << i;
  }
}

// Whoever came next would hear of a deadline that was not its own.
TEST_F(DatabaseTest, AConnectionWhoseDeadlinePassesAfterItsLastAnswerIsNotUsedAgain) {
  Pool pool(test_db_->options(), {});
  const absl::Time deadline = absl::Now() + absl::Seconds(1), hang = Soon();
  int64_t unused = 0;
  {
    ASSERT_OK_AND_ASSIGN(PooledConnection first, pool.Acquire(deadline, false));
    ASSERT_OK(first->Run("SELECT 1", {}, &unused));
    first.Keep();
    while (!first->broken() && absl::Now() < hang) std::this_thread::yield();
  }
  ASSERT_OK_AND_ASSIGN(PooledConnection next, pool.Acquire(Soon(), false));
  EXPECT_OK(next->Run("SELECT 1", {}, &unused));
}

}  // namespace
}  // namespace kefu::db
