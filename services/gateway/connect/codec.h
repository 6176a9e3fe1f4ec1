// The Connect protocol on the wire: bodies, errors and envelopes. Pure and thread-safe.
// Protocol: https://connectrpc.com/docs/protocol (unary and streaming, JSON and binary protobuf).
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kefu::gateway::connect {

enum class Encoding { kJson, kProto };

// What a content type asks for, in any case and with any parameters; nothing when it is none of
// Connect's.
struct ContentType {
  Encoding encoding = Encoding::kJson;
  bool streaming = false;  // application/connect+json, application/connect+proto
};
std::optional<ContentType> ParseContentType(std::string_view value);
std::string_view ContentTypeName(ContentType type);

// An empty message of a generated type.
std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type);

// A body as a message. An empty JSON body is an empty message. INVALID_ARGUMENT / BAD_BODY with the
// parser's words: unknown fields, wrong types, broken UTF-8.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> ParseBody(
    const google::protobuf::Descriptor* type, Encoding encoding, std::string_view body);

// Binary protobuf to a body. INTERNAL when a service answered something else than its contract
// says.
absl::StatusOr<std::string> FromBinary(const google::protobuf::Descriptor* type, Encoding encoding,
                                       std::string_view binary);

// "invalid_argument" and so on, and the HTTP status that goes with it.
std::string_view CodeName(absl::StatusCode code);
int HttpStatus(absl::StatusCode code);

// {"code": …, "message": …, "details": [{"type", "value", "debug"}]}.
std::string ErrorJson(const absl::Status& status);
// The last message of a stream: {} or {"error": …}.
std::string EndStreamJson(const absl::Status& status);

// One enveloped message: flags, big-endian length, payload.
inline constexpr size_t kEnvelopeHeader = 5;
inline constexpr uint8_t kEndStream = 0x02;
std::string Envelope(uint8_t flags, std::string_view payload);

// Takes envelopes apart as bytes arrive.
class EnvelopeReader {
 public:
  explicit EnvelopeReader(size_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}

  void Append(std::string_view bytes) { buffer_.append(bytes); }
  // The next whole message; nothing when more bytes are needed. INVALID_ARGUMENT / BAD_ENVELOPE for
  // compressed messages (none was agreed on) and RESOURCE_EXHAUSTED / MESSAGE_TOO_LARGE above the
  // limit.
  absl::StatusOr<std::optional<std::string>> Next();
  // Bytes of an unfinished message are left.
  bool Partial() const { return position_ < buffer_.size(); }

 private:
  const size_t max_message_bytes_;
  std::string buffer_;
  size_t position_ = 0;
};

}  // namespace kefu::gateway::connect
