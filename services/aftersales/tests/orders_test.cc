// OrderService, and what cases owe to orders.
#include <thread>

#include "common/testing/every_call.h"
#include "kefu/aftersales/v1/orders.grpc.pb.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;
using OrderStub = v1::OrderService::Stub;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"PutOrders", R"(orders { shop_id: "shop-1" order_id: "n~" paid { currency_code: "CNY" }
                                create_time { seconds: 1768000000 }
                                update_time { seconds: 1768000000 }
                                lines { sku: "s" quantity: 1 price { currency_code: "CNY" } } })",
       Other::kUnrelated},
      {"GetOrder", R"(shop_id: "shop-1" order_id: "order-1")", Other::kNotFound},
      {"ListOrders", R"(shop_id: "shop-1")", Other::kEmpty},
  };
  return rows;
}

class OrdersTest : public AftersalesTest {
 protected:
  using AftersalesTest::AftersalesTest;

  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (OrderStub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                               const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*orders_, method, Parse<Request>(text), options);
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Ask(grpc::Status (OrderStub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                               const std::string& text) {
    return Ask(method, text, As("org-a"));
  }

  // A state of order-9: paid so much, told so many seconds after it was placed.
  static std::string State(int64_t fen, int seconds, const std::string& sku = "sku-1") {
    return fmt::format(R"(orders {{ shop_id: "shop-1" order_id: "order-9" customer_id: "buyer-9"
        paid {{ currency_code: "CNY" minor_units: {} }}
        create_time {{ seconds: 1768000000 }} update_time {{ seconds: {} }}
        lines {{ sku: "{}" category: "food" quantity: 2
                 price {{ currency_code: "CNY" minor_units: 5000 }} }} }})",
                       fen, 1768000000 + seconds, sku);
  }
  v1::PutOrderOutcome Put(const std::string& text) {
    const auto put = Ask(&OrderStub::PutOrders, text);
    EXPECT_OK(put);
    return put.ok() ? put->results(0).outcome() : v1::PUT_ORDER_OUTCOME_UNSPECIFIED;
  }
  rpc::CallOptions AsBase(std::string_view shop) {
    return {.token = host_.tokens().BaseToken(
                "base-1", {auth::Role::kTeamLead},
                {{"org-a", std::string(shop), "contract-1", absl::CivilDay(2026, 1, 1),
                  absl::CivilDay(2026, 12, 31)}},
                "base-tester", absl::Hours(1))};
  }

  const std::unique_ptr<OrderStub> orders_ = v1::OrderService::NewStub(host_.channel());
  const EveryCall calls_{"kefu.aftersales.v1.OrderService", host_.channel(),
                         [](std::string text) { return text; }};
};

TEST_F(OrdersTest, EveryCallHoldsWhatAllCallsPromise) {
  calls_.CheckTable(Rows());
  for (const CallRow& row : Rows()) {
    calls_.CheckCall(row, {As("org-a"), As("org-c"), host_.AsService(),
                           host_.As("org-a", {auth::Role::kAuditor})});
  }
  calls_.CheckWrite(Rows()[0], "id-1", As("org-a"), Db(), clock_);
}

TEST_F(OrdersTest, OfTwoStatesTheLaterCountsWhicheverComesFirst) {
  EXPECT_EQ(Put(State(10000, 60)), v1::PUT_ORDER_OUTCOME_STORED);
  EXPECT_EQ(Put(State(10000, 60)), v1::PUT_ORDER_OUTCOME_UNCHANGED);
  EXPECT_EQ(Put(State(1, 59, "sku-2")), v1::PUT_ORDER_OUTCOME_UNCHANGED) << "an older state";
  // The same moment cannot have two states: whoever corrects one says when.
  ASSERT_OK_AND_ASSIGN(const auto two, Ask(&OrderStub::PutOrders, State(9999, 60, "sku-2")));
  EXPECT_EQ(two.results(0).outcome(), v1::PUT_ORDER_OUTCOME_CONFLICT);
  EXPECT_THAT(two.results(0).different_fields(), ::testing::ElementsAre("paid", "lines"));
  const std::string key = R"(shop_id: "shop-1" order_id: "order-9")";
  ASSERT_OK_AND_ASSIGN(const auto kept, Ask(&OrderStub::GetOrder, key));
  EXPECT_EQ(kept.paid().minor_units(), 10000);
  EXPECT_EQ(kept.lines(0).sku(), "sku-1");
  EXPECT_EQ(Put(State(9000, 61, "sku-2")), v1::PUT_ORDER_OUTCOME_STORED);
  ASSERT_OK_AND_ASSIGN(const auto later, Ask(&OrderStub::GetOrder, key));
  EXPECT_EQ(later.paid().minor_units(), 9000);
  ASSERT_EQ(later.lines_size(), 1);
  EXPECT_EQ(later.lines(0).sku(), "sku-2");
}

TEST_F(OrdersTest, StatesSentAtOnceEndWithTheLatest) {
  std::vector<std::jthread> senders;
  for (int i = 1; i <= 16; ++i) {
    senders.emplace_back([this, i] { EXPECT_OK(Ask(&OrderStub::PutOrders, State(i, i))); });
  }
  senders.clear();
  ASSERT_OK_AND_ASSIGN(const auto kept,
                       Ask(&OrderStub::GetOrder, R"(shop_id: "shop-1" order_id: "order-9")"));
  EXPECT_EQ(kept.paid().minor_units(), 16);
  EXPECT_EQ(kept.lines_size(), 1);
}

