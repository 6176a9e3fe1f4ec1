#include "services/aftersales/domain/insight/figures.h"

#include <algorithm>

namespace kefu::aftersales::domain::insight {
namespace {

// The last day of the step that the day lies in.
absl::CivilDay EndOf(absl::CivilDay day, TrendStep step) {
  switch (step) {
    case TrendStep::kWeek:
      return absl::NextWeekday(day, absl::Weekday::monday) - 1;
    case TrendStep::kMonth:
      return absl::CivilDay(absl::CivilMonth(day) + 1) - 1;
    default:
      return day;
  }
}

}  // namespace

std::vector<TrendPoint> StepsOf(absl::CivilDay first, absl::CivilDay last, TrendStep step) {
  std::vector<TrendPoint> points;
  for (absl::CivilDay day = first; day <= last; day = points.back().last + 1) {
    points.push_back({day, std::min(last, EndOf(day, step)), 0});
  }
  return points;
}

}  // namespace kefu::aftersales::domain::insight
