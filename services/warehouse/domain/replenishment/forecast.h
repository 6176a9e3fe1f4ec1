// Forecasts of demand, and the choice among them by what they would have said. Pure; every method
// takes each value once, so a forecast of n values is O(n).
//
// Sources: Holt (1957/2004); Winters (1960); Croston (1972); Syntetos & Boylan (2005), SBA;
// Teunter, Syntetos & Babai (2011), TSB; Hyndman & Athanasopoulos, Forecasting: Principles and
// Practice, 3rd ed. (2021), chapters 5 and 8; Hyndman & Koehler (2006), MASE.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/replenishment/checks.h"

namespace kefu::warehouse::domain::replenishment {

enum class ForecastMethod {
  kNaive,           // the last value
  kSeasonalNaive,   // the value of a season ago
  kMovingAverage,   // the mean of the last `window` values
  kSmoothing,       // l = αy + (1-α)l
  kHolt,            // level and trend
  kHoltWintersAdd,  // level, trend and additive season
  kHoltWintersMultiply,
  kSeasonalMean,  // seasonal factors on a smoothed level (Holt-Winters without a trend)
  kCroston,       // size over interval, updated when demand occurs
  kSba,           // Croston × (1 - β/2)
  kTsb,           // size × probability, updated every period
};
inline constexpr int kForecastMethods = 11;
Formula FormulaOf(ForecastMethod method);

struct ForecastParameters {
  double alpha = 0.2;  // of level or size
  double beta = 0.1;   // of trend, interval or probability
  double gamma = 0.1;  // of the season
  int window = 28;     // of the moving average
  int season = 7;      // periods a season
};
void CheckParameters(const ForecastParameters& p, std::string_view field,
                     FieldViolations& violations);

// NaN stands for a period that is not known: the clock goes on, nothing is learnt.
using Series = std::vector<double>;

// The mean demand of each of the next `horizon` periods; never negative. The first two seasons
// start the seasonal methods off; with less, they are as kSmoothing.
struct Forecast {
  Formula formula;
  ForecastMethod method = ForecastMethod::kNaive;
  ForecastParameters parameters;
  std::vector<double> mean;
  double level = 0;
  double trend = 0;
  std::vector<double> season;  // factors or terms by place in the season, of the next period first
};
absl::StatusOr<Forecast> MakeForecast(const Series& series, ForecastMethod method,
                                      const ForecastParameters& parameters, int horizon);

// How forecasts made in the past came out. Errors are actual - forecast of single periods, except
// where said.
struct Accuracy {
  int origins = 0;  // forecasts made
  int points = 0;   // known periods they were compared with
  double mae = 0;
  double rmse = 0;
  double bias = 0;       // mean error; above 0: too low
  double wape = 0;       // Σ|error| / Σ actual; 0 when nothing sold
  double mase = 0;       // mae / mean |y_t - y_{t-season}| of the periods before the first origin
  double total_mae = 0;  // of the whole horizon's demand
  double total_sd = 0;   // standard deviation of that error around 0
};
// Rolling origin: at each origin of the last `origins` × `step` periods, forecasts `horizon`
// periods and compares.
struct BacktestPlan {
  int horizon = 7;
  int origins = 8;
  int step = 7;
};
void CheckBacktest(const BacktestPlan& plan, std::string_view field, FieldViolations& violations);
absl::StatusOr<Accuracy> Backtest(const Series& series, ForecastMethod method,
                                  const ForecastParameters& parameters, const BacktestPlan& plan);

// Every method over a small grid of smoothing parameters, by least total_mae (the error that safety
// stock pays for), earlier methods winning ties. A series too short for one origin takes the mean
// (kMovingAverage).
struct Candidate {
  ForecastMethod method = ForecastMethod::kMovingAverage;
  ForecastParameters parameters;
  Accuracy accuracy;
};
struct Chosen {
  Candidate best;
  std::vector<Candidate> tried;  // the best of each method
};
absl::StatusOr<Chosen> ChooseForecast(const Series& series, const ForecastParameters& base,
                                      const BacktestPlan& plan);

}  // namespace kefu::warehouse::domain::replenishment
