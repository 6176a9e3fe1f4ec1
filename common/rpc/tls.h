// TLS and mutual TLS from files. A changed certificate is picked up without a restart.
#ifndef KEFU_COMMON_RPC_TLS_H_
#define KEFU_COMMON_RPC_TLS_H_

#include <memory>
#include <string>
#include <string_view>

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include "absl/status/statusor.h"

namespace kefu::rpc {

// PEM files. Server: certificate and key make TLS, with ca also a client certificate signed by it
// is required (mutual TLS). Client: ca verifies the server; certificate and key are its own.
struct TlsFiles {
  std::string certificate = {};  // chain, leaf first
  std::string key = {};
  std::string ca = {};

  bool empty() const { return certificate.empty() && key.empty() && ca.empty(); }
};

// FAILED_PRECONDITION / TLS_FILES when a file is missing, unreadable or no PEM, or the key is not
// the certificate's. No files: insecure credentials.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(const TlsFiles& files);
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentials(const TlsFiles& files);

// True for addresses that only this machine reaches: 127.0.0.0/8, ::1, localhost, unix sockets.
bool IsLoopback(std::string_view address);

}  // namespace kefu::rpc

#endif  // KEFU_COMMON_RPC_TLS_H_
