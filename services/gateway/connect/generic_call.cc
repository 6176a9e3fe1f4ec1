#include "services/gateway/connect/generic_call.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <utility>

#include "services/gateway/connect/peer_error.h"

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
// thread, exactly once. `start` is given a name before: g++ 12 destroys the captures of a lambda
// that is a temporary of a co_await expression twice.
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

// What gRPC calls at the end of a unary call and destroys afterwards.
template <class Done>
struct UnaryEnd {
  CallsInFlight::Place place;  // destroyed after the members below
  std::shared_ptr<UnaryCall> call;
  Done done;
  void operator()(grpc::Status status) { done(std::move(status)); }
};

}  // namespace

asio::awaitable<absl::StatusOr<std::string>> UnaryCall::Run(const Route& route,
                                                            const std::string& request,
                                                            const rpc::CallOptions& options,
                                                            CallsInFlight::Place place) {
  rpc::Prepare(options, context_);
  request_ = ToBuffer(request);
  auto start = [self = shared_from_this(), &route, place = std::move(place)](auto done) {
    route.stub->UnaryCall(&self->context_, route.grpc_path, grpc::StubOptions(), &self->request_,
                          &self->response_, UnaryEnd<decltype(done)>{place, self, done});
  };
  const grpc::Status status = co_await Await<grpc::Status>(std::move(start));
  if (!status.ok()) co_return FromPeer(status, route.peer);
  co_return ToString(response_);
}

// Keeps itself alive from StartCall until OnDone.
class StreamCall::Reactor : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  void Begin(const Route& route, const rpc::CallOptions& options, CallsInFlight::Place place,
             std::shared_ptr<Reactor> self) {
    rpc::Prepare(options, context_);
    peer_ = route.peer;
    place_ = std::move(place);
    self_ = std::move(self);
    route.stub->PrepareBidiStreamingCall(&context_, route.grpc_path, grpc::StubOptions(), this);
    AddHold();  // operations start outside of reactions until ReleaseHold
    StartCall();
  }

  void StartOneWrite(const std::string& message, std::function<void(bool)> done) {
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
    ReleaseHold();  // the end may be reported before this returns
    if (done) done(*status_);
  }
  void Cancel() { context_.TryCancel(); }
  // No operation starts after this, so that gRPC may report the end. Idempotent.
  void ReleaseHold() {
    {
      std::lock_guard lock(mutex_);
      if (std::exchange(released_, true)) return;
    }
    RemoveHold();
  }

 private:
  void OnWriteDone(bool ok) override { std::exchange(write_done_, nullptr)(ok); }
  void OnWritesDoneDone(bool ok) override { std::exchange(ends_done_, nullptr)(ok); }
  void OnReadDone(bool ok) override {
    auto done = std::exchange(read_done_, nullptr);
    done(ok ? std::optional(ToString(read_buffer_)) : std::nullopt);
  }
  void OnDone(const grpc::Status& status) override {
    const CallsInFlight::Place place = std::move(place_);  // destroyed after all below
    std::function<void(absl::Status)> done;
    std::shared_ptr<Reactor> self;
    {
      std::lock_guard lock(mutex_);
      status_ = FromPeer(status, peer_);
      done = std::move(end_done_);
      self = std::move(self_);
    }
    if (done) done(*status_);
  }

  grpc::ClientContext context_;
  std::string peer_;
  grpc::ByteBuffer write_buffer_, read_buffer_;
  std::function<void(bool)> write_done_, ends_done_;
  std::function<void(std::optional<std::string>)> read_done_;
  CallsInFlight::Place place_;
  std::mutex mutex_;
  std::shared_ptr<Reactor> self_;
  std::function<void(absl::Status)> end_done_;
  std::optional<absl::Status> status_;
  bool released_ = false;
};

std::shared_ptr<StreamCall> StreamCall::Start(const Route& route, const rpc::CallOptions& options,
                                              asio::any_io_executor executor,
                                              CallsInFlight::Place place) {
  std::shared_ptr<StreamCall> call(new StreamCall);
  call->executor_ = std::move(executor);
  call->reactor_ = std::make_shared<Reactor>();
  call->reactor_->Begin(route, options, std::move(place), call->reactor_);
  return call;
}

StreamCall::~StreamCall() {
  reactor_->Cancel();
  reactor_->ReleaseHold();
}

asio::awaitable<bool> StreamCall::Write(const std::string& message) {
  auto start = [reactor = reactor_, &message](auto done) {
    reactor->StartOneWrite(message, std::move(done));
  };
  co_return co_await Await<bool>(std::move(start));
}

asio::awaitable<void> StreamCall::WritesDone() {
  auto start = [reactor = reactor_](auto done) { reactor->StartEnd(std::move(done)); };
  co_await Await<bool>(std::move(start));
}

void StreamCall::StartRead(std::function<void(std::optional<std::string>)> done) {
  reactor_->StartOneRead(
      [executor = executor_, done = std::move(done)](std::optional<std::string> message) {
        asio::post(executor,
                   [done, message = std::move(message)]() mutable { done(std::move(message)); });
      });
}

asio::awaitable<absl::Status> StreamCall::Finish() {
  auto start = [reactor = reactor_](auto done) { reactor->AwaitEnd(std::move(done)); };
  co_return co_await Await<absl::Status>(std::move(start));
}

void StreamCall::Cancel() { reactor_->Cancel(); }

}  // namespace kefu::gateway::connect
