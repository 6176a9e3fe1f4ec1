// Callers that ask one after the other, each on a thread of its own.
#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/harness/compare.h"

namespace kefu::bench {

// make_caller(n) gives what caller n does once and again until the time is over. All start at the
// same moment. An error ends the run.
absl::StatusOr<Sample> RunCallers(
    int callers, absl::Duration time,
    const std::function<std::function<absl::Status()>(int caller)>& make_caller);

}  // namespace kefu::bench
