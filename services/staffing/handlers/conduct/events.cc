// Events of the ledger: recorded, decided, appealed against, taken back.
#include "common/time/civil.h"
#include "services/staffing/convert/conduct.h"
#include "services/staffing/errors_conduct.h"
#include "services/staffing/handlers/conduct/conduct_handlers.h"
#include "services/staffing/handlers/conduct/support.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/handlers/rules/support.h"
#include "services/staffing/store/conduct.h"

namespace kefu::staffing {
namespace {

using conduct::Actor;
using conduct::Event;

// Writes the step that an event has come by, and tells of it.
absl::StatusOr<v1::Conduct> Tell(const Dependencies& deps, db::Transaction& t,
                                 const RequestContext& ctx, const Event& event,
                                 std::string_view reason) {
  RETURN_IF_ERROR(store::InsertConductEntry(t, ctx.org_id(), event.id,
                                            {.sequence = event.info.version,
                                             .state = event.state,
                                             .actor = ctx.principal.subject,
                                             .reason = std::string(reason),
                                             .terms = event.terms,
                                             .record_time = event.info.update_time}));
  v1::ConductChanged changed;
  *changed.mutable_conduct() = convert::ToProto(event);
  RETURN_IF_ERROR(Publish(deps, t, ctx, event.id, changed));
  return changed.conduct();
}

// What a step needs beside the event, which is locked.
struct Around {
  domain::Shop shop;
  std::vector<std::string> concerned;
  Actor actor;
  absl::CivilDay today;
};

// Changes a stored event by `step`, (transaction, event, around) -> StatusOr<Event>.
template <class Request, class F>
absl::StatusOr<v1::Conduct> Move(const Dependencies& deps, const RequestContext& ctx,
                                 const Request& request, F step) {
  return events::RunWrite<v1::Conduct>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Conduct> {
        ASSIGN_OR_RETURN(const Event event,
                         store::LockConduct(t, ctx.org_id(), request.conduct_id()));
        Around around;
        ASSIGN_OR_RETURN(around.concerned, store::ConductConcerned(t, ctx.org_id(), event.id));
        around.actor = {ctx.principal.subject, Concerns(ctx, around.concerned)};
        if (!around.actor.concerned) {
          RETURN_IF_ERROR(CheckShopAllowed(ctx, event.shop_id));
        }
        ASSIGN_OR_RETURN(around.shop, store::Find<domain::Shop>(t, ctx.org_id(), event.shop_id));
        ASSIGN_OR_RETURN(around.today, TodayIn(around.shop, ctx.now));
        ASSIGN_OR_RETURN(const Event moved, step(t, event, around));
        RETURN_IF_ERROR(store::UpdateConduct(t, ctx.org_id(), moved));
        return Tell(deps, t, ctx, moved, request.reason());
      });
}

// Fills the team of a kind of groups and answers whom the event concerns. The agent, or else the
// team, stays locked: what is recorded of one follows each other.
absl::StatusOr<std::vector<std::string>> LockConcerned(db::Transaction& t,
                                                       const RequestContext& ctx,
                                                       const conduct::Kind& kind, Event& event) {
  std::vector<std::string> concerned;
  if (!event.agent_id.empty()) {
    ASSIGN_OR_RETURN(const auto agent, store::Lock<domain::Agent>(t, ctx.org_id(), event.agent_id));
    if (!agent.employed.Contains(event.day)) return error::AgentNotEmployed(agent.id, event.day);
    concerned.push_back(agent.id);
    ASSIGN_OR_RETURN(const auto memberships, store::Memberships(t, ctx.org_id(), agent.id));
    const auto now = std::ranges::find_if(
        memberships, [&](const auto& m) { return m.period.Contains(event.day); });
    const std::string team_id = now == memberships.end() ? "" : now->team_id;
    if (kind.of_group &&
        (team_id.empty() || (!event.team_id.empty() && event.team_id != team_id))) {
      return error::NotInTeam(agent.id, event.team_id);
    }
    if (kind.of_group) event.team_id = team_id;
  }
  if (event.team_id.empty()) return concerned;
  ASSIGN_OR_RETURN(const auto team, store::Lock<domain::Team>(t, ctx.org_id(), event.team_id));
  ASSIGN_OR_RETURN(const auto members, store::TeamMembersOn(t, ctx.org_id(), team.id, event.day));
  for (const std::string& member : members) {
    if (member != event.agent_id) concerned.push_back(member);
  }
  return concerned;
}

absl::Status CheckClosing(std::string_view id, std::string_view reason) {
  FieldViolations violations;
  convert::Id(id, "conduct_id", violations);
  convert::Text(reason, convert::kMaxReason, "reason", violations, /*lines=*/true);
  return violations.ToStatus();
}

}  // namespace

