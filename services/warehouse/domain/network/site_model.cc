#include "services/warehouse/domain/network/site_model.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "common/status/status_macros.h"
#include "services/warehouse/domain/network/distance.h"
#include "services/warehouse/errors_network.h"

namespace kefu::warehouse::domain {
namespace {

constexpr double kTiny = 1e-6;  // shares below are the solver's rounding
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Shape {
  explicit Shape(const SiteProblem& p) : sites(p.sites.size()), demands(p.demands.size()) {}
  size_t sites, demands;
  int open(size_t j) const { return static_cast<int>(j); }
  int share(size_t i, size_t j) const { return static_cast<int>(sites + i * sites + j); }
  int unserved(size_t i) const { return static_cast<int>(sites + demands * sites + i); }
};

// Minor units for all of the demand from the site.
double CostOf(const SiteProblem& problem, size_t site, const SiteDemand& demand) {
  const auto metres = DistanceMetres(problem.sites[site].location, demand.location);
  const double per_1000 = metres
                              ? static_cast<double>(*metres) / 1000 * problem.minor_per_1000_unit_km
                              : static_cast<double>(problem.flat_minor_per_1000_units);
  return per_1000 * demand.units_per_day / 1000;
}

// Rows that both programmes have: every demand served, no site beyond its means. Rows of sites are
// divided by what they may hold, so that all coefficients are near 1.
void AddSupply(const SiteProblem& problem, bool elastic, LinearProgram& lp) {
  const Shape at(problem);
  for (size_t i = 0; i < at.demands; ++i) {
    const int row = static_cast<int>(lp.rows.size());
    lp.rows.push_back({1, 1});
    for (size_t j = 0; j < at.sites; ++j) lp.entries.push_back({row, at.share(i, j), 1});
    if (elastic) lp.entries.push_back({row, at.unserved(i), 1});
  }
  const auto limit = [&](size_t j, int64_t most, int64_t SiteDemand::*of) {
    const int row = static_cast<int>(lp.rows.size());
    lp.rows.push_back({-kInfinity, 0});
    lp.entries.push_back({row, at.open(j), -1});
    for (size_t i = 0; i < at.demands; ++i) {
      const double value = static_cast<double>(problem.demands[i].*of) / most;
      if (value > 0) lp.entries.push_back({row, at.share(i, j), value});
    }
  };
  for (size_t j = 0; j < at.sites; ++j) {
    limit(j, problem.sites[j].daily_throughput_units, &SiteDemand::units_per_day);
    limit(j, problem.sites[j].capacity_units, &SiteDemand::stock_units);
  }
}

bool TransportDiffers(const SiteProblem& problem) {
  return problem.minor_per_1000_unit_km > 0 &&
         std::ranges::any_of(problem.sites, [](const auto& s) { return s.location.has_value(); }) &&
         std::ranges::any_of(problem.demands, [](const auto& d) { return d.location.has_value(); });
}

// Takes pieces of one demand from sites, as far as these have room.
class DemandSplit {
 public:
  DemandSplit(const SiteProblem& problem, size_t demand, std::vector<int64_t>& room)
      : problem_(problem),
        demand_(demand),
        room_(room),
        left_(problem.demands[demand].units_per_day) {}

  int64_t left() const { return left_; }
  // The whole part; `remainder`, 0 to 1, is what was cut off.
  void Take(size_t site, int64_t whole, double remainder) {
    const auto metres =
        DistanceMetres(problem_.sites[site].location, problem_.demands[demand_].location);
    parts_.push_back({{site, demand_, 0, metres.value_or(0)}, remainder});
    Add(parts_.back().flow, whole);
  }
  // What is left: a piece each to the largest remainders, the rest to whoever has room.
  void TopUp() {
    std::ranges::stable_sort(parts_, std::greater(), &Part::remainder);
    for (const int64_t most : {int64_t{1}, problem_.demands[demand_].units_per_day}) {
      for (Part& part : parts_) Add(part.flow, most);
    }
  }
  void AppendTo(std::vector<SiteFlow>& flows) {
    std::ranges::stable_sort(parts_, std::greater(),
                             [](const Part& part) { return part.flow.units_per_day; });
    for (const Part& part : parts_) {
      if (part.flow.units_per_day > 0) flows.push_back(part.flow);
    }
  }

 private:
  struct Part {
    SiteFlow flow;
    double remainder;
  };
  void Add(SiteFlow& flow, int64_t wanted) {
    const int64_t units = std::min({wanted, room_[flow.site], left_});
    flow.units_per_day += units;
    room_[flow.site] -= units;
    left_ -= units;
  }

