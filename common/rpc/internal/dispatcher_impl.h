// The templates of dispatcher.h. Included by it only.
#ifndef KEFU_COMMON_RPC_INTERNAL_DISPATCHER_IMPL_H_
#define KEFU_COMMON_RPC_INTERNAL_DISPATCHER_IMPL_H_

#include "common/rpc/internal/stream_reactors.h"
#include "common/status/error.h"

namespace kefu::rpc {
namespace internal {

// Handlers report by status. One that throws has a bug: the call ends INTERNAL, the process lives.
template <class F>
auto Guarded(F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const std::exception& e) {
    return Internal(e.what());
  }
}

// A write without a request_id must not be repeated by the client's retry policy when nobody knows
// whether it was committed.
void ForbidRetry(grpc::CallbackServerContext& server_context);
bool IsOutcomeUnknown(const absl::Status& status);

template <class Request>
void ForbidBlindRetry(const RunningCall& call, const Request& request, const absl::Status& status) {
  if (status.ok() || !IsOutcomeUnknown(status)) return;
  if constexpr (requires { request.request_id(); }) {
    if (!request.request_id().empty()) return;
  }
  ForbidRetry(*call.server_context);
}

template <class Request, class Response, class Handler>
absl::Status RunUnary(Handler& handler, const RunningCall& call, const Request& request,
                      Response* response) {
  absl::StatusOr<Response> result = Guarded([&] { return handler(call.context, request); });
  if (!result.ok()) {
    ForbidBlindRetry(call, request, result.status());
    return std::move(result).status();
  }
  *response = *std::move(result);  // copies when gRPC keeps the response on an arena
  return absl::OkStatus();
}

// The request, response and server context belong to gRPC and stay until Finish.
template <class Request, class Response, class Handler>
class UnaryTask final : public Task {
 public:
  UnaryTask(Dispatcher& dispatcher, RunningCall call, const Request* request, Response* response,
            grpc::ServerUnaryReactor* reactor, Handler handler)
      : dispatcher_(dispatcher),
        call_(std::move(call)),
        request_(request),
        response_(response),
        reactor_(reactor),
        handler_(std::move(handler)) {}

  void Run() override {
    call_.queue_time = absl::Now() - call_.arrived;
    absl::Status status = Dispatcher::CheckAlive(call_);
    if (status.ok()) status = RunUnary(handler_, call_, *request_, response_);
    Finish(status);
  }
  void Abandon() override { Finish(DrainingError()); }
  void Finish(const absl::Status& status) { reactor_->Finish(dispatcher_.End(call_, status)); }

 private:
  Dispatcher& dispatcher_;
  RunningCall call_;
  const Request* request_;
  Response* response_;
  grpc::ServerUnaryReactor* reactor_;
  Handler handler_;
};

template <class Request, class Response, class Handler>
void RunPooled(Dispatcher& dispatcher, RunningCall call, const Request* request, Response* response,
               grpc::ServerUnaryReactor* reactor, Handler handler) {
  using Pooled = UnaryTask<Request, Response, Handler>;
  std::unique_ptr<Task> task = std::make_unique<Pooled>(dispatcher, std::move(call), request,
                                                        response, reactor, std::move(handler));
  const absl::Status submitted = dispatcher.SubmitUnary(task);
  if (!submitted.ok()) static_cast<Pooled&>(*task).Finish(submitted);
}

}  // namespace internal

// The default reactor lives in the server context and needs no hop to another thread at the end.
template <class Request, class Response, class Handler>
grpc::ServerUnaryReactor* Dispatcher::Unary(const Method& method,
                                            grpc::CallbackServerContext* server_context,
                                            const Request* request, Response* response,
                                            Handler handler, Mode mode) {
  grpc::ServerUnaryReactor* reactor = server_context->DefaultReactor();
  RunningCall call;
  absl::Status status = Begin(method, server_context, /*is_stream=*/false, call);
  if (status.ok() && mode == Mode::kPooled) {
    internal::RunPooled(*this, std::move(call), request, response, reactor, std::move(handler));
    return reactor;
  }
  if (status.ok()) status = internal::RunUnary(handler, call, *request, response);
  reactor->Finish(End(call, status));
  return reactor;
}

