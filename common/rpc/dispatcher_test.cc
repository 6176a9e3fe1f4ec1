#include "common/rpc/dispatcher.h"

#include <atomic>
#include <latch>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/rpc/acting.h"
#include "common/rpc/testdata/echo_service.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"

namespace kefu::rpctest {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::StatusIs;
using ::testing::AllOf;

// Counts finished calls by method and code, and checks that each is reported once.
class CountingObserver final : public rpc::CallObserver {
 public:
  std::unique_ptr<rpc::MethodObserver> ForMethod(std::string_view) override {
    class Impl final : public rpc::MethodObserver {
     public:
      explicit Impl(CountingObserver& owner) : owner_(owner) {}
      void OnCallDone(const rpc::CallRecord& call) override {
        std::lock_guard lock(owner_.mu_);
        ++owner_.calls_[call.status.code()];
      }

     private:
      CountingObserver& owner_;
    };
    return std::make_unique<Impl>(*this);
  }
  void OnQueueDepth(int64_t waiting) override { depth = waiting; }
  void OnOpenStreams(int64_t) override {}

  std::map<absl::StatusCode, int> calls() {
    std::lock_guard lock(mu_);
    return calls_;
  }
  int total() {
    int sum = 0;
    for (const auto& [code, count] : calls()) sum += count;
    return sum;
  }

  std::atomic<int64_t> depth{0};

 private:
  std::mutex mu_;
  std::map<absl::StatusCode, int> calls_;
};

// An asynchronous call from the test's side; its end is awaited at the latest by the destructor.
class AsyncEcho {
 public:
  AsyncEcho(Stub& stub, const rpc::CallOptions& options, EchoRequest to_send = Request(),
            bool inline_first = false)
      : request(std::move(to_send)) {
    rpc::Prepare(options, context);
    const auto on_done = [this](const grpc::Status& result) {
      status = rpc::FromGrpc(result);
      done.count_down();
    };
    if (inline_first) {
      stub.async()->EchoInlineFirst(&context, &request, &response, on_done);
    } else {
      stub.async()->Echo(&context, &request, &response, on_done);
    }
  }
  ~AsyncEcho() { done.wait(); }