  const SiteProblem& problem_;
  const size_t demand_;
  std::vector<int64_t>& room_;
  int64_t left_;
  std::vector<Part> parts_;
};

void SplitDemand(const SiteProblem& problem, size_t i, std::span<const double> solution,
                 std::vector<int64_t>& room, std::vector<SiteFlow>& flows) {
  const Shape at(problem);
  DemandSplit split(problem, i, room);
  for (size_t j = 0; j < at.sites; ++j) {
    const double share = solution[at.share(i, j)];
    if (share < kTiny) continue;
    const double pieces = share * problem.demands[i].units_per_day + kTiny;
    const auto whole = static_cast<int64_t>(pieces);
    split.Take(j, whole, pieces - whole);
  }
  split.TopUp();
  // Its own sites are full to the last piece: any open site with room.
  for (size_t j = 0; j < at.sites && split.left() > 0; ++j) {
    if (solution[at.open(j)] > 0.5) split.Take(j, split.left(), 0);
  }
  split.AppendTo(flows);
}

}  // namespace

LinearProgram SiteProgram(const SiteProblem& problem, bool strong) {
  const Shape at(problem);
  LinearProgram lp;
  lp.columns.resize(at.sites * (1 + at.demands));
  for (size_t j = 0; j < at.sites; ++j) {
    lp.columns[at.open(j)] = {static_cast<double>(problem.sites[j].daily_rent.minor),
                              problem.sites[j].must_open ? 1.0 : 0.0, 1, true};
    for (size_t i = 0; i < at.demands; ++i) {
      lp.columns[at.share(i, j)].cost = CostOf(problem, j, problem.demands[i]);
    }
  }
  AddSupply(problem, /*elastic=*/false, lp);
  if (strong && TransportDiffers(problem)) {
    for (size_t i = 0; i < at.demands; ++i) {
      for (size_t j = 0; j < at.sites; ++j) {
        const int row = static_cast<int>(lp.rows.size());
        lp.rows.push_back({-kInfinity, 0});
        lp.entries.push_back({row, at.share(i, j), 1});
        lp.entries.push_back({row, at.open(j), -1});
      }
    }
  }
  if (problem.max_sites > 0) {
    const int row = static_cast<int>(lp.rows.size());
    lp.rows.push_back({0, static_cast<double>(problem.max_sites)});
    for (size_t j = 0; j < at.sites; ++j) lp.entries.push_back({row, at.open(j), 1});
  }
  return lp;
}

LinearProgram CoverageProgram(const SiteProblem& problem) {
  const Shape at(problem);
  LinearProgram lp;
  lp.columns.resize(at.sites * (1 + at.demands) + at.demands);
  for (size_t j = 0; j < at.sites; ++j) lp.columns[at.open(j)].lower = 1;
  for (size_t i = 0; i < at.demands; ++i) {
    const SiteDemand& demand = problem.demands[i];
    lp.columns[at.unserved(i)].cost =
        static_cast<double>(demand.units_per_day > 0 ? demand.units_per_day : demand.stock_units);
  }
  AddSupply(problem, /*elastic=*/true, lp);
  return lp;
}

absl::Status CheckCoverage(const SiteProblem& problem, std::span<const double> solution) {
  const Shape at(problem);
  const auto whole = [](double value) {  // pieces; a thousandth is the solver's rounding
    return std::max<int64_t>(0, static_cast<int64_t>(std::ceil(value - 1e-3)));
  };
  std::vector<error::SiteShortage> shortages;
  error::SiteMeans means;
  for (size_t i = 0; i < at.demands; ++i) {
    const double unserved = solution[at.unserved(i)];
    const SiteDemand& d = problem.demands[i];
    const int64_t units = whole(unserved * d.units_per_day),
                  stock = whole(unserved * d.stock_units);
    if (unserved > kTiny && units + stock > 0) shortages.push_back({d.id, units, stock});
    means.units_wanted += d.units_per_day;
    means.stock_wanted += d.stock_units;
  }
  for (const CandidateSite& s : problem.sites) {
    means.throughput += s.daily_throughput_units;
    means.capacity += s.capacity_units;
  }
  return shortages.empty() ? absl::OkStatus() : error::SitesInsufficient(means, shortages);
}

absl::StatusOr<int64_t> TransportCost(const SiteProblem& problem, size_t site, size_t demand,
                                      int64_t units) {
  const auto metres =
      DistanceMetres(problem.sites[site].location, problem.demands[demand].location);
  if (!metres) return MulDivHalfUp(units, problem.flat_minor_per_1000_units, 1000);
  return MulDivHalfUp(units * *metres, problem.minor_per_1000_unit_km, 1'000'000);
}

absl::StatusOr<SitePlan> PlanFrom(const SiteProblem& problem, std::span<const double> solution) {
  const Shape at(problem);
  SitePlan plan;
  const std::string& currency = problem.sites.front().daily_rent.currency;
  plan.rent = plan.transport = {currency, 0};
  std::vector<int64_t> room, units(at.sites);
  for (const CandidateSite& site : problem.sites) room.push_back(site.daily_throughput_units);
  for (size_t i = 0; i < at.demands; ++i) SplitDemand(problem, i, solution, room, plan.flows);
  for (const SiteFlow& flow : plan.flows) {
    units[flow.site] += flow.units_per_day;
    ASSIGN_OR_RETURN(const int64_t cost,
                     TransportCost(problem, flow.site, flow.demand, flow.units_per_day));
    ASSIGN_OR_RETURN(plan.transport, Add(plan.transport, {currency, cost}));
  }
  for (size_t j = 0; j < at.sites; ++j) {
    double stock = 0;
    for (size_t i = 0; i < at.demands; ++i) {
      stock += solution[at.share(i, j)] * problem.demands[i].stock_units;
    }
    const bool used = units[j] > 0 || (solution[at.open(j)] > 0.5 && stock > 0.5);
    if (!used && !problem.sites[j].must_open) continue;
    plan.sites.push_back({j, units[j], static_cast<int64_t>(std::ceil(stock - 1e-3))});
    ASSIGN_OR_RETURN(plan.rent, Add(plan.rent, problem.sites[j].daily_rent));
  }
  ASSIGN_OR_RETURN(plan.total, Add(plan.rent, plan.transport));
  return plan;
}

}  // namespace kefu::warehouse::domain
