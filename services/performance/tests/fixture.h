// PerformanceService on a real database behind a real gRPC server, with one configured shop.
#pragma once

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/convert/fields.h"
#include "common/rpc/client.h"
#include "common/rpc/grpc_status.h"
#include "common/testing/fake_clock.h"
#include "common/testing/proto_matchers.h"
#include "common/testing/service_fixture.h"
#include "common/testing/status_matchers.h"
#include "common/testing/test_db.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "migrations/performance.h"
#include "services/performance/calls.h"
#include "services/performance/handlers/staffing_events.h"

namespace kefu::performance {

using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using Stub = v1::PerformanceService::Stub;

template <class Proto>
Proto Parse(const std::string& text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

// Shop "s" of organization "org-a" in Asia/Shanghai and CNY. The tables are empty at the start of
// each test.
class PerformanceTest : public ::testing::Test {
 protected:
  PerformanceTest()
      : host_({.dispatcher = {.clock = &clock_, .workers = 4}, .token_ttl = absl::Hours(24 * 400)}),
        recomputer_(Db().db(), clock_, nullptr),
        calls_(host_.dispatcher(), {Db().db(), recomputer_, ids_, [] {}}) {
    Db().Clear();
    host_.Start(calls_.services());
    stub_ = v1::PerformanceService::NewStub(host_.channel());
    const auto settings =
        Call(&Stub::ConfigureShop,
             R"(settings { shop_id: "s" time_zone: "Asia/Shanghai" currency_code: "CNY" })");
    EXPECT_TRUE(settings.ok()) << settings.status();
  }
  ~PerformanceTest() override { host_.Stop(); }

  static testing::TestDb& Db() {
    static auto* const db = new testing::TestDb({migrations::Performance()});
    static const bool dropped_at_exit = std::atexit([] { delete db; }) == 0;
    EXPECT_TRUE(dropped_at_exit);
    return *db;
  }

  rpc::CallOptions As(std::string_view org_id, std::vector<std::string> shops = {}) {
    return host_.As(org_id, {auth::Role::kOwner}, std::move(shops));
  }

  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const std::string& text) {
    return rpc::Call(*stub_, method, Parse<Request>(text), As("org-a"));
  }

  // Sends messages as one stream. The header of shop "s" goes before the first one.
  template <class Request>
  absl::StatusOr<v1::ImportResponse> Stream(
      std::unique_ptr<grpc::ClientWriter<Request>> (Stub::*method)(grpc::ClientContext*,
                                                                   v1::ImportResponse*),
      std::vector<Request> messages, const rpc::CallOptions& options, bool with_header = true) {
    grpc::ClientContext context;
    rpc::Prepare(options, context);
    v1::ImportResponse response;
    auto writer = (stub_.get()->*method)(&context, &response);
    if (with_header) messages.at(0).mutable_header()->set_shop_id("s");
    for (const Request& message : messages) {
      if (!writer->Write(message)) break;
    }
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  absl::StatusOr<v1::ImportResponse> Conversations(const std::vector<std::string>& texts) {
    v1::ImportConversationsRequest request;
    for (const std::string& text : texts) {
      auto* row = request.add_rows();
      row->set_line(request.rows_size() + 1);
      *row->mutable_conversation() = Parse<v1::Conversation>(text);
    }
    return Stream(&Stub::ImportConversations, {request}, As("org-a"));
  }
  absl::StatusOr<v1::ImportResponse> Orders(const std::vector<std::string>& texts) {
    v1::ImportOrdersRequest request;
    for (const std::string& text : texts)
      *request.add_rows()->mutable_order() = Parse<v1::Order>(text);
    return Stream(&Stub::ImportOrders, {request}, As("org-a"));
  }
  absl::StatusOr<v1::ImportResponse> Reviews(const std::vector<std::string>& texts) {
    v1::ImportReviewsRequest request;
    for (const std::string& text : texts)
      *request.add_rows()->mutable_review() = Parse<v1::Review>(text);
    return Stream(&Stub::ImportReviews, {request}, As("org-a"));
  }
  absl::StatusOr<v1::ImportResponse> Refunds(const std::vector<std::string>& texts) {
    v1::ImportRefundsRequest request;
    for (const std::string& text : texts)
      *request.add_rows()->mutable_refund() = Parse<v1::Refund>(text);
    return Stream(&Stub::ImportRefunds, {request}, As("org-a"));
  }

  // Does `other` on a thread while `body`'s transaction is open; commits once `other` is through or
  // runs a statement LIKE one of the patterns, on which it waits for the transaction.
  void Between(const std::function<absl::Status(db::Transaction&)>& body,
               const std::vector<std::string>& waits, const std::function<void()>& other) {
    std::future<void> running;
    const absl::Status status =
        Db().db().RunInTransaction(absl::Now() + absl::Seconds(60), [&](db::Transaction& t) {
          const absl::Status done = body(t);
          running = std::async(std::launch::async, other);
          std::string waiting =
              "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> "
              "CONNECTION_ID() AND (0";
          for (const std::string& pattern : waits) waiting += " OR info LIKE '" + pattern + "'";
          while (running.wait_for(std::chrono::seconds(0)) != std::future_status::ready &&
                 Db().Count(waiting + ")") == 0)
            std::this_thread::yield();
          return done;
        });
    running.get();
    EXPECT_TRUE(status.ok()) << status;
  }

  // As staffing's feed brings it.
  void Apply(const google::protobuf::Message& payload,
             absl::Time time = absl::FromUnixSeconds(1'700'000'000)) {
    kefu::common::v1::Event event;
    event.set_org_id("org-a");
    *event.mutable_create_time() = kefu::convert::ToProto(time);
    event.mutable_payload()->PackFrom(payload);
    ASSERT_OK(Db().db().RunInTransaction(absl::Now() + absl::Seconds(30), [&](db::Transaction& t) {
      return ApplyStaffingEvent(t, event);
    }));
  }

  // How many rows of a table the server reads while `act` runs.
  int64_t RowsRead(const std::string& table, const std::function<void()>& act) {
    const std::string read =
        "SELECT COALESCE(SUM(ROWS_READ), 0) FROM information_schema.TABLE_STATISTICS WHERE "
        "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '" +
        table + "'";
    Db().Exec("SET GLOBAL userstat = 1");
    const int64_t before = Db().Count(read);
    act();
    return Db().Count(read) - before;
  }

  // A figure of the only row of an answer.
  double Figure(const std::string& request, const std::string& metric) {
    const auto answer = Call(&Stub::GetMetrics, request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    if (!answer.ok() || answer->rows_size() != 1) {
      ADD_FAILURE() << "rows: " << (answer.ok() ? answer->rows_size() : -1);
      return -1;
    }
    return Value(answer->rows(0), metric);
  }
  static double Value(const v1::MetricRow& row, const std::string& metric) {
    for (const auto& value : row.values()) {
      if (value.metric_id() == metric) return value.has_value() ? value.value() : -1;
    }
    ADD_FAILURE() << "no metric " << metric;
    return -1;
  }

  testing::FakeClock clock_{absl::FromUnixSeconds(1'731'300'000)};  // 2024-11-11 12:40 in Shanghai
  IdGenerator ids_{clock_};
  testing::ServiceHost host_;
  Recomputer recomputer_;
  Calls calls_;
  std::unique_ptr<Stub> stub_;
};

// 2024-11-11 00:00 in Shanghai.
inline constexpr int64_t kMidnight = 1'731'254'400;

// A conversation of a customer who asks at `second` of the day and is answered after `gap` seconds;
// no agent: unanswered.
inline std::string Talk(const std::string& id, const std::string& customer, int64_t second,
                        const std::string& agent, int64_t gap = 10) {
  v1::Conversation talk;
  talk.set_conversation_id(id);
  talk.set_customer_id(customer);
  v1::Message* question = talk.add_messages();
  question->set_side(v1::SIDE_CUSTOMER);
  question->mutable_send_time()->set_seconds(kMidnight + second);
  if (!agent.empty()) {
    v1::Message* answer = talk.add_messages();
    answer->set_side(v1::SIDE_AGENT);
    answer->set_agent_id(agent);
    answer->mutable_send_time()->set_seconds(kMidnight + second + gap);
  }
  return talk.ShortDebugString();
}

inline std::string Sale(const std::string& id, const std::string& customer, int64_t second,
                        int64_t minor) {
  v1::Order order;
  order.set_order_id(id);
  order.set_customer_id(customer);
  order.mutable_create_time()->set_seconds(kMidnight + second);
  order.mutable_pay_time()->set_seconds(kMidnight + second);
  order.mutable_paid()->set_currency_code("CNY");
  order.mutable_paid()->set_minor_units(minor);
  return order.ShortDebugString();
}

inline const absl::CivilDay kDay(2024, 11, 11);
inline const store::Scope kScope{"org-a", "s"};
inline constexpr char kDayPeriod[] =
    "period {start_date {year: 2024 month: 11 day: 11} end_date {year: 2024 month: 11 day: 11}}";

}  // namespace kefu::performance
