// The cases of kefu-bench-staffing. Each prints its JSON line, and details to stderr, and returns
// the ratio.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace kefu::bench {

// `data` is the folder that holds call_centre/. INVALID_ARGUMENT when it cannot be read.

// The last week of February 1999 from the first three, against the week before it.
absl::StatusOr<double> ForecastVsLastWeek(const std::string& data);
// The share of answered calls that waited 20 s at most, by Erlang A and by Erlang C.
absl::StatusOr<double> ErlangAVsC(const std::string& data);

// A made-up roster of 200 agents, 8 skills and four weeks: its cost against the proven bound, after
// a minute at most. `data` is not read.
absl::StatusOr<double> RosterVsBound(const std::string& data);
// One of its agents falls sick, five times: shifts changed and time taken, the most of each,
// against what is allowed.
absl::StatusOr<double> RosterSickCall(const std::string& data);

}  // namespace kefu::bench
