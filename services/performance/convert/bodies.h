// Facts between the domain and the stored bodies.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/performance/convert/facts.h"

namespace kefu::performance::convert {

// Stored bodies are kefu.performance.v1 messages that were valid when they were imported. INTERNAL
// when one cannot be read.
absl::StatusOr<domain::Conversation> ConversationFromBody(std::string_view body);
// All of them, in order; cheaper than one by one.
absl::StatusOr<std::vector<domain::Conversation>> ConversationsFromBodies(
    std::span<const std::string> bodies);
absl::StatusOr<domain::Order> OrderFromBody(std::string_view body);
absl::StatusOr<domain::Refund> RefundFromBody(std::string_view body);
absl::StatusOr<domain::Review> ReviewFromBody(std::string_view body);

inline constexpr size_t kBodyHashBytes = 16;

// The same bytes for equal messages, and 16 bytes of SHA-256 over them.
struct Body {
  std::string bytes, hash;
};
Body ToBody(const google::protobuf::Message& fact);

}  // namespace kefu::performance::convert
