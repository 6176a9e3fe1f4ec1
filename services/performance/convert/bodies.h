// Facts between the domain and the stored bodies.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/performance/convert/facts.h"

namespace kefu::performance::convert {

// Stored bodies are kefu.performance.v1 messages that were valid when they were imported. INTERNAL
// when one cannot be read.
absl::StatusOr<domain::Conversation> ConversationFromBody(std::string_view body);
absl::StatusOr<domain::Order> OrderFromBody(std::string_view body);
absl::StatusOr<domain::Refund> RefundFromBody(std::string_view body);
absl::StatusOr<domain::Review> ReviewFromBody(std::string_view body);

// The same bytes for equal messages, and 16 bytes of SHA-256 over them.
struct Body {
  std::string bytes, hash;
};
Body ToBody(const google::protobuf::Message& fact);

}  // namespace kefu::performance::convert
