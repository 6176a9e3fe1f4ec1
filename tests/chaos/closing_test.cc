// Months of pay that are closed while the service and its database are killed: each is closed once,
// with the statements of an undisturbed closing.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <random>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "common/rpc/client.h"
#include "common/testing/status_matchers.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "kefu/performance/v1/payroll.grpc.pb.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "tests/chaos/cluster.h"

namespace kefu::chaos {
namespace {

namespace v1 = performance::v1;
using PerformanceStub = v1::PerformanceService::Stub;
using PayStub = v1::PayrollService::Stub;

constexpr int kYear = 2025;
constexpr int kAgents = 5;
constexpr absl::Duration kPatience = absl::Minutes(3);

int64_t Second(int month, int day, int second) {
  return absl::ToUnixSeconds(
             absl::FromCivil(absl::CivilDay(kYear, month, day), absl::UTCTimeZone())) +
         second;
}

kefu::common::v1::Money Cny(int64_t minor) {
  kefu::common::v1::Money money;
  money.set_currency_code("CNY");
  money.set_minor_units(minor);
  return money;
}

class ClosingUnderFireTest : public ::testing::Test {
 protected:
  const int months_ = std::min(12, 3 + Setting("KEFU_CHAOS_KILLS", 5) / 4);

  void Configure(Cluster& cluster) {
    v1::ConfigureShopRequest shop;
    shop.mutable_settings()->set_shop_id("s");
    shop.mutable_settings()->set_time_zone("UTC");
    shop.mutable_settings()->set_currency_code("CNY");
    const auto stub = v1::PerformanceService::NewStub(cluster.ChannelOf(0));
    ASSERT_OK(rpc::Call(*stub, &PerformanceStub::ConfigureShop, shop, {.token = cluster.token()}));
    v1::CreatePayPlanRequest request;
    v1::PayPlan& plan = *request.mutable_plan();
    plan.set_shop_id("s");
    plan.set_display_name("3 % and a prize for the first");
    plan.set_currency_code("CNY");
    plan.mutable_effective_from()->set_year(kYear);
    plan.mutable_effective_from()->set_month(1);
    plan.mutable_effective_from()->set_day(1);
    auto& band = *plan.mutable_commission()->add_bands();
    *band.mutable_from() = Cny(0);
    band.set_rate_bps(300);
    auto& award = *plan.add_awards();
    award.set_period(v1::AWARD_PERIOD_MONTH);
    award.set_metric(v1::AWARD_METRIC_SALES);
    *award.add_prizes() = Cny(10'000);
    const auto pay = v1::PayrollService::NewStub(cluster.ChannelOf(0));
    ASSERT_OK(rpc::Call(*pay, &PayStub::CreatePayPlan, request, {.token = cluster.token()}));
  }

  template <class Request, class Open>
  void Send(Cluster& cluster, const Request& request, const Open& open) {
    const auto stub = v1::PerformanceService::NewStub(cluster.ChannelOf(0));
    grpc::ClientContext context;
    rpc::Prepare({.timeout = kPatience, .token = cluster.token()}, context);
    v1::ImportResponse response;
    const auto writer = open(*stub, &context, &response);
    writer->Write(request);
    writer->WritesDone();
    ASSERT_OK(rpc::OutcomeOf(writer->Finish()));
    ASSERT_EQ(response.rejected(), 0) << response.errors(0).ShortDebugString();
  }

  // Every agent sells every day of the first week of every month; in the month after, some of it is
  // paid back.
  void BringIn(Cluster& cluster) {
    v1::ImportConversationsRequest talks;
    v1::ImportOrdersRequest orders;
    v1::ImportRefundsRequest refunds;
    talks.mutable_header()->set_shop_id("s");
    orders.mutable_header()->set_shop_id("s");
    refunds.mutable_header()->set_shop_id("s");
    for (int i = 0; i < months_ * 7 * kAgents; ++i) {
      const int month = 1 + i / (7 * kAgents), day = 1 + i / kAgents % 7, agent = i % kAgents;
      auto& talk = *talks.add_rows()->mutable_conversation();
      talk.set_conversation_id(fmt::format("c{}", i));
      talk.set_customer_id(fmt::format("u{}", i));
      for (const v1::Side side : {v1::SIDE_CUSTOMER, v1::SIDE_AGENT}) {
        auto& message = *talk.add_messages();
        message.set_side(side);
        message.mutable_send_time()->set_seconds(Second(month, day, 36'000 + 20 * side));
        if (side == v1::SIDE_AGENT) message.set_agent_id(fmt::format("kf-{}", agent));
        message.set_text("你好");
      }
      auto& order = *orders.add_rows()->mutable_order();
      order.set_order_id(fmt::format("o{}", i));
      order.set_customer_id(talk.customer_id());
      order.mutable_create_time()->set_seconds(Second(month, day, 37'000));
      order.mutable_pay_time()->set_seconds(Second(month, day, 37'100));
      *order.mutable_paid() = Cny(10'000 + 37 * i);
      if (i % 4 != 0 || month == months_) continue;
      auto& refund = *refunds.add_rows()->mutable_refund();
      refund.set_refund_id(fmt::format("f{}", i));
      refund.set_order_id(order.order_id());
      refund.mutable_refund_time()->set_seconds(Second(month + 1, day, 40'000));
      *refund.mutable_amount() = Cny(2'000 + i);
    }
    Send(cluster, talks,
         [](auto& stub, auto* c, auto* r) { return stub.ImportConversations(c, r); });
    Send(cluster, orders, [](auto& stub, auto* c, auto* r) { return stub.ImportOrders(c, r); });
    Send(cluster, refunds, [](auto& stub, auto* c, auto* r) { return stub.ImportRefunds(c, r); });
  }

  // Asks until the month is closed, always with the same request id.
  void Close(Cluster& cluster, int month) {
    v1::ClosePeriodRequest request;
    request.set_shop_id("s");
    request.set_year(kYear);
    request.set_month(month);
    request.set_request_id(fmt::format("close-{}", month));
    const absl::Time limit = absl::Now() + kPatience;
    for (;;) {
      const auto stub = v1::PerformanceService::NewStub(cluster.ChannelOf(0));
      const auto closed = rpc::Call(*stub, &PerformanceStub::ClosePeriod, request,
                                    {.timeout = absl::Seconds(20), .token = cluster.token()});
      if (closed.ok()) return;
      ASSERT_FALSE(absl::IsInternal(closed.status()) || absl::IsInvalidArgument(closed.status()) ||
                   absl::IsFailedPrecondition(closed.status()))
          << closed.status();
      ASSERT_LT(absl::Now(), limit) << closed.status();
      Pause(absl::Milliseconds(20));
    }
  }

  // Every statement's lines, and what verification says.
  std::vector<std::string> Books(Cluster& cluster) {
    std::vector<std::string> books;
    const auto pay = v1::PayrollService::NewStub(cluster.ChannelOf(0));
    v1::ListStatementsRequest list;
    list.set_shop_id("s");
    list.set_page_size(1000);
    const auto statements =
        rpc::Call(*pay, &PayStub::ListStatements, list, {.token = cluster.token()});
    EXPECT_OK(statements.status());
    if (!statements.ok()) return books;
    for (const v1::Statement& statement : statements->statements()) {
      std::string lines;
      for (const v1::PayLine& line : statement.lines()) {
        lines += fmt::format(" {}:{}:{}", v1::PayLineKind_Name(line.kind()),
                             line.basis().minor_units(), line.amount().minor_units());
      }
      books.push_back(fmt::format("{:02} {} {}{}", statement.month(), statement.agent_id(),
                                  statement.total().minor_units(), lines));
    }
    for (int month = 1; month <= months_; ++month) {
      v1::VerifyPeriodRequest verify;
      verify.set_shop_id("s");
      verify.set_year(kYear);
      verify.set_month(month);
      const auto verified =
          rpc::Call(*pay, &PayStub::VerifyPeriod, verify, {.token = cluster.token()});
      EXPECT_OK(verified.status());
      if (!verified.ok()) continue;
      EXPECT_TRUE(verified->intact() && verified->chained()) << verified->ShortDebugString();
    }
    return books;
  }
};

TEST_F(ClosingUnderFireTest, EachMonthIsClosedOnceWithTheSameStatements) {
  Cluster quiet(1, "performance");
  ASSERT_NO_FATAL_FAILURE(Configure(quiet));
  ASSERT_NO_FATAL_FAILURE(BringIn(quiet));
  const absl::Time begun = absl::Now();
  for (int month = 1; month <= months_; ++month) ASSERT_NO_FATAL_FAILURE(Close(quiet, month));
  const absl::Duration each = (absl::Now() - begun) / months_;
  const std::vector<std::string> expected = Books(quiet);
  ASSERT_EQ(expected.size(), static_cast<size_t>(months_ * kAgents));

  Cluster shot(1, "performance");
  ASSERT_NO_FATAL_FAILURE(Configure(shot));
  ASSERT_NO_FATAL_FAILURE(BringIn(shot));
  std::mt19937_64 random(std::random_device{}());
  int killed = 0, met = 0;
  for (int month = 1; month <= months_; ++month) {
    auto closing = std::async(std::launch::async, [this, &shot, month] { Close(shot, month); });
    for (int kill = 0; kill < 2; ++kill, ++killed) {
      Pause(each * (static_cast<double>(random() % 1000) / 1000));
      met += closing.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
      shot.KillEither(random);
    }
    closing.get();
    ASSERT_FALSE(HasFailure());
  }
  fmt::print("{} kills, {} while a month was being closed; {} months, {} statements\n", killed, met,
             months_, expected.size());
  EXPECT_GT(met, 0);
  EXPECT_EQ(Books(shot), expected);
}

}  // namespace
}  // namespace kefu::chaos