TEST_F(OrdersTest, AWrongOrderIsNamedAndTheOthersAreKept) {
  ASSERT_OK_AND_ASSIGN(
      const auto put,
      Ask(&OrderStub::PutOrders,
          State(100, 1) + State(200, 2) +
              R"(orders { shop_id: "shop-1" order_id: "bad" paid { currency_code: "CNY"
                   minor_units: 5 } freight { currency_code: "CNY" minor_units: 6 }
                   sign_time { seconds: 1900000000 } })" +
              R"(orders { shop_id: "shop-2" order_id: "n" paid { currency_code: "CNY" }
                   create_time { seconds: 1768000000 } update_time { seconds: 1768000000 }
                   lines { sku: "s" quantity: 1 price { currency_code: "CNY" } } })",
          As("org-a", {"shop-1"})));
  ASSERT_EQ(put.results_size(), 4);
  EXPECT_EQ(put.results(0).outcome(), v1::PUT_ORDER_OUTCOME_STORED);
  EXPECT_EQ(put.results(1).error_description(), "order_id: stands twice in the request");
  EXPECT_EQ(put.results(2).error_reason(), "INVALID_FIELDS");
  EXPECT_EQ(put.results(2).error_description(),
            "freight.minor_units: must not be more than was paid; create_time: must be set; "
            "update_time: must be set; sign_time: must not be in the future; lines: must have 1 to "
            "200 items");
  EXPECT_EQ(put.results(3).error_reason(), "SHOP_NOT_ALLOWED");
  ASSERT_OK_AND_ASSIGN(const auto all, Ask(&OrderStub::ListOrders, R"(shop_id: "shop-1")"));
  EXPECT_EQ(all.orders_size(), 5);  // four of the fixture
}

TEST_F(OrdersTest, ABaseSeesOrdersOfItsShopsWithBuyersMasked) {
  ASSERT_EQ(Put(State(100, 1)), v1::PUT_ORDER_OUTCOME_STORED);
  const std::string key = R"(shop_id: "shop-1" order_id: "order-9")";
  ASSERT_OK_AND_ASSIGN(const auto seen, Ask(&OrderStub::GetOrder, key, AsBase("shop-1")));
  EXPECT_EQ(seen.customer_id(), "***-9");
  EXPECT_THAT(Ask(&OrderStub::GetOrder, key, AsBase("shop-2")), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_THAT(
      Ask(&OrderStub::ListOrders, R"(shop_id: "shop-1" customer_id: "buyer-9")", AsBase("shop-1")),
      HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Ask(&OrderStub::PutOrders, State(1, 9), AsBase("shop-1")),
              HasReason("PERMISSION_DENIED"));
  ASSERT_OK_AND_ASSIGN(const auto own,
                       Ask(&OrderStub::ListOrders, R"(shop_id: "shop-1" customer_id: "buyer-9")"));
  EXPECT_EQ(own.orders_size(), 1);
}

TEST_F(OrdersTest, ACaseNeedsItsOrderAndTakesFromIt) {
  ASSERT_EQ(Put(State(100, 1)), v1::PUT_ORDER_OUTCOME_STORED);
  const auto open = [&](const std::string& more) {
    return Call(&Stub::OpenCase, R"(case { shop_id: "shop-1" channel: CASE_CHANNEL_CHAT
                                           problem: "坏了" )" +
                                     more + "}");
  };
  EXPECT_THAT(open(R"(kind: CASE_KIND_RETURN order_id: "order-8")"), HasReason("ORDER_UNKNOWN"));
  EXPECT_THAT(open(R"(kind: CASE_KIND_RETURN order_id: "order-9" customer_id: "buyer-8")"),
              HasReason("ORDER_MISMATCH"));
  EXPECT_THAT(open(R"(kind: CASE_KIND_RETURN order_id: "order-9"
                      lines { sku: "sku-1" quantity: 3 })"),
              HasReason("ORDER_MISMATCH"));
  ASSERT_OK_AND_ASSIGN(const auto none, Call(&Stub::ListCases, ""));
  EXPECT_EQ(none.cases_size(), 0);
  ASSERT_OK_AND_ASSIGN(const auto opened, open(R"(kind: CASE_KIND_RETURN order_id: "order-9"
                                                  lines { sku: "sku-1" quantity: 2 })"));
  EXPECT_EQ(opened.customer_id(), "buyer-9");
  EXPECT_EQ(opened.lines(0).category(), "food");
  EXPECT_EQ(opened.purchase_date().day(), 10);  // 07:06 in Shanghai
  // A platform may name an order that is told later.
  EXPECT_OK(open(R"(kind: CASE_KIND_PLATFORM_WORK_ORDER order_id: "order-8")"));
}

// The only connection is held by the test, so that no call can be answered in time.
class OrderDeadlineTest : public OrdersTest {
 protected:
  OrderDeadlineTest() : OrdersTest(/*pool_size=*/1) {}
};

TEST_F(OrderDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  calls_.CheckDeadlines(Rows(), As("org-a"), *database_, Db());
}

}  // namespace
}  // namespace kefu::aftersales
