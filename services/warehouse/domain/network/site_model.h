// Where to have sites: the capacitated facility-location problem as plain data, its linear
// programmes, and plans read from their solutions. Pure; what solves the programmes is not known
// here.
//
// Sites j with rent F_j a day, throughput T_j (pieces a day) and capacity C_j (pieces kept) may be
// opened (y_j); demand i of d_i pieces a day, of which s_i are kept, is split among open sites by
// shares x_ij:
//   minimize    Σ_j F_j y_j + Σ_ij c_ij d_i x_ij
//   subject to  Σ_j x_ij = 1                                    for every demand i
//               Σ_i d_i x_ij ≤ T_j y_j,  Σ_i s_i x_ij ≤ C_j y_j  for every site j
//               x_ij ≤ y_j                                       (the strong form)
//               Σ_j y_j ≤ most sites,   y_j ∈ {0, 1},   0 ≤ x_ij ≤ 1.
// As in M. S. Daskin, "Network and Discrete Location" (2nd ed., Wiley 2013), ch. 7.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/linear_program/linear_program.h"
#include "common/money/money.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

struct SiteDemand {
  std::string id;
  std::string region_code;
  std::optional<GeoPoint> location;
  int64_t orders_per_day = 0;
  int64_t units_per_day = 0;
  int64_t stock_units = 0;
};

struct CandidateSite {
  std::string id;
  std::optional<GeoPoint> location;
  int64_t capacity_units = 0;
  int64_t daily_throughput_units = 0;
  Money daily_rent;
  bool must_open = false;
};

struct SiteProblem {
  std::vector<SiteDemand> demands;
  std::vector<CandidateSite> sites;       // rents in one currency
  int64_t minor_per_1000_unit_km = 0;     // transport where both places are known
  int64_t flat_minor_per_1000_units = 0;  // where not
  int32_t max_sites = 0;                  // 0: no limit
};

using solver::LinearProgram;

// Columns: y_j at j, then x_ij at sites + i × sites + j. Costs in minor units. `strong` adds the
// strong form's row for each pair where transport differs: it tightens the bound much, and makes
// the relaxation slower.
LinearProgram SiteProgram(const SiteProblem& problem, bool strong);
// The most that the sites can serve, all of them open: the same columns, then the unserved share
// u_i at sites + demands × sites + i; minimizes Σ d_i u_i (demands without pieces a day count their
// stock).
LinearProgram CoverageProgram(const SiteProblem& problem);

// FAILED_PRECONDITION SITES_INSUFFICIENT listing what is short where the solution of the coverage
// programme leaves a demand unserved.
absl::Status CheckCoverage(const SiteProblem& problem, std::span<const double> solution);

struct SiteFlow {
  size_t site = 0, demand = 0;  // indexes
  int64_t units_per_day = 0;
  int64_t distance_metres = 0;  // 0: not known
};
struct SiteLoad {
  size_t site = 0;
  int64_t units_per_day = 0;
  int64_t stock_units = 0;  // rounded up
};
struct SitePlan {
  std::vector<SiteLoad> sites;  // the open ones, by index
  std::vector<SiteFlow> flows;  // by demand, the largest first
  Money rent, transport, total;
};

// A plan of whole pieces from the shares of a solution: each demand's pieces are split by its
// shares with the largest remainders rounded up, as far as sites have room; so no throughput is
// exceeded. Sites that serve nothing are closed unless they must be open. Exact costs, which whole
// pieces make differ a little from the shares'; MONEY_OVERFLOW when they do not fit.
absl::StatusOr<SitePlan> PlanFrom(const SiteProblem& problem, std::span<const double> solution);

// Transport of so many pieces a day from site to demand, minor units, rounded half up.
absl::StatusOr<int64_t> TransportCost(const SiteProblem& problem, size_t site, size_t demand,
                                      int64_t units);

}  // namespace kefu::warehouse::domain
