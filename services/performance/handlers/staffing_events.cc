#include "services/performance/handlers/staffing_events.h"

#include <map>
#include <set>

#include "common/convert/fields.h"
#include "common/obs/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/performance/handlers/settings.h"
#include "services/performance/store/people.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {
namespace {

using kefu::staffing::v1::Agent;
using kefu::staffing::v1::AgentChanged;
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
  const domain::Settings settings{shop.shop_id(), shop.time_zone(), shop.currency_code(),
                                  kefu::staffing::v1::Platform_Name(shop.platform()),
                                  shop.display_name()};
  const absl::Status status = ApplySettings(t, {org_id, shop.shop_id()}, settings);
  if (ReasonOf(status) != "SETTINGS_FIXED") return status;
  // The figures stay as they are read today; nothing is lost by going on.
  obs::Log(obs::Level::kWarning,
           "staffing changed a shop's zone or currency, but it has facts already",
           {{"shop_id", shop.shop_id()}});
  return absl::OkStatus();
}

// Marks all days on which an agent has figures.
absl::Status MarkDaysOf(db::Transaction& t, const std::string& org_id,
                        const std::string& agent_id) {
  // The agent's first figures of a day may just be computed with the memberships of before: such a
  // day is marked until they are committed, and so is read before the days that have figures.
  ASSIGN_OR_RETURN(auto by_shop, store::MarkedDaysOfOrg(t, org_id));
  ASSIGN_OR_RETURN(const auto days, store::DaysOfAgent(t, org_id, agent_id));
  for (const auto& [shop_id, day] : days) by_shop[shop_id].insert(day);
  for (const auto& [shop_id, marked] : by_shop) {
    RETURN_IF_ERROR(store::MarkDays(t, {org_id, shop_id}, marked));
  }
  return absl::OkStatus();
}

absl::Status Apply(db::Transaction& t, const std::string& org_id,
                   const TeamMembershipsChanged& event) {
  std::vector<store::Membership> memberships;
  for (const auto& m : event.memberships()) {
    store::Membership& row = memberships.emplace_back(
        store::Membership{m.team_id(), kefu::convert::FromProto(m.start_date()), std::nullopt});
    if (m.has_end_date()) row.end_day = kefu::convert::FromProto(m.end_date());
  }
  RETURN_IF_ERROR(store::LockShops(t, org_id));
  RETURN_IF_ERROR(store::ReplaceMemberships(t, org_id, event.agent_id(), memberships));
  return MarkDaysOf(t, org_id, event.agent_id());
}

// A base shows its agents' figures of all days, whoever they worked for then.
absl::Status ApplyBase(db::Transaction& t, const std::string& org_id, const Agent& agent) {
  ASSIGN_OR_RETURN(const std::string before, store::BaseOfAgent(t, org_id, agent.agent_id()));
  if (before == agent.base_id()) return absl::OkStatus();
  RETURN_IF_ERROR(store::LockShops(t, org_id));
  RETURN_IF_ERROR(store::SaveBaseOfAgent(t, org_id, agent.agent_id(), agent.base_id()));
  return MarkDaysOf(t, org_id, agent.agent_id());
}

absl::Status Apply(db::Transaction& t, const std::string& org_id, const Agent& agent) {
  RETURN_IF_ERROR(ApplyBase(t, org_id, agent));
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

}  // namespace

std::vector<std::string> StaffingEventTypes() {
  return {AgentChanged::descriptor()->full_name(), ShopChanged::descriptor()->full_name(),
          TeamMembershipsChanged::descriptor()->full_name(),
          TierChanged::descriptor()->full_name()};
}

absl::Status ApplyStaffingEvent(db::Transaction& t, const kefu::common::v1::Event& event) {
  ShopChanged shop;
  if (event.payload().UnpackTo(&shop)) return Apply(t, event.org_id(), shop, TimeOf(event));
  TeamMembershipsChanged memberships;
  if (event.payload().UnpackTo(&memberships)) return Apply(t, event.org_id(), memberships);
  AgentChanged agent;
  if (event.payload().UnpackTo(&agent)) return Apply(t, event.org_id(), agent.agent());
  TierChanged tier;
  if (event.payload().UnpackTo(&tier)) return Apply(t, event.org_id(), tier.change());
  return absl::OkStatus();
}

}  // namespace kefu::performance
