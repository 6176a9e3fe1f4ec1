// Deadlines that run out while two processes of after-sales and their database are killed: each
// fires once, and a policy that changes meanwhile sets each case anew once.
#include <grpcpp/grpcpp.h>

#include <random>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "common/rpc/client.h"
#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "kefu/aftersales/v1/aftersales_service.grpc.pb.h"
#include "kefu/aftersales/v1/sla.grpc.pb.h"
#include "tests/chaos/cluster.h"

namespace kefu::chaos {
namespace {

namespace v1 = aftersales::v1;
using CaseStub = v1::AftersalesService::Stub;

constexpr int kServers = 2;
constexpr absl::Duration kPatience = absl::Minutes(3);

class ClocksUnderFireTest : public ::testing::Test {
 protected:
  const int kills_ = Setting("KEFU_CHAOS_KILLS", 5);
  const int cases_ = 60 * kills_;  // of each kind

  // Asks one server after the other until the call succeeds; a retry is the same call.
  template <class Service, class Request, class Response>
  void Must(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
            const Request& request) {
    const absl::Time limit = absl::Now() + kPatience;
    for (int server = 0;; server = (server + 1) % kServers) {
      const auto stub = Service::NewStub(cluster_.ChannelOf(server));
      const auto answer = rpc::Call(*stub, method, request,
                                    {.timeout = absl::Seconds(10), .token = cluster_.token()});
      if (answer.ok()) return;
      ASSERT_FALSE(absl::IsInternal(answer.status()) || absl::IsInvalidArgument(answer.status()))
          << answer.status();
      ASSERT_LT(absl::Now(), limit) << answer.status();
      Pause(absl::Milliseconds(20));
    }
  }

  void Open(const std::string& external_id, absl::Time received) {
    v1::OpenCaseRequest request;
    v1::Case& asked = *request.mutable_case_();
    asked.set_shop_id("shop-1");
    asked.set_kind(v1::CASE_KIND_SERVICE_COMPLAINT);
    asked.set_channel(v1::CASE_CHANNEL_CHAT);
    asked.set_problem("p");
    asked.set_external_id(external_id);
    asked.mutable_receive_time()->set_seconds(absl::ToUnixSeconds(received));
    request.set_request_id("open-" + external_id);
    Must<v1::AftersalesService>(&CaseStub::OpenCase, request);
  }

  void SetFirstAnswer(absl::Duration duration, const std::string& request_id) {
    v1::SetSlaPolicyRequest request;
    v1::SlaRule& rule = *request.mutable_policy()->add_rules();
    rule.set_clock(v1::CLOCK_KIND_FIRST_ANSWER);
    rule.set_duration_seconds(absl::ToInt64Seconds(duration));
    request.set_request_id(request_id);
    Must<v1::SlaPolicyService>(&v1::SlaPolicyService::Stub::SetSlaPolicy, request);
  }

  int64_t Count(const std::string& sql) {
    const auto rows = cluster_.database().Read(absl::Now() + kPatience, db::Sql{sql.c_str()});
    EXPECT_OK(rows);
    return rows.ok() ? rows->front().Int(0) : -1;
  }

  void WaitFor(const std::string& sql, int64_t expected) {
    const absl::Time limit = absl::Now() + kPatience;
    while (Count(sql) != expected) {
      ASSERT_LT(absl::Now(), limit) << sql << ": " << Count(sql) << " and not " << expected;
      Pause(absl::Milliseconds(200));
    }
  }

  void KillOne(std::mt19937_64& random) {
    const int victim = static_cast<int>(random() % (kServers + 1));
    if (victim == kServers) {
      cluster_.KillDatabase();
      cluster_.RestartDatabase();
    } else {
      cluster_.KillServer(victim);
      cluster_.RestartServer(victim);
    }
  }

