// The parts that need no process of their own.
#include "common/app/housekeeping.h"
#include "common/app/observers.h"
#include "common/app/readiness.h"
#include "common/context/request_context.h"
#include "common/events/outbox.h"
#include "common/events/sequencer.h"
#include "common/obs/log.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "common/testing/test_db.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kefu/common/v1/audit.pb.h"
#include "nlohmann/json.hpp"

namespace kefu::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class RpcObserverTest : public ::testing::Test {
 protected:
  RpcObserverTest() : capture_([this](std::string_view line) { lines_.emplace_back(line); }) {
    obs::InitLogging("kefu-test", obs::Level::kInfo);
    context_.method = "/test.Service/Get";
    context_.principal.subject = "tester";
    context_.principal.org_id = "org1";
    context_.trace_id = "0123456789abcdef0123456789abcdef";
    context_.request_log_id = "request1";
  }
  void Report(rpc::CallObserver& observer, const absl::Status& status) {
    observer.ForMethod(context_.method)
        ->OnCallDone({context_, status, absl::Milliseconds(3), absl::Milliseconds(1)});
  }
  obs::Metrics metrics_;
  RequestContext context_;
  std::vector<std::string> lines_;
  obs::LogCapture capture_;
};

TEST_F(RpcObserverTest, CountsByMethodAndCode) {
  RpcObserver observer(metrics_, CallLog::kFailed);
  Report(observer, absl::OkStatus());
  Report(observer, absl::OkStatus());
  Report(observer, NotFound("note", "n1"));
  observer.OnQueueDepth(5);
  observer.OnOpenStreams(2);
  EXPECT_THAT(
      metrics_.Text(),
      AllOf(HasSubstr("kefu_rpc_calls_total{code=\"OK\",method=\"/test.Service/Get\"} 2"),
            HasSubstr("kefu_rpc_calls_total{code=\"NOT_FOUND\",method=\"/test.Service/Get\"} 1"),
            HasSubstr("kefu_rpc_latency_seconds_count{method=\"/test.Service/Get\"} 3"),
            HasSubstr("kefu_rpc_queue_wait_seconds_count 3"), HasSubstr("kefu_rpc_queue_depth 5"),
            HasSubstr("kefu_rpc_open_streams 2")));
  ASSERT_THAT(lines_, SizeIs(1));
  const auto line = nlohmann::json::parse(lines_[0]);
  EXPECT_EQ(line["code"], "NOT_FOUND");
  EXPECT_EQ(line["reason"], "NOT_FOUND");
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["trace_id"], context_.trace_id);
  EXPECT_EQ(line["request_id"], "request1");
  EXPECT_EQ(line["org"], "org1");
}

TEST_F(RpcObserverTest, CausesOfInternalErrorsAreAlwaysLogged) {
  RpcObserver observer(metrics_, CallLog::kNone);
  Report(observer, NotFound("note", "n1"));
  Report(observer, Internal("column 7 is gone"));
  ASSERT_THAT(lines_, SizeIs(1));
  const auto line = nlohmann::json::parse(lines_[0]);
  EXPECT_EQ(line["level"], "error");
  EXPECT_EQ(line["cause"], "column 7 is gone");
}

TEST_F(RpcObserverTest, AllCallsOnDemand) {
  RpcObserver observer(metrics_, CallLog::kAll);
  Report(observer, absl::OkStatus());
  ASSERT_THAT(lines_, SizeIs(1));
  EXPECT_EQ(nlohmann::json::parse(lines_[0])["latency_seconds"], 0.003);
}

