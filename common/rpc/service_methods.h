// A gRPC service as a list of lines:
//
//   class WarehouseServiceImpl final : public rpc::Service<v1::WarehouseService> {
//    public:
//     WarehouseServiceImpl(rpc::Dispatcher& dispatcher, Handlers& handlers)
//         : Service(dispatcher), handlers_(handlers) {}
//     KEFU_UNARY(Receive, v1::ReceiveRequest, v1::ReceiveResponse, handlers_.Receive(ctx, request))
//     KEFU_CLIENT_STREAM(Import, v1::ImportRequest, v1::ImportResponse, handlers_.Import(ctx,
//     reader)) KEFU_WATCH(Watch, v1::WatchRequest, v1::Event, feed_.Watch(ctx, request, writer))
//    private:
//     Handlers& handlers_;
//   };
//
// The expression sees `ctx` (const RequestContext&) and, by kind, `request`, `reader`, `writer`,
// `done`; what it returns is said at the Dispatcher method of the same name. An override of a
// method that the contract does not have does not compile.
#ifndef KEFU_COMMON_RPC_SERVICE_METHODS_H_
#define KEFU_COMMON_RPC_SERVICE_METHODS_H_

#include "common/rpc/dispatcher.h"

namespace kefu::rpc {

// Base of a service implementation. Grpc: the generated outer class, e.g. v1::WarehouseService.
template <class Grpc>
class Service : public Grpc::CallbackService {
 public:
  static constexpr const char* full_name() { return Grpc::service_full_name(); }

 protected:
  explicit Service(Dispatcher& dispatcher) : dispatcher_(dispatcher) {}
  Dispatcher& dispatcher_;
};

}  // namespace kefu::rpc

#define KEFU_METHOD_INFO_(Name) \
  ::kefu::rpc::Method method_##Name##_{dispatcher_, full_name(), #Name};

// A call that may block: runs on the worker pool.
#define KEFU_UNARY(Name, Request, Response, ...)                                         \
  KEFU_METHOD_INFO_(Name)                                                                \
  ::grpc::ServerUnaryReactor* Name(::grpc::CallbackServerContext* kefu_context,          \
                                   const Request* kefu_request, Response* kefu_response) \
      override {                                                                         \
    return dispatcher_.Unary(                                                            \
        method_##Name##_, kefu_context, kefu_request, kefu_response,                     \
        [this]([[maybe_unused]] const ::kefu::RequestContext& ctx,                       \
               [[maybe_unused]] const Request& request) -> ::absl::StatusOr<Response> {  \
          return __VA_ARGS__;                                                            \
        });                                                                              \
  }

// A call that needs no database and takes microseconds: runs on gRPC's thread.
#define KEFU_UNARY_INLINE(Name, Request, Response, ...)                                  \
  KEFU_METHOD_INFO_(Name)                                                                \
  ::grpc::ServerUnaryReactor* Name(::grpc::CallbackServerContext* kefu_context,          \
                                   const Request* kefu_request, Response* kefu_response) \
      override {                                                                         \
    return dispatcher_.Unary(                                                            \
        method_##Name##_, kefu_context, kefu_request, kefu_response,                     \
        [this]([[maybe_unused]] const ::kefu::RequestContext& ctx,                       \
               [[maybe_unused]] const Request& request) -> ::absl::StatusOr<Response> {  \
          return __VA_ARGS__;                                                            \
        },                                                                               \
        ::kefu::rpc::Mode::kInline);                                                     \
  }

// InlineExpr gives std::optional<absl::StatusOr<Response>>; when it gives nothing, the last
// expression runs on the worker pool.
#define KEFU_UNARY_INLINE_FIRST(Name, Request, Response, InlineExpr, ...)                \
  KEFU_METHOD_INFO_(Name)                                                                \
  ::grpc::ServerUnaryReactor* Name(::grpc::CallbackServerContext* kefu_context,          \
                                   const Request* kefu_request, Response* kefu_response) \
      override {                                                                         \
    return dispatcher_.UnaryInlineFirst(                                                 \
        method_##Name##_, kefu_context, kefu_request, kefu_response,                     \
        [this]([[maybe_unused]] const ::kefu::RequestContext& ctx,                       \
               [[maybe_unused]] const Request& request)                                  \
            -> ::std::optional<::absl::StatusOr<Response>> { return InlineExpr; },       \
        [this]([[maybe_unused]] const ::kefu::RequestContext& ctx,                       \
               [[maybe_unused]] const Request& request) -> ::absl::StatusOr<Response> {  \
          return __VA_ARGS__;                                                            \
        });                                                                              \
  }

