#include "common/rpc/grpc_status.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "absl/strings/cord.h"
#include "common/status/error.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace kefu::rpc {
namespace {

// Details that are no google.rpc.Status: kept under a key that no type URL has.
constexpr char kRawDetails[] = "kefu/grpc-status-details-bin";

// A message is sent three times over (percent-encoded, and in the details); beyond this much it
// only displaces details, which say the same better. The shorter one is for what is left of the
// rest.
constexpr size_t kLongMessage = 512;
constexpr size_t kShortMessage = 64;

std::string TypeUrl(const google::protobuf::Descriptor* descriptor) {
  return std::string(kDetailPrefix) + std::string(descriptor->full_name());
}

// What the message takes on the wire: gRPC percent-encodes all but printable ASCII.
size_t PercentEncodedSize(std::string_view text) {
  size_t size = 0;
  for (const unsigned char c : text) size += c >= ' ' && c <= '~' && c != '%' ? 1 : 3;
  return size;
}

// The message travels twice, as grpc-message and inside the details, which are base64 at worst.
size_t WireSize(const google::rpc::Status& proto) {
  return PercentEncodedSize(proto.message()) + (proto.ByteSizeLong() + 2) / 3 * 4;
}

bool Fits(const google::rpc::Status& proto) { return WireSize(proto) <= kMaxStatusBytes; }

google::protobuf::Any* FindDetail(google::rpc::Status& proto, const std::string& url) {
  for (auto& any : *proto.mutable_details()) {
    if (any.type_url() == url) return &any;
  }
  return nullptr;
}

void TrimFieldViolations(google::rpc::Status& proto) {
  google::protobuf::Any* any = FindDetail(proto, TypeUrl(google::rpc::BadRequest::descriptor()));
  google::rpc::BadRequest bad_request;
  if (any == nullptr || !bad_request.ParseFromString(any->value())) return;
  while (!Fits(proto) && bad_request.field_violations_size() > 1) {
    const int keep = bad_request.field_violations_size() * 3 / 4;
    bad_request.mutable_field_violations()->DeleteSubrange(
        keep, bad_request.field_violations_size() - keep);
    any->set_value(bad_request.SerializeAsString());
  }
}

void DropLargestDetails(google::rpc::Status& proto, const std::string& keep_url) {
  while (!Fits(proto)) {
    int largest = -1;
    for (int i = 0; i < proto.details_size(); ++i) {
      if (proto.details(i).type_url() == keep_url) continue;
      if (largest < 0 || proto.details(i).value().size() > proto.details(largest).value().size())
        largest = i;
    }
    if (largest < 0) return;
    proto.mutable_details()->DeleteSubrange(largest, 1);
  }
}

// Down to `bytes` at most, at a character's border: broken UTF-8 does not serialize.
void CutMessage(google::rpc::Status& proto, size_t bytes) {
  std::string& message = *proto.mutable_message();
  if (message.size() <= bytes) return;
  while (bytes > 0 && (static_cast<unsigned char>(message[bytes]) & 0xC0) == 0x80) --bytes;
  message.resize(bytes);
}

void Truncate(google::rpc::Status& proto) {
  const std::string info_url = TypeUrl(google::rpc::ErrorInfo::descriptor());
  google::rpc::ErrorInfo info;
  google::protobuf::Any* any = FindDetail(proto, info_url);
  const bool has_info = any != nullptr && info.ParseFromString(any->value());
  if (has_info) {  // said first, so that its bytes are counted
    (*info.mutable_metadata())["details_truncated"] = "true";
    any->set_value(info.SerializeAsString());
  }
  CutMessage(proto, kLongMessage);
  TrimFieldViolations(proto);
  DropLargestDetails(proto, info_url);
  if (!Fits(proto)) CutMessage(proto, kShortMessage);
  if (has_info && !Fits(proto)) {
    info.clear_metadata();
    (*info.mutable_metadata())["details_truncated"] = "true";
    FindDetail(proto, info_url)->set_value(info.SerializeAsString());
  }
}

// "<type url>#2" is the second detail of its type; on the wire both have the plain URL.
void RestoreTypeUrls(google::rpc::Status& proto) {
  for (auto& any : *proto.mutable_details()) {
    const size_t mark = any.type_url().rfind('#');
    if (mark != std::string::npos) any.mutable_type_url()->resize(mark);
  }
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return {};
  google::rpc::Status proto = ToProto(status);
  if (!Fits(proto)) Truncate(proto);
  RestoreTypeUrls(proto);
  std::string details;
  if (const auto raw = status.GetPayload(kRawDetails)) {
    details = std::string(*raw);
  } else if (proto.details_size() > 0) {
    details = proto.SerializeAsString();
  }
  return {static_cast<grpc::StatusCode>(proto.code()), proto.message(), std::move(details)};
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status proto;
  const bool parsed = proto.ParseFromString(status.error_details());
  if (!parsed) proto.Clear();
  proto.set_code(status.error_code());
  proto.set_message(status.error_message());
  std::map<std::string, int> seen;
  for (auto& any : *proto.mutable_details()) {
    const int count = ++seen[any.type_url()];
    if (count > 1) any.mutable_type_url()->append("#" + std::to_string(count));
  }
  absl::Status result = FromProto(proto);
  if (!parsed) result.SetPayload(kRawDetails, absl::Cord(status.error_details()));
  return result;
}

}  // namespace kefu::rpc
