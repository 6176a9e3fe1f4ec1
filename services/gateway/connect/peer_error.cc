#include "services/gateway/connect/peer_error.h"

#include <fmt/format.h>

#include "common/rpc/grpc_status.h"
#include "common/status/error.h"

namespace kefu::gateway::connect {
namespace {

constexpr absl::Duration kRetryAfter = absl::Seconds(1);  // a restart takes about that long

absl::Status InOurWords(absl::StatusCode code, std::string_view peer, std::string_view text) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
      return Unavailable("PEER_UNAVAILABLE", fmt::format("{} cannot be reached", peer),
                         kRetryAfter);
    case absl::StatusCode::kDeadlineExceeded:
      return DeadlineExceeded(fmt::format("{} did not answer in time", peer));
    case absl::StatusCode::kCancelled:
      return Cancelled("the call was given up");
    case absl::StatusCode::kResourceExhausted:
      return MakeError(absl::StatusCode::kResourceExhausted, "MESSAGE_TOO_LARGE",
                       fmt::format("a message from or to {} is too large", peer));
    case absl::StatusCode::kUnimplemented:
      return MakeError(absl::StatusCode::kUnimplemented, "PEER_OUTDATED",
                       fmt::format("{} does not have this method: it is of another version", peer));
    default:
      return Internal(text);
  }
}

}  // namespace

absl::Status FromPeer(const grpc::Status& status, std::string_view peer) {
  const absl::Status full = rpc::FromGrpc(status);
  if (full.ok() || !ReasonOf(full).empty()) return full;
  const std::string_view text(full.message().data(), full.message().size());
  return WithCause(InOurWords(full.code(), peer, text), text);
}

}  // namespace kefu::gateway::connect
