// Channels and calls from one kefu process to another, and from the clients.
#ifndef KEFU_COMMON_RPC_CLIENT_H_
#define KEFU_COMMON_RPC_CLIENT_H_

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/context/request_context.h"
#include "common/ids/id_generator.h"
#include "common/rpc/grpc_status.h"
#include "common/rpc/tls.h"

namespace kefu::rpc {

struct ClientOptions {
  TlsFiles tls = {};
  // At most 4 attempts on UNAVAILABLE, jittered 0.1 s to 2 s, inside the deadline. A write must
  // carry a request_id then (EnsureRequestId): the server's replay makes the repetition harmless.
  bool retries = true;
  int max_receive_bytes = 16 << 20;
  int max_send_bytes = 4 << 20;
  absl::Duration keepalive_time = absl::Seconds(60);
  absl::Duration keepalive_timeout = absl::Seconds(20);
  // Connections to the same target are shared inside a process unless this differs.
  int connection_group = 0;
};

// A channel that spreads calls over all addresses behind a DNS name (round_robin) and connects when
// first used; thread-safe, to be kept for the life of the process. target: "host:port",
// "dns:///name:port". Without TLS files the channel is plain text.
absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const std::string& target,
                                                           const ClientOptions& options = {});

// What goes along with a call.
struct CallOptions {
  absl::Time deadline = absl::InfinitePast();  // InfinitePast: now + timeout
  absl::Duration timeout = absl::Seconds(30);  // InfiniteDuration: none
  std::string token = {};        // bearer token; sent as metadata, with or without TLS
  std::string traceparent = {};  // empty: a new trace
  std::string language = {};     // accept-language
  bool wait_for_ready = false;   // wait for a connection instead of failing at once

  // For a call on behalf of a caller: the rest of its time, its token, trace and language.
  static CallOptions On(const RequestContext& context);
};

// Sets deadline and metadata on a fresh context; for streams and asynchronous calls.
void Prepare(const CallOptions& options, grpc::ClientContext& context);

// Sets an empty string field `request_id` of a request to a new id. False when the request has no
// such field. Idempotent.
bool EnsureRequestId(google::protobuf::Message& request, IdGenerator& ids);

// The outcome of a call that its caller never cancels. A bare CANCELLED then comes from a server
// that shut down at the instant the call arrived (gRPC resets such calls): it is told as
// UNAVAILABLE / CONNECTION_CLOSED, which may be tried again. Everything else as FromGrpc.
absl::Status OutcomeOf(const grpc::Status& status);

// One unary call: Call(*stub, &Warehouse::Stub::Reserve, request, options). Errors come with all
// details (OutcomeOf).
template <class Stub, class Request, class Response>
absl::StatusOr<Response> Call(
    Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
    const std::type_identity_t<Request>& request, const CallOptions& options) {
  grpc::ClientContext context;
  Prepare(options, context);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return OutcomeOf(status);
  return response;
}

}  // namespace kefu::rpc

#endif  // KEFU_COMMON_RPC_CLIENT_H_
