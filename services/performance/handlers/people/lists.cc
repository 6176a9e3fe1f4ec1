// Conduct, attendance and employment, read.
#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/people.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/people/people_handlers.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/store/people.h"

namespace kefu::performance {
namespace {

// A shop's; or of attendance the organization's own, which staffing closed.
absl::StatusOr<store::Scope> ScopeOf(const Dependencies& deps, const RequestContext& ctx,
                                     std::string_view shop_id, store::PeopleFact kind) {
  if (shop_id.empty() && kind == store::PeopleFact::kAttendance) {
    RETURN_IF_ERROR(RequireWholeOrganization(ctx));
    return store::Scope{ctx.principal.org_id, ""};
  }
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps.database, ctx, shop_id, ctx.deadline));
  return shop.scope;
}

// Lists by (day, id); `add` makes room for the next row's message.
template <class Request, class Response, class Add>
absl::StatusOr<Response> List(const Dependencies& deps, const RequestContext& ctx,
                              const Request& request, store::PeopleFact kind, Add add) {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  const auto days =
      kefu::convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  violations.Check(request.agent_id().empty() || convert::IsSourceId(request.agent_id()),
                   "agent_id", "must be 1 to 64 printable ASCII characters");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const int page_size, db::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const store::Scope scope, ScopeOf(deps, ctx, request.shop_id(), kind));
  const absl::CivilDay first = days ? days->first : absl::CivilDay(1, 1, 1);
  const absl::CivilDay last = days ? days->last : absl::CivilDay(9999, 12, 31);
  const uint64_t filter =
      db::FilterHash({ctx.method, scope.org_id, scope.shop_id, request.agent_id(),
                      absl::FormatCivilTime(first), absl::FormatCivilTime(last)});
  ASSIGN_OR_RETURN(const auto after, db::DecodePageToken(request.page_token(), filter, 2));
  absl::CivilDay after_day(1, 1, 1);
  if (!after.empty() && !absl::ParseCivilTime(after[0], &after_day))
    return InvalidArgument("BAD_PAGE_TOKEN", "page_token", "is damaged");
  ASSIGN_OR_RETURN(
      const auto rows, deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
        return store::PagePeopleFacts(t, kind, scope, request.agent_id(), first, last, after_day,
                                      after.empty() ? "" : after[1], page_size + 1);
      }));
  Response response;
  for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
    if (i == page_size) {
      const store::PageRow& end = rows[i - 1];
      response.set_next_page_token(
          db::EncodePageToken(filter, {absl::FormatCivilTime(end.day), end.id}));
      break;
    }
    if (!add(response)->ParseFromString(rows[i].body))
      return Internal("a stored fact cannot be read");
  }
  return response;
}

}  // namespace

absl::StatusOr<v1::ListConductResponse> PeopleHandlers::ListConduct(
    const RequestContext& ctx, const v1::ListConductRequest& request) const {
  return List<v1::ListConductRequest, v1::ListConductResponse>(
      deps_, ctx, request, store::PeopleFact::kConduct,
      [](v1::ListConductResponse& response) { return response.add_conduct(); });
}

absl::StatusOr<v1::ListAttendanceResponse> PeopleHandlers::ListAttendance(
    const RequestContext& ctx, const v1::ListAttendanceRequest& request) const {
  return List<v1::ListAttendanceRequest, v1::ListAttendanceResponse>(
      deps_, ctx, request, store::PeopleFact::kAttendance,
      [](v1::ListAttendanceResponse& response) { return response.add_attendance(); });
}

absl::StatusOr<v1::Employment> PeopleHandlers::GetEmployment(
    const RequestContext& ctx, const v1::GetEmploymentRequest& request) const {
  FieldViolations violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  violations.Check(convert::IsSourceId(request.agent_id()), "agent_id",
                   "must be 1 to 64 printable ASCII characters");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::Employment> {
        ASSIGN_OR_RETURN(const Sight sight, SightOf(t, ctx, shop));
        if (!sight.AnyDay(request.agent_id())) return error::OnlyOwnAgents();
        ASSIGN_OR_RETURN(const auto found,
                         store::LoadEmployments(t, shop.scope.org_id, {request.agent_id()}));
        if (found.empty()) return error::EmploymentNotFound(request.agent_id());
        return convert::ToProto(request.agent_id(), found.begin()->second);
      });
}

}  // namespace kefu::performance
