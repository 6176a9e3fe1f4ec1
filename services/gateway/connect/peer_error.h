// Errors of other processes as a client of the gateway may see them.
#pragma once

#include <grpcpp/support/status.h>

#include <string_view>

#include "absl/status/status.h"

namespace kefu::gateway::connect {

// What a peer answered. Errors that kefu made, those with a reason, pass unchanged. Errors of the
// transport get a reason and lose their text, which tells addresses: UNAVAILABLE /
// PEER_UNAVAILABLE with RetryInfo, DEADLINE_EXCEEDED, CANCELLED, RESOURCE_EXHAUSTED /
// MESSAGE_TOO_LARGE, UNIMPLEMENTED / PEER_OUTDATED, else INTERNAL; the text is kept as the cause
// for the log. Pure.
absl::Status FromPeer(const grpc::Status& status, std::string_view peer);

}  // namespace kefu::gateway::connect
