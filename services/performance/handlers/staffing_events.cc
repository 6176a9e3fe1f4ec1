#include "services/performance/handlers/staffing_events.h"

#include <algorithm>
#include <map>
#include <set>

#include "common/convert/fields.h"
#include "common/obs/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/staffing/v1/attendance.pb.h"
#include "kefu/staffing/v1/conduct.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/convert/people.h"
#include "services/performance/handlers/settings.h"
#include "services/performance/store/duties.h"
#include "services/performance/store/months.h"
#include "services/performance/store/people.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {
namespace {

using kefu::staffing::v1::Agent;
using kefu::staffing::v1::AgentChanged;
using kefu::staffing::v1::Assignment;
using kefu::staffing::v1::AssignmentChanged;
using kefu::staffing::v1::AttendanceSummarized;
using kefu::staffing::v1::AttendanceSummary;
using kefu::staffing::v1::Conduct;
using kefu::staffing::v1::ConductChanged;
using kefu::staffing::v1::ShopChanged;
using kefu::staffing::v1::TeamMembershipsChanged;
using kefu::staffing::v1::TierChange;
using kefu::staffing::v1::TierChanged;

absl::Time TimeOf(const kefu::common::v1::Event& event) {
  return absl::FromUnixSeconds(event.create_time().seconds()) +
         absl::Nanoseconds(event.create_time().nanos());
}

// Unset is taken as startup, as staffing says.
std::string_view StageName(kefu::staffing::v1::ShopStage stage) {
  switch (stage) {
    case kefu::staffing::v1::SHOP_STAGE_GROWTH:
      return "GROWTH";
    case kefu::staffing::v1::SHOP_STAGE_MATURE:
      return "MATURE";
    default:
      return "STARTUP";
  }
}

absl::Status Apply(db::Transaction& t, const std::string& org_id, const ShopChanged& event,
                   absl::Time time) {
  const auto& shop = event.shop();
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(shop.time_zone(), &zone);
  RETURN_IF_ERROR(store::SaveStage(t, {org_id, shop.shop_id()}, absl::ToCivilDay(time, zone),
                                   StageName(shop.stage())));
  const store::Scope scope{org_id, shop.shop_id()};
  domain::Settings settings{shop.shop_id(), shop.time_zone(), shop.currency_code(),
                            kefu::staffing::v1::Platform_Name(shop.platform()),
                            shop.display_name()};
  const absl::Status status = ApplySettings(t, scope, settings);
  if (ReasonOf(status) != "SETTINGS_FIXED") return status;
  // The figures stay as they are read today; everything else of the shop is as staffing says.
  obs::Log(obs::Level::kWarning,
           "staffing changed a shop's zone or currency, but it has facts already",
           {{"shop_id", shop.shop_id()}});
  ASSIGN_OR_RETURN(const auto before, store::LoadSettings(t, scope));
  settings.time_zone = before->time_zone;
  settings.currency_code = before->currency_code;
  return ApplySettings(t, scope, settings);
}

// Marks the days of some spans on which an agent has figures.
absl::Status MarkDaysOf(db::Transaction& t, const std::string& org_id, const std::string& agent_id,
                        const std::vector<domain::Span>& spans) {
  const auto wanted = [&](absl::CivilDay day) {
    return std::ranges::any_of(
        spans, [&](const domain::Span& span) { return span.first <= day && day <= span.last; });
  };
  // The agent's first figures of a day may just be computed with the memberships of before: such a
  // day is marked until they are committed, and so is read before the days that have figures.
  ASSIGN_OR_RETURN(const auto marked, store::MarkedDaysOfOrg(t, org_id));
  ASSIGN_OR_RETURN(const auto days, store::DaysOfAgent(t, org_id, agent_id));
  std::map<std::string, std::set<absl::CivilDay>> by_shop;
  for (const auto& [shop_id, days_of_shop] : marked) {
    for (const absl::CivilDay day : days_of_shop) {
      if (wanted(day)) by_shop[shop_id].insert(day);
    }
  }
  for (const auto& [shop_id, day] : days) {
    if (wanted(day)) by_shop[shop_id].insert(day);
  }
  for (const auto& [shop_id, days_of_shop] : by_shop) {
    RETURN_IF_ERROR(store::MarkDays(t, {org_id, shop_id}, days_of_shop));
    RETURN_IF_ERROR(store::BumpFactsVersion(t, {org_id, shop_id}));
  }
  return absl::OkStatus();
}

absl::Status Apply(db::Transaction& t, const std::string& org_id,
                   const TeamMembershipsChanged& event) {
  std::vector<domain::Membership> memberships;
  for (const auto& m : event.memberships()) {
    domain::Membership& row = memberships.emplace_back(
        domain::Membership{m.team_id(), kefu::convert::FromProto(m.start_date()), std::nullopt});
    if (m.has_end_date()) row.end_day = kefu::convert::FromProto(m.end_date());
  }
  RETURN_IF_ERROR(store::LockShops(t, org_id));
  ASSIGN_OR_RETURN(const auto before, store::LoadMemberships(t, org_id, event.agent_id()));
  RETURN_IF_ERROR(store::ReplaceMemberships(t, org_id, event.agent_id(), memberships));
  return MarkDaysOf(t, org_id, event.agent_id(), domain::DifferingDays(before, memberships));
}

// The day of an instant for what all shops share: by the zone of the organization's first shop.
absl::StatusOr<absl::CivilDay> DayOfOrganization(db::Transaction& t, const std::string& org_id,
                                                 absl::Time time) {
  ASSIGN_OR_RETURN(const auto shops, store::SettingsOfOrg(t, org_id));
  ASSIGN_OR_RETURN(const absl::TimeZone zone,
                   LoadZone(shops.empty() ? "Asia/Shanghai" : shops.front().time_zone));
  return absl::ToCivilDay(time, zone);
}

std::vector<domain::Membership> OfBases(std::vector<domain::Membership> memberships) {
  std::erase_if(memberships, [](const domain::Membership& m) { return m.id.empty(); });
  return memberships;
}

absl::Status ApplyBase(db::Transaction& t, const std::string& org_id, const Agent& agent,
                       absl::Time time) {
  ASSIGN_OR_RETURN(const absl::CivilDay told_on, DayOfOrganization(t, org_id, time));
  const absl::CivilDay hired =
      agent.has_hire_date() ? kefu::convert::FromProto(agent.hire_date()) : domain::kSinceEver;
  ASSIGN_OR_RETURN(const auto before, store::LoadBases(t, org_id, agent.agent_id()));
  ASSIGN_OR_RETURN(const auto employments, store::LoadEmployments(t, org_id, {agent.agent_id()}));
  const auto known = employments.find(agent.agent_id());
  const absl::CivilDay known_hire = known == employments.end() || known->second.spans.empty()
                                        ? domain::kSinceEver
                                        : known->second.spans.back().hire_day;
  const auto after = domain::WorksFor(before, agent.base_id(), hired, known_hire, told_on);
  if (after == before) return absl::OkStatus();
  RETURN_IF_ERROR(store::LockShops(t, org_id));
  RETURN_IF_ERROR(store::ReplaceBases(t, org_id, agent.agent_id(), after));
  // For figures, not known is as good as the organization itself.
  return MarkDaysOf(t, org_id, agent.agent_id(),
                    domain::DifferingDays(OfBases(before), OfBases(after)));
}

absl::Status Apply(db::Transaction& t, const std::string& org_id, const Agent& agent,
                   absl::Time time) {
  RETURN_IF_ERROR(ApplyBase(t, org_id, agent, time));
  if (!agent.has_hire_date()) return absl::OkStatus();
  domain::EmploymentSpan span{kefu::convert::FromProto(agent.hire_date()), std::nullopt};
  if (agent.has_leave_date()) span.leave_day = kefu::convert::FromProto(agent.leave_date());
  return store::SaveEmployment(t, org_id, agent.agent_id(), span);
}

absl::Status Apply(db::Transaction& t, const std::string& org_id, const TierChange& change) {
  return store::SaveTierRecord(
      t, org_id, change.agent_id(),
      {change.tier_change_id(),
       change.corrects_tier_change_id(),
       {kefu::convert::FromProto(change.effective_date()), change.tier_id(), change.grade_id()},
       absl::FromUnixSeconds(change.record_time().seconds()) +
           absl::Nanoseconds(change.record_time().nanos())});
}

absl::Status Apply(db::Transaction& t, const std::string& org_id, const Assignment& assignment) {
  domain::DutySpan span{.agent_id = assignment.agent_id(),
                        .duty = assignment.duty() == kefu::staffing::v1::DUTY_PRE_SALES
                                    ? domain::Duty::kPreSales
                                : assignment.duty() == kefu::staffing::v1::DUTY_AFTER_SALES
                                    ? domain::Duty::kAfterSales
                                    : domain::Duty::kBoth,
                        .start_day = kefu::convert::FromProto(assignment.start_date())};
  if (assignment.has_end_date()) span.end_day = kefu::convert::FromProto(assignment.end_date());
  return store::SaveDuty(t, {org_id, assignment.shop_id()}, assignment.assignment_id(), span,
                         absl::FromUnixSeconds(assignment.update_time().seconds()) +
                             absl::Nanoseconds(assignment.update_time().nanos()));
}

// A month that was closed is the person's in the whole organization.
absl::Status Apply(db::Transaction& t, const std::string& org_id,
                   const AttendanceSummary& summary) {
  const v1::Attendance body = convert::MonthOf(summary);
  convert::Problems problems;
  const domain::Attendance fact = convert::ToDomain(body, problems);
  if (!problems.empty()) {
    obs::Warning("staffing told a month's attendance that cannot be one; it is left out",
                 {{"agent_id", summary.agent_id()}, {"field", problems.front().field}});
    return absl::OkStatus();
  }
  // Months of pay that are computed or closed meanwhile know it or do not, but never half.
  RETURN_IF_ERROR(store::LockShops(t, org_id));
  const convert::Body stored = convert::ToBody(body);
  const store::PeopleRow row{domain::AttendanceId(fact), fact.agent_id, fact.day, stored.hash,
                             stored.bytes};
  RETURN_IF_ERROR(
      store::SavePeopleFacts(t, store::PeopleFact::kAttendance, {org_id, ""}, std::span(&row, 1)));
  ASSIGN_OR_RETURN(const auto shops, store::SettingsOfOrg(t, org_id));
  for (const domain::Settings& shop : shops) {
    RETURN_IF_ERROR(store::TouchMonth(t, {org_id, shop.shop_id}, store::kPeopleFacts,
                                      absl::CivilMonth(fact.day)));
  }
  return absl::OkStatus();
}

// An event of the ledger as it stands now: it replaces what was known of it.
absl::Status Apply(db::Transaction& t, const std::string& org_id, const Conduct& conduct) {
  const store::Scope scope{org_id, conduct.shop_id()};
  const v1::ConductEvent body = convert::ConductOf(conduct);
  ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, scope));
  convert::Problems problems;
  const domain::ConductEvent fact = convert::ToDomain(
      body, settings ? settings->currency_code : body.money().currency_code(), problems);
  if (!problems.empty()) {
    obs::Warning("staffing told of conduct that cannot be; it is left out",
                 {{"conduct_id", conduct.conduct_id()}, {"field", problems.front().field}});
    return absl::OkStatus();
  }
  // As for attendance: months of pay that are computed meanwhile know it or do not.
  RETURN_IF_ERROR(store::LockShops(t, org_id));
  const convert::Body stored = convert::ToBody(body);
  const store::PeopleRow row{fact.id, fact.agent_id, fact.day, stored.hash, stored.bytes};
  RETURN_IF_ERROR(
      store::SavePeopleFacts(t, store::PeopleFact::kConduct, scope, std::span(&row, 1)));
  return store::TouchMonth(t, scope, store::kPeopleFacts, absl::CivilMonth(fact.day));
}

}  // namespace

