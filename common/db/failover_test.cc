// Several hosts: the last good one first, read-only ones only for reading.
#include <gtest/gtest.h>

#include "common/db/database.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/testing/tcp_gate.h"
#include "common/testing/test_server.h"

namespace kefu::db {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOkAndHolds;
using ::kefu::testing::TcpGate;
using ::kefu::testing::TestServer;

constexpr Sql kServerId{"SELECT @@server_id"};
constexpr Sql kAdd{"INSERT INTO ledger (n) VALUES (?)"};

absl::Time Soon() { return absl::Now() + absl::Seconds(60); }

class FailoverTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (int i = 0; i < 2; ++i) {
      auto started = TestServer::Start({.extra_args = {"--server-id=" + std::to_string(i + 1)}});
      ASSERT_OK(started);
      servers_[i] = started->release();
      Exec(i, "CREATE DATABASE shop");
      Exec(i, "CREATE TABLE shop.ledger (n INT PRIMARY KEY) ENGINE=InnoDB");
      // Not root, which may write on a read-only server.
      Exec(i, "CREATE USER app@'127.0.0.1'");
      Exec(i, "GRANT SELECT, INSERT ON shop.* TO app@'127.0.0.1'");
    }
  }
  static void TearDownTestSuite() {
    for (auto*& server : servers_) {
      delete server;
      server = nullptr;
    }
  }
  static void Exec(int server, const char* sql) {
    auto root = *Database::Open(servers_[server]->SocketOptions(""));
    ASSERT_OK(root->Read(Soon(), Sql{sql}));
  }
  void SetUp() override {
    DatabaseOptions options;
    options.user = "app";
    options.schema = "shop";
    options.connect_timeout = absl::Seconds(1);
    for (int i = 0; i < 2; ++i) {
      Exec(i, "SET GLOBAL read_only = 0");
      Exec(i, "DELETE FROM shop.ledger");
      gates_[i] = std::make_unique<TcpGate>("127.0.0.1", servers_[i]->port());
      options.hosts.push_back({"127.0.0.1", gates_[i]->port()});
    }
    db_ = *Database::Open(options);
  }
  // The server that a write reaches.
  absl::StatusOr<int64_t> Write(int n) {
    return db_->RunInTransaction(Soon(), [&](Transaction& t) -> absl::StatusOr<int64_t> {
      RETURN_IF_ERROR(t.Execute(kAdd, {n}));
      ASSIGN_OR_RETURN(const Rows rows, t.Query(kServerId));
      return rows.front().Int(0);
    });
  }

  static TestServer* servers_[2];
  std::unique_ptr<TcpGate> gates_[2];
  std::unique_ptr<Database> db_;
};
TestServer* FailoverTest::servers_[2];

TEST_F(FailoverTest, GoesToTheNextHostAndStaysThere) {
  EXPECT_THAT(Write(1), IsOkAndHolds(1));
  gates_[0]->Cut();
  EXPECT_THAT(Write(2), IsOkAndHolds(2));
  gates_[0]->Heal();
  EXPECT_THAT(Write(3), IsOkAndHolds(2));
  gates_[1]->Cut();
  EXPECT_THAT(Write(4), IsOkAndHolds(1));
  gates_[0]->Cut();
  EXPECT_THAT(Write(5), HasReason("DATABASE_UNAVAILABLE"));
  EXPECT_THAT(db_->Ping(Soon()), HasReason("DATABASE_UNAVAILABLE"));
}

TEST_F(FailoverTest, WritesSkipAReadOnlyHost) {
  Exec(0, "SET GLOBAL read_only = 1");
  EXPECT_THAT(Write(1), IsOkAndHolds(2));
}

TEST_F(FailoverTest, AHostThatBecomesReadOnlyIsLeftDuringAWrite) {
  EXPECT_THAT(Write(1), IsOkAndHolds(1));
  Exec(0, "SET GLOBAL read_only = 1");
  EXPECT_THAT(Write(2), IsOkAndHolds(2));
}

TEST_F(FailoverTest, OnlyReadOnlyHostsStillServeReads) {
  EXPECT_THAT(Write(1), IsOkAndHolds(1));
  Exec(0, "SET GLOBAL read_only = 1");
  Exec(1, "SET GLOBAL read_only = 1");
  EXPECT_THAT(Write(2), HasReason("READ_ONLY_HOST"));
  EXPECT_THAT(db_->Ping(Soon()), HasReason("READ_ONLY_HOST"));
  EXPECT_OK(db_->Read(Soon(), kServerId));
  Exec(1, "SET GLOBAL read_only = 0");
  EXPECT_THAT(Write(3), IsOkAndHolds(2));
}

}  // namespace
}  // namespace kefu::db
