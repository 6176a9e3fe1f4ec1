// The parts of a forecast: the level of days and the shape within them. See forecast.h.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "services/staffing/domain/workload/forecast.h"

namespace kefu::staffing::domain::workload {

// 0 when empty.
double Median(std::vector<double> values);
// The standard deviation of a normal sample with these deviations from their centre: 1.4826 times
// the median of their sizes.
double RobustDeviation(std::span<const double> deviations);

// log(total + ½) of a day as level + weekday + trend.
struct DayLevels {
  std::array<double, kWeekdays + 1> weekday{};  // means 0 over the weekdays; [kWorkday] of Mon–Fri
  double level = 0;                             // on the last day
  double slope = 0;                             // a day; what is believed of it
  double deviation = 0;                         // of a day's log total from the fit
  int outlying = 0;                             // days moved to the bound

  double LogTotal(int profile, double days_ahead, int trend_days) const;
};
// totals[i] is of the day days[i]; ascending, not empty.
DayLevels FitLevels(std::span<const DayPlan> days, std::span<const double> totals,
                    const ForecastSettings& settings);

// Share of each half hour by profile; each sums to 1.
struct DayShapes {
  std::array<std::array<double, kSlots>, kWeekdays + 1> share{};
  double dispersion = 1;
  int outlying = 0;  // half hours moved to the bound
};
DayShapes FitShapes(std::span<const DayHistory> history, const ForecastSettings& settings);

}  // namespace kefu::staffing::domain::workload
