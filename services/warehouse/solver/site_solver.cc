#include "services/warehouse/solver/site_solver.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/solver/cbc.h"
#include "common/status/status_macros.h"
#include "services/warehouse/domain/network/site_greedy.h"
#include "services/warehouse/errors_network.h"

namespace kefu::warehouse::solver {
namespace {

using domain::SiteProblem;
using kefu::solver::Solution;
using kefu::solver::Solve;
using Status = Solution::Status;

constexpr double kGap = 1e-6;  // of what is called optimal

constexpr double kTolerance = 2e-6;  // of costs: twice the solver's own

// The strong form's relaxation takes about a millisecond a row at worst; it may use a part of the
// time only.
constexpr double kStrongRowsPerSecond = 500;

// The bound in whole minor units, never above the plan's exact cost.
absl::StatusOr<SolvedSites> Result(const SiteProblem& problem, const Solution& solution,
                                   absl::Time start) {
  SolvedSites solved;
  ASSIGN_OR_RETURN(solved.plan, domain::PlanFrom(problem, solution.values));
  const Money& total = solved.plan.total;
  const double bound = std::max(0.0, std::floor(solution.bound));
  solved.bound = {total.currency, std::min(total.minor, static_cast<int64_t>(bound))};
  if (total.minor > 0) {
    const double gap = static_cast<double>(total.minor - solved.bound.minor) / total.minor;
    solved.gap_bps = static_cast<int32_t>(std::ceil(std::max(0.0, gap - kTolerance) * 10'000));
  }
  solved.optimal = solution.status == Status::kOptimal;
  solved.time = absl::Now() - start;
  return solved;
}

// Shows whether everything can be served at all, and with which shares where it can.
absl::StatusOr<std::vector<double>> Cover(const SiteProblem& problem, absl::Duration limit) {
  Solution coverage =
      Solve(domain::CoverageProgram(problem), {.time = limit, .relative_gap = kGap});
  if (coverage.values.empty()) {
    return error::SitesUndecided(static_cast<int>(absl::ToInt64Seconds(limit)));
  }
  RETURN_IF_ERROR(domain::CheckCoverage(problem, coverage.values));
  coverage.values.resize(problem.sites.size() * (1 + problem.demands.size()));
  return coverage.values;
}

}  // namespace

absl::StatusOr<SolvedSites> PlanSites(const SiteProblem& problem, absl::Duration limit) {
  const absl::Time start = absl::Now();
  std::optional<std::vector<double>> first = domain::GreedySolution(problem);
  if (!first) {
    ASSIGN_OR_RETURN(auto covered, Cover(problem, limit));
    // All sites are open in it.
    if (problem.max_sites == 0 || problem.sites.size() <= static_cast<size_t>(problem.max_sites)) {
      first = std::move(covered);
    }
  }
  std::optional<std::vector<int>> open;
  if (first) {
    open.emplace();
    for (size_t j = 0; j < problem.sites.size(); ++j) {
      if ((*first)[j] > 0.5) open->push_back(static_cast<int>(j));
    }
  }
  const absl::Duration left = std::max(absl::Seconds(0.1), limit - (absl::Now() - start));
  const double pairs = static_cast<double>(problem.sites.size()) * problem.demands.size();
  const bool strong = pairs <= kStrongRowsPerSecond * absl::ToDoubleSeconds(left);
  Solution solution =
      Solve(domain::SiteProgram(problem, strong), {.time = left, .relative_gap = kGap}, open);
  if (solution.values.empty() && first) {
    solution = {.status = Status::kFeasible, .values = *std::move(first)};
  }
  if (!solution.values.empty()) return Result(problem, solution, start);
  if (solution.status == Status::kInfeasible) return error::SitesTooFew(problem.max_sites);
  return error::SitesUndecided(static_cast<int>(absl::ToInt64Seconds(limit)));
}

}  // namespace kefu::warehouse::solver
