// A gateway in front of services that do what a test tells them. Test code only.
#pragma once

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "common/ids/id_generator.h"
#include "common/rpc/client.h"
#include "common/rpc/grpc_status.h"
#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "common/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kefu/common/v1/event.grpc.pb.h"
#include "kefu/gateway/v1/gateway_service.grpc.pb.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "kefu/staffing/v1/staffing_service.grpc.pb.h"
#include "services/gateway/connect/routes.h"
#include "services/gateway/http/server.h"
#include "services/gateway/tests/http_client.h"

namespace kefu::gateway::testing {

// What the services saw; tests wait for it.
class Log {
 public:
  struct Counts {
    int parked = 0;     // calls that hang until they are released or cancelled
    int cancelled = 0;  // calls that the gateway gave up
    int watching = 0;   // feeds open now
    int rows = 0;       // rows of imports
  };
  template <class Change>
  void Do(Change change) {
    const std::lock_guard lock(mutex_);
    change(counts_);
    changed_.notify_all();
  }
  // False after a minute: only a hang needs that long.
  template <class Condition>
  bool Wait(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return condition(counts_); });
  }
  Counts counts() {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Counts counts_;
};

// GetShopDay by shop_id: "park" hangs until released, "fail" fails with details, anything else
// echoes shop_id and the headers that came along. GetShopPeriod answers 1 MB.
class FakeViews final : public v1::GatewayService::CallbackService {
 public:
  explicit FakeViews(Log& log) : log_(log) {}

