#include <cmath>

#include "bench/harness/compare.h"
#include "bench/staffing/benches.h"
#include "bench/staffing/call_centre.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/staffing/domain/workload/forecast.h"

namespace kefu::bench {
namespace {

namespace workload = staffing::domain::workload;
using workload::DayHistory;

constexpr absl::CivilDay kLastWeek(1999, 2, 22);

double Wape(const std::vector<DayHistory>& actual,
            const std::vector<std::array<double, workload::kSlots>>& forecast) {
  double off = 0, sum = 0;
  for (size_t d = 0; d < actual.size(); ++d) {
    for (int s = 0; s < workload::kSlots; ++s) {
      off += std::abs(actual[d].arrivals[s] - forecast[d][s]);
      sum += actual[d].arrivals[s];
    }
  }
  return off / sum;
}

}  // namespace

absl::StatusOr<double> ForecastVsLastWeek(const std::string& data) {
  ASSIGN_OR_RETURN(const auto calls, LoadCalls(data + "/call_centre/february_1999.tsv"));
  std::map<absl::CivilDay, DayHistory> days;
  for (const CustomerCall& call : calls) {
    const HalfHour at = HalfHourOf(call);
    DayHistory& day = days[at.day];
    day.plan = {.day = at.day, .profile = workload::ProfileOf(at.day)};
    ++day.arrivals[at.slot];
  }
  std::vector<DayHistory> history, actual;
  std::vector<workload::DayPlan> plans;
  std::vector<std::array<double, workload::kSlots>> last_week, forecast;
  for (const auto& [date, day] : days) {
    if (date < kLastWeek) {
      history.push_back(day);
    } else if (date < kLastWeek + 7) {
      actual.push_back(day);
      plans.push_back(day.plan);
      last_week.push_back(days[date - 7].arrivals);
    }
  }
  const workload::Forecast made = workload::MakeForecast(history, plans, {});
  for (size_t d = 0; d < made.days.size(); ++d) {
    auto& slots = forecast.emplace_back();
    for (int s = 0; s < workload::kSlots; ++s) slots[s] = made.days[d].slots[s].arrivals;
    fmt::print(stderr, "{}  {:6.0f} calls, forecast {:6.0f}, a week before {:6.0f}\n",
               absl::FormatCivilTime(actual[d].plan.day), actual[d].total(), made.days[d].total,
               days[actual[d].plan.day - 7].total());
  }
  const double ours = Wape(actual, forecast), theirs = Wape(actual, last_week);
  fmt::print(stderr, "WAPE by half hour: forecast {:.4f}, same as last week {:.4f}\n", ours,
             theirs);
  RETURN_IF_ERROR(PrintLess({.bench = "staffing",
                             .name = "forecast_vs_last_week",
                             .unit = "WAPE",
                             .baseline = "same as last week"},
                            ours, theirs));
  return theirs / ours;
}

}  // namespace kefu::bench
