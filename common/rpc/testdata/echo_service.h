// The tests' service: every method runs what the test puts in.
#ifndef KEFU_COMMON_RPC_TESTDATA_ECHO_SERVICE_H_
#define KEFU_COMMON_RPC_TESTDATA_ECHO_SERVICE_H_

#include <functional>
#include <optional>

#include "common/rpc/service_methods.h"
#include "common/testing/service_fixture.h"
#include "rpc_test.grpc.pb.h"

namespace kefu::rpctest {

// ThreadSanitizer makes a call a hundred times slower; stress tests do less then.
#ifdef KEFU_THREAD_SANITIZER
inline constexpr bool kSlowBuild = true;
#else
inline constexpr bool kSlowBuild = false;
#endif

using v1::EchoRequest;
using v1::EchoResponse;
using Stub = v1::EchoService::Stub;
using Result = absl::StatusOr<EchoResponse>;

inline Result EchoBack(const RequestContext&, const EchoRequest& request) {
  EchoResponse response;
  response.set_text(request.text());
  return response;
}

class EchoServiceImpl final : public rpc::Service<v1::EchoService> {
 public:
  explicit EchoServiceImpl(rpc::Dispatcher& dispatcher) : Service(dispatcher) {}

  std::function<Result(const RequestContext&, const EchoRequest&)> echo = EchoBack;
  std::function<std::optional<Result>(const RequestContext&, const EchoRequest&)> cached;
  std::function<void(rpc::Completion<EchoResponse>)> async;
  std::function<Result(const RequestContext&, rpc::StreamReader<EchoRequest>&)> collect;
  std::function<absl::Status(const RequestContext&, const EchoRequest&,
                             rpc::StreamWriter<EchoResponse>&)>
      stream;
  std::function<absl::Status(const RequestContext&, rpc::StreamReader<EchoRequest>&,
                             rpc::StreamWriter<EchoResponse>&)>
      chat;

  KEFU_UNARY(Echo, EchoRequest, EchoResponse, echo(ctx, request))
  KEFU_UNARY_INLINE(EchoInline, EchoRequest, EchoResponse, EchoBack(ctx, request))
  KEFU_UNARY_INLINE_FIRST(EchoInlineFirst, EchoRequest, EchoResponse, cached(ctx, request),
                          echo(ctx, request))
  KEFU_UNARY_ASYNC(EchoAsync, EchoRequest, EchoResponse, async(std::move(done)))
  KEFU_UNARY(Forbidden, EchoRequest, EchoResponse, EchoBack(ctx, request))
  KEFU_CLIENT_STREAM(Collect, EchoRequest, EchoResponse, collect(ctx, reader))
  KEFU_SERVER_STREAM(Count, EchoRequest, EchoResponse, stream(ctx, request, writer))
  KEFU_WATCH(Watch, EchoRequest, EchoResponse, stream(ctx, request, writer))
  KEFU_BIDI_STREAM(Chat, EchoRequest, EchoResponse, chat(ctx, reader, writer))
};

// Every method asks for one permission, but for one that no table row names.
inline testing::ServiceHostOptions HostOptions() {
  testing::ServiceHostOptions options;
  options.dispatcher.permission_of =
      [](std::string_view method) -> std::optional<auth::Permission> {
    if (method == "/kefu.rpctest.v1.EchoService/Forbidden") return std::nullopt;
    return auth::Permission::kWriteOrg;
  };
  return options;
}

// A server with the service, and a caller who may use it. Members are destroyed in reverse: Stop()
// first, so that no handler touches what the test owns.
struct EchoHost {
  explicit EchoHost(testing::ServiceHostOptions options = HostOptions())
      : host(std::move(options)), service(host.dispatcher()) {}
  ~EchoHost() { host.Stop(); }

  void Start() {
    host.Start({&service});
    stub = v1::EchoService::NewStub(host.channel());
  }
  rpc::CallOptions Owner() const { return host.As("org1", {auth::Role::kOwner}); }

  testing::ServiceHost host;
  EchoServiceImpl service;
  std::unique_ptr<Stub> stub;
};

inline EchoRequest Request(std::string text = "hello") {
  EchoRequest request;
  request.set_text(std::move(text));
  return request;
}

}  // namespace kefu::rpctest

#endif  // KEFU_COMMON_RPC_TESTDATA_ECHO_SERVICE_H_
