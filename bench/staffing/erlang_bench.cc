#include <cmath>

#include "bench/harness/compare.h"
#include "bench/staffing/benches.h"
#include "bench/staffing/call_centre.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/staffing/domain/workload/erlang.h"

namespace kefu::bench {
namespace {

namespace workload = staffing::domain::workload;
using workload::Figures;

constexpr double kAnswerSeconds = 20, kHalfHourSeconds = 1'800;

// What was seen in a half hour.
struct Seen {
  double arrived = 0, answered = 0, within = 0;
};
struct Centre {
  std::map<HalfHour, Seen> half_hours;
  double handle_seconds = 0, patience_seconds = 0;  // of the month
  double within = 0;                                // of those answered, 20 s at most
};

Centre Measure(const std::vector<CustomerCall>& calls) {
  Centre centre;
  double answered = 0, served = 0, within = 0, waited = 0;
  int64_t left = 0;
  for (const CustomerCall& call : calls) {
    Seen& seen = centre.half_hours[HalfHourOf(call)];
    ++seen.arrived;
    waited += static_cast<double>(call.waited);
    if (!call.answered) {
      ++left;
      continue;
    }
    const bool soon = static_cast<double>(call.waited) <= kAnswerSeconds;
    ++answered;
    ++seen.answered;
    within += soon;
    seen.within += soon;
    served += static_cast<double>(std::max<int64_t>(0, call.serve_end - call.serve_begin));
  }
  centre.handle_seconds = served / answered;
  centre.patience_seconds = workload::MeanPatience(waited, left).value_or(0);
  centre.within = within / answered;
  return centre;
}

// Between the whole numbers of agents around it.
Figures At(const workload::Queue& queue, double agents) {
  const double below = std::floor(agents), part = agents - below;
  const Figures low = workload::Evaluate(queue, static_cast<int64_t>(below), kAnswerSeconds);
  const Figures high = workload::Evaluate(queue, static_cast<int64_t>(below) + 1, kAnswerSeconds);
  return {
      .answered_within = low.answered_within + part * (high.answered_within - low.answered_within),
      .answered = low.answered + part * (high.answered - low.answered)};
}

// The share of answered calls that a model has waiting 20 s at most, over all half hours with
// agents; patience 0 is Erlang C.
double Predict(const Centre& centre, const std::map<HalfHour, double>& duty, double patience) {
  double within = 0, answered = 0;
  for (const auto& [half_hour, seen] : centre.half_hours) {
    const auto agents = duty.find(half_hour);
    if (agents == duty.end() || agents->second <= 0) continue;
    const Figures figures = At({.arrivals_per_second = seen.arrived / kHalfHourSeconds,
                                .handle_seconds = centre.handle_seconds,
                                .patience_seconds = patience},
                               agents->second);
    within += seen.arrived * figures.answered_within;
    answered += seen.arrived * figures.answered;
  }
  return within / answered;
}

}  // namespace

absl::StatusOr<double> ErlangAVsC(const std::string& data) {
  ASSIGN_OR_RETURN(const auto calls, LoadCalls(data + "/call_centre/february_1999.tsv"));
  const Centre centre = Measure(calls);
  const std::map<HalfHour, double> duty = OnDuty(calls);
  const double a = Predict(centre, duty, centre.patience_seconds), c = Predict(centre, duty, 0);
  const double error_a = std::abs(a - centre.within), error_c = std::abs(c - centre.within);
  fmt::print(stderr,
             "calls of {:.1f} s, patience {:.1f} s (waiting ÷ hang-ups)\n"
             "answered within {:.0f} s, of those answered: measured {:.4f}, Erlang A {:.4f}, "
             "Erlang C {:.4f}\n",
             centre.handle_seconds, centre.patience_seconds, kAnswerSeconds, centre.within, a, c);
  RETURN_IF_ERROR(PrintLess({.bench = "staffing",
                             .name = "erlang_a_vs_c",
                             .unit = "error of the share answered within 20 s",
                             .baseline = "Erlang C"},
                            error_a, error_c));
  return error_c / error_a;
}

}  // namespace kefu::bench
