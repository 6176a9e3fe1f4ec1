#include "common/rpc/client.h"

#include <chrono>

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include "common/rpc/trace_context.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::rpc {
namespace {

// gRFC A6. The token bucket stops retries when most calls fail, so that a weak server is not
// drowned.
constexpr char kServiceConfig[] = R"({
  "loadBalancingConfig": [{"round_robin": {}}],
  "retryThrottling": {"maxTokens": 100, "tokenRatio": 0.5},
  "methodConfig": [{
    "name": [{}],
    "retryPolicy": {
      "maxAttempts": 4,
      "initialBackoff": "0.1s",
      "maxBackoff": "2s",
      "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }]
})";

constexpr char kServiceConfigWithoutRetries[] = R"({"loadBalancingConfig": [{"round_robin": {}}]})";

int Millis(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const std::string& target,
                                                           const ClientOptions& options) {
  ASSIGN_OR_RETURN(const auto credentials, ChannelCredentials(options.tls));
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(options.retries ? kServiceConfig : kServiceConfigWithoutRetries);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, options.retries ? 1 : 0);
  // Ours is the only service config; a TXT record of the name server is not asked for.
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetMaxReceiveMessageSize(options.max_receive_bytes);
  arguments.SetMaxSendMessageSize(options.max_send_bytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(options.keepalive_time));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Millis(options.keepalive_timeout));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);  // a restarted server is found soon
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  if (options.connection_group != 0) {
    arguments.SetInt("kefu.connection_group", options.connection_group);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  }
  return grpc::CreateCustomChannel(target, credentials, arguments);
}

CallOptions CallOptions::On(const RequestContext& context) {
  return {.deadline = context.deadline,
          .token = std::string(context.bearer_token),
          .traceparent = FormatTraceparent(context.trace_id, context.span_id),
          .language = context.language};
}

void Prepare(const CallOptions& options, grpc::ClientContext& context) {
  const absl::Time deadline =
      options.deadline == absl::InfinitePast() ? absl::Now() + options.timeout : options.deadline;
  if (deadline != absl::InfiniteFuture()) context.set_deadline(absl::ToChronoTime(deadline));
  if (!options.token.empty()) context.AddMetadata("authorization", "Bearer " + options.token);
  if (options.traceparent.empty()) {
    const TraceIds ids = StartSpan({});
    context.AddMetadata("traceparent", FormatTraceparent(ids.trace_id, ids.span_id));
  } else {
    context.AddMetadata("traceparent", options.traceparent);
  }
  if (!options.language.empty()) context.AddMetadata("accept-language", options.language);
  context.set_wait_for_ready(options.wait_for_ready);
}

absl::Status OutcomeOf(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::CANCELLED && status.error_details().empty()) {
    return Unavailable("CONNECTION_CLOSED", "the server ended the call without an answer",
                       absl::Milliseconds(100));
  }
  return FromGrpc(status);
}

bool EnsureRequestId(google::protobuf::Message& request, IdGenerator& ids) {
  using google::protobuf::FieldDescriptor;
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr || field->is_repeated() ||
      field->cpp_type() != FieldDescriptor::CPPTYPE_STRING)
    return false;
  const google::protobuf::Reflection& reflection = *request.GetReflection();
  if (reflection.GetString(request, field).empty())
    reflection.SetString(&request, field, ids.Next());
  return true;
}

}  // namespace kefu::rpc
