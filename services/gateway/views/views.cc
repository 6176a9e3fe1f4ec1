#include "services/gateway/views/views.h"

#include "common/convert/fields.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/gateway/views/fan_out.h"
#include "services/gateway/views/parts.h"

namespace kefu::gateway {
namespace {

constexpr int64_t kNearDueSeconds = 10'800;  // the shortest clock of DOMAIN 4.2: three hours
constexpr int64_t kMaxNearDueSeconds = 30 * 86'400;
constexpr int64_t kLowStockUnits = 10;

kefu::common::v1::DateRange OneDay(absl::CivilDay day) {
  kefu::common::v1::DateRange range;
  *range.mutable_start_date() = kefu::convert::ToProto(day);
  *range.mutable_end_date() = kefu::convert::ToProto(day);
  return range;
}

// A part whose failure must not fail the view, unless it says that the caller's shop does not exist
// at all.
bool IsCallersFault(const absl::Status& status) {
  return status.code() == absl::StatusCode::kNotFound ||
         status.code() == absl::StatusCode::kUnauthenticated ||
         status.code() == absl::StatusCode::kPermissionDenied;
}

}  // namespace

absl::StatusOr<v1::GetShopDayResponse> Views::GetShopDay(
    const RequestContext& ctx, const v1::GetShopDayRequest& request) const {
  FieldViolations violations;
  const std::string shop_id = kefu::convert::Id(request.shop_id(), "shop_id", violations);
  const auto asked_day =
      kefu::convert::OptionalDay(request.has_day(), request.day(), "day", violations);
  kefu::convert::Number(request.near_due_seconds(), 0, kMaxNearDueSeconds, "near_due_seconds",
                        violations);
  violations.Check(request.low_stock_units() >= 0, "low_stock_units", "must not be negative");
  RETURN_IF_ERROR(violations.ToStatus());

  v1::GetShopDayResponse response;
  // Which day "yesterday" is hangs on the shop's zone, so the shop comes first.
  const auto shop = LoadShop(peers_, ctx, shop_id);
  if (!shop.ok() && IsCallersFault(shop.status())) return shop.status();
  std::string zone_name = "Asia/Shanghai";
  if (shop.ok()) {
    zone_name = shop->time_zone();
    *response.mutable_shop() = *shop;
  }
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(zone_name));
  const absl::CivilDay day = asked_day.value_or(absl::ToCivilDay(ctx.now, zone) - 1);
  *response.mutable_day() = kefu::convert::ToProto(day);
  const auto today = OneDay(day), day_before = OneDay(day - 1), week_before = OneDay(day - 7);
  const int64_t near =
      request.near_due_seconds() > 0 ? request.near_due_seconds() : kNearDueSeconds;
  const int64_t low = request.low_stock_units() > 0 ? request.low_stock_units() : kLowStockUnits;

  absl::StatusOr<std::map<std::string, AgentName>> names;
  FanOut parts;
  parts.Add("shop", [&] { return shop.status(); });
  parts.Add("figures", [&] {
    return LoadShopFigures(peers_, ctx, shop_id, &today, response.mutable_figures());
  });
  parts.Add("figures_day_before", [&] {
    return LoadShopFigures(peers_, ctx, shop_id, &day_before,
                           response.mutable_figures_day_before());
  });
  parts.Add("figures_week_before", [&] {
    return LoadShopFigures(peers_, ctx, shop_id, &week_before,
                           response.mutable_figures_week_before());
  });
  parts.Add("agents", [&] {
    return LoadAgentFigures(peers_, ctx, shop_id, &today, response.mutable_agents());
  });
  parts.Add("agent_names", [&] {
    names = LoadAgentNames(peers_, ctx);
    return names.status();
  });
  parts.Add("cases", [&] {
    return LoadCasesNearDue(peers_, ctx, shop_id, ctx.now + absl::Seconds(near),
                            response.mutable_cases_near_due());
  });
  parts.Add("stock",
            [&] { return LoadLowStock(peers_, ctx, low, response.mutable_stock_at_risk()); });
  RETURN_IF_ERROR(parts.Join(response));
  if (names.ok()) NameAgents(*names, *response.mutable_agents());
  *response.mutable_view_time() = kefu::convert::ToProto(ctx.now);
  return response;
}

absl::StatusOr<v1::GetShopPeriodResponse> Views::GetShopPeriod(
    const RequestContext& ctx, const v1::GetShopPeriodRequest& request) const {
  FieldViolations violations;
  const std::string shop_id = kefu::convert::Id(request.shop_id(), "shop_id", violations);
  kefu::convert::OptionalDays(request.has_period(), request.period(), "period", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const kefu::common::v1::DateRange* period = request.has_period() ? &request.period() : nullptr;

  v1::GetShopPeriodResponse response;
  absl::StatusOr<staffing::v1::Shop> shop;
  absl::StatusOr<std::map<std::string, AgentName>> names;
  absl::StatusOr<LateShipments> late;
  absl::Status figures;
  FanOut parts;
  parts.Add("shop", [&] {
    shop = LoadShop(peers_, ctx, shop_id);
    return shop.status();
  });
  parts.Add("figures", [&] {
    return figures = LoadShopFigures(peers_, ctx, shop_id, period, response.mutable_figures(),
                                     response.mutable_period());
  });
  parts.Add("agents", [&] {
    return LoadAgentFigures(peers_, ctx, shop_id, period, response.mutable_agents());
  });
  parts.Add("agent_names", [&] {
    names = LoadAgentNames(peers_, ctx);
    return names.status();
  });
  parts.Add("late_shipments", [&] {
    late = LoadLateShipments(peers_, ctx, shop_id, period);
    return late.status();
  });
  RETURN_IF_ERROR(parts.Join(response));
  if (!shop.ok() && !figures.ok() && IsCallersFault(figures)) return figures;
  if (shop.ok()) *response.mutable_shop() = *std::move(shop);
  if (names.ok()) NameAgents(*names, *response.mutable_agents());
  if (late.ok()) {
    response.set_late_shipments(late->orders);
    *response.mutable_late_compensation() = late->compensation;
  }
  *response.mutable_view_time() = kefu::convert::ToProto(ctx.now);
  return response;
}

}  // namespace kefu::gateway
