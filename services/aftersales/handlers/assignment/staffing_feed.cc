#include "services/aftersales/handlers/assignment/staffing_feed.h"

#include <algorithm>
#include <optional>
#include <set>

#include "common/convert/fields.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/staffing/v1/competence.pb.h"
#include "kefu/staffing/v1/contracts.pb.h"
#include "kefu/staffing/v1/events.pb.h"
#include "kefu/staffing/v1/handovers.pb.h"
#include "kefu/staffing/v1/leave.pb.h"
#include "services/aftersales/store/assignment.h"
#include "services/aftersales/store/policies.h"
#include "services/aftersales/store/sla.h"

namespace kefu::aftersales {
namespace {

namespace staffing = ::kefu::staffing::v1;
using ::kefu::common::v1::Event;
using ::kefu::convert::FromProto;

// Where and when an event was told.
struct Told {
  db::Transaction& t;
  const std::string& org_id;
  absl::Time at;
};

// Looks at the agent when the event came.
absl::Status LookNow(const Told& told, std::string_view agent_id) {
  return store::AddCheck(told.t, told.org_id, agent_id, told.at);
}

// Looks at the agent when this minute of the day begins in a zone of one of its shops. What has
// passed by the event is seen by LookNow.
absl::Status LookOn(const Told& told, std::string_view agent_id, absl::CivilDay day,
                    int32_t minute = 0) {
  ASSIGN_OR_RETURN(auto zones, store::ZonesOfAgent(told.t, told.org_id, agent_id));
  zones.emplace_back(store::kDefaultZone);
  for (const std::string& name : zones) {
    ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(name));
    const absl::Time at = absl::FromCivil(absl::CivilMinute(day) + minute, zone);
    if (at > told.at) RETURN_IF_ERROR(store::AddCheck(told.t, told.org_id, agent_id, at));
  }
  return absl::OkStatus();
}

std::optional<absl::CivilDay> DayAt(bool present, const ::kefu::common::v1::Date& date) {
  return present ? std::optional(FromProto(date)) : std::nullopt;
}

absl::Status Apply(const Told& told, const staffing::AgentChanged& changed) {
  const auto& agent = changed.agent();
  store::AssignmentAgent row{.agent_id = agent.agent_id(),
                             .base_id = agent.base_id(),
                             .hire_date = FromProto(agent.hire_date()),
                             .leave_date = DayAt(agent.has_leave_date(), agent.leave_date())};
  row.languages = {agent.languages().begin(), agent.languages().end()};
  row.skills = {agent.skills().begin(), agent.skills().end()};
  RETURN_IF_ERROR(store::SaveAssignmentAgent(told.t, told.org_id, row));
  RETURN_IF_ERROR(LookNow(told, row.agent_id));
  return row.leave_date ? LookOn(told, row.agent_id, *row.leave_date + 1) : absl::OkStatus();
}

absl::Status Apply(const Told& told, const staffing::AssignmentChanged& changed) {
  const auto& assignment = changed.assignment();
  const store::Serving row{.assignment_id = assignment.assignment_id(),
                           .agent_id = assignment.agent_id(),
                           .shop_id = assignment.shop_id(),
                           .after_sales = assignment.duty() == staffing::DUTY_AFTER_SALES ||
                                          assignment.duty() == staffing::DUTY_BOTH,
                           .start = FromProto(assignment.start_date()),
                           .end = DayAt(assignment.has_end_date(), assignment.end_date())};
  RETURN_IF_ERROR(store::SaveServing(told.t, told.org_id, row));
  RETURN_IF_ERROR(LookNow(told, row.agent_id));
  RETURN_IF_ERROR(LookOn(told, row.agent_id, row.start));
  return row.end ? LookOn(told, row.agent_id, *row.end + 1) : absl::OkStatus();
}

absl::Status Apply(const Told& told, const staffing::DutyShiftChanged& changed) {
  const auto& shift = changed.duty_shift();
  RETURN_IF_ERROR(store::SaveShift(told.t, told.org_id, shift.agent_id(), shift.duty_shift_id(),
                                   !shift.has_end_time()));
  return LookNow(told, shift.agent_id());
}

absl::Status Apply(const Told& told, const staffing::LeaveChanged& changed) {
  const auto& leave = changed.leave();
  const store::Leave row{.agent_id = leave.agent_id(),
                         .leave_id = leave.leave_id(),
                         .counts = leave.state() == staffing::LEAVE_STATE_APPROVED,
                         .start = FromProto(leave.start_date()),
                         .end = DayAt(leave.has_end_date(), leave.end_date()),
                         .from_minute = leave.from_minute(),
                         .to_minute = leave.to_minute()};
  RETURN_IF_ERROR(store::SaveLeave(told.t, told.org_id, row));
  RETURN_IF_ERROR(LookNow(told, row.agent_id));
  RETURN_IF_ERROR(LookOn(told, row.agent_id, row.start, row.from_minute));
  if (row.to_minute > 0) return LookOn(told, row.agent_id, row.start, row.to_minute);
  return row.end ? LookOn(told, row.agent_id, *row.end + 1) : absl::OkStatus();
}

absl::Status Apply(const Told& told, const staffing::AgentSkillChanged& changed) {
  const auto& skill = changed.skill();
  RETURN_IF_ERROR(store::SaveAssignmentSkill(
      told.t, told.org_id,
      {skill.agent_id(), skill.agent_skill_id(), skill.skill_id(), FromProto(skill.from_date()),
       DayAt(skill.has_until_date(), skill.until_date())}));
  return LookNow(told, skill.agent_id());
}

// Clocks are set anew for the shop when the contract was told, begins and has ended.
absl::Status SetClocksOfShop(const Told& told, const store::ContractedShops& contract,
                             const std::string& shop_id) {
  ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(told.t, told.org_id, shop_id));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(shop.zone.name));
  const auto change = [&](absl::Time at) {
    return store::InsertContractChange(told.t, told.org_id, contract.contract_id, shop_id, at);
  };
  RETURN_IF_ERROR(change(told.at));
  for (const absl::CivilDay day : {contract.start, contract.end + 1}) {
    const absl::Time at = StartOfDay(day, zone);
    if (at > told.at) RETURN_IF_ERROR(change(at));
  }
  return absl::OkStatus();
}