  grpc::ServerUnaryReactor* GetShopDay(grpc::CallbackServerContext* context,
                                       const v1::GetShopDayRequest* request,
                                       v1::GetShopDayResponse* response) override {
    if (request->shop_id() == "park") return new Parked(*this);
    auto* reactor = context->DefaultReactor();
    if (request->shop_id() == "fail") {
      reactor->Finish(rpc::ToGrpc(kefu::NotFound("shop", "店")));
      return reactor;
    }
    const auto header = [&](const char* name) {
      const auto found = context->client_metadata().find(name);
      return found == context->client_metadata().end()
                 ? std::string()
                 : std::string(found->second.data(), found->second.size());
    };
    response->mutable_shop()->set_shop_id(request->shop_id());
    response->mutable_shop()->set_display_name(header("authorization"));
    response->mutable_shop()->set_time_zone(header("accept-language"));
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerUnaryReactor* GetShopPeriod(grpc::CallbackServerContext* context,
                                          const v1::GetShopPeriodRequest*,
                                          v1::GetShopPeriodResponse* response) override {
    response->mutable_shop()->set_display_name(std::string(1 << 20, 'x'));
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  // Lets all parked calls answer.
  void Release() {
    std::vector<Parked*> parked;
    {
      const std::lock_guard lock(mutex_);
      parked.swap(parked_);
    }
    for (Parked* call : parked) call->End(grpc::Status::OK);
  }

 private:
  class Parked : public grpc::ServerUnaryReactor {
   public:
    explicit Parked(FakeViews& views) : views_(views) {
      const std::lock_guard lock(views_.mutex_);
      views_.parked_.push_back(this);
      views_.log_.Do([](auto& c) { ++c.parked; });
    }
    void End(const grpc::Status& status) { Finish(status); }
    void OnCancel() override {
      {
        const std::lock_guard lock(views_.mutex_);
        if (std::erase(views_.parked_, this) == 0) return;  // released meanwhile
      }
      views_.log_.Do([](auto& c) { ++c.cancelled; });
      Finish(grpc::Status::CANCELLED);
    }
    void OnDone() override { delete this; }

   private:
    FakeViews& views_;
  };

  Log& log_;
  std::mutex mutex_;
  std::vector<Parked*> parked_;
};

// Streams one event a position after the one asked for up to 3, then a sign of life, then hangs.
// after_position 100 is refused; 200 says nothing at all; 300 floods.
class FakeFeed final : public kefu::common::v1::EventService::CallbackService {
 public:
  explicit FakeFeed(Log& log) : log_(log) {}
  grpc::ServerWriteReactor<kefu::common::v1::WatchResponse>* Watch(
      grpc::CallbackServerContext*, const kefu::common::v1::WatchRequest* request) override {
    return new Stream(log_, request->after_position(), request->until_now());
  }

 private:
  class Stream : public grpc::ServerWriteReactor<kefu::common::v1::WatchResponse> {
   public:
    Stream(Log& log, int64_t after, bool until_now)
        : log_(log), position_(after), until_now_(until_now) {
      log_.Do([](auto& c) { ++c.watching; });
      if (after == 100)
        Finish(rpc::ToGrpc(MakeError(absl::StatusCode::kOutOfRange, "EVENTS_TRIMMED", "gone")));
      else if (after != 200)
        Next();
    }
    void OnWriteDone(bool ok) override {
      if (ok) Next();
    }
    void OnCancel() override {
      log_.Do([](auto& c) { ++c.cancelled; });
      Finish(grpc::Status::CANCELLED);
    }
    void OnDone() override {
      log_.Do([](auto& c) { --c.watching; });
      delete this;
    }

   private:
    void Next() {
      response_.Clear();
      const bool flood = position_ >= 300;
      if (position_ > 3 && !flood) {
        if (until_now_) Finish(grpc::Status::OK);
        return;
      }
      response_.set_position(++position_);
      if (position_ <= 3 || flood) {
        auto* event = response_.add_events();
        event->set_position(position_);
        event->set_org_id(flood ? std::string(100'000, 'x') : "org");
      }
      StartWrite(&response_);
    }
    Log& log_;
    int64_t position_;
    const bool until_now_;
    kefu::common::v1::WatchResponse response_;
  };
  Log& log_;
};

// ImportReviews counts rows; the source "refuse" is refused at its first message.
class FakeImport final : public performance::v1::PerformanceService::CallbackService {
 public:
  explicit FakeImport(Log& log) : log_(log) {}
  grpc::ServerReadReactor<performance::v1::ImportReviewsRequest>* ImportReviews(
      grpc::CallbackServerContext*, performance::v1::ImportResponse* response) override {
    return new Import(log_, response);
  }

 private:
  class Import : public grpc::ServerReadReactor<performance::v1::ImportReviewsRequest> {
   public:
    Import(Log& log, performance::v1::ImportResponse* response) : log_(log), response_(response) {
      StartRead(&request_);
    }
    void OnReadDone(bool ok) override {
      if (!ok) return End(grpc::Status::OK);
      if (request_.header().source_name() == "refuse")
        return End(rpc::ToGrpc(PermissionDenied("SHOP_NOT_ALLOWED", "not yours")));
      response_->set_received(response_->received() + request_.rows_size());
      for (const auto& row : request_.rows()) {
        if (row.review().score() > 0) continue;
        auto* error = response_->add_errors();
        error->set_line(row.line());
        error->set_field("score");
      }
      log_.Do([&](auto& c) { c.rows += request_.rows_size(); });
      StartRead(&request_);
    }
    void OnCancel() override {
      log_.Do([](auto& c) { ++c.cancelled; });
    }
    void OnDone() override { delete this; }

   private:
    void End(const grpc::Status& status) {
      if (!std::exchange(ended_, true)) Finish(status);
    }
    Log& log_;
    performance::v1::ImportResponse* response_;
    performance::v1::ImportReviewsRequest request_;
    bool ended_ = false;
  };
  Log& log_;
};

// The HTTP server in front of the fakes, and staffing that is down.
class GatewayTest : public ::testing::Test {
 protected:
  GatewayTest() : views_(log_), feed_(log_), import_(log_), ids_(clock_) {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&views_);
    builder.RegisterService(&feed_);
    builder.RegisterService(&import_);
    upstream_ = builder.BuildAndStart();
    rpc::ClientOptions options;
    options.connection_group = 1;
    const auto channel = rpc::MakeChannel("127.0.0.1:" + std::to_string(port), options);
    EXPECT_OK(channel);
    routes_.Add(v1::GatewayService::service_full_name(), *channel);
    routes_.Add(performance::v1::PerformanceService::service_full_name(), *channel);
    routes_.AddFeed("staffing", *channel);
    const auto nobody = rpc::MakeChannel("127.0.0.1:1", {.retries = false});
    EXPECT_OK(nobody);
    routes_.Add(staffing::v1::StaffingService::service_full_name(), *nobody);
  }
  ~GatewayTest() override {
    server_.reset();
    views_.Release();
    upstream_->Shutdown(std::chrono::system_clock::now());
  }

  void Start(http::ServerOptions options = {}) {
    auto server = http::Server::Start(std::move(options), routes_, ids_);
    ASSERT_OK(server);
    server_ = *std::move(server);
    server_->SetServing(true);
  }
  int port() const { return server_->port(); }

  static constexpr const char* kDay = "/kefu.gateway.v1.GatewayService/GetShopDay";
  static constexpr const char* kImport = "/kefu.performance.v1.PerformanceService/ImportReviews";
  static constexpr const char* kWatch = "/staffing/kefu.common.v1.EventService/Watch";

  Log log_;
  FakeViews views_;
  FakeFeed feed_;
  FakeImport import_;
  std::unique_ptr<grpc::Server> upstream_;
  connect::Routes routes_;
  SystemClock clock_;
  IdGenerator ids_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace kefu::gateway::testing
