#include "common/status/error.h"

#include <algorithm>
#include <cassert>

#include "absl/strings/cord.h"
#include "fmt/format.h"

namespace kefu {
namespace {

// A payload key without kDetailPrefix: ToProto leaves it out.
constexpr char kCauseKey[] = "kefu.internal/cause";
// Code names a client may see; anything else in a proto becomes UNKNOWN.
constexpr int kLastCanonicalCode = static_cast<int>(absl::StatusCode::kUnauthenticated);

std::string PayloadKey(std::string_view full_name) {
  return fmt::format("{}{}", kDetailPrefix, full_name);
}

// Debian's Abseil has a string_view of its own.
absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

absl::Status WithRetry(absl::Status status, absl::Duration retry_after) {
  const absl::Duration wait = std::max(absl::ZeroDuration(), retry_after);
  google::rpc::RetryInfo retry;
  absl::Duration rest;
  retry.mutable_retry_delay()->set_seconds(absl::IDivDuration(wait, absl::Seconds(1), &rest));
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  return AddDetail(std::move(status), retry);
}

absl::Status WithResource(absl::Status status, std::string_view type, std::string_view name) {
  google::rpc::ResourceInfo resource;
  resource.set_resource_type(std::string(type));
  resource.set_resource_name(std::string(name));
  return AddDetail(std::move(status), resource);
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string message,
                       std::map<std::string, std::string> metadata) {
  assert(code != absl::StatusCode::kOk);
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(std::string(kErrorDomain));
  for (auto& [key, value] : metadata) (*info.mutable_metadata())[key] = std::move(value);
  return AddDetail(absl::Status(code, message), info);
}

std::string ReasonOf(const absl::Status& status) {
  const auto info = GetDetail<google::rpc::ErrorInfo>(status);
  return info ? info->reason() : "";
}

std::string MetadataOf(const absl::Status& status, std::string_view key) {
  const auto info = GetDetail<google::rpc::ErrorInfo>(status);
  if (!info) return "";
  const auto found = info->metadata().find(std::string(key));
  return found == info->metadata().end() ? "" : found->second;
}

absl::Status AddDetail(absl::Status status, const google::protobuf::Message& detail) {
  status.SetPayload(Absl(PayloadKey(detail.GetDescriptor()->full_name())),
                    absl::Cord(detail.SerializeAsString()));
  return status;
}

namespace status_internal {

std::optional<std::string> RawDetail(const absl::Status& status, std::string_view full_name) {
  const auto payload = status.GetPayload(Absl(PayloadKey(full_name)));
  if (!payload) return std::nullopt;
  return std::string(*payload);
}

}  // namespace status_internal

absl::Status NotFound(std::string_view resource_type, std::string_view name) {
  return WithResource(MakeError(absl::StatusCode::kNotFound, "NOT_FOUND",
                                fmt::format("{} \"{}\" does not exist", resource_type, name)),
                      resource_type, name);
}

absl::Status AlreadyExists(std::string_view resource_type, std::string_view name) {
  return WithResource(MakeError(absl::StatusCode::kAlreadyExists, "ALREADY_EXISTS",
                                fmt::format("{} \"{}\" exists already", resource_type, name)),
                      resource_type, name);
}

absl::Status FailedPrecondition(std::string_view reason, std::string_view subject,
                                std::string_view description,
                                std::map<std::string, std::string> metadata) {
  google::rpc::PreconditionFailure failure;
  auto& violation = *failure.add_violations();
  violation.set_type(std::string(reason));
  violation.set_subject(std::string(subject));
  violation.set_description(std::string(description));
  return AddDetail(MakeError(absl::StatusCode::kFailedPrecondition, reason,
                             fmt::format("{}: {}", subject, description), std::move(metadata)),
                   failure);
}

absl::Status InvalidArgument(std::string_view reason, std::string_view field,
                             std::string_view description) {
  google::rpc::BadRequest bad;
  auto& violation = *bad.add_field_violations();
  violation.set_field(std::string(field));
  violation.set_description(std::string(description));
  // What is about a body as a whole has no field.
  return AddDetail(MakeError(absl::StatusCode::kInvalidArgument, reason,
                             field.empty() ? std::string(description)
                                           : fmt::format("{}: {}", field, description)),
                   bad);
}

absl::Status PermissionDenied(std::string_view reason, std::string message) {
  return MakeError(absl::StatusCode::kPermissionDenied, reason, std::move(message));
}

absl::Status Unauthenticated(std::string_view reason, std::string message) {
  return MakeError(absl::StatusCode::kUnauthenticated, reason, std::move(message));
}

absl::Status Unavailable(std::string_view reason, std::string message, absl::Duration retry_after) {
  return WithRetry(MakeError(absl::StatusCode::kUnavailable, reason, std::move(message)),
                   retry_after);
}

absl::Status ResourceExhausted(std::string_view reason, std::string message,
                               absl::Duration retry_after) {
  return WithRetry(MakeError(absl::StatusCode::kResourceExhausted, reason, std::move(message)),
                   retry_after);
}

absl::Status Aborted(std::string_view reason, std::string message) {
  return MakeError(absl::StatusCode::kAborted, reason, std::move(message));
}

absl::Status DeadlineExceeded(std::string message) {
  return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED", std::move(message));
}

absl::Status Cancelled(std::string message) {
  return MakeError(absl::StatusCode::kCancelled, "CANCELLED", std::move(message));
}

absl::Status Internal(std::string_view cause) {
  return WithCause(MakeError(absl::StatusCode::kInternal, "INTERNAL",
                             "internal error; the server's log has the cause"),
                   cause);
}

absl::Status WithCause(absl::Status status, std::string_view cause) {
  status.SetPayload(kCauseKey, absl::Cord(Absl(cause)));
  return status;
}

std::string CauseOf(const absl::Status& status) {
  const auto cause = status.GetPayload(kCauseKey);
  return cause ? std::string(*cause) : "";
}

google::rpc::Status ToProto(const absl::Status& status) {
  google::rpc::Status proto;
  proto.set_code(static_cast<int>(status.code()));
  proto.set_message(std::string(status.message()));
  std::map<std::string, std::string> details;
  status.ForEachPayload([&](absl::string_view key, const absl::Cord& value) {
    const std::string_view name(key.data(), key.size());
    if (name.starts_with(kDetailPrefix)) details.emplace(name, std::string(value));
  });
  const auto add = [&](const std::string& key, const std::string& value) {
    auto& any = *proto.add_details();
    any.set_type_url(key);
    any.set_value(value);
  };
  const std::string info_key = PayloadKey(google::rpc::ErrorInfo::descriptor()->full_name());
  if (const auto info = details.extract(info_key); !info.empty()) add(info_key, info.mapped());
  for (const auto& [key, value] : details) add(key, value);
  return proto;
}

absl::Status FromProto(const google::rpc::Status& proto) {
  if (proto.code() == 0) return absl::OkStatus();
  const bool canonical = proto.code() > 0 && proto.code() <= kLastCanonicalCode;
  absl::Status status(
      canonical ? static_cast<absl::StatusCode>(proto.code()) : absl::StatusCode::kUnknown,
      proto.message());
  for (const auto& any : proto.details()) {
    // Others may spell the authority differently; the message name after the last '/' decides.
    const std::string_view url = any.type_url();
    const std::string_view name = url.substr(url.rfind('/') + 1);
    status.SetPayload(Absl(PayloadKey(name)), absl::Cord(any.value()));
  }
  return status;
}

void FieldViolations::Add(std::string_view field, std::string_view description) {
  violations_.emplace_back(field, description);
}

bool FieldViolations::Check(bool condition, std::string_view field, std::string_view description) {
  if (!condition) Add(field, description);
  return condition;
}

void FieldViolations::Merge(std::string_view prefix, const FieldViolations& nested) {
  for (const auto& [field, description] : nested.violations_) {
    violations_.emplace_back(
        field.empty() ? std::string(prefix) : fmt::format("{}.{}", prefix, field), description);
  }
}

absl::Status FieldViolations::ToStatus() const {
  if (violations_.empty()) return absl::OkStatus();
  google::rpc::BadRequest bad;
  std::string message;
  for (const auto& [field, description] : violations_) {
    auto& violation = *bad.add_field_violations();
    violation.set_field(field);
    violation.set_description(description);
    message += fmt::format("{}{}: {}", message.empty() ? "" : "; ", field, description);
  }
  return AddDetail(
      MakeError(absl::StatusCode::kInvalidArgument, "INVALID_FIELDS", std::move(message)), bad);
}

}  // namespace kefu