absl::Status Apply(const Told& told, const staffing::ContractChanged& changed) {
  const auto& contract = changed.contract();
  if (contract.base_id().empty()) return absl::OkStatus();  // an agency's
  store::ContractedShops row{.contract_id = contract.contract_id(),
                             .base_id = contract.base_id(),
                             .start = FromProto(contract.period().start_date()),
                             .end = FromProto(contract.period().end_date())};
  if (contract.has_ended_date()) row.end = std::min(row.end, FromProto(contract.ended_date()));
  row.shop_ids = {contract.shop_ids().begin(), contract.shop_ids().end()};
  ASSIGN_OR_RETURN(const auto before, store::ShopsOfContract(told.t, told.org_id, row.contract_id));
  RETURN_IF_ERROR(store::SaveContractedShops(told.t, told.org_id, row));
  std::set<std::string> shops(before.begin(), before.end());
  shops.insert(row.shop_ids.begin(), row.shop_ids.end());
  for (const std::string& shop : shops) RETURN_IF_ERROR(SetClocksOfShop(told, row, shop));
  ASSIGN_OR_RETURN(const auto agents, store::AgentsOfBase(told.t, told.org_id, row.base_id));
  for (const std::string& agent : agents) {
    RETURN_IF_ERROR(LookNow(told, agent));
    RETURN_IF_ERROR(LookOn(told, agent, row.start));
    RETURN_IF_ERROR(LookOn(told, agent, row.end + 1));
  }
  return absl::OkStatus();
}

template <class... Payloads>
struct Feed {
  static std::vector<std::string> Names() { return {Payloads::descriptor()->full_name()...}; }
  static absl::Status Apply(const Told& told, const Event& event) {
    absl::Status status;
    const auto apply = [&](auto payload) {
      if (event.payload().UnpackTo(&payload)) {
        status = ::kefu::aftersales::Apply(told, payload);
      }
    };
    (apply(Payloads()), ...);
    return status;
  }
};
using StaffingFeed =
    Feed<staffing::AgentChanged, staffing::AssignmentChanged, staffing::DutyShiftChanged,
         staffing::LeaveChanged, staffing::AgentSkillChanged, staffing::ContractChanged>;

}  // namespace

std::vector<std::string> AssignmentEventTypes() { return StaffingFeed::Names(); }

absl::Status ApplyToAssignment(db::Transaction& t, const Event& event) {
  const absl::Time at = absl::FromUnixSeconds(event.create_time().seconds()) +
                        absl::Nanoseconds(event.create_time().nanos());
  return StaffingFeed::Apply({t, event.org_id(), FromMicros(ToMicros(at))}, event);
}

}  // namespace kefu::aftersales
