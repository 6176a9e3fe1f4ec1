#include "services/aftersales/domain/sla/unanswered.h"

#include <algorithm>

namespace kefu::aftersales::domain {

bool AsksForAnswer(ClockKind kind) {
  return kind == ClockKind::kFirstAnswer || kind == ClockKind::kPlatformEmail ||
         kind == ClockKind::kNextResponse;
}

std::optional<absl::Time> UnansweredSince(const Case& record) {
  std::optional<absl::Time> since;
  for (const SlaClock& clock : record.clocks) {
    // What was cancelled is owed no more, until the case is taken up again.
    if (!AsksForAnswer(clock.kind) || clock.met || clock.cancel) continue;
    since = std::min(since.value_or(clock.start), clock.start);
  }
  return since;
}

}  // namespace kefu::aftersales::domain
