// What a customer has said and nobody has answered. Pure, thread-safe.
#pragma once

#include <optional>

#include "absl/time/time.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain {

// When the oldest thing was said that nobody has answered; nothing: all of it is answered.
std::optional<absl::Time> UnansweredSince(const Case& record);

}  // namespace kefu::aftersales::domain
