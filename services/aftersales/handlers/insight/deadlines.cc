// Kept and broken deadlines, what is open, and what will be late.
#include <algorithm>

#include "services/aftersales/convert/case_figures.h"
#include "services/aftersales/handlers/insight/case_figure_handlers.h"
#include "services/aftersales/handlers/insight/figure_requests.h"
#include "services/aftersales/handlers/pages.h"
#include "services/aftersales/store/sla_figures.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;
using domain::insight::CasePeriod;
using domain::insight::SlaDimension;

constexpr int kMaxHorizonHours = 168;
constexpr int kDefaultHorizonHours = 24;
constexpr int kDefaultStepHours = 4;
constexpr int kDefaultHistoryDays = 90;
constexpr absl::Duration kDay = absl::Hours(24);

SlaDimension ByOf(int value, FieldViolations& violations) {
  return static_cast<SlaDimension>(fields::OptionalEnum<v1::SlaDimension>(value, "by", violations));
}

// Weeks that lie within the history, from its first case on.
int WeeksOf(const std::optional<absl::Time>& first, absl::Time now) {
  if (!first) return 0;
  return static_cast<int>(
      std::min<int64_t>(domain::insight::kForecastWeeks, (now - *first) / (7 * kDay)));
}

// Numbers of which 0 stands for the usual one.
int32_t OrUsual(int32_t value, int32_t usual, int32_t min, int32_t max, std::string_view field,
                FieldViolations& violations) {
  return value == 0 ? usual : fields::Number(value, min, max, field, violations);
}

store::ForecastSteps StepsOf(const v1::ForecastBreachesRequest& request,
                             FieldViolations& violations) {
  const int32_t horizon = OrUsual(request.horizon_hours(), kDefaultHorizonHours, 1,
                                  kMaxHorizonHours, "horizon_hours", violations);
  const int32_t step = OrUsual(request.step_hours(), std::min(kDefaultStepHours, horizon), 1,
                               horizon, "step_hours", violations);
  return {absl::Hours(horizon), absl::Hours(step)};
}

// Reads all that the forecast is made from, in one transaction.
absl::StatusOr<v1::ForecastBreachesResponse> Answer(db::Transaction& t, const CasePeriod& reach,
                                                    const store::ForecastSteps& steps) {
  ASSIGN_OR_RETURN(const auto histories, store::ClockHistoriesOf(t, reach));
  ASSIGN_OR_RETURN(const auto running, store::RunningClocksOf(t, reach, steps));
  ASSIGN_OR_RETURN(const auto first, store::FirstReceived(t, reach));
  const int weeks = WeeksOf(first, reach.to);
  std::vector<domain::insight::PastBreaches> past;
  if (weeks > 0) {
    ASSIGN_OR_RETURN(past, store::PastBreachesOf(t, reach, steps, weeks));
  }
  const int count =
      static_cast<int>((steps.horizon + steps.step - absl::Nanoseconds(1)) / steps.step);
  const auto forecast = domain::insight::ForecastBreaches(histories, running, past, weeks, count);
  v1::ForecastBreachesResponse response =
      convert::ToProto(forecast, histories, reach.to, steps.step, reach.to + steps.horizon);
  response.set_weeks(weeks);
  return response;
}

}  // namespace

absl::StatusOr<v1::GetSlaComplianceResponse> CaseFigureHandlers::GetSlaCompliance(
    const RequestContext& ctx, const v1::GetSlaComplianceRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const SlaDimension by = ByOf(request.by(), violations);
  ASSIGN_OR_RETURN(CasePeriod period, PeriodOf(ctx, request, violations));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = HashOf(ctx, period, fmt::format("{}", request.by()));
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 2));
  store::SlaPage page{.limit = size + 1};
  if (!keys.empty()) {
    page.after_value = keys[0];
    page.after_clock = keys[1];
  }
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::GetSlaComplianceResponse> {
        RETURN_IF_ERROR(SetInstants(t, request.shop_id(), period).status());
        ASSIGN_OR_RETURN(auto rows, store::SlaFigures(t, period, by, page));
        v1::GetSlaComplianceResponse response;
        if (CutPage(rows, size)) {
          response.set_next_page_token(db::EncodePageToken(
              hash, {rows.back().value, std::string(NameOf(rows.back().clock))}));
        }
        for (const auto& row : rows) *response.add_rows() = convert::ToProto(row);
        return response;
      });
}

