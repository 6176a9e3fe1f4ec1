#include "common/events/consumer.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "common/events/events_test_util.h"
#include "common/events/sequencer.h"
#include "common/rpc/grpc_status.h"
#include "common/testing/fake_clock.h"
#include "common/testing/test_db.h"
#include "kefu/common/v1/event.grpc.pb.h"

namespace kefu::events {
namespace {

using common::v1::Event;
using common::v1::WatchResponse;
using ::kefu::testing::FakeClock;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOkAndHolds;
using ::kefu::testing::StatusIs;
using ::kefu::testing::TestDb;

constexpr db::Sql kEffect{"INSERT INTO effect (org_id, position, text) VALUES (?, ?, ?)"};

// The feed and the consumer's tables live in one schema here; nothing depends on that.
class ConsumerTest : public ::testing::Test {
 protected:
  ConsumerTest() {
    // No unique key on position: an effect made twice must show.
    db_.Exec(
        "CREATE TABLE effect (org_id VARCHAR(64) NOT NULL, id BIGINT NOT NULL AUTO_INCREMENT,"
        " position BIGINT NOT NULL, text VARCHAR(64) NOT NULL, PRIMARY KEY (org_id, id), KEY "
        "(id))");
  }

  void Publish(int count) {
    for (int i = 0; i < count; ++i) Emit(db_.db(), "ORG", fmt::format("{}", ++published_));
    ASSERT_THAT(sequencer_.RunPass(), IsOkAndHolds(count));
  }
  std::unique_ptr<EventSource> Source() {
    return MakeLocalEventSource(service_, MakeContext("", {auth::Role::kService}));
  }
  ConsumerOptions Options() {
    return {.name = "test",
            .source_name = "source",
            .attempts = 3,
            .events_per_transaction = 4,
            .backoff_min = absl::Milliseconds(1),
            .backoff_max = absl::Milliseconds(20),
            .standby = absl::Milliseconds(20),
            .on_position = [this](int64_t position) { reached_.Set(position); }};
  }
  static absl::Status Apply(db::Transaction& t, const Event& event) {
    return t.Execute(kEffect, {event.org_id(), event.position(), TextOf(event)}).status();
  }
  void AwaitPosition(int64_t position) {
    reached_.Await([&](int64_t now) { return now >= position; });
  }
  // Every event up to `count` has had its effect exactly once, in order.
  void ExpectEffects(int64_t count) {
    EXPECT_EQ(db_.Count("SELECT COUNT(*) FROM effect"), count);
    EXPECT_EQ(db_.Count("SELECT COUNT(DISTINCT position) FROM effect"), count);
    EXPECT_EQ(db_.Count("SELECT COUNT(*) FROM effect a JOIN effect b ON a.id < b.id"
                        " AND a.position > b.position"),
              0);
  }

