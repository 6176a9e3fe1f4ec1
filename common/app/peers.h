// Channels to the other kefu processes, configured alike everywhere: peers.<name> is an address,
// peers.token_file the service's own token, peers.tls_* the files for mutual TLS.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/config/config.h"

namespace kefu::app {

// Declares peers.<name> for each name, and the shared keys. A peer without TLS must be on this
// machine.
void AddPeerKeys(config::Spec& spec, const std::vector<std::string>& names);

// The channel to a peer; null when its address is not set. FAILED_PRECONDITION TLS_FILES.
absl::StatusOr<std::shared_ptr<grpc::Channel>> PeerChannel(const config::Values& values,
                                                           std::string_view name);

// The service's own token, read anew so that a renewed file is picked up; empty when no file is set
// or it cannot be read.
std::string PeerToken(const config::Values& values);

}  // namespace kefu::app