std::vector<std::string> StaffingEventTypes() {
  return {AgentChanged::descriptor()->full_name(),
          AssignmentChanged::descriptor()->full_name(),
          AttendanceSummarized::descriptor()->full_name(),
          ConductChanged::descriptor()->full_name(),
          ShopChanged::descriptor()->full_name(),
          TeamMembershipsChanged::descriptor()->full_name(),
          TierChanged::descriptor()->full_name()};
}

absl::Status ApplyStaffingEvent(db::Transaction& t, const kefu::common::v1::Event& event) {
  ShopChanged shop;
  if (event.payload().UnpackTo(&shop)) return Apply(t, event.org_id(), shop, TimeOf(event));
  TeamMembershipsChanged memberships;
  if (event.payload().UnpackTo(&memberships)) return Apply(t, event.org_id(), memberships);
  AgentChanged agent;
  if (event.payload().UnpackTo(&agent))
    return Apply(t, event.org_id(), agent.agent(), TimeOf(event));
  AssignmentChanged assignment;
  if (event.payload().UnpackTo(&assignment)) {
    return Apply(t, event.org_id(), assignment.assignment());
  }
  AttendanceSummarized attendance;
  if (event.payload().UnpackTo(&attendance)) return Apply(t, event.org_id(), attendance.summary());
  ConductChanged conduct;
  if (event.payload().UnpackTo(&conduct)) return Apply(t, event.org_id(), conduct.conduct());
  TierChanged tier;
  if (event.payload().UnpackTo(&tier)) return Apply(t, event.org_id(), tier.change());
  return absl::OkStatus();
}

}  // namespace kefu::performance
