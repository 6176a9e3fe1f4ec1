// The time in which a case's clocks count, by the policy version that set them.
#pragma once

#include "absl/status/statusor.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/clocks.h"

namespace kefu::aftersales {

// For every clock of the case that can be paused. Policies are read for
// business hours and own suspensions only.
absl::StatusOr<domain::Calendars> LoadCalendars(db::Transaction& t, const domain::Case& record);

// Sets the clocks of the locked case anew by the policies that are in force for it now that its
// priority or assignee has changed. Returns whether anything changed.
absl::StatusOr<bool> SetClocksAnew(db::Transaction& t, absl::Time now, domain::Replacement why,
                                   domain::Case& record);

// Begins the clocks of what the locked case asks for anew: it is taken up again.
absl::Status RestartOwed(db::Transaction& t, absl::Time now, domain::Case& record);

struct RuleInForce {
  domain::ClockRule rule;
  domain::SlaCalendar calendar;
};
// The rule that set the clock. INTERNAL when its policy is gone.
absl::StatusOr<RuleInForce> LoadRule(db::Transaction& t, const domain::Case& record,
                                     const domain::SlaClock& clock);

}  // namespace kefu::aftersales
