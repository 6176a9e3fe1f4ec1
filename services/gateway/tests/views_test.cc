// The views over services that answer, fail, hang or are away.
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/auth/principal.h"
#include "common/rpc/client.h"
#include "common/rpc/grpc_status.h"
#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/gateway/views/views.h"

namespace kefu::gateway {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::StatusIs;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// How the fakes answer; each call takes a copy. Thread-safe.
class Script {
 public:
  // `method` fails from now on; OK heals it.
  void Fail(const std::string& method, absl::Status status) {
    const std::lock_guard lock(mutex_);
    failing_[method] = std::move(status);
  }
  // Not before its deadline does `method` answer.
  void Hang(const std::string& method) { Fail(method, absl::DeadlineExceededError("hang")); }

  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, const char* method) {
    absl::Status status;
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = failing_.find(method); found != failing_.end()) status = found->second;
    }
    if (status.message() == "hang") return new Hanging;
    auto* reactor = context->DefaultReactor();
    reactor->Finish(rpc::ToGrpc(status));
    return reactor;
  }

 private:
  struct Hanging : grpc::ServerUnaryReactor {
    void OnCancel() override { Finish(grpc::Status::CANCELLED); }
    void OnDone() override { delete this; }
  };
  std::mutex mutex_;
  std::map<std::string, absl::Status> failing_;
};

class FakeStaffing final : public staffing::v1::StaffingService::CallbackService {
 public:
  explicit FakeStaffing(Script& script) : script_(script) {}
  grpc::ServerUnaryReactor* GetShop(grpc::CallbackServerContext* context,
                                    const staffing::v1::GetShopRequest* request,
                                    staffing::v1::Shop* response) override {
    response->set_shop_id(request->shop_id());
    response->set_time_zone("America/New_York");
    return script_.Answer(context, "GetShop");
  }
  grpc::ServerUnaryReactor* ListAgents(grpc::CallbackServerContext* context,
                                       const staffing::v1::ListAgentsRequest* request,
                                       staffing::v1::ListAgentsResponse* response) override {
    auto* agent = response->add_agents();
    const bool second = !request->page_token().empty();
    agent->set_agent_id(second ? "a2" : "a1");
    agent->set_display_name(second ? "小二" : "小一");
    if (!second) response->set_next_page_token("more");
    return script_.Answer(context, "ListAgents");
  }

 private:
  Script& script_;
};

class FakePerformance final : public performance::v1::PerformanceService::CallbackService {
 public:
  explicit FakePerformance(Script& script) : script_(script) {}
  grpc::ServerUnaryReactor* GetMetrics(grpc::CallbackServerContext* context,
                                       const performance::v1::GetMetricsRequest* request,
                                       performance::v1::GetMetricsResponse* response) override {
    *response->mutable_period() = request->period();
    for (const char* id : {"a2", "a3"}) {
      auto* row = response->add_rows();
      row->mutable_subject()->set_agent_id(id);
      row->add_values()->set_metric_id(std::to_string(request->period().start_date().day()));
      if (!request->by_agent()) break;
    }
    return script_.Answer(context, request->by_agent() ? "AgentMetrics" : "GetMetrics");
  }
  grpc::ServerUnaryReactor* ListOrders(grpc::CallbackServerContext* context,
                                       const performance::v1::ListOrdersRequest* request,
                                       performance::v1::ListOrdersResponse* response) override {
    for (int i = 0; i < 4; ++i) {
      auto* order = response->add_orders();
      order->set_order_id(request->page_token() + std::to_string(i));
      if (i == 3) continue;  // handed over late, and never paid
      order->mutable_paid()->set_currency_code("CNY");
      order->mutable_paid()->set_minor_units(1000);
      if (i == 2) order->set_exclusion(static_cast<performance::v1::Exclusion>(1));
    }
    if (request->page_token().empty()) response->set_next_page_token("p");
    return script_.Answer(context, "ListOrders");
  }

 private:
  Script& script_;
};