TEST(DatabaseObserverTest, FeedsMetricsAndBoundsItsLogLines) {
  obs::Metrics metrics;
  std::vector<std::string> lines;
  const obs::LogCapture capture([&](std::string_view line) { lines.emplace_back(line); });
  const db::DatabaseObserver observer = MakeDatabaseObserver(metrics);
  observer.on_pool(3, 5);
  observer.on_wait(absl::Milliseconds(2));
  observer.on_retry("TRANSACTION_CONFLICT");
  for (int i = 0; i < 100; ++i) observer.on_error("db1:3306", 2002, "cannot connect");
  EXPECT_THAT(metrics.Text(), AllOf(HasSubstr("kefu_db_connections{state=\"in_use\"} 3"),
                                    HasSubstr("kefu_db_connections{state=\"open\"} 5"),
                                    HasSubstr("kefu_db_pool_wait_seconds_count 1"),
                                    HasSubstr("retries_total{reason=\"TRANSACTION_CONFLICT\"} 1"),
                                    HasSubstr("kefu_db_errors_total{number=\"2002\"} 100")));
  EXPECT_GE(lines.size(), 1u);
  EXPECT_LT(lines.size(), 100u);
  EXPECT_THAT(lines[0], HasSubstr("db1:3306"));
}

TEST(ReadinessTest, StartsTheWorkOnceAndTellsChanges) {
  obs::Metrics metrics;
  absl::Status service = absl::UnavailableError("warming up");
  int started = 0;
  std::vector<bool> changes;
  Readiness::Parts parts;
  parts.service_ready = [&](absl::Time) { return service; };
  parts.on_first_ready = [&] { ++started; };
  parts.on_change = [&](bool ready) { changes.push_back(ready); };
  Readiness readiness(std::move(parts), metrics);
  const absl::Time deadline = absl::Now() + absl::Seconds(1);
  EXPECT_FALSE(readiness.Check(deadline).ok());
  EXPECT_FALSE(readiness.Check(deadline).ok());
  service = absl::OkStatus();
  EXPECT_TRUE(readiness.Check(deadline).ok());
  EXPECT_THAT(metrics.Text(), HasSubstr("kefu_ready 1"));
  service = absl::UnavailableError("again");
  EXPECT_FALSE(readiness.Check(deadline).ok());
  EXPECT_EQ(started, 1);
  EXPECT_EQ(changes, (std::vector<bool>{false, true, false}));
}

TEST(HousekeepingTest, RemovesWhatHasOutlivedItsPromise) {
  testing::TestDb test_db;
  testing::FakeClock clock;
  const absl::Time now = clock.Now();
  const int64_t old_us = absl::ToUnixMicros(now - absl::Hours(100));
  test_db.Exec(
      "INSERT INTO request_log (org_id, request_id, method, body_sha256, response, create_us) "
      "VALUES ('o', 'old', '/m', REPEAT('x', 32), '', " +
      std::to_string(old_us) + "), ('o', 'new', '/m', REPEAT('x', 32), '', " +
      std::to_string(absl::ToUnixMicros(now)) + ")");
  const auto append = [&](absl::Time time) {
    return test_db.db().RunInTransaction(
        absl::Now() + absl::Seconds(30), [&](db::Transaction& transaction) {
          return events::Append(transaction, "o", "k", common::v1::WriteRecorded(), time);
        });
  };
  ASSERT_THAT(append(now - absl::Hours(100)), testing::IsOk());
  ASSERT_THAT(append(now), testing::IsOk());
  events::Sequencer sequencer(test_db.db(), clock, "test");
  ASSERT_OK_AND_ASSIGN(const int published, sequencer.RunPass());
  ASSERT_EQ(published, 2);

  Housekeeping keep_events(test_db.db(), clock, {absl::Hours(96), absl::ZeroDuration()});
  EXPECT_EQ(keep_events.RunOnce(), 1);
  EXPECT_EQ(test_db.Count("SELECT COUNT(*) FROM request_log WHERE request_id = 'new'"), 1);
  EXPECT_EQ(test_db.Count("SELECT COUNT(*) FROM event"), 2);
  Housekeeping trim_events(test_db.db(), clock, {absl::Hours(96), absl::Hours(96)});
  EXPECT_EQ(trim_events.RunOnce(), 1);
  EXPECT_EQ(test_db.Count("SELECT COUNT(*) FROM event"), 1);
}

}  // namespace
}  // namespace kefu::app
