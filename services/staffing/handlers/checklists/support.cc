#include "services/staffing/handlers/checklists/support.h"

#include <algorithm>
#include <utility>

#include "common/time/civil.h"
#include "services/staffing/handlers/leave/support.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/store/conduct.h"
#include "services/staffing/store/shifts.h"

namespace kefu::staffing {
namespace {

using checklists::Checklist;

absl::StatusOr<bool> EmployedOn(store::Reader reader, std::string_view org_id,
                                std::string_view agent_id, absl::CivilDay day) {
  ASSIGN_OR_RETURN(const auto agent, store::Find<domain::Agent>(reader, org_id, agent_id));
  return agent.employed.Contains(day);
}

absl::StatusOr<bool> IsAway(store::Reader reader, std::string_view org_id,
                            std::string_view agent_id, absl::CivilDay day) {
  ASSIGN_OR_RETURN(const auto leaves, LeavesOf(reader, org_id, agent_id, day, day));
  return std::ranges::any_of(leaves, [](const leave::Leave& leave) {
    return leave.state == leave::State::kApproved && leave.whole_days();
  });
}

// Of the members those who have a shift of the day in a published roster, as the others have the
// day off; all of them where nobody has one.
absl::StatusOr<std::vector<std::string>> AtWork(store::Reader reader, std::string_view org_id,
                                                std::vector<std::string> members,
                                                absl::CivilDay day) {
  std::vector<std::string> rostered;
  for (const std::string& agent_id : members) {
    ASSIGN_OR_RETURN(const auto shift, store::RosteredOn(reader, org_id, agent_id, day));
    if (shift) rostered.push_back(agent_id);
  }
  return rostered.empty() ? std::move(members) : std::move(rostered);
}

// The lead of the team, else the caller; neither when it is about that one, or who has left.
absl::StatusOr<std::string> OwnerAbout(db::Transaction& t, const RequestContext& ctx,
                                       const std::string& agent_id, const std::string& team_id,
                                       absl::CivilDay today) {
  if (!team_id.empty()) {
    ASSIGN_OR_RETURN(const auto team, store::Find<domain::Team>(t, ctx.org_id(), team_id));
    if (!team.lead_agent_id.empty() && team.lead_agent_id != agent_id) {
      ASSIGN_OR_RETURN(const bool there, EmployedOn(t, ctx.org_id(), team.lead_agent_id, today));
      if (there) return team.lead_agent_id;
    }
  }
  return ctx.principal.agent_id == agent_id ? "" : ctx.principal.agent_id;
}

}  // namespace

absl::StatusOr<std::vector<checklists::Template>> TemplatesOf(store::Reader reader,
                                                              std::string_view org_id) {
  ASSIGN_OR_RETURN(const auto bodies, store::ChecklistTemplates(reader, org_id));
  std::vector<checklists::Template> own;
  for (const std::string& body : bodies) {
    ASSIGN_OR_RETURN(own.emplace_back(), convert::TemplateFromBody(body));
  }
  return checklists::TemplatesInForce(own);
}

absl::StatusOr<checklists::Template> TemplateInForce(store::Reader reader, std::string_view org_id,
                                                     std::string_view template_id) {
  ASSIGN_OR_RETURN(auto templates, TemplatesOf(reader, org_id));
  for (checklists::Template& each : templates) {
    if (each.id == template_id && !each.archived) return std::move(each);
  }
  return error::ChecklistTemplateUnknown(template_id);
}

absl::StatusOr<absl::TimeZone> ChecklistZone(store::Reader reader, std::string_view org_id,
                                             const std::string& shop_id) {
  if (shop_id.empty()) return store::ZoneOf(reader, org_id);
  ASSIGN_OR_RETURN(const auto shop, store::Find<domain::Shop>(reader, org_id, shop_id));
  return LoadZone(shop.time_zone);
}

absl::StatusOr<std::string> OwnerOn(store::Reader reader, std::string_view org_id,
                                    const checklists::Schedule& schedule, absl::CivilDay day) {
  if (schedule.team_id.empty()) {
    ASSIGN_OR_RETURN(const bool there, EmployedOn(reader, org_id, schedule.owner_agent_id, day));
    return there ? schedule.owner_agent_id : "";
  }
  ASSIGN_OR_RETURN(auto members, store::TeamMembersOn(reader, org_id, schedule.team_id, day));
  ASSIGN_OR_RETURN(auto there, AtWork(reader, org_id, std::move(members), day));
  while (!there.empty()) {
    const std::string next = checklists::NextInTurn(there, schedule.last_agent_id);
    ASSIGN_OR_RETURN(const bool away, IsAway(reader, org_id, next, day));
    if (!away) return next;
    std::erase(there, next);
  }
  return std::string();
}

absl::Status RequireOwner(db::Transaction& t, const RequestContext& ctx,
                          std::string_view agent_id) {
  ASSIGN_OR_RETURN(const absl::CivilDay today, Today(t, ctx));
  ASSIGN_OR_RETURN(const bool there, EmployedOn(t, ctx.org_id(), agent_id, today));
  RETURN_IF_ERROR(RequireReach(t, ctx, agent_id));
  return there ? absl::OkStatus() : error::AgentNotEmployed(agent_id, today);
}

absl::Status StartListsOf(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                          checklists::Start start, const std::string& agent_id,
                          const std::string& team_id, absl::CivilDay day) {
  ASSIGN_OR_RETURN(const auto templates, TemplatesOf(t, ctx.org_id()));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(t, ctx.org_id()));
  const absl::CivilDay today = absl::ToCivilDay(ctx.now, zone);
  for (const checklists::Template& each : templates) {
    if (each.archived || each.start != start) continue;
    Checklist list = checklists::Make(each, std::max(day, today), zone, ctx.now);
    list.id = deps.ids.Next();
    list.agent_id = agent_id;
    list.team_id = team_id;
    list.started_by = ctx.principal.subject;
    ASSIGN_OR_RETURN(list.owner_agent_id, OwnerAbout(t, ctx, agent_id, team_id, today));
    RETURN_IF_ERROR(store::InsertChecklist(t, ctx.org_id(), list));
    RETURN_IF_ERROR(TellChecklist(deps, t, ctx, list));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Checklist> TellChecklist(const Dependencies& deps, db::Transaction& t,
                                            const RequestContext& ctx, const Checklist& list) {
  v1::ChecklistChanged event;
  *event.mutable_checklist() = convert::ToProto(list);
  RETURN_IF_ERROR(Publish(deps, t, ctx, list.id, event));
  return event.checklist();
}

}  // namespace kefu::staffing