class FakeAftersales final : public aftersales::v1::AftersalesService::CallbackService {
 public:
  explicit FakeAftersales(Script& script) : script_(script) {}
  grpc::ServerUnaryReactor* ListCases(grpc::CallbackServerContext* context,
                                      const aftersales::v1::ListCasesRequest* request,
                                      aftersales::v1::ListCasesResponse* response) override {
    for (const auto state :
         {aftersales::v1::CASE_STATE_OPEN, aftersales::v1::CASE_STATE_AWAITING_APPROVAL}) {
      const auto& asked = request->states();
      if (!asked.empty() && std::ranges::count(asked, state) == 0) continue;
      response->add_cases()->set_state(state);
    }
    return script_.Answer(context, "ListCases");
  }
  grpc::ServerUnaryReactor* BatchQuoteCompensation(
      grpc::CallbackServerContext* context,
      const aftersales::v1::BatchQuoteCompensationRequest* request,
      aftersales::v1::BatchQuoteCompensationResponse* response) override {
    for (const auto& question : request->requests()) {
      auto* quote = response->add_quotes();
      quote->set_order_id(question.order_id());
      auto* amount = quote->mutable_compensation()->mutable_amount();
      amount->set_currency_code(question.order_id() == foreign_ ? "USD" : "CNY");
      amount->set_minor_units(question.paid().minor_units() / 2);
      if (question.order_id() == refused_) quote->set_error_reason("CURRENCY_MISMATCH");
    }
    return script_.Answer(context, "BatchQuoteCompensation");
  }
  std::string foreign_ = "-", refused_ = "-";  // set before the calls

 private:
  Script& script_;
};

class FakeWarehouse final : public warehouse::v1::WarehouseService::CallbackService {
 public:
  explicit FakeWarehouse(Script& script) : script_(script) {}
  grpc::ServerUnaryReactor* ListStockLevels(
      grpc::CallbackServerContext* context, const warehouse::v1::ListStockLevelsRequest*,
      warehouse::v1::ListStockLevelsResponse* response) override {
    response->add_levels();
    return script_.Answer(context, "ListStockLevels");
  }

 private:
  Script& script_;
};

class ViewsTest : public ::testing::Test {
 protected:
  ViewsTest() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&staffing_);
    builder.RegisterService(&performance_);
    builder.RegisterService(&aftersales_);
    builder.RegisterService(&warehouse_);
    server_ = builder.BuildAndStart();
    peers_.staffing = staffing::v1::StaffingService::NewStub(Channel(port_));
    peers_.performance = performance::v1::PerformanceService::NewStub(Channel(port_));
    peers_.aftersales = aftersales::v1::AftersalesService::NewStub(Channel(port_));
    peers_.warehouse = warehouse::v1::WarehouseService::NewStub(Channel(port_));
    ctx_.now = absl::FromUnixSeconds(1'700'020'000);  // 2023-11-15 in Shanghai, -14 in New York
    ctx_.deadline = absl::Now() + absl::Seconds(60);
  }
  ~ViewsTest() override { server_->Shutdown(std::chrono::system_clock::now()); }

  static std::shared_ptr<grpc::Channel> Channel(int port) {
    auto channel = rpc::MakeChannel("127.0.0.1:" + std::to_string(port),
                                    {.retries = false, .connection_group = 7});
    EXPECT_OK(channel);
    return *std::move(channel);
  }
  absl::StatusOr<v1::GetShopDayResponse> Day(bool with_day = true) {
    v1::GetShopDayRequest request;
    request.set_shop_id("s1");
    if (with_day) {
      request.mutable_day()->set_year(2024);
      request.mutable_day()->set_month(3);
      request.mutable_day()->set_day(10);
    }
    return views_.GetShopDay(ctx_, request);
  }
  absl::StatusOr<v1::GetShopPeriodResponse> Period() {
    v1::GetShopPeriodRequest request;
    request.set_shop_id("s1");
    return views_.GetShopPeriod(ctx_, request);
  }
  // The parts that are not whole, with their reasons.
  template <class Response>
  static std::map<std::string, std::string> Missing(const Response& response) {
    std::map<std::string, std::string> missing;
    for (const auto& part : response.parts()) {
      if (!part.complete()) missing[part.part()] = part.error_reason();
    }
    return missing;
  }
  using Parts = std::map<std::string, std::string>;

  Script script_;
  FakeStaffing staffing_{script_};
  FakePerformance performance_{script_};
  FakeAftersales aftersales_{script_};
  FakeWarehouse warehouse_{script_};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  Peers peers_;
  Views views_{peers_};
  RequestContext ctx_;
};

