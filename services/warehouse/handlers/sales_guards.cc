// How much a sales channel may take.
#include "services/warehouse/store/sales_guards.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "services/warehouse/convert/stock_control.h"
#include "services/warehouse/handlers/stock_control.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

// The SKU and the nodes that it names are the organization's.
absl::Status CheckNamed(db::Transaction& t, const RequestContext& ctx,
                        const domain::SalesGuard& guard) {
  RETURN_IF_ERROR(store::FindSku(t, ctx.org_id(), guard.sku_id).status());
  ASSIGN_OR_RETURN(
      const auto nodes,
      store::FindNodes(t, ctx.org_id(), {guard.node_ids.begin(), guard.node_ids.end()}));
  for (const std::string& id : guard.node_ids) {
    if (!nodes.contains(id)) return error::NodeNotFound(id);
  }
  return absl::OkStatus();
}

// What goes on counting from the guard that stands: the same nodes keep their use, and so does a
// window that begins as before, also when it is given another end before it is over.
void Continue(const domain::SalesGuard& before, domain::SalesGuard& guard) {
  guard.info.version = before.info.version + 1;
  guard.info.create_time = before.info.create_time;
  const bool goes_on = guard.end == before.end || guard.info.update_time < before.end;
  if (guard.start != before.start || !goes_on || guard.node_ids != before.node_ids) {
    guard.count_number = before.count_number + 1;
    return;
  }
  guard.used = before.used;
  guard.count_number = before.count_number;
  guard.counted_from = before.counted_from;
}

}  // namespace

absl::StatusOr<v1::SalesGuard> StockControlHandlers::SetSalesGuard(
    const RequestContext& ctx, const v1::SetSalesGuardRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  domain::SalesGuard asked = convert::FromProto(request.guard(), inner);
  violations.Merge("guard", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  asked.counted_from = StoredNow(ctx);
  asked.info = {1, StoredNow(ctx), StoredNow(ctx)};
  return events::RunWrite<v1::SalesGuard>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::SalesGuard> {
        domain::SalesGuard guard = asked;
        RETURN_IF_ERROR(CheckNamed(t, ctx, guard));
        RETURN_IF_ERROR(store::MarkGuarded(t, ctx.org_id(), guard.sku_id));
        ASSIGN_OR_RETURN(const auto before, store::LockGuard(t, ctx.org_id(), guard));
        const std::string& etag = request.guard().etag();
        if (!etag.empty() && (before.empty() || etag != convert::Etag(before.front().info))) {
          return error::EtagMismatch("sales guard", guard.sku_id);
        }
        if (!before.empty()) Continue(before.front(), guard);
        RETURN_IF_ERROR(store::SaveGuard(t, ctx.org_id(), guard));
        const v1::SalesGuard proto = convert::ToProto(guard);
        v1::SalesGuardChanged event;
        *event.mutable_guard() = proto;
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(events::Append(t, ctx.org_id(), guard.sku_id, event, ctx.now));
        return proto;
      });
}

absl::StatusOr<v1::SalesGuard> StockControlHandlers::GetSalesGuard(
    const RequestContext& ctx, const v1::GetSalesGuardRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.sku_id(), "sku_id", violations);
  convert::OptionalId(request.owner_id(), "owner_id", violations);
  convert::OptionalId(request.channel(), "channel", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const domain::SalesGuard guard,
                   store::FindGuard(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                                    request.sku_id(), request.owner_id(), request.channel()));
  return convert::ToProto(guard);
}

absl::StatusOr<v1::ListSalesGuardsResponse> StockControlHandlers::ListSalesGuards(
    const RequestContext& ctx, const v1::ListSalesGuardsRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.sku_id(), "sku_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PageAsked page, AskedPage(ctx, request, request.sku_id(), 3));
  std::tuple<std::string, std::string, std::string> after;
  if (!page.keys.empty()) after = {page.keys[0], page.keys[1], page.keys[2]};
  ASSIGN_OR_RETURN(std::vector<domain::SalesGuard> guards,
                   store::ListGuards(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                                     request.sku_id(), after, page.keys.empty(), page.size + 1));
  v1::ListSalesGuardsResponse response;
  response.set_next_page_token(CutPage(page, guards, [](const domain::SalesGuard& g) {
    return std::vector{g.sku_id, g.owner_id, g.channel};
  }));
  for (const domain::SalesGuard& guard : guards) *response.add_guards() = convert::ToProto(guard);
  return response;
}

}  // namespace kefu::warehouse
