// A plan to begin with, at once and without a solver. Pure.
#pragma once

#include <optional>
#include <vector>

#include "services/warehouse/domain/network/site_model.h"

namespace kefu::warehouse::domain {

// A solution in the columns of SiteProgram that keeps all of its rows, or nothing where none is
// found this way (which proves nothing). All sites are opened and demands, the largest first, fill
// the cheapest sites with room; where that ends in a dead end, every site takes the same share of
// all demands. Then sites are closed, the dearest for what they hold first, as long as the rest can
// take over at a lower cost (the "drop" method: E. Feldman, F. A. Lehrer and T. L. Ray, "Warehouse
// Location under Continuous Economies of Scale", Management Science 12, 1966). Deterministic.
std::optional<std::vector<double>> GreedySolution(const SiteProblem& problem);

}  // namespace kefu::warehouse::domain
