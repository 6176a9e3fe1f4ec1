// Stock-keeping units.
#include <array>

#include "common/events/outbox.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr std::array<std::string_view, 12> kMutable = {
    "display_name", "category",  "barcode",     "size_class",      "weight_grams", "length_mm",
    "width_mm",     "height_mm", "lot_tracked", "shelf_life_days", "list_price",   "state"};

// Faults are reported under the request's field "sku".
absl::StatusOr<domain::Sku> Convert(const v1::Sku& proto) {
  FieldViolations inner, violations;
  domain::Sku sku = convert::FromProto(proto, inner);
  violations.Merge("sku", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return sku;
}

absl::Status Publish(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                     const v1::Sku& sku) {
  v1::SkuChanged event;
  *event.mutable_sku() = sku;
  t.AfterCommit(deps.on_events);
  return events::Append(t, ctx.org_id(), sku.sku_id(), event, ctx.now);
}

}  // namespace

absl::StatusOr<v1::Sku> Handlers::CreateSku(const RequestContext& ctx,
                                            const v1::CreateSkuRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(domain::Sku sku, Convert(request.sku()));
  const absl::Time now = StoredNow(ctx);
  sku.id = deps_.ids.Next();
  sku.state = domain::RecordState::kActive;
  sku.info = {1, now, now};
  return events::RunWrite<v1::Sku>(deps_.database, ctx, request,
                                   [&](db::Transaction& t) -> absl::StatusOr<v1::Sku> {
                                     RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), sku));
                                     const v1::Sku proto = convert::ToProto(sku);
                                     RETURN_IF_ERROR(Publish(deps_, t, ctx, proto));
                                     return proto;
                                   });
}

absl::StatusOr<v1::Sku> Handlers::GetSku(const RequestContext& ctx,
                                         const v1::GetSkuRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.sku_id(), "sku_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const domain::Sku sku, store::FindSku(db::Reader(deps_.database, ctx.deadline),
                                                         ctx.org_id(), request.sku_id()));
  return convert::ToProto(sku);
}

absl::StatusOr<v1::ListSkusResponse> Handlers::ListSkus(const RequestContext& ctx,
                                                        const v1::ListSkusRequest& request) const {
  const store::SkuFilter filter{
      .archived = request.show_archived(), .category = request.category(), .code = request.code()};
  ASSIGN_OR_RETURN(const PageAsked page,
                   AskedPage(ctx, request,
                             fmt::format("{} {}:{} {}", filter.archived, filter.category.size(),
                                         filter.category, filter.code),
                             1));
  ASSIGN_OR_RETURN(
      std::vector<domain::Sku> skus,
      store::ListSkus(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                      {page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1},
                      filter));
  v1::ListSkusResponse response;
  response.set_next_page_token(
      CutPage(page, skus, [](const domain::Sku& s) { return std::vector{s.id}; }));
  for (const domain::Sku& sku : skus) *response.add_skus() = convert::ToProto(sku);
  return response;
}

absl::StatusOr<v1::Sku> Handlers::UpdateSku(const RequestContext& ctx,
                                            const v1::UpdateSkuRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  const v1::Sku& sent = request.sku();
  FieldViolations violations;
  convert::Id(sent.sku_id(), "sku.sku_id", violations);
  convert::CheckMask(request.update_mask(), kMutable, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Sku>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Sku> {
        ASSIGN_OR_RETURN(const domain::Sku before, store::LockSku(t, ctx.org_id(), sent.sku_id()));
        if (!sent.etag().empty() && sent.etag() != convert::Etag(before.info)) {
          return error::EtagMismatch("sku", before.id);
        }
        ASSIGN_OR_RETURN(domain::Sku sku,
                         Convert(Masked(convert::ToProto(before), sent, request.update_mask())));
        sku.id = before.id;
        if (sku.lot_tracked != before.lot_tracked) {
          // Receive holds its SKUs shared, so nothing comes in between.
          ASSIGN_OR_RETURN(const bool in_stock, store::HasStock(t, ctx.org_id(), sku.id));
          if (in_stock) return error::SkuHasStock(sku.id);
        }
        sku.info = {before.info.version + 1, before.info.create_time, StoredNow(ctx)};
        RETURN_IF_ERROR(store::Update(t, ctx.org_id(), sku));
        const v1::Sku proto = convert::ToProto(sku);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, proto));
        return proto;
      });
}

}  // namespace kefu::warehouse
