// One forecasting method as a machine that takes demand period by period. See forecast.h.
#pragma once

#include <vector>

#include "services/warehouse/domain/replenishment/forecast.h"

namespace kefu::warehouse::domain::replenishment {

// O(1) a value for every method. Seasonal methods collect two seasons before they start; with
// fewer they answer the mean so far.
class ForecastModel {
 public:
  ForecastModel(ForecastMethod method, const ForecastParameters& parameters);

  // The next value; NaN where it is not known.
  void Update(double y);
  // Mean demand h ≥ 1 periods ahead; never negative.
  double Ahead(int h) const;

  double level() const;
  double trend() const { return trend_; }
  // Factors or terms, of the next period first; empty where the method has none.
  std::vector<double> Season() const;

 private:
  bool seasonal() const;
  bool multiplies() const;
  void StartSeason();
  void UpdateWindow(double y);
  void UpdateLevel(double y);
  void UpdateSeasonal(double y);
  void UpdateIntermittent(double y);
  double Raw(int h) const;

  ForecastMethod method_;
  ForecastParameters p_;
  int known_ = 0;     // values seen, without NaN
  int64_t time_ = 0;  // periods passed
  double sum_ = 0;    // of known values
  double level_ = 0, trend_ = 0;
  bool started_ = false;
  std::vector<double> start_;   // the first seasons, NaN included
  std::vector<double> season_;  // by time modulo season
  std::vector<double> window_;  // ring of the moving average
  double window_sum_ = 0;
  // Intermittent demand: size, interval, probability, periods since the last demand.
  double size_ = 0, interval_ = 1, chance_ = 0;
  int since_ = 0;
};

}  // namespace kefu::warehouse::domain::replenishment
