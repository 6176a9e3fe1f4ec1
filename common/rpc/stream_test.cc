#include "common/rpc/stream.h"

#include <atomic>
#include <future>
#include <latch>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/rpc/testdata/echo_service.h"
#include "common/status/error.h"
#include "common/testing/status_matchers.h"

namespace kefu::rpctest {
namespace {

using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::AnyOf;

using Reader = rpc::StreamReader<EchoRequest>;
using Writer = rpc::StreamWriter<EchoResponse>;

// Blocks while other calls pass through the server until `progress` stands still over many of them:
// a stalled peer, told without a clock. Returns early at `end`.
void WaitUntilStalled(EchoHost& t, const std::atomic<int>& progress, int end) {
  int unchanged = 0;
  int last = -1;
  while (unchanged < 200 && last < end) {
    ASSERT_OK(rpc::Call(*t.stub, &Stub::EchoInline, Request(), t.Owner()));
    const int now = progress;
    unchanged = now == last && now > 0 ? unchanged + 1 : 0;
    last = now;
  }
}

Result CountAll(const RequestContext&, Reader& reader) {
  EchoRequest message;
  EchoResponse response;
  int count = 0;
  while (reader.Read(&message)) {
    if (message.count() != count) return absl::DataLossError("out of order");
    ++count;
  }
  if (!reader.status().ok()) return reader.status();
  response.set_count(count);
  return response;
}

TEST(ClientStreamTest, DeliversEveryMessageInOrder) {
  EchoHost t;
  t.service.collect = CountAll;
  t.Start();
  for (const int total : {0, 1, 5000}) {
    grpc::ClientContext context;
    rpc::Prepare(t.Owner(), context);
    EchoResponse response;
    auto writer = t.stub->Collect(&context, &response);
    EchoRequest message;
    for (int i = 0; i < total; ++i) {
      message.set_count(i);
      ASSERT_TRUE(writer->Write(message));
    }
    writer->WritesDone();
    ASSERT_OK(rpc::FromGrpc(writer->Finish()));
    EXPECT_EQ(response.count(), total);
  }
}

TEST(ClientStreamTest, ASlowHandlerSlowsTheClientDown) {
  constexpr int kTotal = 4000;  // of 64 KiB: far more than all windows and buffers on the way
  EchoHost t;
  std::latch release(1);
  t.service.collect = [&](const RequestContext& ctx, Reader& reader) -> Result {
    EchoRequest first;
    if (!reader.Read(&first)) return reader.status();
    release.wait();
    Result result = CountAll(ctx, reader);
    return result;
  };
  t.Start();
  std::atomic<int> written{0};
  absl::Status status;
  EchoResponse response;
  std::thread client([&] {
    grpc::ClientContext context;
    rpc::CallOptions options = t.Owner();
    options.timeout = absl::Minutes(10);
    rpc::Prepare(options, context);
    auto writer = t.stub->Collect(&context, &response);
    EchoRequest message = Request(std::string(64 << 10, 'x'));
    for (int i = -1; i < kTotal && writer->Write(message); ++i) {
      message.set_count(i + 1);
      ++written;
    }
    writer->WritesDone();
    status = rpc::FromGrpc(writer->Finish());
  });
  WaitUntilStalled(t, written, kTotal);
  EXPECT_LT(written, kTotal / 2);
  release.count_down();
  client.join();
  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(response.count(), kTotal);
}

TEST(ClientStreamTest, TheHandlerMayAnswerBeforeTheClientIsDone) {
  EchoHost t;
  t.service.collect = [](const RequestContext&, Reader& reader) -> Result {
    EchoRequest message;
    reader.Read(&message);
    return FailedPrecondition("CLOSED", "period/1999-02", "is closed");
  };
  t.Start();
  grpc::ClientContext context;
  rpc::Prepare(t.Owner(), context);
  EchoResponse response;
  auto writer = t.stub->Collect(&context, &response);
  while (writer->Write(Request())) {
  }
  EXPECT_THAT(rpc::FromGrpc(writer->Finish()), HasReason("CLOSED"));
}

// What a handler that waits for a message learns when the call ends under it.
absl::Status ReaderStatusAfter(EchoHost& t, const rpc::CallOptions& options, bool cancel) {
  std::promise<absl::Status> told;
  std::latch reading(1);
  t.service.collect = [&](const RequestContext&, Reader& reader) -> Result {
    reading.count_down();
    EchoRequest message;
    EXPECT_FALSE(reader.Read(&message));
    told.set_value(reader.status());
    return reader.status();
  };
  t.Start();
  grpc::ClientContext context;
  rpc::Prepare(options, context);
  EchoResponse response;
  auto writer = t.stub->Collect(&context, &response);
  reading.wait();
  if (cancel) context.TryCancel();
  writer->Finish();
  absl::Status status = told.get_future().get();
  t.host.Stop();  // before what the handler refers to goes away
  return status;
}

TEST(ClientStreamTest, CancellationWakesAWaitingReader) {
  EchoHost t;
  EXPECT_THAT(ReaderStatusAfter(t, t.Owner(), true), StatusIs(absl::StatusCode::kCancelled));
}

TEST(ClientStreamTest, TheClientsDeadlineWakesAWaitingReader) {
  EchoHost t;
  rpc::CallOptions options = t.Owner();
  options.timeout = absl::Milliseconds(300);
  // The client gives up at the same instant, and the news of that may come first.
  EXPECT_THAT(
      ReaderStatusAfter(t, options, false),
      AnyOf(StatusIs(absl::StatusCode::kDeadlineExceeded), StatusIs(absl::StatusCode::kCancelled)));
}

TEST(ClientStreamTest, ASilentClientIsGivenUp) {
  auto options = HostOptions();
  options.dispatcher.stream_idle_timeout = absl::Milliseconds(50);
  EchoHost t(std::move(options));
  EXPECT_THAT(ReaderStatusAfter(t, t.Owner(), false), HasReason("STREAM_IDLE"));
}

TEST(ServerStreamTest, DeliversEverythingInOrderAndTheStatusLast) {
  EchoHost t;
  std::atomic<absl::Time> deadline;
  t.service.stream = [&](const RequestContext& ctx, const EchoRequest& request, Writer& writer) {
    deadline = ctx.deadline;
    EchoResponse message;
    for (int i = 0; i < request.count(); ++i) {
      message.set_count(i);
      if (!writer.Write(message)) return absl::CancelledError();
    }
    return request.text() == "fail" ? NotFound("agent", "A1") : absl::OkStatus();
  };
  t.Start();
  for (const char* text : {"fine", "fail"}) {
    rpc::CallOptions options = t.Owner();
    options.timeout = absl::InfiniteDuration();
    grpc::ClientContext context;
    rpc::Prepare(options, context);
    EchoRequest request = Request(text);
    request.set_count(3000);
    auto reader = t.stub->Count(&context, request);
    EchoResponse message;
    int count = 0;
    while (reader->Read(&message)) EXPECT_EQ(message.count(), count++);
    EXPECT_EQ(count, 3000);
    EXPECT_EQ(rpc::FromGrpc(reader->Finish()).ok(), std::string(text) == "fine");
    EXPECT_EQ(deadline.load(), absl::InfiniteFuture())
        << "a stream has no deadline but the client's";
  }
}

TEST(ServerStreamTest, ASlowClientHoldsTheWriterBackUntilItCancels) {
  constexpr int kTotal = 4000;
  EchoHost t;
  std::atomic<int> written{0};
  std::promise<bool> cut_off;
  t.service.stream = [&](const RequestContext& ctx, const EchoRequest&, Writer& writer) {
    EchoResponse message;
    message.set_text(std::string(64 << 10, 'x'));
    while (written < kTotal && writer.Write(message)) ++written;
    cut_off.set_value(written < kTotal && ctx.IsCancelled());
    return absl::OkStatus();
  };
  t.Start();
  grpc::ClientContext context;
  rpc::CallOptions options = t.Owner();
  options.timeout = absl::Minutes(10);
  rpc::Prepare(options, context);
  auto reader = t.stub->Count(&context, Request());
  WaitUntilStalled(t, written, kTotal);
  EXPECT_LT(written, kTotal / 2);
  context.TryCancel();
  EXPECT_TRUE(cut_off.get_future().get());
  EXPECT_THAT(rpc::FromGrpc(reader->Finish()), StatusIs(absl::StatusCode::kCancelled));
}

TEST(ServerStreamTest, StreamsBeyondTheLimitAreRefusedAndUnariesGoOn) {
  auto options = HostOptions();
  options.dispatcher.max_streams = 2;
  options.dispatcher.workers = 1;
  EchoHost t(std::move(options));
  std::latch open(2), release(1);
  t.service.stream = [&](const RequestContext&, const EchoRequest&, Writer&) {
    open.count_down();
    release.wait();
    return absl::OkStatus();
  };
  t.Start();
  grpc::ClientContext contexts[2], refused_context;
  for (auto& context : contexts) rpc::Prepare(t.Owner(), context);
  auto first = t.stub->Watch(&contexts[0], Request());
  auto second = t.stub->Count(&contexts[1], Request());
  open.wait();
  rpc::Prepare(t.Owner(), refused_context);
  auto refused = t.stub->Watch(&refused_context, Request());
  EXPECT_THAT(rpc::FromGrpc(refused->Finish()),
              AllOf(StatusIs(absl::StatusCode::kResourceExhausted), HasReason("TOO_MANY_STREAMS")));
  EXPECT_OK(rpc::Call(*t.stub, &Stub::Echo, Request(), t.Owner()));
  release.count_down();
  EXPECT_OK(rpc::FromGrpc(first->Finish()));
  EXPECT_OK(rpc::FromGrpc(second->Finish()));
}

TEST(ServerStreamTest, StreamsAreAuthenticated) {
  EchoHost t;
  t.service.stream = [](const RequestContext&, const EchoRequest&, Writer&) {
    ADD_FAILURE() << "ran without a token";
    return absl::OkStatus();
  };
  t.Start();
  grpc::ClientContext context;
  rpc::Prepare({}, context);
  EXPECT_THAT(rpc::FromGrpc(t.stub->Watch(&context, Request())->Finish()),
              HasReason("TOKEN_MISSING"));
}

TEST(ServerStreamTest, ADrainEndsEndlessStreams) {
  EchoHost t;
  std::latch watching(1);
  t.service.stream = [&](const RequestContext& ctx, const EchoRequest&, Writer& writer) {
    EXPECT_TRUE(writer.Write({}));
    watching.count_down();
    while (!ctx.IsCancelled()) std::this_thread::yield();
    EXPECT_FALSE(writer.Write({}));
    return absl::OkStatus();
  };
  t.Start();
  grpc::ClientContext context;
  rpc::Prepare(t.Owner(), context);
  auto reader = t.stub->Watch(&context, Request());
  EchoResponse message;
  ASSERT_TRUE(reader->Read(&message));
  watching.wait();
  t.host.server().Drain(absl::Now() + absl::Minutes(5));
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_THAT(rpc::FromGrpc(reader->Finish()), HasReason("SERVER_DRAINING"));
}

absl::Status EchoEach(const RequestContext&, Reader& reader, Writer& writer) {
  EchoRequest message;
  while (reader.Read(&message)) {
    EchoResponse answer;
    answer.set_count(message.count());
    if (!writer.Write(answer)) return absl::CancelledError();
  }
  return reader.status();
}

TEST(BidiStreamTest, AnswersWhileTheClientWrites) {
  constexpr int kTotal = 3000;
  EchoHost t;
  t.service.chat = EchoEach;
  t.Start();
  grpc::ClientContext context;
  rpc::Prepare(t.Owner(), context);
  auto chat = t.stub->Chat(&context);
  std::thread writing([&] {
    EchoRequest message;
    for (int i = 0; i < kTotal; ++i) {
      message.set_count(i);
      EXPECT_TRUE(chat->Write(message));
    }
    chat->WritesDone();
  });
  EchoResponse answer;
  for (int i = 0; i < kTotal; ++i) {
    ASSERT_TRUE(chat->Read(&answer));
    EXPECT_EQ(answer.count(), i);
  }
  EXPECT_FALSE(chat->Read(&answer));
  writing.join();
  EXPECT_OK(rpc::FromGrpc(chat->Finish()));
}

TEST(BidiStreamTest, EveryStreamEndsUnderRandomCancellation) {
  constexpr int kThreads = 4;
  constexpr int kStreamsEach = kSlowBuild ? 25 : 250;
  auto options = HostOptions();
  options.dispatcher.stream_buffer = 2;
  options.dispatcher.max_streams = 3;  // fewer than callers: refusals take part
  EchoHost t(std::move(options));
  t.service.chat = EchoEach;
  t.Start();
  std::atomic<int> ended{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      std::minstd_rand random(i + 1);
      const rpc::CallOptions owner = t.Owner();
      for (int n = 0; n < kStreamsEach; ++n) {
        grpc::ClientContext context;
        rpc::Prepare(owner, context);
        auto chat = t.stub->Chat(&context);
        const int messages = random() % 8;
        const int cancel_at = random() % 16;
        EchoResponse answer;
        for (int m = 0; m < messages; ++m) {
          if (m == cancel_at) context.TryCancel();
          if (!chat->Write(Request())) break;
          if (random() % 2 == 0 && !chat->Read(&answer)) break;
        }
        const bool cancel_last = random() % 3 == 0;
        if (!cancel_last || random() % 2 == 0) chat->WritesDone();
        if (cancel_last) context.TryCancel();
        while (chat->Read(&answer)) {
        }
        chat->Finish();
        ++ended;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ended, kThreads * kStreamsEach);
  t.host.Stop();  // returns only when every handler has
}

}  // namespace
}  // namespace kefu::rpctest
