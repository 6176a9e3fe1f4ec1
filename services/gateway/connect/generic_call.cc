#include "services/gateway/connect/generic_call.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "common/rpc/grpc_status.h"

namespace kefu::gateway::connect {
namespace {

namespace asio = boost::asio;

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string out;
  if (!buffer.Dump(&slices).ok()) return out;
  out.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices)
    out.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return out;
}

// Awaits one callback of gRPC: start(done) begins the operation, done(value) ends it from any
// thread, exactly once.
template <class T, class Start>
asio::awaitable<T> Await(Start start) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(T)>(
      [](auto handler, Start start) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        start([shared](T value) {
          auto executor = asio::get_associated_executor(*shared);
          asio::post(executor,
                     [shared, value = std::move(value)]() mutable { (*shared)(std::move(value)); });
        });
      },
      asio::use_awaitable, std::move(start));
}

struct UnaryState {
  grpc::ClientContext context;
  grpc::ByteBuffer request, response;
};

}  // namespace

asio::awaitable<absl::StatusOr<std::string>> CallUnary(grpc::GenericStub& stub, std::string method,
                                                       std::string request,
                                                       const rpc::CallOptions& options) {
  auto state = std::make_shared<UnaryState>();
  rpc::Prepare(options, state->context);
  state->request = ToBuffer(request);
  const grpc::Status status = co_await Await<grpc::Status>([&stub, state, method](auto done) {
    stub.UnaryCall(&state->context, method, grpc::StubOptions(), &state->request, &state->response,
                   [state, done](grpc::Status status) { done(std::move(status)); });
  });
  if (!status.ok()) co_return rpc::FromGrpc(status);
  co_return ToString(state->response);
}

// Keeps itself alive from StartCall until OnDone.
class StreamCall::Reactor : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  void Begin(grpc::GenericStub& stub, const std::string& method, const rpc::CallOptions& options,
             std::shared_ptr<Reactor> self) {
    rpc::Prepare(options, context_);
    self_ = std::move(self);
    stub.PrepareBidiStreamingCall(&context_, method, grpc::StubOptions(), this);
    AddHold();  // operations start outside of reactions until Finish or Cancel
    StartCall();
  }

  void StartOneWrite(std::string message, std::function<void(bool)> done) {
    write_buffer_ = ToBuffer(message);
    write_done_ = std::move(done);
    StartWrite(&write_buffer_);
  }
  void StartEnd(std::function<void(bool)> done) {
    ends_done_ = std::move(done);
    StartWritesDone();
  }
  void StartOneRead(std::function<void(std::optional<std::string>)> done) {
    read_done_ = std::move(done);
    StartRead(&read_buffer_);
  }
  void AwaitEnd(std::function<void(absl::Status)> done) {
    {
      std::lock_guard lock(mutex_);
      if (!status_) {
        end_done_ = std::move(done);
        done = nullptr;
      }
    }
    ReleaseHold();
    if (done) done(*status_);
  }
  void Cancel() {
    context_.TryCancel();
    ReleaseHold();
  }

 private:
  void OnWriteDone(bool ok) override { std::exchange(write_done_, nullptr)(ok); }
  void OnWritesDoneDone(bool ok) override { std::exchange(ends_done_, nullptr)(ok); }
  void OnReadDone(bool ok) override {
    auto done = std::exchange(read_done_, nullptr);
    done(ok ? std::optional(ToString(read_buffer_)) : std::nullopt);
  }
  void OnDone(const grpc::Status& status) override {
    std::function<void(absl::Status)> done;
    std::shared_ptr<Reactor> self;
    {
      std::lock_guard lock(mutex_);
      status_ = rpc::FromGrpc(status);
      done = std::move(end_done_);
      self = std::move(self_);
    }
    if (done) done(*status_);
  }
  void ReleaseHold() {
    {
      std::lock_guard lock(mutex_);
      if (std::exchange(released_, true)) return;
    }
    RemoveHold();
  }

  grpc::ClientContext context_;
  grpc::ByteBuffer write_buffer_, read_buffer_;
  std::function<void(bool)> write_done_, ends_done_;
  std::function<void(std::optional<std::string>)> read_done_;
  std::mutex mutex_;
  std::shared_ptr<Reactor> self_;
  std::function<void(absl::Status)> end_done_;
  std::optional<absl::Status> status_;
  bool released_ = false;
};

std::shared_ptr<StreamCall> StreamCall::Start(grpc::GenericStub& stub, const std::string& method,
                                              const rpc::CallOptions& options) {
  std::shared_ptr<StreamCall> call(new StreamCall);
  call->reactor_ = std::make_shared<Reactor>();
  call->reactor_->Begin(stub, method, options, call->reactor_);
  return call;
}

asio::awaitable<bool> StreamCall::Write(std::string message) {
  co_return co_await Await<bool>(
      [reactor = reactor_, message = std::move(message)](auto done) mutable {
        reactor->StartOneWrite(std::move(message), std::move(done));
      });
}

asio::awaitable<void> StreamCall::WritesDone() {
  co_await Await<bool>([reactor = reactor_](auto done) { reactor->StartEnd(std::move(done)); });
}

asio::awaitable<std::optional<std::string>> StreamCall::Read() {
  co_return co_await Await<std::optional<std::string>>(
      [reactor = reactor_](auto done) { reactor->StartOneRead(std::move(done)); });
}

asio::awaitable<absl::Status> StreamCall::Finish() {
  co_return co_await Await<absl::Status>(
      [reactor = reactor_](auto done) { reactor->AwaitEnd(std::move(done)); });
}

void StreamCall::Cancel() { reactor_->Cancel(); }

}  // namespace kefu::gateway::connect
