// What a customer has said and nobody has answered. Pure, thread-safe.
#pragma once

#include <optional>

#include "absl/time/time.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::domain {

// Whether an answer meets that kind of clock: the first one, that to a platform's letter, that to a
// further message.
bool AsksForAnswer(ClockKind kind);

// When the oldest thing was said that nobody has answered; nothing: all of it is answered.
std::optional<absl::Time> UnansweredSince(const Case& record);

}  // namespace kefu::aftersales::domain