  Cluster cluster_{kServers, "aftersales"};
};

TEST_F(ClocksUnderFireTest, EachDeadlineFiresOnceAndEachCaseIsSetAnewOnce) {
  std::mt19937_64 random(std::random_device{}());
  // By the shipped policy within 24 hours. Half of them run out one after the other while the kills
  // go on, the others tomorrow.
  const absl::Duration each = absl::Seconds(2);
  const absl::Time begun = absl::Now();
  for (int i = 0; i < cases_; ++i) {
    ASSERT_NO_FATAL_FAILURE(Open(fmt::format("later-{}", i), begun));
  }
  // Opening the others takes as long: the first runs out when the kills begin, on any machine.
  const absl::Time opened = absl::Now() + (absl::Now() - begun);
  for (int i = 0; i < cases_; ++i) {
    const absl::Time due = opened + each * kills_ * i / cases_;
    ASSERT_NO_FATAL_FAILURE(Open(fmt::format("soon-{}", i), due - absl::Hours(24)));
  }
  const int64_t before = Count("SELECT COUNT(*) FROM case_clock WHERE state = 'BREACHED'");
  for (int kill = 0; kill < kills_; ++kill) {
    Pause(each * (static_cast<double>(random() % 1000) / 1000));
    KillOne(random);
    if (kill == kills_ / 2) {
      ASSERT_NO_FATAL_FAILURE(SetFirstAnswer(absl::Hours(48), "set-1"));
    }
  }
  WaitFor("SELECT COUNT(*) FROM outbox", 0);
  // The deadlines of the first half have run out, or were set anew before: those that had not when
  // the policy changed, and they fire no more.
  WaitFor(
      "SELECT COUNT(*) FROM case_clock WHERE due_us < 1000000 * UNIX_TIMESTAMP()"
      " AND state = 'RUNNING'",
      0);
  WaitFor("SELECT COUNT(*) FROM case_clock WHERE state = 'RUNNING' AND policy_org_id = ''", 0);
  const int64_t breached = Count("SELECT COUNT(*) FROM case_clock WHERE state = 'BREACHED'");
  const int64_t anew = Count("SELECT COUNT(*) FROM case_clock WHERE policy_org_id <> ''");
  fmt::print("{} kills; {} of {} cases breached, {} of them before the first kill; {} set anew\n",
             kills_, breached, 2 * cases_, before, anew);
  EXPECT_EQ(breached + anew, 2 * cases_);
  EXPECT_GE(anew, cases_);
  WaitFor("SELECT COUNT(*) FROM outbox", 0);
  for (const char* of : {"COUNT(*)", "COUNT(DISTINCT event_key)"}) {
    EXPECT_EQ(Count(fmt::format("SELECT {} FROM event WHERE type LIKE '%.DeadlineBreached'", of)),
              breached);
  }
  for (const char* of : {"COUNT(*)", "COUNT(DISTINCT case_id)"}) {
    EXPECT_EQ(
        Count(fmt::format("SELECT {} FROM case_activity WHERE verb = 'DeadlineBreached'", of)),
        breached);
    EXPECT_EQ(
        Count(fmt::format("SELECT {} FROM case_activity WHERE verb = 'DeadlinesRecomputed'", of)),
        anew);
    // What a shipped version that came into force since the receipt replaced is not counted.
    EXPECT_EQ(Count(fmt::format("SELECT {} FROM case_clock_past WHERE until_us IN"
                                " (SELECT effective_us FROM sla_policy WHERE org_id <> '')",
                                of)),
              anew);
  }
  // A warning at most once, and never after the breach.
  EXPECT_EQ(Count("SELECT COUNT(*) FROM (SELECT event_key FROM event WHERE type LIKE"
                  " '%.DeadlineNear' GROUP BY event_key HAVING COUNT(*) > 1) twice"),
            0);
  EXPECT_EQ(Count("SELECT MAX(position) - COUNT(*) FROM event"), 0);
}

}  // namespace
}  // namespace kefu::chaos