TEST_F(ViewsTest, ADayHasEveryPart) {
  ASSERT_OK_AND_ASSIGN(const auto day, Day());
  EXPECT_EQ(Missing(day), Parts());
  EXPECT_EQ(day.parts_size(), 8);
  EXPECT_EQ(day.shop().shop_id(), "s1");
  EXPECT_EQ(day.figures(0).metric_id(), "10");
  EXPECT_EQ(day.figures_day_before(0).metric_id(), "9");
  EXPECT_EQ(day.figures_week_before(0).metric_id(), "3");
  ASSERT_EQ(day.agents_size(), 2);
  EXPECT_EQ(day.agents(0).display_name(), "小二");  // from the second page
  EXPECT_EQ(day.agents(1).display_name(), "");
  EXPECT_EQ(day.cases_near_due_size(), 2);  // an approval is the shop's own time
  EXPECT_EQ(day.stock_at_risk_size(), 1);
}

TEST_F(ViewsTest, YesterdayIsTheShopsOwn) {
  ASSERT_OK_AND_ASSIGN(const auto day, Day(/*with_day=*/false));
  EXPECT_EQ(day.day().day(), 13);
  EXPECT_EQ(Missing(day), Parts());
  script_.Fail("GetShop", Unavailable("DATABASE_UNAVAILABLE", "down", absl::Seconds(1)));
  ASSERT_OK_AND_ASSIGN(const auto guessed, Day(/*with_day=*/false));
  EXPECT_EQ(guessed.day().day(), 14);
  EXPECT_EQ(Missing(guessed), (Parts{{"shop", "DATABASE_UNAVAILABLE"}}));
}

TEST_F(ViewsTest, AServiceThatIsAwayLeavesItsPartsOut) {
  peers_.aftersales = aftersales::v1::AftersalesService::NewStub(Channel(1));
  peers_.warehouse = warehouse::v1::WarehouseService::NewStub(Channel(1));
  ASSERT_OK_AND_ASSIGN(const auto day, Day());
  EXPECT_EQ(Missing(day), (Parts{{"cases", "PEER_UNAVAILABLE"}, {"stock", "PEER_UNAVAILABLE"}}));
  for (const auto& part : day.parts())
    EXPECT_THAT(part.error_description(), Not(HasSubstr("127.0.0.1")));
  EXPECT_EQ(day.agents_size(), 2);
  ASSERT_OK_AND_ASSIGN(const auto period, Period());
  EXPECT_EQ(Missing(period), (Parts{{"late_shipments", "PEER_UNAVAILABLE"}}));
  EXPECT_FALSE(period.has_late_compensation());
}

TEST_F(ViewsTest, AServiceThatHangsCostsItsPartAndNotTheCall) {
  for (const char* method : {"GetMetrics", "ListCases", "GetShop"}) script_.Hang(method);
  for (const bool with_day : {true, false}) {
    ctx_.deadline = absl::Now() + absl::Seconds(2);
    ASSERT_OK_AND_ASSIGN(const auto day, Day(with_day));
    EXPECT_LT(absl::Now(), ctx_.deadline);
    EXPECT_EQ(Missing(day), (Parts{{"shop", "DEADLINE_EXCEEDED"},
                                   {"figures", "DEADLINE_EXCEEDED"},
                                   {"figures_day_before", "DEADLINE_EXCEEDED"},
                                   {"figures_week_before", "DEADLINE_EXCEEDED"},
                                   {"cases", "DEADLINE_EXCEEDED"}}));
    EXPECT_EQ(day.stock_at_risk_size(), 1);
  }
}

