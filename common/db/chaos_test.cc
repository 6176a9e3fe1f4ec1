// What a connection can suffer: each test shows that nothing is lost, torn or done twice.
#include <gtest/gtest.h>

#include <thread>

#include "common/db/database.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/testing/tcp_gate.h"
#include "common/testing/test_server.h"
#include "fmt/format.h"

namespace kefu::db {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using ::kefu::testing::TcpGate;
using ::kefu::testing::TestServer;
using ::testing::AllOf;

constexpr Sql kAdd{"INSERT INTO ledger (n) VALUES (?)"};
constexpr Sql kCount{"SELECT COUNT(*) FROM ledger"};

absl::Time Soon() { return absl::Now() + absl::Seconds(60); }
absl::Time Shortly() { return absl::Now() + absl::Milliseconds(300); }

// A private server behind a gate: db() goes through the gate, direct() does not.
class ChaosTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = TestServer::Start({.flush_at_commit = 1});
    ASSERT_OK(started);
    server_ = started->release();
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }

  void SetUp() override {
    gate_ = std::make_unique<TcpGate>("127.0.0.1", server_->port());
    auto root = *Database::Open(server_->SocketOptions(""));
    for (const char* sql : {"DROP DATABASE IF EXISTS chaos", "CREATE DATABASE chaos",
                            "CREATE TABLE chaos.ledger (n INT PRIMARY KEY) ENGINE=InnoDB"}) {
      ASSERT_OK(root->Read(Soon(), Sql{sql}));
    }
    direct_ = *Database::Open(server_->SocketOptions("chaos"));
    db_ = Open(2);
  }

  DatabaseOptions GateOptions(int pool_size) {
    DatabaseOptions options = server_->TcpOptions("chaos");
    options.hosts = {{"127.0.0.1", gate_->port()}};
    options.pool_size = pool_size;
    options.connect_timeout = absl::Seconds(1);
    return options;
  }
  std::unique_ptr<Database> Open(int pool_size) { return *Database::Open(GateOptions(pool_size)); }
  int64_t Count() { return direct_->Read(Soon(), kCount)->front().Int(0); }
  void KillConnection(int64_t id) {
    const std::string sql = fmt::format("KILL CONNECTION {}", id);
    ASSERT_OK(direct_->Read(Soon(), Sql{sql.c_str()}));
  }
  absl::Status AddOne(Database& db, int n, absl::Time deadline = Soon()) {
    return db.RunInTransaction(deadline,
                               [&](Transaction& t) { return t.Execute(kAdd, {n}).status(); });
  }

  static TestServer* server_;
  std::unique_ptr<TcpGate> gate_;
  std::unique_ptr<Database> direct_, db_;
};
TestServer* ChaosTest::server_ = nullptr;

TEST_F(ChaosTest, ACommitOnAKilledConnectionIsReported) {
  bool after_commit = false;
  int bodies = 0;
  const absl::Status status = db_->RunInTransaction(Soon(), [&](Transaction& t) -> absl::Status {
    ++bodies;
    t.AfterCommit([&] { after_commit = true; });
    ASSIGN_OR_RETURN(const Rows id, t.Query(Sql{"SELECT CONNECTION_ID()"}));
    RETURN_IF_ERROR(t.Execute(kAdd, {1}));
    KillConnection(id.front().Int(0));
    return absl::OkStatus();
  });
  EXPECT_THAT(status,
              AllOf(StatusIs(absl::StatusCode::kUnavailable), HasReason("COMMIT_OUTCOME_UNKNOWN")));
  EXPECT_FALSE(after_commit);
  EXPECT_EQ(bodies, 1);
  EXPECT_EQ(Count(), 0);
  EXPECT_OK(AddOne(*db_, 2));  // the dead connection is gone from the pool
}

TEST_F(ChaosTest, AKillInTheMiddleDoesNotTearTheTransaction) {
  const absl::Status status = db_->RunInTransaction(Soon(), [&](Transaction& t) -> absl::Status {
    ASSIGN_OR_RETURN(const Rows id, t.Query(Sql{"SELECT CONNECTION_ID()"}));
    RETURN_IF_ERROR(t.Execute(kAdd, {1}));
    KillConnection(id.front().Int(0));
    EXPECT_THAT(t.Execute(kAdd, {2}), HasReason("DATABASE_UNAVAILABLE"));
    EXPECT_THAT(t.Execute(kAdd, {3}), HasReason("DATABASE_UNAVAILABLE"));
    return absl::OkStatus();  // swallowed: still nothing may be committed
  });
  EXPECT_THAT(status, HasReason("DATABASE_UNAVAILABLE"));
  EXPECT_EQ(Count(), 0);
}

TEST_F(ChaosTest, ACutInTheMiddleDoesNotTearTheTransaction) {
  const absl::Status status = db_->RunInTransaction(Soon(), [&](Transaction& t) -> absl::Status {
    RETURN_IF_ERROR(t.Execute(kAdd, {1}));
    gate_->CutOnce();
    EXPECT_THAT(t.Execute(kAdd, {2}), StatusIs(absl::StatusCode::kUnavailable));
    return t.Execute(kAdd, {3}).status();
  });
  EXPECT_THAT(status, HasReason("DATABASE_UNAVAILABLE"));
  EXPECT_EQ(Count(), 0);
  EXPECT_OK(AddOne(*db_, 1));
}

