// The one place where errors are made. An error of this project is an absl::Status with
//   - a canonical code,
//   - English text for a developer,
//   - a google.rpc.ErrorInfo {reason, domain "kefu", metadata}: clients branch on the reason only,
//   - further typed details by kind (BadRequest, ResourceInfo, PreconditionFailure, RetryInfo).
// Details are payloads keyed "type.googleapis.com/<full message name>", so that common/rpc carries
// them over gRPC without loss. All functions are pure and thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace kefu {

// ErrorInfo.domain of every error made here.
inline constexpr std::string_view kErrorDomain = "kefu";
// Prefix of payload keys that travel to clients; payloads under any other key stay in the process.
inline constexpr std::string_view kDetailPrefix = "type.googleapis.com/";

// The general factory. `code` must not be OK; `reason` is UPPER_SNAKE_CASE, at most 63 characters,
// and is listed in docs/errors.md. `message` must hold no secret and no personal data.
absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string message,
                       std::map<std::string, std::string> metadata = {});

// ErrorInfo.reason, or "" for OK and for statuses that were not made here.
std::string ReasonOf(const absl::Status& status);

// ErrorInfo.metadata[key], or "" when absent.
std::string MetadataOf(const absl::Status& status, std::string_view key);

// Attaches a typed detail; replaces an earlier one of the same type. No effect on OK.
absl::Status AddDetail(absl::Status status, const google::protobuf::Message& detail);

namespace status_internal {
// Serialized detail of the given full message name, if attached.
std::optional<std::string> RawDetail(const absl::Status& status, std::string_view full_name);
}  // namespace status_internal

// The detail of type T, or nullopt when it is absent or does not parse.
template <class T>
std::optional<T> GetDetail(const absl::Status& status) {
  const auto raw = status_internal::RawDetail(status, T::descriptor()->full_name());
  T detail;
  if (!raw || !detail.ParseFromString(*raw)) return std::nullopt;
  return detail;
}

// NOT_FOUND, reason NOT_FOUND, with ResourceInfo. Also the answer for another tenant's resource.
// `resource_type` is the message's full name or a short noun: "agent".
absl::Status NotFound(std::string_view resource_type, std::string_view name);

// ALREADY_EXISTS, reason ALREADY_EXISTS, with ResourceInfo.
absl::Status AlreadyExists(std::string_view resource_type, std::string_view name);

// FAILED_PRECONDITION with one PreconditionFailure violation {type = reason, subject, description}.
absl::Status FailedPrecondition(std::string_view reason, std::string_view subject,
                                std::string_view description,
                                std::map<std::string, std::string> metadata = {});

// INVALID_ARGUMENT with one BadRequest violation, for a malformed value that has a reason of its
// own (BAD_PAGE_TOKEN). Plain field checks use FieldViolations.
absl::Status InvalidArgument(std::string_view reason, std::string_view field,
                             std::string_view description);

absl::Status PermissionDenied(std::string_view reason, std::string message);
absl::Status Unauthenticated(std::string_view reason, std::string message);

// UNAVAILABLE / RESOURCE_EXHAUSTED with RetryInfo; `retry_after` below zero is taken as zero.
absl::Status Unavailable(std::string_view reason, std::string message, absl::Duration retry_after);
absl::Status ResourceExhausted(std::string_view reason, std::string message,
                               absl::Duration retry_after);

// ABORTED: the caller may start the whole read-decide-write again (etag mismatch, deadlock).
absl::Status Aborted(std::string_view reason, std::string message);

absl::Status DeadlineExceeded(std::string message);  // reason DEADLINE_EXCEEDED
absl::Status Cancelled(std::string message);         // reason CANCELLED

// INTERNAL, reason INTERNAL, with a generic text. `cause` is kept in the process for the log
// (CauseOf) and never reaches a client.
absl::Status Internal(std::string_view cause);

// Attaches a cause for the log to any error: what the client must not see. No effect on OK.
absl::Status WithCause(absl::Status status, std::string_view cause);

// The cause kept for the log, or "".
std::string CauseOf(const absl::Status& status);

// google.rpc.Status and back, without loss of code, message and details (ErrorInfo comes first,
// the others by type name). The cause is left out. A proto with code 0 is OK; a code outside the
// canonical range becomes UNKNOWN.
google::rpc::Status ToProto(const absl::Status& status);
absl::Status FromProto(const google::rpc::Status& proto);

// Collects what is wrong with a request, so that one answer names all of it. Not thread-safe.
//   FieldViolations violations;
//   if (request.name().empty()) violations.Add("name", "must not be empty");
//   RETURN_IF_ERROR(violations.ToStatus());
class FieldViolations {
 public:
  // `field` is a path such as "lines[2].quantity"; `description` says what is expected.
  void Add(std::string_view field, std::string_view description);
  // Adds unless `condition` holds; returns `condition`.
  bool Check(bool condition, std::string_view field, std::string_view description);
  // Takes the violations of a nested message, each path prefixed: "lines[2]" + ".quantity".
  void Merge(std::string_view prefix, const FieldViolations& nested);

  bool empty() const { return violations_.empty(); }
  size_t size() const { return violations_.size(); }

  // OK when empty; otherwise INVALID_ARGUMENT, reason INVALID_FIELDS, with a BadRequest that lists
  // all in the order added.
  absl::Status ToStatus() const;

 private:
  std::vector<std::pair<std::string, std::string>> violations_;
};

}  // namespace kefu