TEST_F(ViewsTest, AnotherTenantsShopIsNotFound) {
  script_.Fail("GetShop", kefu::NotFound("shop", "s1"));
  for (const char* method : {"GetMetrics", "AgentMetrics"})
    script_.Fail(method, MakeError(absl::StatusCode::kNotFound, "SHOP_NOT_CONFIGURED", "no"));
  EXPECT_THAT(Day().status(), HasReason("NOT_FOUND"));
  EXPECT_THAT(Day(false).status(), HasReason("NOT_FOUND"));
  EXPECT_THAT(Period().status(), HasReason("NOT_FOUND"));
}

TEST_F(ViewsTest, AShopThatOnlyOneServiceKnowsHasAView) {
  script_.Fail("GetShop", kefu::NotFound("shop", "s1"));
  ASSERT_OK_AND_ASSIGN(const auto day, Day());
  EXPECT_EQ(Missing(day), (Parts{{"shop", "NOT_FOUND"}}));
  ASSERT_OK(Period());
  script_.Fail("GetShop", absl::OkStatus());
  script_.Fail("GetMetrics", MakeError(absl::StatusCode::kNotFound, "SHOP_NOT_CONFIGURED", "no"));
  ASSERT_OK_AND_ASSIGN(const auto fresh, Period());
  EXPECT_EQ(Missing(fresh), (Parts{{"figures", "SHOP_NOT_CONFIGURED"}}));
}

TEST_F(ViewsTest, WhoIsNotSignedInGetsNothing) {
  script_.Fail("ListCases", Unauthenticated("TOKEN_EXPIRED", "expired"));
  EXPECT_THAT(Day().status(), HasReason("TOKEN_EXPIRED"));
  script_.Fail("GetShop", PermissionDenied("SHOP_NOT_ALLOWED", "no"));
  script_.Fail("GetMetrics", PermissionDenied("SHOP_NOT_ALLOWED", "no"));
  EXPECT_THAT(Period().status(), HasReason("SHOP_NOT_ALLOWED"));
}

TEST_F(ViewsTest, ABugInAServiceTellsNothingOfItself) {
  script_.Fail("ListStockLevels", absl::UnknownError("SELECT * FROM org2"));
  ASSERT_OK_AND_ASSIGN(const auto day, Day());
  EXPECT_EQ(Missing(day), (Parts{{"stock", "INTERNAL"}}));
  EXPECT_THAT(day.ShortDebugString(), Not(HasSubstr("org2")));
}

TEST_F(ViewsTest, LateShipmentsAreCountedOverAllPages) {
  ASSERT_OK_AND_ASSIGN(const auto period, Period());
  EXPECT_EQ(Missing(period), Parts());
  EXPECT_EQ(period.late_shipments(), 6);  // of each page one is excluded
  EXPECT_EQ(period.late_compensation().minor_units(), 2000);
  EXPECT_EQ(period.late_compensation().currency_code(), "CNY");
}

TEST_F(ViewsTest, ASumOfTwoCurrenciesOrWithAGapIsNone) {
  aftersales_.foreign_ = "p1";
  ASSERT_OK_AND_ASSIGN(const auto mixed, Period());
  EXPECT_EQ(Missing(mixed), (Parts{{"late_shipments", "CURRENCY_MISMATCH"}}));
  aftersales_.foreign_ = "-";
  aftersales_.refused_ = "1";
  ASSERT_OK_AND_ASSIGN(const auto gap, Period());
  EXPECT_EQ(Missing(gap), (Parts{{"late_shipments", "QUOTE_FAILED"}}));
}

TEST_F(ViewsTest, EveryFaultOfTheQuestionIsNamed) {
  v1::GetShopDayRequest request;
  request.mutable_day()->set_year(2024);
  request.mutable_day()->set_month(13);
  request.set_near_due_seconds(-1);
  request.set_low_stock_units(-1);
  const absl::Status status = views_.GetShopDay(ctx_, request).status();
  EXPECT_THAT(status, HasReason("INVALID_FIELDS"));
  for (const char* field : {"shop_id", "day", "near_due_seconds", "low_stock_units"})
    EXPECT_THAT(std::string(status.message()), HasSubstr(field));
}

}  // namespace
}  // namespace kefu::gateway
