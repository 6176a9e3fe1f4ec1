#include "common/events/event_source.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <atomic>
#include <utility>

#include "common/rpc/client.h"
#include "common/rpc/grpc_status.h"
#include "common/status/error.h"
#include "kefu/common/v1/event.grpc.pb.h"

namespace kefu::events {
namespace {

using common::v1::EventService;
using common::v1::WatchRequest;
using common::v1::WatchResponse;
using OnResponse = std::function<bool(const WatchResponse&)>;

WatchRequest MakeRequest(int64_t after, const std::vector<std::string>& types) {
  WatchRequest request;
  request.set_after_position(after);
  for (const std::string& type : types) request.add_types(type);
  return request;
}

class GrpcEventSource final : public EventSource {
 public:
  GrpcEventSource(std::shared_ptr<grpc::ChannelInterface> channel, GrpcEventSourceOptions options)
      : stub_(EventService::NewStub(std::move(channel))), options_(std::move(options)) {}

  absl::Status Watch(int64_t after, const std::vector<std::string>& types,
                     const OnResponse& on_response) override {
    grpc::ClientContext context;
    rpc::CallOptions call;
    call.timeout = options_.stream_lifetime;
    if (options_.token) call.token = options_.token();
    rpc::Prepare(call, context);
    {
      const std::lock_guard lock(mutex_);
      if (cancelled_) return Cancelled("the consumer is stopping");
      running_ = &context;
    }
    auto reader = stub_->Watch(&context, MakeRequest(after, types));
    bool wanted = true;
    WatchResponse response;
    while (wanted && reader->Read(&response)) wanted = on_response(response);
    if (!wanted) context.TryCancel();
    const grpc::Status finished = reader->Finish();
    {
      const std::lock_guard lock(mutex_);
      running_ = nullptr;
    }
    return wanted ? rpc::FromGrpc(finished) : absl::OkStatus();
  }

  void Cancel() override {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (running_ != nullptr) running_->TryCancel();
  }

 private:
  const std::unique_ptr<EventService::Stub> stub_;
  const GrpcEventSourceOptions options_;
  std::mutex mutex_;
  bool cancelled_ = false;                  // guarded by mutex_
  grpc::ClientContext* running_ = nullptr;  // guarded by mutex_
};

class LocalEventSource final : public EventSource {
 public:
  LocalEventSource(EventServiceHandler& handler, RequestContext context)
      : handler_(handler), context_(std::move(context)) {
    context_.cancelled = [this] { return cancelled_.load(); };
  }

  absl::Status Watch(int64_t after, const std::vector<std::string>& types,
                     const OnResponse& on_response) override {
    Writer writer(on_response);
    const absl::Status status = handler_.Watch(context_, MakeRequest(after, types), writer);
    return writer.wanted ? status : absl::OkStatus();
  }

  void Cancel() override { cancelled_ = true; }

 private:
  struct Writer final : rpc::StreamWriter<WatchResponse> {
    explicit Writer(const OnResponse& on_response) : on_response(on_response) {}
    bool Write(WatchResponse response) override { return wanted = on_response(response); }
    const OnResponse& on_response;
    bool wanted = true;
  };

  EventServiceHandler& handler_;
  RequestContext context_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace

std::unique_ptr<EventSource> MakeGrpcEventSource(std::shared_ptr<grpc::ChannelInterface> channel,
                                                 GrpcEventSourceOptions options) {
  return std::make_unique<GrpcEventSource>(std::move(channel), std::move(options));
}

std::unique_ptr<EventSource> MakeLocalEventSource(EventServiceHandler& handler,
                                                  RequestContext context) {
  return std::make_unique<LocalEventSource>(handler, std::move(context));
}

}  // namespace kefu::events