TEST_F(ChaosTest, ACommitThatNeverArrivedIsUnknownAndNotRunAgain) {
  int bodies = 0;
  const absl::Status status = db_->RunInTransaction(Soon(), [&](Transaction& t) {
    ++bodies;
    gate_->CutOn("COMMIT", TcpGate::When::kBeforeForwarding);
    return t.Execute(kAdd, {1}).status();
  });
  EXPECT_TRUE(gate_->triggered());
  EXPECT_THAT(status,
              AllOf(StatusIs(absl::StatusCode::kUnavailable), HasReason("COMMIT_OUTCOME_UNKNOWN")));
  EXPECT_EQ(bodies, 1);
  EXPECT_EQ(Count(), 0);
}

TEST_F(ChaosTest, ACommitWhoseAnswerWasLostIsUnknownAndNotRunAgain) {
  int bodies = 0;
  const absl::Status status = db_->RunInTransaction(Soon(), [&](Transaction& t) {
    ++bodies;
    gate_->CutOn("COMMIT", TcpGate::When::kAfterForwarding);
    return t.Execute(kAdd, {1}).status();
  });
  EXPECT_THAT(status, HasReason("COMMIT_OUTCOME_UNKNOWN"));
  EXPECT_EQ(bodies, 1);
  EXPECT_EQ(Count(), 1);
}

TEST_F(ChaosTest, ADeadlineInsideCommitIsUnknown) {
  ASSERT_OK(db_->Ping(Soon()));
  gate_->StallOn("COMMIT");
  const absl::Status status = AddOne(*db_, 1, Shortly());
  EXPECT_TRUE(gate_->triggered());
  EXPECT_THAT(status, HasReason("COMMIT_OUTCOME_UNKNOWN"));
  EXPECT_OK(AddOne(*db_, 2));
}

TEST_F(ChaosTest, AStalledServerEndsCallsAtTheirDeadlineAndFreesTheWorker) {
  const auto one = Open(1);
  ASSERT_OK(one->Ping(Soon()));
  gate_->Stall();
  EXPECT_THAT(one->Read(Shortly(), kCount), StatusIs(absl::StatusCode::kDeadlineExceeded));
  // The next one needs a new connection, whose sign-in stalls too.
  EXPECT_FALSE(one->Read(Shortly(), kCount).ok());
  EXPECT_FALSE(AddOne(*one, 1, Shortly()).ok());
  gate_->Heal();
  EXPECT_OK(one->Read(Soon(), kCount));
  EXPECT_EQ(Count(), 0);
}

TEST_F(ChaosTest, AHalfOpenConnectionEndsAtTheDeadline) {
  ASSERT_OK(db_->Ping(Soon()));
  gate_->HalfOpen();
  EXPECT_THAT(AddOne(*db_, 1, Shortly()), StatusIs(absl::StatusCode::kDeadlineExceeded));
  gate_->Heal();
  EXPECT_OK(AddOne(*db_, 2));
}

TEST_F(ChaosTest, ASlowLineIsOnlySlow) {
  gate_->Slow(20000);
  EXPECT_OK(AddOne(*db_, 1));
  EXPECT_EQ(Count(), 1);
}

TEST_F(ChaosTest, IdleConnectionsThatDiedAreReplacedUnnoticed) {
  ASSERT_OK(AddOne(*db_, 1));
  gate_->CutOnce();
  EXPECT_OK(AddOne(*db_, 2));
  gate_->CutOnce();
  EXPECT_OK(db_->Read(Soon(), kCount));
  gate_->CutOnce();
  EXPECT_OK(db_->Ping(Soon()));
}

TEST_F(ChaosTest, ServerDownAtStartAndLaterRecoversWithoutRestart) {
  server_->Kill();
  const auto db = Open(2);
  EXPECT_THAT(db->Ping(Soon()), HasReason("DATABASE_UNAVAILABLE"));
  EXPECT_THAT(AddOne(*db, 1), HasReason("DATABASE_UNAVAILABLE"));
  ASSERT_OK(server_->Restart());
  EXPECT_OK(AddOne(*db, 1));
  server_->Kill();
  EXPECT_THAT(AddOne(*db, 2), HasReason("DATABASE_UNAVAILABLE"));
  EXPECT_THAT(db->Read(Soon(), kCount), HasReason("DATABASE_UNAVAILABLE"));
  ASSERT_OK(server_->Restart());
  EXPECT_OK(AddOne(*db, 3));
  EXPECT_EQ(Count(), 2);
}

TEST_F(ChaosTest, AKilledServerKeepsAllOrNothingOfEachTransaction) {
  ASSERT_OK(AddOne(*db_, 1));
  const absl::Status status = db_->RunInTransaction(Soon(), [&](Transaction& t) -> absl::Status {
    for (int n = 2; n < 50; ++n) RETURN_IF_ERROR(t.Execute(kAdd, {n}));
    server_->Kill();
    return absl::OkStatus();
  });
  EXPECT_THAT(status, HasReason("COMMIT_OUTCOME_UNKNOWN"));
  ASSERT_OK(server_->Restart());
  EXPECT_EQ(Count(), 1);
}

TEST_F(ChaosTest, WrongPasswordAndMissingSchemaAreUnavailableWithTheCauseForTheLog) {
  DatabaseOptions options = server_->TcpOptions("no_such_schema");
  unsigned seen = 0;
  DatabaseObserver observer;
  observer.on_error = [&](std::string_view, unsigned number, std::string_view) { seen = number; };
  EXPECT_THAT((*Database::Open(options, observer))->Ping(Soon()),
              HasReason("DATABASE_UNAVAILABLE"));
  EXPECT_EQ(seen, 1049);
  options = server_->TcpOptions("chaos");
  options.password = "wrong";
  EXPECT_THAT((*Database::Open(options, observer))->Ping(Soon()),
              HasReason("DATABASE_UNAVAILABLE"));
  EXPECT_EQ(seen, 1045);
}

}  // namespace
}  // namespace kefu::db
