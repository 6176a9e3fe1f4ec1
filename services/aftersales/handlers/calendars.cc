#include "services/aftersales/handlers/calendars.h"

#include <algorithm>

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {

absl::StatusOr<domain::Calendars> LoadCalendars(db::Transaction& t, const domain::Case& record) {
  domain::Calendars calendars;
  for (const domain::SlaClock& clock : record.clocks) {
    if (!clock.pausable) continue;
    ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(clock.zone.name));
    domain::SlaPolicy policy;
    if (clock.business_hours) {
      ASSIGN_OR_RETURN(policy, store::LoadSlaPolicy(t, clock.policy));
    }
    ASSIGN_OR_RETURN(BusinessCalendar calendar,
                     domain::CalendarOf(policy, clock.business_hours, zone));
    calendars.emplace(clock.kind, std::move(calendar));
  }
  return calendars;
}

absl::StatusOr<RuleInForce> LoadRule(db::Transaction& t, const domain::SlaClock& clock) {
  ASSIGN_OR_RETURN(const domain::SlaPolicy policy, store::LoadSlaPolicy(t, clock.policy));
  const auto rule = std::ranges::find(policy.rules, clock.kind, &domain::ClockRule::clock);
  if (rule == policy.rules.end()) {
    return Internal(fmt::format("SLA policy {} version {} has no rule for {}",
                                clock.policy.policy_id, clock.policy.version, NameOf(clock.kind)));
  }
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(clock.zone.name));
  ASSIGN_OR_RETURN(BusinessCalendar calendar,
                   domain::CalendarOf(policy, clock.business_hours, zone));
  return RuleInForce{*rule, std::move(calendar)};
}

}  // namespace kefu::aftersales
