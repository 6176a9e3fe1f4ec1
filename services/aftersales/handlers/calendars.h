// The time in which a case's clocks count, by the policy version that set them.
#pragma once

#include "absl/status/statusor.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/clocks.h"

namespace kefu::aftersales {

// For every clock of the case that can be paused. Policies are read for business hours only.
absl::StatusOr<domain::Calendars> LoadCalendars(db::Transaction& t, const domain::Case& record);

struct RuleInForce {
  domain::ClockRule rule;
  BusinessCalendar calendar;
};
// The rule that set the clock. INTERNAL when its policy is gone.
absl::StatusOr<RuleInForce> LoadRule(db::Transaction& t, const domain::SlaClock& clock);

}  // namespace kefu::aftersales