  grpc::ClientContext context;
  EchoRequest request;
  EchoResponse response;
  absl::Status status;
  std::latch done{1};
};

TEST(DispatcherTest, EveryUnaryModeAnswers) {
  EchoHost t;
  t.service.cached = [](const RequestContext& ctx,
                        const EchoRequest& request) -> std::optional<Result> {
    if (request.text() == "hit") return EchoBack(ctx, request);
    return std::nullopt;
  };
  t.service.echo = [](const RequestContext&, const EchoRequest& request) {
    EchoResponse response;
    response.set_text("pooled " + request.text());
    return response;
  };
  std::jthread answering;
  t.service.async = [&](rpc::Completion<EchoResponse> done) {
    answering = std::jthread([done = std::move(done)]() mutable {
      EchoResponse response;
      response.set_text(done.context().principal.org_id);
      done(response);
    });
  };
  t.Start();
  const auto text = [&](auto method, std::string send) {
    const Result result = rpc::Call(*t.stub, method, Request(std::move(send)), t.Owner());
    return result.ok() ? result->text() : result.status().ToString();
  };
  EXPECT_EQ(text(&Stub::Echo, "a"), "pooled a");
  EXPECT_EQ(text(&Stub::EchoInline, "b"), "b");
  EXPECT_EQ(text(&Stub::EchoInlineFirst, "hit"), "hit");
  EXPECT_EQ(text(&Stub::EchoInlineFirst, "miss"), "pooled miss");
  EXPECT_EQ(text(&Stub::EchoAsync, "c"), "org1");
}

TEST(DispatcherTest, ErrorsArriveWithCodeReasonAndDetails) {
  EchoHost t;
  t.service.echo = [](const RequestContext&, const EchoRequest& request) -> Result {
    if (request.text() == "bug") return absl::InternalError("table kefu.secret is broken");
    if (request.text() == "throw") throw std::runtime_error("secret");
    return NotFound("agent", request.text());
  };
  t.Start();
  const auto missing = rpc::Call(*t.stub, &Stub::Echo, Request("A1"), t.Owner());
  EXPECT_THAT(missing, AllOf(StatusIs(absl::StatusCode::kNotFound), HasReason("NOT_FOUND")));
  ASSERT_TRUE(GetDetail<google::rpc::ResourceInfo>(missing.status()));
  EXPECT_EQ(GetDetail<google::rpc::ResourceInfo>(missing.status())->resource_name(), "A1");
  for (const char* kind : {"bug", "throw"}) {
    const auto bug = rpc::Call(*t.stub, &Stub::Echo, Request(kind), t.Owner());
    EXPECT_THAT(bug, AllOf(StatusIs(absl::StatusCode::kInternal), HasReason("INTERNAL")));
    EXPECT_THAT(bug.status().ToString(), ::testing::Not(::testing::HasSubstr("secret")));
  }
}

TEST(DispatcherTest, AnUnusedCompletionAnswersInternal) {
  EchoHost t;
  t.service.async = [](rpc::Completion<EchoResponse>) {};
  t.Start();
  EXPECT_THAT(rpc::Call(*t.stub, &Stub::EchoAsync, Request(), t.Owner()),
              StatusIs(absl::StatusCode::kInternal));
}

TEST(DispatcherTest, CallersAreAuthenticatedAndAuthorized) {
  EchoHost t;
  t.Start();
  const auto call = [&](auto method, const rpc::CallOptions& options) {
    return rpc::Call(*t.stub, method, Request(), options).status();
  };
  EXPECT_THAT(call(&Stub::Echo, {}),
              AllOf(StatusIs(absl::StatusCode::kUnauthenticated), HasReason("TOKEN_MISSING")));
  EXPECT_THAT(call(&Stub::Echo, {.token = "a.b.c"}),
              AllOf(StatusIs(absl::StatusCode::kUnauthenticated), HasReason("TOKEN_INVALID")));
  EXPECT_THAT(call(&Stub::EchoInline, t.host.As("org1", {auth::Role::kAuditor})),
              AllOf(StatusIs(absl::StatusCode::kPermissionDenied), HasReason("PERMISSION_DENIED")));
  EXPECT_THAT(call(&Stub::Forbidden, t.Owner()), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(call(&Stub::Echo, t.Owner()), IsOk());
}

// A process of the suite acts for one organization a call; a tenant's token never for another one.
TEST(DispatcherTest, OnlyAProcessActsForAnOrganizationThatItNames) {
  EchoHost t;
  t.service.echo = [](const RequestContext& ctx, const EchoRequest&) {
    EchoResponse response;
    response.set_text(ctx.principal.org_id);
    return response;
  };
  t.Start();
  const auto act = [&](std::string_view org_id, const rpc::CallOptions& options) {
    return rpc::CallFor(org_id, *t.stub, &Stub::Echo, Request(), options);
  };
  const auto refused =
      AllOf(StatusIs(absl::StatusCode::kPermissionDenied), HasReason("ACTING_NOT_ALLOWED"));
  const auto acted = act("org2", t.host.AsService());
  ASSERT_OK(acted);
  EXPECT_EQ(acted->text(), "org2");
  EXPECT_THAT(act("org2", t.Owner()), refused);
  EXPECT_THAT(act("org1", t.Owner()), refused);
  EXPECT_THAT(act(std::string(65, 'o'), t.host.AsService()), refused);
}

TEST(DispatcherTest, TheContextCarriesClockTraceLanguageAndPrincipal) {
  testing::FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
  auto options = HostOptions();
  options.dispatcher.clock = &clock;
  EchoHost t(std::move(options));
  std::mutex mu;  // gRPC orders the two sides, but out of ThreadSanitizer's sight
  RequestContext seen;
  std::string token;
  t.service.echo = [&](const RequestContext& ctx, const EchoRequest& request) {
    std::lock_guard lock(mu);
    seen = ctx;
    token = ctx.bearer_token;
    return EchoBack(ctx, request);
  };
  t.Start();
  rpc::CallOptions call = t.Owner();
  call.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  call.language = "zh-CN,zh;q=0.9";
  ASSERT_OK(rpc::Call(*t.stub, &Stub::Echo, Request(), call));
  std::lock_guard lock(mu);
  EXPECT_EQ(seen.now, clock.Now());
  EXPECT_EQ(seen.method, "/kefu.rpctest.v1.EchoService/Echo");
  EXPECT_EQ(seen.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_NE(seen.span_id, "00f067aa0ba902b7");
  EXPECT_EQ(seen.language, "zh-CN");
  EXPECT_EQ(seen.org_id(), "org1");
  EXPECT_EQ(token, call.token);
}

TEST(DispatcherTest, TheDeadlineIsTheClientsOrTheDefault) {
  auto options = HostOptions();
  options.dispatcher.default_deadline = absl::Minutes(5);
  EchoHost t(std::move(options));
  std::atomic<absl::Time> deadline;
  t.service.echo = [&](const RequestContext& ctx, const EchoRequest& request) {
    deadline = ctx.deadline;
    return EchoBack(ctx, request);
  };
  t.Start();
  rpc::CallOptions call = t.Owner();
  const absl::Time before = absl::Now();
  for (const absl::Duration timeout : {absl::InfiniteDuration(), absl::Duration(absl::Hours(1))}) {
    call.timeout = timeout;
    ASSERT_OK(rpc::Call(*t.stub, &Stub::Echo, Request(), call));
    EXPECT_GE(deadline.load(), before + absl::Minutes(5));
    EXPECT_LE(deadline.load(), absl::Now() + absl::Minutes(5));
  }
  call.timeout = absl::Minutes(2);
  ASSERT_OK(rpc::Call(*t.stub, &Stub::Echo, Request(), call));
  EXPECT_LT(deadline.load(), before + absl::Minutes(5))
      << "a client may ask for less than the default";
}

// One worker held by a latch, then whatever the test queues behind it.
struct Blocked {
  explicit Blocked(EchoHost& t) : host(t) {
    t.service.echo = [this](const RequestContext& ctx, const EchoRequest& request) {
      if (request.text() == "block") {
        started.count_down();
        release.wait();
      } else {
        ++ran;
      }
      return EchoBack(ctx, request);
    };
  }
  void Block() {
    blocker = std::make_unique<AsyncEcho>(*host.stub, host.Owner(), Request("block"));
    started.wait();
  }
  EchoHost& host;
  std::latch started{1}, release{1};
  std::atomic<int> ran{0};
  std::unique_ptr<AsyncEcho> blocker;
};

TEST(DispatcherTest, AFullQueueRefusesWithRetryInfo) {
  CountingObserver observer;
  auto options = HostOptions();
  options.dispatcher.observer = &observer;
  options.dispatcher.workers = 1;
  options.dispatcher.queue_capacity = 2;
  EchoHost t(std::move(options));
  Blocked blocked(t);
  t.Start();
  blocked.Block();
  AsyncEcho first(*t.stub, t.Owner()), second(*t.stub, t.Owner());
  while (observer.depth < 2) std::this_thread::yield();
  const auto refused = rpc::Call(*t.stub, &Stub::Echo, Request(), t.Owner());
  EXPECT_THAT(refused,
              AllOf(StatusIs(absl::StatusCode::kResourceExhausted), HasReason("QUEUE_FULL")));
  EXPECT_TRUE(GetDetail<google::rpc::RetryInfo>(refused.status()));
  EXPECT_THAT(rpc::Call(*t.stub, &Stub::EchoInline, Request(), t.Owner()), IsOk());
  blocked.release.count_down();
  for (AsyncEcho* call : {&first, &second, blocked.blocker.get()}) {
    call->done.wait();
    EXPECT_THAT(call->status, IsOk());
  }
  EXPECT_EQ(blocked.ran, 2);
}

TEST(DispatcherTest, CancelledAndExpiredCallsAreDroppedBeforeTheyRun) {
  auto options = HostOptions();
  options.dispatcher.workers = 1;
  EchoHost t(std::move(options));
  Blocked blocked(t);
  // The inline part shows the test the two calls; the pooled part is what must not run.
  std::mutex mu;
  std::vector<std::function<bool()>> over;
  std::latch arrived(2);
  t.service.cached = [&](const RequestContext& ctx, const EchoRequest&) -> std::optional<Result> {
    std::lock_guard lock(mu);
    over.push_back([cancelled = ctx.cancelled, deadline = ctx.deadline] {
      return cancelled() || absl::Now() >= deadline;
    });
    arrived.count_down();
    return std::nullopt;
  };
  t.Start();
  blocked.Block();
  AsyncEcho cancelled(*t.stub, t.Owner(), Request(), /*inline_first=*/true);
  rpc::CallOptions brief = t.Owner();
  brief.timeout = absl::Seconds(2);  // long enough to arrive on a busy machine
  AsyncEcho expired(*t.stub, brief, Request(), /*inline_first=*/true);
  arrived.wait();
  cancelled.context.TryCancel();
  cancelled.done.wait();
  expired.done.wait();
  EXPECT_THAT(cancelled.status, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(expired.status, StatusIs(absl::StatusCode::kDeadlineExceeded));
  {
    std::lock_guard lock(mu);  // the server hears of it a moment later than the client
    for (const auto& is_over : over) {
      while (!is_over()) std::this_thread::yield();
    }
  }
  blocked.release.count_down();
  blocked.blocker->done.wait();
  t.host.Stop();
  EXPECT_EQ(blocked.ran, 0);
}

// A write whose commit nobody knows the outcome of is not repeated by the client's retry policy,
// unless it brought a request_id that makes the repetition harmless.
TEST(DispatcherTest, UnknownCommitsAreRetriedOnlyWithARequestId) {
  auto options = HostOptions();
  options.client.retries = true;
  EchoHost t(std::move(options));
  std::atomic<int> attempts{0};
  t.service.echo = [&](const RequestContext& ctx, const EchoRequest& request) -> Result {
    if (++attempts == 1)
      return Unavailable("COMMIT_OUTCOME_UNKNOWN", "connection lost", absl::ZeroDuration());
    return EchoBack(ctx, request);
  };
  t.Start();
  EXPECT_THAT(rpc::Call(*t.stub, &Stub::Echo, Request(), t.Owner()),
              HasReason("COMMIT_OUTCOME_UNKNOWN"));
  EXPECT_EQ(attempts, 1);
  attempts = 0;
  SystemClock clock;
  IdGenerator ids(clock);
  EchoRequest request = Request();
  EXPECT_TRUE(rpc::EnsureRequestId(request, ids));
  EXPECT_THAT(rpc::Call(*t.stub, &Stub::Echo, request, t.Owner()), IsOk());
  EXPECT_EQ(attempts, 2);
}

TEST(DispatcherTest, EveryCallFinishesOnceUnderRandomCancellation) {
  constexpr int kThreads = 4;
  constexpr int kCallsEach = kSlowBuild ? 100 : 1000;
  CountingObserver observer;
  auto options = HostOptions();
  options.dispatcher.observer = &observer;
  options.dispatcher.workers = 2;
  options.dispatcher.queue_capacity = 8;
  EchoHost t(std::move(options));
  std::atomic<int> finished{0};
  t.Start();
  const rpc::CallOptions owner = t.Owner();
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      std::minstd_rand random(i + 1);
      std::vector<std::unique_ptr<AsyncEcho>> open;
      for (int n = 0; n < kCallsEach; ++n) {
        open.push_back(std::make_unique<AsyncEcho>(*t.stub, owner));
        if (random() % 3 == 0) open[random() % open.size()]->context.TryCancel();
        if (open.size() < 16) continue;
        for (const auto& call : open) {
          call->done.wait();
          ++finished;
        }
        open.clear();
      }
      for (const auto& call : open) {
        call->done.wait();
        ++finished;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(finished, kThreads * kCallsEach);
  t.host.Stop();
  EXPECT_LE(observer.total(), kThreads * kCallsEach);
  EXPECT_GT(observer.calls()[absl::StatusCode::kOk], 0);
}

}  // namespace
}  // namespace kefu::rpctest
