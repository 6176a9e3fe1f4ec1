#include "services/performance/convert/bodies.h"

#include <fmt/format.h>

#include "common/hash/sha256.h"
#include "common/status/error.h"

namespace kefu::performance::convert {
namespace {

template <class Proto>
absl::Status ParseInto(std::string_view body, Proto& proto) {
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Internal(fmt::format("a stored {} cannot be read", Proto::descriptor()->name()));
  }
  return absl::OkStatus();
}

template <class Proto>
absl::StatusOr<Proto> Parse(std::string_view body) {
  Proto proto;
  const absl::Status status = ParseInto(body, proto);
  if (!status.ok()) return status;
  return proto;
}

}  // namespace

// Facts were checked when they were imported: a limit that has become narrower since must not hide
// them.
absl::StatusOr<domain::Conversation> ConversationFromBody(std::string_view body) {
  auto proto = Parse<v1::Conversation>(body);
  if (!proto.ok()) return proto.status();
  Problems ignored;
  return ToDomain(*proto, ignored);
}

absl::StatusOr<std::vector<domain::Conversation>> ConversationsFromBodies(
    std::span<const std::string> bodies) {
  std::vector<domain::Conversation> result;
  result.reserve(bodies.size());
  v1::Conversation proto;  // keeps its memory from one body to the next
  for (const std::string& body : bodies) {
    const absl::Status status = ParseInto(body, proto);
    if (!status.ok()) return status;
    Problems ignored;
    result.push_back(ToDomain(proto, ignored));
  }
  return result;
}

absl::StatusOr<domain::Order> OrderFromBody(std::string_view body) {
  auto proto = Parse<v1::Order>(body);
  if (!proto.ok()) return proto.status();
  Problems ignored;
  return ToDomain(*proto, proto->paid().currency_code(), ignored);
}

absl::StatusOr<domain::Refund> RefundFromBody(std::string_view body) {
  auto proto = Parse<v1::Refund>(body);
  if (!proto.ok()) return proto.status();
  Problems ignored;
  return ToDomain(*proto, proto->amount().currency_code(), ignored);
}

absl::StatusOr<domain::Review> ReviewFromBody(std::string_view body) {
  auto proto = Parse<v1::Review>(body);
  if (!proto.ok()) return proto.status();
  Problems ignored;
  return ToDomain(*proto, ignored);
}

Body ToBody(const google::protobuf::Message& fact) {
  Body body;
  body.bytes = SerializeDeterministically(fact);
  body.hash = Sha256({body.bytes}).substr(0, kBodyHashBytes);
  return body;
}

}  // namespace kefu::performance::convert