  TestDb db_;
  FakeClock clock_;
  Feed feed_{db_.db(), {.poll = absl::Milliseconds(2)}};
  Sequencer sequencer_{db_.db(), clock_, "a"};
  EventServiceHandler service_{feed_};
  Watched<int64_t> reached_;
  int published_ = 0;
};

TEST_F(ConsumerTest, AppliesEachEventOnceAndResumes) {
  Publish(10);
  {
    Consumer consumer(db_.db(), clock_, Source(), Apply, Options());
    consumer.Start();
    AwaitPosition(10);
    Publish(3);
    AwaitPosition(13);
  }
  ExpectEffects(13);
  Publish(2);
  Consumer next(db_.db(), clock_, Source(), Apply, Options());
  EXPECT_THAT(next.Position(), IsOkAndHolds(13));
  next.Start();
  AwaitPosition(15);
  next.Stop();
  ExpectEffects(15);
  EXPECT_THAT(next.Position(), IsOkAndHolds(15));
}

TEST_F(ConsumerTest, ReplicasShareOnePosition) {
  std::vector<std::unique_ptr<Consumer>> replicas;
  for (int i = 0; i < 3; ++i) {
    replicas.push_back(std::make_unique<Consumer>(db_.db(), clock_, Source(), Apply, Options()));
    replicas.back()->Start();
  }
  for (int i = 0; i < 20; ++i) Publish(5);
  AwaitPosition(100);
  replicas.clear();
  ExpectEffects(100);
}

TEST_F(ConsumerTest, PoisonGoesAsideWithoutItsNeighbours) {
  std::atomic<bool> cured = false;
  std::atomic<int> tries = 0;
  const auto handler = [&](db::Transaction& t, const Event& event) -> absl::Status {
    if (TextOf(event) == "3" && !cured) {
      ++tries;
      RETURN_IF_ERROR(Apply(t, event));  // must not stay
      return FailedPrecondition("POISON", "event", "cannot be applied");
    }
    return Apply(t, event);
  };
  Publish(7);
  Consumer consumer(db_.db(), clock_, Source(), handler, Options());
  consumer.Start();
  AwaitPosition(7);
  consumer.Stop();
  ExpectEffects(6);
  EXPECT_EQ(tries, 1 + 3);  // in the batch, and three attempts alone
  const auto letters = consumer.ListDeadLetters(0, 10);
  ASSERT_OK(letters);
  ASSERT_EQ(letters->size(), 1);
  EXPECT_EQ(TextOf((*letters)[0].event), "3");
  EXPECT_EQ((*letters)[0].attempts, 3);
  EXPECT_EQ((*letters)[0].create_time, clock_.Now());
  EXPECT_THAT((*letters)[0].error, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT((*letters)[0].error, HasReason("POISON"));

  EXPECT_THAT(consumer.RetryDeadLetter(3), HasReason("POISON"));
  EXPECT_EQ(db_.Count("SELECT COUNT(*) FROM dead_letter"), 1);
  cured = true;
  EXPECT_OK(consumer.RetryDeadLetter(3));
  EXPECT_EQ(db_.Count("SELECT COUNT(*) FROM effect WHERE text = '3'"), 1);
  EXPECT_THAT(consumer.RetryDeadLetter(3), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(db_.Count("SELECT COUNT(*) FROM effect"), 7);
}

TEST_F(ConsumerTest, TransientFailureIsRetriedForEver) {
  std::atomic<int> failures = 0;
  const auto handler = [&](db::Transaction& t, const Event& event) -> absl::Status {
    if (TextOf(event) == "2" && failures < 12) {
      ++failures;
      return Unavailable("ELSEWHERE", "not now", absl::ZeroDuration());
    }
    return Apply(t, event);
  };
  Publish(4);
  Consumer consumer(db_.db(), clock_, Source(), handler, Options());
  consumer.Start();
  AwaitPosition(4);
  consumer.Stop();
  ExpectEffects(4);
  EXPECT_EQ(failures, 12);
  EXPECT_EQ(db_.Count("SELECT COUNT(*) FROM dead_letter"), 0);
}

TEST_F(ConsumerTest, StopsWhileAHandlerKeepsFailing) {
  Watched<bool> tried;
  const auto handler = [&](db::Transaction&, const Event&) -> absl::Status {
    tried.Set(true);
    return Unavailable("ELSEWHERE", "not now", absl::ZeroDuration());
  };
  Publish(1);
  ConsumerOptions options = Options();
  options.backoff_min = options.backoff_max = absl::Hours(1);
  Consumer consumer(db_.db(), clock_, Source(), handler, options);
  consumer.Start();
  tried.Await([](bool yes) { return yes; });
  consumer.Stop();
  EXPECT_THAT(consumer.Position(), IsOkAndHolds(0));
}

// Breaks, repeats itself, ends early: what a network makes of a stream.
class BadSource final : public EventSource {
 public:
  explicit BadSource(std::unique_ptr<EventSource> good) : good_(std::move(good)) {}
  absl::Status Watch(int64_t after, const std::vector<std::string>& types,
                     const std::function<bool(const WatchResponse&)>& on_response) override {
    const int call = calls_++;
    if (call % 3 == 0) return Unavailable("DOWN", "no connection", absl::ZeroDuration());
    int responses = 0;
    return good_->Watch(
        call % 3 == 1 ? std::max<int64_t>(0, after - 5) : after, types,
        [&](const WatchResponse& response) { return on_response(response) && ++responses < 2; });
  }
  void Cancel() override { good_->Cancel(); }

 private:
  std::unique_ptr<EventSource> good_;
  int calls_ = 0;
};

TEST_F(ConsumerTest, SurvivesABadStream) {
  Publish(60);
  EventServiceHandler small(feed_, {.events_per_response = 3});
  Consumer consumer(db_.db(), clock_,
                    std::make_unique<BadSource>(
                        MakeLocalEventSource(small, MakeContext("", {auth::Role::kService}))),
                    Apply, Options());
  consumer.Start();
  AwaitPosition(60);
  consumer.Stop();
  ExpectEffects(60);
}

TEST_F(ConsumerTest, FilteredEventsMoveThePosition) {
  Publish(5);
  ConsumerOptions options = Options();
  options.types = {"x.Nothing"};
  EventServiceHandler quick(feed_, {.heartbeat = absl::Milliseconds(5)});
  Consumer consumer(db_.db(), clock_,
                    MakeLocalEventSource(quick, MakeContext("", {auth::Role::kService})), Apply,
                    options);
  consumer.Start();
  AwaitPosition(5);
  consumer.Stop();
  ExpectEffects(0);
}

// The generated service over the handler, without tokens: only the client side is tested here.
class PlainService final : public common::v1::EventService::Service {
 public:
  explicit PlainService(EventServiceHandler& handler) : handler_(handler) {}
  grpc::Status Watch(grpc::ServerContext* context, const common::v1::WatchRequest* request,
                     grpc::ServerWriter<WatchResponse>* writer) override {
    struct Adapter final : rpc::StreamWriter<WatchResponse> {
      bool Write(WatchResponse response) override { return writer->Write(response); }
      grpc::ServerWriter<WatchResponse>* writer;
    } adapter;
    adapter.writer = writer;
    const auto& metadata = context->client_metadata();
    const auto token = metadata.find("authorization");
    if (token == metadata.end() || token->second != "Bearer secret") {
      return rpc::ToGrpc(Unauthenticated("TOKEN_MISSING", "no token"));
    }
    RequestContext call = MakeContext("", {auth::Role::kService});
    call.cancelled = [context] { return context->IsCancelled(); };
    return rpc::ToGrpc(handler_.Watch(call, *request, adapter));
  }

 private:
  EventServiceHandler& handler_;
};

TEST_F(ConsumerTest, FollowsAnotherProcessByGrpc) {
  PlainService service(service_);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  const auto channel =
      grpc::CreateChannel(fmt::format("127.0.0.1:{}", port), grpc::InsecureChannelCredentials());
  Publish(5);
  Consumer consumer(db_.db(), clock_,
                    MakeGrpcEventSource(channel, {.token = [] { return std::string("secret"); },
                                                  .stream_lifetime = absl::Milliseconds(100)}),
                    Apply, Options());
  consumer.Start();
  AwaitPosition(5);
  Publish(5);
  AwaitPosition(10);
  consumer.Stop();  // ends the open stream
  ExpectEffects(10);

  const auto refused = MakeGrpcEventSource(channel, {});
  EXPECT_THAT(refused->Watch(0, {}, [](const WatchResponse&) { return true; }),
              HasReason("TOKEN_MISSING"));
  const auto cancelled = MakeGrpcEventSource(channel, {});
  cancelled->Cancel();
  EXPECT_THAT(cancelled->Watch(0, {}, [](const WatchResponse&) { return true; }),
              StatusIs(absl::StatusCode::kCancelled));
  feed_.Stop();
  server->Shutdown();
}

}  // namespace
}  // namespace kefu::events
