#include "services/gateway/connect/codec.h"

#include <fmt/format.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>

#include <array>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "common/status/error.h"

namespace kefu::gateway::connect {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

struct CodeRow {
  absl::StatusCode code;
  std::string_view name;
  int http;
};
constexpr std::array<CodeRow, 16> kCodes{{
    {absl::StatusCode::kCancelled, "canceled", 499},
    {absl::StatusCode::kUnknown, "unknown", 500},
    {absl::StatusCode::kInvalidArgument, "invalid_argument", 400},
    {absl::StatusCode::kDeadlineExceeded, "deadline_exceeded", 504},
    {absl::StatusCode::kNotFound, "not_found", 404},
    {absl::StatusCode::kAlreadyExists, "already_exists", 409},
    {absl::StatusCode::kPermissionDenied, "permission_denied", 403},
    {absl::StatusCode::kResourceExhausted, "resource_exhausted", 429},
    {absl::StatusCode::kFailedPrecondition, "failed_precondition", 400},
    {absl::StatusCode::kAborted, "aborted", 409},
    {absl::StatusCode::kOutOfRange, "out_of_range", 400},
    {absl::StatusCode::kUnimplemented, "unimplemented", 501},
    {absl::StatusCode::kInternal, "internal", 500},
    {absl::StatusCode::kUnavailable, "unavailable", 503},
    {absl::StatusCode::kDataLoss, "data_loss", 500},
    {absl::StatusCode::kUnauthenticated, "unauthenticated", 401},
}};

const CodeRow& RowOf(absl::StatusCode code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code) return row;
  }
  return kCodes[1];
}

nlohmann::json ErrorObject(const absl::Status& status) {
  nlohmann::json error{{"code", CodeName(status.code())},
                       {"message", std::string(status.message())}};
  const google::rpc::Status proto = ToProto(status);
  for (const google::protobuf::Any& detail : proto.details()) {
    const std::string& url = detail.type_url();
    const std::string type = url.substr(url.rfind('/') + 1);
    std::string value;
    absl::WebSafeBase64Escape(detail.value(), &value);
    // Connect uses standard base64 without padding.
    for (char& c : value) c = c == '-' ? '+' : c == '_' ? '/' : c;
    nlohmann::json row{{"type", type}, {"value", value}};
    const Descriptor* descriptor =
        google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type);
    if (descriptor != nullptr) {
      auto json = FromBinary(descriptor, Encoding::kJson, detail.value());
      if (json.ok())
        row["debug"] = nlohmann::json::parse(*json, nullptr, /*allow_exceptions=*/false);
    }
    error["details"].push_back(std::move(row));
  }
  return error;
}

// The parser quotes the body, which may hold anything; errors are UTF-8 and short.
std::string Quotable(std::string_view text) {
  constexpr size_t kMost = 300;
  std::string result(text.substr(0, kMost));
  for (char& c : result) {
    if (c < ' ' || c > '~') c = '?';
  }
  return result;
}

std::string Dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::optional<ContentType> ParseContentType(std::string_view value) {
  value = value.substr(0, value.find(';'));
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  const std::string type = absl::AsciiStrToLower(absl::string_view(value.data(), value.size()));
  if (type == "application/json") return ContentType{Encoding::kJson, false};
  if (type == "application/proto") return ContentType{Encoding::kProto, false};
  if (type == "application/connect+json") return ContentType{Encoding::kJson, true};
  if (type == "application/connect+proto") return ContentType{Encoding::kProto, true};
  return std::nullopt;
}

std::string_view ContentTypeName(ContentType type) {
  if (type.streaming)
    return type.encoding == Encoding::kJson ? "application/connect+json"
                                            : "application/connect+proto";
  return type.encoding == Encoding::kJson ? "application/json" : "application/proto";
}

std::unique_ptr<Message> NewMessage(const Descriptor* type) {
  const Message* prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type);
  return std::unique_ptr<Message>(prototype->New());
}

absl::StatusOr<std::unique_ptr<Message>> ParseBody(const Descriptor* type, Encoding encoding,
                                                   std::string_view body) {
  auto message = NewMessage(type);
  if (encoding == Encoding::kProto) {
    if (!message->ParseFromArray(body.data(), static_cast<int>(body.size()))) {
      return InvalidArgument("BAD_BODY", "",
                             fmt::format("the body is not a binary {}", type->full_name()));
    }
    return message;
  }
  // An empty body is an empty message, so that `curl -d ''` works for requests without fields.
  const std::string json = body.empty() ? "{}" : std::string(body);
  const auto status = google::protobuf::util::JsonStringToMessage(json, message.get());
  if (!status.ok()) {
    return InvalidArgument(
        "BAD_BODY", "",
        fmt::format("the body is not the JSON of {}: {}", type->full_name(),
                    Quotable({status.message().data(), status.message().size()})));
  }
  return message;
}

absl::StatusOr<std::string> FromBinary(const Descriptor* type, Encoding encoding,
                                       std::string_view binary) {
  if (encoding == Encoding::kProto) return std::string(binary);
  const auto message = NewMessage(type);
  if (!message->ParseFromArray(binary.data(), static_cast<int>(binary.size()))) {
    return Internal(fmt::format("answer does not parse as {}", type->full_name()));
  }
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(*message, &json);
  if (!status.ok())
    return Internal(fmt::format("answer of type {} has no JSON form", type->full_name()));
  return json;
}

std::string_view CodeName(absl::StatusCode code) { return RowOf(code).name; }
int HttpStatus(absl::StatusCode code) { return RowOf(code).http; }

std::string ErrorJson(const absl::Status& status) { return Dump(ErrorObject(status)); }

std::string EndStreamJson(const absl::Status& status) {
  nlohmann::json end = nlohmann::json::object();
  if (!status.ok()) end["error"] = ErrorObject(status);
  return Dump(end);
}

std::string Envelope(uint8_t flags, std::string_view payload) {
  std::string out;
  out.reserve(kEnvelopeHeader + payload.size());
  out.push_back(static_cast<char>(flags));
  const auto size = static_cast<uint32_t>(payload.size());
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(size >> shift));
  out.append(payload);
  return out;
}

absl::StatusOr<std::optional<std::string>> EnvelopeReader::Next() {
  const std::string_view rest = std::string_view(buffer_).substr(position_);
  if (rest.size() < kEnvelopeHeader) return std::nullopt;
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(rest[i])); };
  if (byte(0) != 0) {
    return InvalidArgument("BAD_ENVELOPE", "",
                           "messages of a request stream must carry the flags 0: not compressed");
  }
  const size_t size = byte(1) << 24 | byte(2) << 16 | byte(3) << 8 | byte(4);
  if (size > max_message_bytes_) {
    return MakeError(
        absl::StatusCode::kResourceExhausted, "MESSAGE_TOO_LARGE",
        fmt::format("a message has {} bytes, the limit is {}", size, max_message_bytes_));
  }
  if (rest.size() < kEnvelopeHeader + size) return std::nullopt;
  std::string message(rest.substr(kEnvelopeHeader, size));
  position_ += kEnvelopeHeader + size;
  if (position_ > max_message_bytes_) {  // forget what was read, seldom enough to be cheap
    buffer_.erase(0, position_);
    position_ = 0;
  }
  return message;
}

}  // namespace kefu::gateway::connect
