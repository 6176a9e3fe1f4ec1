#include "services/aftersales/domain/sla/unanswered.h"

#include <algorithm>

namespace kefu::aftersales::domain {

std::optional<absl::Time> UnansweredSince(const Case& record) {
  std::optional<absl::Time> since;
  for (const SlaClock& clock : record.clocks) {
    const bool answers = clock.kind == ClockKind::kFirstAnswer ||
                         clock.kind == ClockKind::kPlatformEmail ||
                         clock.kind == ClockKind::kNextResponse;
    // What was cancelled is owed no more.
    if (!answers || clock.met || clock.cancel) continue;
    since = std::min(since.value_or(clock.start), clock.start);
  }
  return since;
}

}  // namespace kefu::aftersales::domain
