// What a lost connection and a killed database server must not do: lose or double anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "common/db/migrator.h"
#include "common/events/chain.h"
#include "common/events/consumer.h"
#include "common/events/durable.h"
#include "common/events/events_test_util.h"
#include "common/events/feed.h"
#include "common/events/sequencer.h"
#include "common/events/write.h"
#include "common/testing/fake_clock.h"
#include "common/testing/tcp_gate.h"
#include "common/testing/test_server.h"
#include "kefu/common/v1/audit.pb.h"
#include "migrations/common.h"

namespace kefu::events {
namespace {

using ::kefu::testing::FakeClock;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::IsOkAndHolds;
using ::kefu::testing::TcpGate;
using ::kefu::testing::TestServer;

constexpr db::Sql kEffect{"INSERT INTO effect (org_id, position, text) VALUES (?, ?, ?)"};

// The command's code and text on the wire ("READ COMMITTED" of a new session must not match).
constexpr std::string_view kCommit =
    "\x03"
    "COMMIT";

std::unique_ptr<db::Database> OpenOrDie(db::DatabaseOptions options) {
  auto database = db::Database::Open(std::move(options));
  EXPECT_OK(database);
  return *std::move(database);
}

// A server of its own, which the tests kill. The database under test is reached through a gate.
class CrashTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server = TestServer::Start({.flush_at_commit = 1, .gated_log = true});
    ASSERT_OK(server);
    server_ = *std::move(server);
    const auto root = OpenOrDie(server_->SocketOptions(""));
    ASSERT_OK(root->Read(Soon(), {"CREATE DATABASE crash CHARACTER SET utf8mb4"}));
    direct_ = OpenOrDie(server_->SocketOptions("crash"));
    const db::MigrationSet sets[] = {migrations::Common()};
    ASSERT_OK(db::Migrator(*direct_).Apply(Soon(), sets));
    ASSERT_OK(
        direct_->Read(Soon(), {"CREATE TABLE effect (org_id VARCHAR(64) NOT NULL,"
                               " id BIGINT NOT NULL AUTO_INCREMENT, position BIGINT NOT NULL,"
                               " text VARCHAR(64) NOT NULL, PRIMARY KEY (org_id, id), KEY (id))"}));
    gate_ = std::make_unique<TcpGate>("127.0.0.1", server_->port());
    db::DatabaseOptions options = server_->TcpOptions("crash");
    options.hosts = {{"127.0.0.1", gate_->port()}};
    db_ = OpenOrDie(options);
  }

  absl::StatusOr<std::string> Write(bool* replayed) {
    common::v1::WriteRecorded request;
    request.set_request_id("r1");
    WriteInfo info;
    const auto response = RunWrite<google::protobuf::StringValue>(
        *db_, MakeContext("ORG"), request,
        [&](db::Transaction& t) -> absl::StatusOr<google::protobuf::StringValue> {
          if (in_body_) in_body_();
          RETURN_IF_ERROR(t.Execute(kEffect, {"ORG", 1, "x"}));
          return Text("done");
        },
        &info);
    *replayed = info.replayed;
    RETURN_IF_ERROR(response.status());
    return response->value();
  }
  int64_t Count(const char* select) {
    const auto rows = direct_->Read(Soon(), {select});
    EXPECT_OK(rows);
    return rows.ok() ? rows->front().Int(0) : -1;
  }
  // Blocks until a statement, which others' commits make true, yields at least so much, or
  // `or_else` has its value.
  template <class T>
  void AwaitCount(const char* select, int64_t least, const std::future<T>& or_else) {
    while (Count(select) < least) {
      if (or_else.wait_for(std::chrono::seconds(0)) == std::future_status::ready) return;
      std::this_thread::yield();
    }
  }
  void KillAndRestart() {
    server_->Kill();
    server_->LetLogGo();
    ASSERT_OK(server_->Restart());
    gate_->SetTarget("127.0.0.1", server_->port());
  }

  std::unique_ptr<TestServer> server_;
  std::unique_ptr<TcpGate> gate_;
  std::unique_ptr<db::Database> direct_;  // not through the gate
  std::unique_ptr<db::Database> db_;
  std::function<void()> in_body_;
  FakeClock clock_;
};

TEST_F(CrashTest, UnknownCommitOutcomeIsDecidedByTheReplayRow) {
  for (const auto when : {TcpGate::When::kAfterForwarding, TcpGate::When::kBeforeForwarding}) {
    ASSERT_OK(direct_->Read(Soon(), {"DELETE FROM effect"}));
    ASSERT_OK(direct_->Read(Soon(), {"DELETE FROM request_log"}));
    gate_->CutOn(kCommit, when);
    bool replayed = true;
    EXPECT_THAT(Write(&replayed), HasReason("COMMIT_OUTCOME_UNKNOWN"));
    EXPECT_TRUE(gate_->triggered());
    EXPECT_FALSE(replayed);
    EXPECT_THAT(Write(&replayed), IsOkAndHolds("done"));
    EXPECT_EQ(Count("SELECT COUNT(*) FROM effect"), 1);
    // The second case was never committed, so the retry did the work.
    if (when == TcpGate::When::kBeforeForwarding) {
      EXPECT_FALSE(replayed);
    }
  }
}

