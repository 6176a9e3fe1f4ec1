// How much there was.
#include "services/warehouse/store/past_stock.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/stock_control.h"
#include "services/warehouse/handlers/stock_control.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

absl::StatusOr<store::PastAsked> Convert(const v1::GetStockAtRequest& request) {
  FieldViolations violations;
  convert::Id(request.node_id(), "node_id", violations);
  convert::OptionalId(request.sku_id(), "sku_id", violations);
  violations.Check(request.when_case() != v1::GetStockAtRequest::WHEN_NOT_SET, "when",
                   "must name an instant or a day");
  store::PastAsked asked{.node_id = request.node_id(),
                         .upto = absl::InfiniteFuture(),
                         .day = std::nullopt,
                         .by_bin = request.by_bin()};
  if (request.has_time()) asked.upto = convert::Instant(request.time(), "time", violations);
  asked.day = convert::OptionalDay(request.has_business_date(), request.business_date(),
                                   "business_date", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return asked;
}

v1::StockLevel LevelOf(const store::PastLevel& past) {
  v1::StockLevel level;
  *level.mutable_key() = convert::ToProto(past.key);
  level.set_on_hand(past.on_hand);
  level.set_reserved(past.reserved);
  level.set_in_transit(past.in_transit);
  if (past.key.total.condition == domain::StockCondition::kSellable) {
    level.set_available(past.on_hand - past.reserved);
  }
  return level;
}

}  // namespace

absl::StatusOr<v1::GetStockAtResponse> StockControlHandlers::GetStockAt(
    const RequestContext& ctx, const v1::GetStockAtRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const store::PastAsked asked, Convert(request));
  ASSIGN_OR_RETURN(
      const PageAsked page,
      AskedPage(ctx, request,
                fmt::format("{}/{}/{}/{}/{}", request.node_id(), request.sku_id(),
                            request.time().ShortDebugString(),
                            request.business_date().ShortDebugString(), request.by_bin()),
                1));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::GetStockAtResponse> {
        RETURN_IF_ERROR(store::FindNode(t, ctx.org_id(), request.node_id()).status());
        std::vector<std::string> skus = {request.sku_id()};
        if (request.sku_id().empty()) {
          ASSIGN_OR_RETURN(skus,
                           store::SkusOfNode(t, ctx.org_id(), request.node_id(),
                                             page.keys.empty() ? "" : page.keys[0], page.size + 1));
        } else {
          RETURN_IF_ERROR(store::FindSku(t, ctx.org_id(), request.sku_id()).status());
        }
        v1::GetStockAtResponse response;
        response.set_next_page_token(
            CutPage(page, skus, [](const std::string& sku) { return std::vector{sku}; }));
        ASSIGN_OR_RETURN(const auto levels, store::PastLevels(t, ctx.org_id(), asked, skus));
        for (const store::PastLevel& level : levels) *response.add_levels() = LevelOf(level);
        return response;
      });
}

}  // namespace kefu::warehouse
