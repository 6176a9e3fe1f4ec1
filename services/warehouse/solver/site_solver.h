// Site planning from end to end: is it possible at all, and then at the least cost.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/warehouse/domain/network/site_model.h"

namespace kefu::warehouse::solver {

struct SolvedSites {
  domain::SitePlan plan;
  bool optimal = false;  // proven, up to the rounding to whole pieces
  Money bound;           // no plan costs less
  int32_t gap_bps = 0;   // (total − bound) / total, rounded up
  absl::Duration time;
};

// Anytime: the best plan of the time limit (which solving a single relaxation may overrun) with its
// gap; without max_sites there always is one, since opening everything serves whatever can be
// served. Thread-safe. FAILED_PRECONDITION SITES_INSUFFICIENT
// (with what is short), SITES_UNDECIDED (with max_sites only); MONEY_OVERFLOW.
absl::StatusOr<SolvedSites> PlanSites(const domain::SiteProblem& problem, absl::Duration limit);

}  // namespace kefu::warehouse::solver
