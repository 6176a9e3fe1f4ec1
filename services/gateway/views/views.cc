#include "services/gateway/views/views.h"

#include <optional>

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
constexpr double kShareForFirst = 0.4;          // of the time, for the question before the others
constexpr char kUsualZone[] = "Asia/Shanghai";  // while nobody knows the shop's own

kefu::common::v1::DateRange OneDay(absl::CivilDay day) {
  kefu::common::v1::DateRange range;
  *range.mutable_start_date() = kefu::convert::ToProto(day);
  *range.mutable_end_date() = kefu::convert::ToProto(day);
  return range;
}

// What the caller alone can mend; anything else is a service's trouble.
bool IsCallersFault(const absl::Status& status) {
  return status.code() == absl::StatusCode::kNotFound ||
         status.code() == absl::StatusCode::kUnauthenticated ||
         status.code() == absl::StatusCode::kPermissionDenied ||
         status.code() == absl::StatusCode::kInvalidArgument;
}

// A view without shop and figures is none: the error that says why, if it is the caller's.
absl::Status Verdict(const absl::Status& shop, const absl::Status& figures) {
  if (shop.ok() || figures.ok()) return absl::OkStatus();
  if (IsCallersFault(shop)) return shop;
  return IsCallersFault(figures) ? figures : absl::OkStatus();
}

// Which day "yesterday" is hangs on the shop's zone, so that the shop must come first, and may take
// part of the time only.
RequestContext ForFirstQuestion(const RequestContext& ctx) {
  RequestContext first = ctx;
  if (ctx.deadline != absl::InfiniteFuture()) {
    const absl::Time now = absl::Now();
    first.deadline = now + (ctx.deadline - now) * kShareForFirst;
  }
  return first;
}

// A checked question for a day.
struct DayQuestion {
  std::string shop_id;
  std::optional<absl::CivilDay> day;
  absl::Duration near_due;
  int64_t low_stock = 0;
};

absl::StatusOr<DayQuestion> QuestionOf(const v1::GetShopDayRequest& request) {
  FieldViolations violations;
  DayQuestion question;
  question.shop_id = kefu::convert::Id(request.shop_id(), "shop_id", violations);
  question.day = kefu::convert::OptionalDay(request.has_day(), request.day(), "day", violations);
  kefu::convert::Number(request.near_due_seconds(), 0, kMaxNearDueSeconds, "near_due_seconds",
                        violations);
  violations.Check(request.low_stock_units() >= 0, "low_stock_units", "must not be negative");
  RETURN_IF_ERROR(violations.ToStatus());
  question.near_due =
      absl::Seconds(request.near_due_seconds() > 0 ? request.near_due_seconds() : kNearDueSeconds);
  question.low_stock = request.low_stock_units() > 0 ? request.low_stock_units() : kLowStockUnits;
  return question;
}

}  // namespace

absl::StatusOr<v1::GetShopDayResponse> Views::GetShopDay(
    const RequestContext& ctx, const v1::GetShopDayRequest& request) const {
  ASSIGN_OR_RETURN(const DayQuestion question, QuestionOf(request));
  const std::string& shop_id = question.shop_id;
  v1::GetShopDayResponse response;
  absl::StatusOr<staffing::v1::Shop> shop;
  std::string zone_name = kUsualZone;
  if (!question.day) {
    shop = LoadShop(peers_, ForFirstQuestion(ctx), shop_id);
    if (shop.ok()) zone_name = shop->time_zone();
  }
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(zone_name));
  const absl::CivilDay day = question.day.value_or(absl::ToCivilDay(ctx.now, zone) - 1);
  *response.mutable_day() = kefu::convert::ToProto(day);
  const auto today = OneDay(day), day_before = OneDay(day - 1), week_before = OneDay(day - 7);

  absl::StatusOr<std::map<std::string, AgentName>> names;
  absl::Status figures;
  FanOut parts;
  parts.Add("shop", [&] {
    if (question.day) shop = LoadShop(peers_, ctx, shop_id);
    return shop.status();
  });
  parts.Add("figures", [&] {
    return figures = LoadShopFigures(peers_, ctx, shop_id, &today, response.mutable_figures());
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
    return LoadCasesNearDue(peers_, ctx, shop_id, ctx.now + question.near_due,
                            response.mutable_cases_near_due());
  });
  parts.Add("stock", [&] {
    return LoadLowStock(peers_, ctx, question.low_stock, response.mutable_stock_at_risk());
  });
  RETURN_IF_ERROR(parts.Join(response));
  RETURN_IF_ERROR(Verdict(shop.status(), figures));
  if (shop.ok()) *response.mutable_shop() = *std::move(shop);
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
  RETURN_IF_ERROR(Verdict(shop.status(), figures));
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
