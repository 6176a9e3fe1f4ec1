// One write RPC as one transaction: claim the request id or replay its answer, run the body, store
// the answer, record who did it. Lives here and not in common/db because the record goes through
// the outbox.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/context/request_context.h"
#include "common/db/database.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace kefu::events {

// What RunWrite did, for callers that want to tell.
struct WriteInfo {
  bool replayed =
      false;  // the answer is the stored one of an earlier call; the body's effects were made then
};

// SHA-256 (32 raw bytes) of the deterministic serialization: what a request id is bound to.
std::string BodyHash(const google::protobuf::Message& request);

// The untyped core of RunWrite. `body` writes the serialized response to its second argument; it
// may run several times (deadlocks are retried) and must touch nothing outside the database.
absl::StatusOr<std::string> RunWriteBytes(
    db::Database& database, const RequestContext& context, std::string_view request_id,
    const google::protobuf::Message& request,
    const std::function<absl::Status(db::Transaction&, std::string*)>& body, WriteInfo* info);

// Runs `body` (db::Transaction&) -> absl::StatusOr<Response> in one transaction with the claim of
// request.request_id(), the stored answer and one WriteRecorded row in the outbox. Thread-safe.
// Idempotent for a given request id: a repeated call changes nothing and gives the stored response,
// once it outlives a crash; a twin that runs at the same time waits. A failed body leaves no claim:
// the id may be used again. An empty request id claims nothing but is still recorded. Returns:
// INVALID_ARGUMENT / INVALID_FIELDS (request_id longer than 64 or not printable ASCII),
// INVALID_ARGUMENT / REQUEST_ID_REUSED (same id, other method or body; with a field violation),
// UNAVAILABLE / COMMIT_OUTCOME_UNKNOWN (call again with the same request_id: the stored row
// decides), the body's and the database's own errors. The claim is scoped to the principal's
// organization.
template <class Response, class Request, class F>
absl::StatusOr<Response> RunWrite(db::Database& database, const RequestContext& context,
                                  const Request& request, F body, WriteInfo* info = nullptr) {
  ASSIGN_OR_RETURN(const std::string bytes,
                   RunWriteBytes(
                       database, context, request.request_id(), request,
                       [&body](db::Transaction& transaction, std::string* out) -> absl::Status {
                         absl::StatusOr<Response> response = body(transaction);
                         RETURN_IF_ERROR(response.status());
                         response->SerializeToString(out);
                         return absl::OkStatus();
                       },
                       info));
  Response response;
  if (!response.ParseFromString(bytes)) return Internal("stored response does not parse");
  return response;
}

// --- For services that fold several commands into one transaction ---

// Names one write by its request id.
struct WriteKey {
  std::string org_id;
  std::string request_id;   // not empty
  std::string method;       // full method name
  std::string body_sha256;  // 32 raw bytes, from BodyHash
};

// One finished write with its serialized answer.
struct StoredWrite {
  WriteKey key;
  std::string response;
};

// What is known of one key: nothing (both empty), the stored answer, or that the id was used for
// something else.
struct FoundWrite {
  std::optional<std::string> response;
  absl::Status reused;  // REQUEST_ID_REUSED, else OK
};

// Looks up many ids, 64 by a statement, in the order of `keys`. To be given after MarkDurable only.
absl::StatusOr<std::vector<FoundWrite>> FindWrites(db::Transaction& transaction,
                                                   std::span<const WriteKey> keys);

// Stores the answers of many writes at the end of their common transaction. Keys must differ from
// each other. A key that a twin has committed meanwhile fails with ALREADY_EXISTS / DUPLICATE_KEY:
// roll back and run the commands one by one.
absl::Status StoreWrites(db::Transaction& transaction, std::span<const StoredWrite> writes,
                         absl::Time now);

// INVALID_ARGUMENT / INVALID_FIELDS unless empty or ≤ 64 printable ASCII characters.
absl::Status CheckRequestId(std::string_view request_id);

// Housekeeping: deletes up to `limit` stored answers made before `before` and returns how many.
// Answers are promised for kRequestLogKeep, so a `before` later than now - kRequestLogKeep is
// refused with INVALID_ARGUMENT / KEEP_TOO_SHORT.
inline constexpr absl::Duration kRequestLogKeep = absl::Hours(72);
absl::StatusOr<int64_t> DeleteOldRequests(db::Database& database, absl::Time now, absl::Time before,
                                          int limit);

}  // namespace kefu::events