// The expression hands `done` (rpc::Completion<Response>, to be moved) to whoever answers later.
#define KEFU_UNARY_ASYNC(Name, Request, Response, ...)                                   \
  KEFU_METHOD_INFO_(Name)                                                                \
  ::grpc::ServerUnaryReactor* Name(::grpc::CallbackServerContext* kefu_context,          \
                                   const Request* kefu_request, Response* kefu_response) \
      override {                                                                         \
    return dispatcher_.UnaryAsync(                                                       \
        method_##Name##_, kefu_context, kefu_request, kefu_response,                     \
        [this]([[maybe_unused]] const ::kefu::RequestContext& ctx,                       \
               [[maybe_unused]] const Request& request,                                  \
               ::kefu::rpc::Completion<Response> done) -> void { __VA_ARGS__; });        \
  }

#define KEFU_CLIENT_STREAM(Name, Request, Response, ...)                                   \
  KEFU_METHOD_INFO_(Name)                                                                  \
  ::grpc::ServerReadReactor<Request>* Name(::grpc::CallbackServerContext* kefu_context,    \
                                           Response* kefu_response) override {             \
    return dispatcher_.ClientStream<Request>(                                              \
        method_##Name##_, kefu_context, kefu_response,                                     \
        [this]([[maybe_unused]] const ::kefu::RequestContext& ctx,                         \
               ::kefu::rpc::StreamReader<Request>& reader) -> ::absl::StatusOr<Response> { \
          return __VA_ARGS__;                                                              \
        });                                                                                \
  }

#define KEFU_SERVER_STREAM_(Name, Request, Response, endless, ...)                        \
  KEFU_METHOD_INFO_(Name)                                                                 \
  ::grpc::ServerWriteReactor<Response>* Name(::grpc::CallbackServerContext* kefu_context, \
                                             const Request* kefu_request) override {      \
    return dispatcher_.ServerStream<Request, Response>(                                   \
        method_##Name##_, kefu_context, kefu_request,                                     \
        [this]([[maybe_unused]] const ::kefu::RequestContext& ctx,                        \
               [[maybe_unused]] const Request& request,                                   \
               ::kefu::rpc::StreamWriter<Response>& writer) -> ::absl::Status {           \
          return __VA_ARGS__;                                                             \
        },                                                                                \
        endless);                                                                         \
  }

// A stream that ends by itself, such as an export: a drain waits for it.
#define KEFU_SERVER_STREAM(Name, Request, Response, ...) \
  KEFU_SERVER_STREAM_(Name, Request, Response, false, __VA_ARGS__)

// A stream that never ends by itself, such as a feed: a drain ends it.
#define KEFU_WATCH(Name, Request, Response, ...) \
  KEFU_SERVER_STREAM_(Name, Request, Response, true, __VA_ARGS__)

#define KEFU_BIDI_STREAM(Name, Request, Response, ...)                                            \
  KEFU_METHOD_INFO_(Name)                                                                         \
  ::grpc::ServerBidiReactor<Request, Response>* Name(::grpc::CallbackServerContext* kefu_context) \
      override {                                                                                  \
    return dispatcher_.BidiStream<Request, Response>(                                             \
        method_##Name##_, kefu_context,                                                           \
        [this]([[maybe_unused]] const ::kefu::RequestContext& ctx,                                \
               ::kefu::rpc::StreamReader<Request>& reader,                                        \
               ::kefu::rpc::StreamWriter<Response>& writer) -> ::absl::Status {                   \
          return __VA_ARGS__;                                                                     \
        });                                                                                       \
  }

#endif  // KEFU_COMMON_RPC_SERVICE_METHODS_H_
