#include "services/performance/handlers/figures/figure_handlers.h"

#include "common/events/write.h"
#include "common/status/status_macros.h"
#include "services/performance/handlers/figures/conservation.h"
#include "services/performance/handlers/period.h"

namespace kefu::performance {

absl::StatusOr<v1::CheckSalesConservationResponse> FigureHandlers::CheckSalesConservation(
    const RequestContext& ctx, const v1::CheckSalesConservationRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  ASSIGN_OR_RETURN(const AskedPeriod asked,
                   ResolvePeriod(deps_, ctx, request.shop_id(), request.definition_id(),
                                 request.has_period(), request.period()));
  auto response = events::RunWrite<v1::CheckSalesConservationResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::CheckSalesConservationResponse> {
        const std::string definition = asked.definition->Key();
        ConservationOutcome outcome(asked.shop.scope.shop_id, definition,
                                    asked.shop.settings.currency_code);
        if (!asked.days) return outcome.response();
        const auto [first, last] = *asked.days;
        ASSIGN_OR_RETURN(const store::SalesOfDays sales,
                         store::LoadSales(t, asked.shop.scope, definition, first, last));
        RETURN_IF_ERROR(outcome.AddAll(sales));
        RETURN_IF_ERROR(outcome.WriteEvent(t, asked.shop.scope.org_id, first, last, ctx.now));
        return outcome.response();
      });
  if (response.ok() && deps_.on_events) deps_.on_events();
  return response;
}

}  // namespace kefu::performance