TEST_F(CrashTest, ServerKilledInsideAWrite) {
  in_body_ = [&] {
    in_body_ = nullptr;
    KillAndRestart();
  };
  bool replayed = true;
  EXPECT_THAT(Write(&replayed), HasReason("DATABASE_UNAVAILABLE"));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM request_log"), 0);
  EXPECT_THAT(Write(&replayed), IsOkAndHolds("done"));
  EXPECT_FALSE(replayed);
  KillAndRestart();  // an acknowledged write and its answer stay
  absl::StatusOr<std::string> again = Write(&replayed);
  if (!again.ok()) again = Write(&replayed);  // the first call may have met a dead connection
  EXPECT_THAT(again, IsOkAndHolds("done"));
  EXPECT_TRUE(replayed);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM effect"), 1);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM outbox"), 1);
}

constexpr char kEffects[] = "SELECT COUNT(*) FROM effect";
constexpr char kEvents[] = "SELECT COUNT(*) FROM event";
constexpr char kMarks[] = "SELECT COALESCE(SUM(count), 0) FROM flush_mark";

// Others see a commit before it is in the log.
TEST_F(CrashTest, CommitIsSeenBeforeItOutlivesACrash) {
  server_->HoldLog();
  auto first = std::async(std::launch::async, [&] {
    bool replayed = true;
    return Write(&replayed);
  });
  AwaitCount(kEffects, 1, first);
  EXPECT_EQ(Count(kEffects), 1);
  KillAndRestart();
  EXPECT_THAT(first.get(), HasReason("COMMIT_OUTCOME_UNKNOWN"));
  EXPECT_EQ(Count(kEffects), 0);
}

TEST_F(CrashTest, StoredAnswerIsGivenWhenItOutlivesACrash) {
  const auto write = [&] {
    bool replayed = true;
    return Write(&replayed);
  };
  server_->HoldLog();
  auto first = std::async(std::launch::async, write);
  AwaitCount(kEffects, 1, first);
  auto twin = std::async(std::launch::async, write);
  AwaitCount(kMarks, 1, twin);
  KillAndRestart();
  EXPECT_THAT(first.get(), HasReason("COMMIT_OUTCOME_UNKNOWN"));
  EXPECT_THAT(twin.get(), HasReason("COMMIT_OUTCOME_UNKNOWN"));
  EXPECT_EQ(Count(kEffects), 0);
  EXPECT_THAT(write(), IsOkAndHolds("done"));
  EXPECT_EQ(Count(kEffects), 1);
}

TEST_F(CrashTest, RefusalIsGivenWhenItsReasonOutlivesACrash) {
  const auto write_once = [&]() -> absl::Status {
    common::v1::WriteRecorded request;
    request.set_request_id("r2");
    return RunWrite<google::protobuf::StringValue>(
               *db_, MakeContext("ORG"), request,
               [&](db::Transaction& t) -> absl::StatusOr<google::protobuf::StringValue> {
                 ASSIGN_OR_RETURN(const db::Rows rows, t.Query({kEffects}));
                 if (rows.front().Int(0) > 0) return FailedPrecondition("ONCE", "x", "is there");
                 RETURN_IF_ERROR(t.Execute(kEffect, {"ORG", 2, "y"}));
                 return Text("done");
               })
        .status();
  };
  server_->HoldLog();
  auto first = std::async(std::launch::async, [&] {
    bool replayed = true;
    return Write(&replayed);
  });
  AwaitCount(kEffects, 1, first);
  auto other = std::async(std::launch::async, write_once);
  AwaitCount(kMarks, 1, other);
  KillAndRestart();
  EXPECT_THAT(first.get(), HasReason("COMMIT_OUTCOME_UNKNOWN"));
  EXPECT_THAT(other.get(), HasReason("DATABASE_UNAVAILABLE"));
  EXPECT_THAT(write_once(), IsOk());
  EXPECT_THAT(write_once(), IsOk());  // replayed
  EXPECT_EQ(Count(kEffects), 1);
}