bool Concerns(const RequestContext& ctx, const std::vector<std::string>& concerned) {
  return !ctx.principal.agent_id.empty() &&
         std::ranges::find(concerned, ctx.principal.agent_id) != concerned.end();
}

absl::StatusOr<absl::CivilDay> TodayIn(const domain::Shop& shop, absl::Time now) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(shop.time_zone));
  return absl::ToCivilDay(now, zone);
}

absl::StatusOr<v1::Conduct> ConductHandlers::RecordConduct(
    const RequestContext& ctx, const v1::RecordConductRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const Event asked = convert::FromProto(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Conduct>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Conduct> {
        ASSIGN_OR_RETURN(Event event, CiteRule(t, ctx.org_id(), asked, request.has_terms()));
        ASSIGN_OR_RETURN(const auto shop,
                         store::Find<domain::Shop>(t, ctx.org_id(), event.shop_id));
        RETURN_IF_ERROR(CheckShopAllowed(ctx, shop.id));
        ASSIGN_OR_RETURN(const conduct::Catalogue catalogue, CatalogueInForce(t, ctx.org_id()));
        const conduct::Kind* const kind = catalogue.Find(event.kind_id);
        if (kind == nullptr) return error::ConductKindUnknown(event.kind_id);
        ASSIGN_OR_RETURN(const auto concerned, LockConcerned(t, ctx, *kind, event));
        if (!event.source_id.empty()) {
          ASSIGN_OR_RETURN(const auto known,
                           store::FindConductBySource(t, ctx.org_id(), event.source_id));
          if (known && conduct::SameFacts(*known, event)) return convert::ToProto(*known);
          if (known) return error::ConductExists(event.source_id);
        }
        ASSIGN_OR_RETURN(const absl::CivilDay today, TodayIn(shop, ctx.now));
        RETURN_IF_ERROR(conduct::CheckRecord(event, *kind, catalogue, shop.currency_code, today));
        if (concerned.empty()) {
          return error::ConductTerms(
              kind->id, std::vector<std::string>{"team_id: nobody was in it on that day"});
        }
        event.id = deps_.ids.Next();
        event.catalogue_version = catalogue.version;
        event.recorded_by = ctx.principal.subject;
        event.info = {1, ctx.now, ctx.now};
        RETURN_IF_ERROR(store::InsertConduct(t, ctx.org_id(), event, concerned));
        return Tell(deps_, t, ctx, event, "");
      });
}

absl::StatusOr<v1::Conduct> ConductHandlers::DecideConduct(
    const RequestContext& ctx, const v1::DecideConductRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const conduct::Decision decision = convert::FromProto(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return Move(
      deps_, ctx, request,
      [&](db::Transaction& t, const Event& event, const Around& around) -> absl::StatusOr<Event> {
        if (!request.etag().empty() && request.etag() != convert::Etag(event.info)) {
          return error::EtagMismatch("conduct", event.id);
        }
        ASSIGN_OR_RETURN(const RecordedKind recorded, KindOf(t, ctx.org_id(), event));
        return conduct::Decide(event, recorded.kind, recorded.catalogue, around.shop.currency_code,
                               decision, around.actor, around.today, ctx.now);
      });
}

absl::StatusOr<v1::Conduct> ConductHandlers::AppealConduct(
    const RequestContext& ctx, const v1::AppealConductRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.conduct_id(), "conduct_id", violations);
  const std::string agent_id = AgentOf(ctx, request.agent_id(), violations);
  convert::Text(request.reason(), convert::kMaxReason, "reason", violations, /*lines=*/true);
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(RequireActing(ctx, agent_id));
  return Move(deps_, ctx, request, [&](db::Transaction&, const Event& event, const Around& around) {
    return conduct::Appeal(event, agent_id, around.concerned, request.reason(), around.today,
                           ctx.now);
  });
}

absl::StatusOr<v1::Conduct> ConductHandlers::DecideConductAppeal(
    const RequestContext& ctx, const v1::DecideConductAppealRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckClosing(request.conduct_id(), request.reason()));
  return Move(deps_, ctx, request, [&](db::Transaction&, const Event& event, const Around& around) {
    return conduct::DecideAppeal(event, request.overturn(), request.reason(), around.actor,
                                 ctx.now);
  });
}

absl::StatusOr<v1::Conduct> ConductHandlers::VoidConduct(
    const RequestContext& ctx, const v1::VoidConductRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckClosing(request.conduct_id(), request.reason()));
  return Move(deps_, ctx, request, [&](db::Transaction&, const Event& event, const Around& around) {
    return conduct::Void(event, request.reason(), around.actor, ctx.now);
  });
}

}  // namespace kefu::staffing
