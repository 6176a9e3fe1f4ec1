// Forecasts of a series that the request holds.
#include <cmath>

#include "services/warehouse/convert/replenishment.h"
#include "services/warehouse/handlers/replenishment.h"
#include "services/warehouse/handlers/support.h"

namespace kefu::warehouse {
namespace {

namespace rp = ::kefu::warehouse::domain::replenishment;

constexpr int kDefaultHorizon = 7;

rp::Series SeriesOf(const v1::ForecastSeriesRequest& request, FieldViolations& violations) {
  rp::Series series(request.series().begin(), request.series().end());
  for (int i = 0; i < request.missing_size(); ++i) {
    const int at = request.missing(i);
    if (violations.Check(at >= 0 && at < request.series_size(), rp::At("missing", i),
                         "must be an index of series")) {
      series[at] = std::nan("");
    }
  }
  for (int i = 0; i < request.series_size(); ++i) {
    // Only `missing` says that a value is not known.
    violations.Check(!std::isnan(request.series(i)), rp::At("series", i), "must be 0 to 1e12");
  }
  return series;
}

rp::BacktestPlan BacktestOf(const v1::BacktestSettings& settings) {
  rp::BacktestPlan plan;
  if (settings.horizon() != 0) plan.horizon = settings.horizon();
  if (settings.origins() != 0) plan.origins = settings.origins();
  plan.step = settings.step() != 0 ? settings.step() : plan.horizon;
  return plan;
}

void AddTried(const rp::Chosen& chosen, v1::ForecastSeriesResponse& response) {
  for (const rp::Candidate& tried : chosen.tried) {
    auto* added = response.add_tried();
    added->set_method(convert::ToProto(tried.method));
    *added->mutable_accuracy() = convert::ToProto(tried.accuracy);
  }
}

}  // namespace

absl::StatusOr<v1::ForecastSeriesResponse> ReplenishmentHandlers::ForecastSeries(
    const RequestContext& ctx, const v1::ForecastSeriesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const rp::Series series = SeriesOf(request, violations);
  const auto asked =
      convert::OptionalEnum<v1::ForecastMethod>(request.method(), "method", violations);
  const rp::ForecastParameters parameters = convert::FromProto(request.parameters());
  const rp::BacktestPlan backtest = BacktestOf(request.backtest());
  rp::CheckBacktest(backtest, "backtest", violations);
  const int horizon = request.horizon() == 0 ? kDefaultHorizon : request.horizon();
  rp::Candidate candidate{asked == 0 ? rp::ForecastMethod::kNaive : convert::MethodFrom(asked),
                          parameters};
  // Before the choice, so that every fault is told.
  ASSIGN_OR_RETURN(
      rp::Forecast forecast,
      convert::With(violations, rp::MakeForecast(series, candidate.method, parameters, horizon)));
  v1::ForecastSeriesResponse response;
  if (asked == v1::FORECAST_METHOD_UNSPECIFIED) {
    ASSIGN_OR_RETURN(const rp::Chosen chosen, rp::ChooseForecast(series, parameters, backtest));
    candidate = chosen.best;
    AddTried(chosen, response);
    ASSIGN_OR_RETURN(forecast,
                     rp::MakeForecast(series, candidate.method, candidate.parameters, horizon));
  } else {
    ASSIGN_OR_RETURN(candidate.accuracy,
                     rp::Backtest(series, candidate.method, parameters, backtest));
  }
  convert::SetFormula(forecast.formula, response.mutable_formula());
  response.set_method(convert::ToProto(forecast.method));
  *response.mutable_parameters() = convert::ToProto(forecast.parameters);
  response.mutable_mean()->Add(forecast.mean.begin(), forecast.mean.end());
  response.set_level(forecast.level);
  response.set_trend(forecast.trend);
  response.mutable_season()->Add(forecast.season.begin(), forecast.season.end());
  *response.mutable_accuracy() = convert::ToProto(candidate.accuracy);
  return response;
}

}  // namespace kefu::warehouse
