// absl::Status <-> grpc::Status without losing details. Pure and thread-safe.
#ifndef KEFU_COMMON_RPC_GRPC_STATUS_H_
#define KEFU_COMMON_RPC_GRPC_STATUS_H_

#include <cstddef>

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace kefu::rpc {

// What a status may take of the 8 KiB that gRPC allows for all trailers of a call by default; the
// rest is left to other trailers.
inline constexpr size_t kMaxStatusBytes = 7 * 1024;

// Code, message and every payload (as google.rpc.Status in the status details). ErrorInfo comes
// first, the others by type URL, so equal statuses give equal bytes.
// A status that would exceed kMaxStatusBytes is cut, in this order and no further than needed: the
// message to 512 bytes, field violations from the end of BadRequest, whole details (largest first),
// the message to 64 bytes, ErrorInfo's metadata. The reason always stays; ErrorInfo's metadata then
// carries details_truncated = "true".
grpc::Status ToGrpc(const absl::Status& status);

// The inverse. Details of unknown types are kept as bytes; several details of one type are kept
// under
// "<type url>#2", "#3" …; details that are no google.rpc.Status are kept raw and sent on raw.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace kefu::rpc

#endif  // KEFU_COMMON_RPC_GRPC_STATUS_H_