template <class Request, class Response, class InlineHandler, class PooledHandler>
grpc::ServerUnaryReactor* Dispatcher::UnaryInlineFirst(const Method& method,
                                                       grpc::CallbackServerContext* server_context,
                                                       const Request* request, Response* response,
                                                       InlineHandler inline_handler,
                                                       PooledHandler pooled_handler) {
  grpc::ServerUnaryReactor* reactor = server_context->DefaultReactor();
  RunningCall call;
  absl::Status status = Begin(method, server_context, /*is_stream=*/false, call);
  if (status.ok()) {
    using Result = std::optional<absl::StatusOr<Response>>;
    Result result =
        internal::Guarded([&]() -> Result { return inline_handler(call.context, *request); });
    if (!result) {
      internal::RunPooled(*this, std::move(call), request, response, reactor,
                          std::move(pooled_handler));
      return reactor;
    }
    status = result->status();
    if (status.ok()) *response = **std::move(result);
  }
  reactor->Finish(End(call, status));
  return reactor;
}

template <class Request, class Response, class Handler>
grpc::ServerUnaryReactor* Dispatcher::UnaryAsync(const Method& method,
                                                 grpc::CallbackServerContext* server_context,
                                                 const Request* request, Response* response,
                                                 Handler handler) {
  grpc::ServerUnaryReactor* reactor = server_context->DefaultReactor();
  using State = typename Completion<Response>::State;
  auto state = std::make_unique<State>(State{this, {}, response, reactor, nullptr});
  const absl::Status status = Begin(method, server_context, /*is_stream=*/false, state->call);
  if (!status.ok()) {
    reactor->Finish(End(state->call, status));
    return reactor;
  }
  state->before_finish = [request](const RunningCall& call, const absl::Status& result) {
    internal::ForbidBlindRetry(call, *request, result);
  };
  const RequestContext& context = state->call.context;  // lives until the completion is used
  handler(context, *request, Completion<Response>(std::move(state)));
  return reactor;
}

template <class Response>
void Completion<Response>::operator()(absl::StatusOr<Response> result) {
  const std::unique_ptr<State> state = std::move(state_);
  if (result.ok()) {
    *state->response = *std::move(result);
    state->reactor->Finish(state->dispatcher->End(state->call, absl::OkStatus()));
    return;
  }
  state->before_finish(state->call, result.status());
  state->reactor->Finish(state->dispatcher->End(state->call, result.status()));
}

template <class Response>
Completion<Response>::~Completion() {
  if (state_) (*this)(Internal("a completion was dropped without an answer"));
}

template <class Request, class Response, class Handler>
grpc::ServerReadReactor<Request>* Dispatcher::ClientStream(
    const Method& method, grpc::CallbackServerContext* server_context, Response* response,
    Handler handler) {
  using Reactor = internal::ClientStreamReactor<Request, Response, Handler>;
  return internal::Launch(new Reactor(*this, method, server_context, response, std::move(handler)));
}

template <class Request, class Response, class Handler>
grpc::ServerWriteReactor<Response>* Dispatcher::ServerStream(
    const Method& method, grpc::CallbackServerContext* server_context, const Request* request,
    Handler handler, bool endless) {
  using Reactor = internal::ServerStreamReactor<Request, Response, Handler>;
  return internal::Launch(
      new Reactor(*this, method, server_context, request, std::move(handler), endless));
}

template <class Request, class Response, class Handler>
grpc::ServerBidiReactor<Request, Response>* Dispatcher::BidiStream(
    const Method& method, grpc::CallbackServerContext* server_context, Handler handler) {
  using Reactor = internal::BidiStreamReactor<Request, Response, Handler>;
  return internal::Launch(new Reactor(*this, method, server_context, std::move(handler)));
}

}  // namespace kefu::rpc

#endif  // KEFU_COMMON_RPC_INTERNAL_DISPATCHER_IMPL_H_
