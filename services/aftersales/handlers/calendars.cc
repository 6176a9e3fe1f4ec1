#include "services/aftersales/handlers/calendars.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/store/sla.h"

namespace kefu::aftersales {

absl::StatusOr<domain::Calendars> LoadCalendars(db::Transaction& t, const domain::Case& record) {
  domain::Calendars calendars;
  for (const domain::SlaClock& clock : record.clocks) {
    if (!clock.pausable) continue;
    ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(clock.zone.name));
    // Of calendar time only an organization's own policy has more to say.
    domain::SlaPolicy policy;
    if (clock.business_hours || !clock.policy.org_id.empty()) {
      ASSIGN_OR_RETURN(policy, store::LoadSlaPolicy(t, clock.policy));
    }
    ASSIGN_OR_RETURN(domain::SlaCalendar calendar,
                     domain::SlaCalendar::Create(policy, clock.business_hours, zone));
    calendars.emplace(clock.kind, std::move(calendar));
  }
  return calendars;
}

absl::StatusOr<bool> SetClocksAnew(db::Transaction& t, absl::Time now, domain::Replacement why,
                                   domain::Case& record) {
  ASSIGN_OR_RETURN(
      const store::CaseScope scope,
      store::FindCaseScope(t, record.org_id, record.shop_id, record.assignee_agent_id, now));
  ASSIGN_OR_RETURN(const domain::SlaPolicies policies, store::ChooseSlaPolicies(t, scope, now));
  return domain::Recompute(record, policies, now, why);
}

absl::Status RestartOwed(db::Transaction& t, absl::Time now, domain::Case& record) {
  ASSIGN_OR_RETURN(
      const store::CaseScope scope,
      store::FindCaseScope(t, record.org_id, record.shop_id, record.assignee_agent_id, now));
  ASSIGN_OR_RETURN(const domain::SlaPolicies policies, store::ChooseSlaPolicies(t, scope, now));
  return domain::RestartOwed(record, policies, scope.shop.zone, now);
}

absl::StatusOr<RuleInForce> LoadRule(db::Transaction& t, const domain::Case& record,
                                     const domain::SlaClock& clock) {
  ASSIGN_OR_RETURN(const domain::SlaPolicy policy, store::LoadSlaPolicy(t, clock.policy));
  const domain::ClockRule* rule = domain::RuleOf(policy, clock.kind, record.kind, clock.priority);
  if (rule == nullptr) {
    return Internal(fmt::format("SLA policy {} version {} has no rule for {}",
                                clock.policy.policy_id, clock.policy.version, NameOf(clock.kind)));
  }
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(clock.zone.name));
  ASSIGN_OR_RETURN(domain::SlaCalendar calendar,
                   domain::SlaCalendar::Create(policy, clock.business_hours, zone));
  return RuleInForce{*rule, std::move(calendar)};
}

}  // namespace kefu::aftersales