TEST_F(CrashTest, EventIsHandedOnWhenItOutlivesACrash) {
  Sequencer sequencer(*db_, clock_, "a");
  Feed feed(*db_, {.poll = absl::Hours(1)});
  const auto read = [&]() -> absl::StatusOr<int64_t> {
    ASSIGN_OR_RETURN(const FeedBatch batch, feed.Read(0, 10, {}));
    return batch.position;
  };
  Emit(*direct_, "ORG", "x");
  EXPECT_THAT(sequencer.RunPass(), IsOkAndHolds(1));
  EXPECT_THAT(read(), IsOkAndHolds(1));
  const int64_t marks = Count(kMarks);
  Emit(*direct_, "ORG", "y");
  server_->HoldLog();
  auto pass = std::async(std::launch::async, [&] { return sequencer.RunPass(); });
  AwaitCount(kEvents, 2, pass);
  auto reader = std::async(std::launch::async, read);
  AwaitCount(kMarks, marks + 1, reader);
  KillAndRestart();
  EXPECT_THAT(pass.get(), HasReason("COMMIT_OUTCOME_UNKNOWN"));
  EXPECT_THAT(reader.get(), HasReason("COMMIT_OUTCOME_UNKNOWN"));
  EXPECT_EQ(Count(kEvents), 1);
  EXPECT_THAT(sequencer.RunPass(), IsOkAndHolds(1));
  EXPECT_THAT(read(), IsOkAndHolds(2));
}

TEST_F(CrashTest, SequencerLosesAndDoublesNothing) {
  Sequencer sequencer(*db_, clock_, "a", {.rows_per_pass = 3});
  for (int i = 0; i < 4; ++i) Emit(*direct_, "ORG", "x");
  // Cut in each pass's COMMIT, on either side of it.
  for (const auto when : {TcpGate::When::kAfterForwarding, TcpGate::When::kBeforeForwarding}) {
    gate_->CutOn(kCommit, when);
    EXPECT_THAT(sequencer.RunPass(), HasReason("COMMIT_OUTCOME_UNKNOWN"));
  }
  Watched<int64_t> head;
  Sequencer running(*db_, clock_, "a",
                    {.poll = absl::Milliseconds(1),
                     .rows_per_pass = 3,
                     .on_published = [&](int64_t position) { head.Set(position); }});
  running.Start();
  for (int i = 0; i < 10; ++i) Emit(*direct_, "ORG", "x");
  KillAndRestart();
  // The direct connections have died as well; each call meets at most one of them.
  int emitted = 14;
  for (int tries = 0; emitted < 20 && tries < 100; ++tries) {
    const absl::Status status =
        direct_->RunInTransaction(Soon(), [&](db::Transaction& t) -> absl::Status {
          return Append(t, "ORG", "key", Text("x"), clock_.Now());
        });
    if (status.ok()) ++emitted;
  }
  head.Await([&](int64_t position) { return position >= emitted; });
  running.Stop();
  EXPECT_EQ(Count("SELECT COUNT(*) FROM event"), emitted);
  EXPECT_EQ(Count("SELECT MAX(position) FROM event"), emitted);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM outbox"), 0);
  EXPECT_THAT(VerifyChain(*direct_), IsOkAndHolds(emitted));
}

TEST_F(CrashTest, ConsumerAppliesOnceAcrossAKill) {
  Sequencer sequencer(*direct_, clock_, "a");
  for (int i = 0; i < 30; ++i) Emit(*direct_, "ORG", "x");
  ASSERT_THAT(sequencer.RunPass(), IsOkAndHolds(30));
  Feed feed(*direct_, {.poll = absl::Milliseconds(2)});
  EventServiceHandler service(feed, {.events_per_response = 7});
  Watched<int64_t> reached;
  std::promise<void> inside, restarted;
  std::atomic<bool> crash = true;
  Consumer consumer(*db_, clock_,
                    MakeLocalEventSource(service, MakeContext("", {auth::Role::kService})),
                    [&](db::Transaction& t, const common::v1::Event& event) -> absl::Status {
                      if (event.position() == 17 && crash.exchange(false)) {
                        inside.set_value();
                        restarted.get_future().wait();
                      }
                      return t.Execute(kEffect, {event.org_id(), event.position(), "x"}).status();
                    },
                    {.name = "test",
                     .source_name = "source",
                     .events_per_transaction = 4,
                     .backoff_min = absl::Milliseconds(1),
                     .on_position = [&](int64_t position) { reached.Set(position); }});
  consumer.Start();
  inside.get_future().wait();
  KillAndRestart();
  restarted.set_value();
  reached.Await([](int64_t position) { return position >= 20; });
  gate_->CutOn(kCommit, TcpGate::When::kAfterForwarding);
  reached.Await([](int64_t position) { return position >= 30; });
  consumer.Stop();
  EXPECT_EQ(Count("SELECT COUNT(*) FROM effect"), 30);
  EXPECT_EQ(Count("SELECT COUNT(DISTINCT position) FROM effect"), 30);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM dead_letter"), 0);
}

}  // namespace
}  // namespace kefu::events
