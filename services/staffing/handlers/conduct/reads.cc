// The ledger, read: events, why they count, and what a month holds.
#include "common/time/civil.h"
#include "services/staffing/convert/conduct.h"
#include "services/staffing/handlers/conduct/conduct_handlers.h"
#include "services/staffing/handlers/conduct/support.h"
#include "services/staffing/handlers/contracts/support.h"
#include "services/staffing/handlers/people_time.h"
#include "services/staffing/store/conduct.h"

namespace kefu::staffing {
namespace {

using conduct::Event;

constexpr int kEarlierShown = 100;    // of ExplainConduct: more is no explanation
constexpr int kMostOfMonth = 10'000;  // events of one agent's month: far above what is recorded

struct ConductRow {
  using Record = Event;
  using Proto = v1::Conduct;
  static constexpr bool kHasParts = false;
  static const std::string& IdOf(const Record& record) { return record.id; }
};

// What concerns the token's own agent is for it; everything else for who reads staff, in the shops
// that the token reaches.
absl::Status RequireSight(const RequestContext& ctx, const Event& event,
                          const std::vector<std::string>& concerned) {
  if (Concerns(ctx, concerned)) return absl::OkStatus();
  if (!auth::PermissionTable::Get().Allows(ctx.principal, auth::Permission::kReadStaff)) {
    return error::TimeOfOthers();
  }
  return CheckShopAllowed(ctx, event.shop_id);
}

struct Seen {
  Event event;
  std::vector<std::string> concerned;
};
absl::StatusOr<Seen> See(store::Reader reader, const RequestContext& ctx, std::string_view id) {
  Seen seen;
  ASSIGN_OR_RETURN(seen.event, store::FindConduct(reader, ctx.org_id(), id));
  ASSIGN_OR_RETURN(seen.concerned, store::ConductConcerned(reader, ctx.org_id(), id));
  RETURN_IF_ERROR(RequireSight(ctx, seen.event, seen.concerned));
  return seen;
}

// The only shops that the caller may see of an agent's conduct, comma-separated; empty: all.
std::string ShopsOf(const RequestContext& ctx, std::string_view agent_id) {
  const bool own = !agent_id.empty() && agent_id == ctx.principal.agent_id;
  return own ? "" : AllowedShops(ctx);
}

}  // namespace

absl::StatusOr<v1::Conduct> ConductHandlers::GetConduct(
    const RequestContext& ctx, const v1::GetConductRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.conduct_id(), "conduct_id"));
  ASSIGN_OR_RETURN(const Seen seen,
                   See(store::Reader(deps_.database, ctx.deadline), ctx, request.conduct_id()));
  return convert::ToProto(seen.event);
}

absl::StatusOr<v1::ListConductResponse> ConductHandlers::ListConduct(
    const RequestContext& ctx, const v1::ListConductRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.shop_id(), "shop_id", violations);
  std::string agent_id = convert::OptionalId(request.agent_id(), "agent_id", violations);
  if (!request.kind_id().empty()) convert::KindName(request.kind_id(), "kind_id", violations);
  const auto state = convert::OptionalEnum<conduct::State>(request.state(), "state", violations);
  const auto days =
      convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  if (!auth::PermissionTable::Get().AllowsFor(ctx.principal, auth::Permission::kReadStaff,
                                              agent_id)) {
    if (ctx.principal.agent_id.empty() || !agent_id.empty()) return error::TimeOfOthers();
    agent_id = ctx.principal.agent_id;
  }
  const std::string shops = ShopsOf(ctx, agent_id);
  store::ConductFilter filter{.shop_id = request.shop_id(),
                              .agent_id = agent_id,
                              .kind_id = request.kind_id(),
                              .state = state == conduct::State::kUnspecified ? "" : NameOf(state),
                              .shops = shops};
  if (days) {
    filter.first = days->first;
    filter.last = days->last;
  }
  const std::string bound =
      fmt::format("{} {} {} {} {} {}", filter.shop_id, agent_id, filter.kind_id, filter.state,
                  FormatDay(filter.first), FormatDay(filter.last));
  return List<ConductRow, v1::ListConductResponse>(
      deps_, ctx, request, bound, &v1::ListConductResponse::add_conduct,
      [&](store::Reader reader, store::Page page) {
        return store::ListConduct(reader, ctx.org_id(), page, filter);
      });
}

absl::StatusOr<v1::ExplainConductResponse> ConductHandlers::ExplainConduct(
    const RequestContext& ctx, const v1::ExplainConductRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.conduct_id(), "conduct_id"));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ExplainConductResponse> {
        ASSIGN_OR_RETURN(const Seen seen, See(t, ctx, request.conduct_id()));
        const Event& event = seen.event;
        ASSIGN_OR_RETURN(const RecordedKind recorded, KindOf(t, ctx.org_id(), event));
        ASSIGN_OR_RETURN(const auto entries, store::ConductEntries(t, ctx.org_id(), event.id));
        v1::ExplainConductResponse response;
        *response.mutable_conduct() = convert::ToProto(event);
        *response.mutable_kind() = convert::ToProto(recorded.kind);
        response.set_counts(conduct::Counts(event.state));
        for (const std::string& agent_id : seen.concerned) {
          response.add_concerned_agent_ids(agent_id);
        }
        // Read after the event, so they may hold a step more, which is cut off.
        for (const conduct::Entry& entry : entries) {
          if (entry.sequence <= event.info.version) {
            *response.add_entries() = convert::ToProto(entry);
          }
        }
        if (!response.counts()) return response;
        ASSIGN_OR_RETURN(const auto earlier,
                         store::EarlierThan(t, ctx.org_id(), event, kEarlierShown));
        response.set_time(static_cast<int32_t>(earlier.count + 1));
        for (auto id = earlier.ids.rbegin(); id != earlier.ids.rend(); ++id) {
          response.add_earlier_conduct_ids(*id);
        }
        return response;
      });
}

absl::StatusOr<v1::GetConductScoreResponse> ConductHandlers::GetConductScore(
    const RequestContext& ctx, const v1::GetConductScoreRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.agent_id(), "agent_id", violations);
  convert::OptionalId(request.shop_id(), "shop_id", violations);
  const absl::CivilDay month = MonthOf(request.has_month(), request.month(), violations);
  RETURN_IF_ERROR(violations.ToStatus());
  if (!auth::PermissionTable::Get().AllowsFor(ctx.principal, auth::Permission::kReadStaff,
                                              request.agent_id())) {
    return error::TimeOfOthers();
  }
  const store::Reader reader(deps_.database, ctx.deadline);
  RETURN_IF_ERROR(store::Find<domain::Agent>(reader, ctx.org_id(), request.agent_id()));
  const std::string shops = ShopsOf(ctx, request.agent_id());
  ASSIGN_OR_RETURN(const auto events,
                   store::ListConduct(reader, ctx.org_id(), {"", kMostOfMonth},
                                      {.shop_id = request.shop_id(),
                                       .agent_id = request.agent_id(),
                                       .shops = shops,
                                       .first = month,
                                       .last = absl::CivilDay(absl::CivilMonth(month) + 1) - 1}));
  v1::GetConductScoreResponse response;
  response.set_agent_id(request.agent_id());
  *response.mutable_month() = convert::ToProto(month);
  conduct::Tally total;
  for (const auto& [kind_id, tally] : conduct::Tallies(events)) {
    *response.add_tallies() = convert::ToProto(kind_id, tally);
    total += tally;
  }
  *response.mutable_total() = convert::ToProto("", total);
  return response;
}

}  // namespace kefu::staffing