absl::StatusOr<v1::ListSlaDeadlinesResponse> CaseFigureHandlers::ListSlaDeadlines(
    const RequestContext& ctx, const v1::ListSlaDeadlinesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const SlaDimension by = ByOf(request.by(), violations);
  const auto outcome = static_cast<domain::insight::SlaOutcome>(
      fields::RequiredEnum<v1::SlaOutcome>(request.outcome(), "outcome", violations));
  const auto clock = static_cast<domain::ClockKind>(
      fields::RequiredEnum<v1::ClockKind>(request.clock_kind(), "clock_kind", violations));
  const domain::insight::SlaRow group{
      .value = fields::OptionalId(request.value(), "value", violations), .clock = clock};
  ASSIGN_OR_RETURN(CasePeriod period, PeriodOf(ctx, request, violations));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = HashOf(ctx, period,
                               fmt::format("{} {} {} {}", request.by(), request.clock_kind(),
                                           request.outcome(), request.value()));
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 3));
  store::DeadlinesAfter page{.limit = size + 1};
  if (!keys.empty()) {
    page.receive_time = FromMicros(NumberIn(keys[0]));
    page.case_id = keys[1];
    page.start = FromMicros(NumberIn(keys[2]));
  }
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ListSlaDeadlinesResponse> {
        RETURN_IF_ERROR(SetInstants(t, request.shop_id(), period).status());
        ASSIGN_OR_RETURN(auto rows, store::SlaDeadlines(t, period, by, group, outcome, page));
        v1::ListSlaDeadlinesResponse response;
        if (CutPage(rows, size)) {
          response.set_next_page_token(db::EncodePageToken(
              hash, {fmt::format("{}", ToMicros(rows.back().receive_time)), rows.back().case_id,
                     fmt::format("{}", ToMicros(rows.back().start))}));
        }
        for (const auto& one : rows) *response.add_deadlines() = convert::ToProto(one);
        return response;
      });
}

absl::StatusOr<v1::GetBacklogResponse> CaseFigureHandlers::GetBacklog(
    const RequestContext& ctx, const v1::GetBacklogRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  CasePeriod reach;
  RETURN_IF_ERROR(SetReach(ctx, request.shop_id(), violations, reach));
  const absl::Time now = NowOf(ctx);
  ASSIGN_OR_RETURN(const auto rows,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::Backlog(t, reach, now);
                   }));
  v1::GetBacklogResponse response;
  int64_t cases = 0;
  for (const auto& row : rows) {
    cases += row.cases;
    *response.add_rows() = convert::ToProto(row);
  }
  response.set_cases(cases);
  *response.mutable_time() = fields::ToProto(now);
  return response;
}

absl::StatusOr<v1::ForecastBreachesResponse> CaseFigureHandlers::ForecastBreaches(
    const RequestContext& ctx, const v1::ForecastBreachesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const store::ForecastSteps steps = StepsOf(request, violations);
  const int32_t days =
      OrUsual(request.history_days(), kDefaultHistoryDays, 7, 366, "history_days", violations);
  CasePeriod reach;
  reach.kinds = KindsOf(request.kinds(), violations);
  RETURN_IF_ERROR(SetReach(ctx, request.shop_id(), violations, reach));
  reach.to = NowOf(ctx);
  reach.from = reach.to - days * kDay;
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) { return Answer(t, reach, steps); });
}

}  // namespace kefu::aftersales
