#include "services/warehouse/domain/network/site_greedy.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "services/warehouse/domain/network/distance.h"

namespace kefu::warehouse::domain {
namespace {

// Closing sites tries each once, and each try fills all demands anew.
constexpr size_t kMostDropSteps = 100'000'000;

class Greedy {
 public:
  explicit Greedy(const SiteProblem& problem)
      : problem_(problem), sites_(problem.sites.size()), demands_(problem.demands.size()) {
    const LinearProgram lp = SiteProgram(problem, /*strong=*/false);
    cost_.resize(sites_ * demands_);
    for (size_t k = 0; k < cost_.size(); ++k) cost_[k] = lp.columns[sites_ + k].cost;
    order_.resize(demands_);
    std::iota(order_.begin(), order_.end(), 0);
    std::ranges::stable_sort(order_, std::greater(), [&](size_t i) {
      return std::make_pair(problem_.demands[i].units_per_day, problem_.demands[i].stock_units);
    });
    for (size_t i = 0; i < demands_; ++i) {
      std::vector<size_t>& near = near_.emplace_back(sites_);
      std::iota(near.begin(), near.end(), 0);
      std::ranges::stable_sort(near, {}, [&](size_t j) {
        // Without a difference in transport the cheaper rent for its room goes first.
        return std::make_pair(cost_[i * sites_ + j], RentForRoom(j));
      });
    }
  }

  // Fills the open sites; false when a demand is not served.
  bool Fill(const std::vector<bool>& open) {
    shares_.assign(sites_ * demands_, 0);
    std::vector<double> throughput(sites_), capacity(sites_);
    for (size_t j = 0; j < sites_; ++j) {
      throughput[j] = static_cast<double>(problem_.sites[j].daily_throughput_units);
      capacity[j] = static_cast<double>(problem_.sites[j].capacity_units);
    }
    for (const size_t i : order_) {
      const auto units = static_cast<double>(problem_.demands[i].units_per_day);
      const auto stock = static_cast<double>(problem_.demands[i].stock_units);
      double left = 1;
      for (const size_t j : near_[i]) {
        if (!open[j]) continue;
        double share = left;
        if (units > 0) share = std::min(share, throughput[j] / units);
        if (stock > 0) share = std::min(share, capacity[j] / stock);
        shares_[i * sites_ + j] = share;
        throughput[j] = std::max(0.0, throughput[j] - share * units);
        capacity[j] = std::max(0.0, capacity[j] - share * stock);
        left -= share;
        if (left <= 1e-12) break;
      }
      if (left > 1e-9) return false;
    }
    return true;
  }

  // Every site takes the same share of all demands.
  bool Spread(const std::vector<bool>& open) {
    double units = 0, stock = 0, sum = 0;
    for (const SiteDemand& d : problem_.demands) {
      units += static_cast<double>(d.units_per_day);
      stock += static_cast<double>(d.stock_units);
    }
    std::vector<double> share(sites_);
    for (size_t j = 0; j < sites_; ++j) {
      if (!open[j]) continue;
      share[j] = 1;
      if (units > 0)
        share[j] = std::min(share[j], problem_.sites[j].daily_throughput_units / units);
      if (stock > 0) share[j] = std::min(share[j], problem_.sites[j].capacity_units / stock);
      sum += share[j];
    }
    if (sum < 1) return false;
    shares_.assign(sites_ * demands_, 0);
    for (size_t k = 0; k < shares_.size(); ++k) shares_[k] = share[k % sites_] / sum;
    return true;
  }

  // Of the shares as they are, with the rents of these sites.
  double Cost(const std::vector<bool>& open) const {
    double cost = std::inner_product(cost_.begin(), cost_.end(), shares_.begin(), 0.0);
    for (size_t j = 0; j < sites_; ++j) {
      if (open[j]) cost += static_cast<double>(problem_.sites[j].daily_rent.minor);
    }
    return cost;
  }

  void Drop(std::vector<bool>& open) {
    if (sites_ * sites_ * demands_ > kMostDropSteps) return;
    std::vector<size_t> dearest(sites_);
    std::iota(dearest.begin(), dearest.end(), 0);
    std::ranges::stable_sort(dearest, std::greater(), [&](size_t j) { return RentForRoom(j); });
    std::vector<double> best = shares_;
    double best_cost = Cost(open);
    for (const size_t j : dearest) {
      if (problem_.sites[j].must_open) continue;
      open[j] = false;
      const double cost = Fill(open) ? Cost(open) : best_cost;
      if (cost < best_cost) {
        best_cost = cost;
        best = shares_;
      } else {
        open[j] = true;
      }
    }
    shares_ = std::move(best);
  }

  const std::vector<double>& shares() const { return shares_; }

 private:
  double RentForRoom(size_t j) const {
    const CandidateSite& site = problem_.sites[j];
    return static_cast<double>(site.daily_rent.minor) /
           static_cast<double>(std::min(site.daily_throughput_units, site.capacity_units));
  }

  const SiteProblem& problem_;
  const size_t sites_, demands_;
  std::vector<double> cost_, shares_;  // demand by demand
  std::vector<size_t> order_;
  std::vector<std::vector<size_t>> near_;
};

}  // namespace

std::optional<std::vector<double>> GreedySolution(const SiteProblem& problem) {
  Greedy greedy(problem);
  std::vector<bool> open(problem.sites.size(), true);
  if (!greedy.Fill(open) && !greedy.Spread(open)) return std::nullopt;
  greedy.Drop(open);
  if (problem.max_sites > 0 && std::ranges::count(open, true) > problem.max_sites) {
    return std::nullopt;
  }
  std::vector<double> solution;
  for (const bool is_open : open) solution.push_back(is_open ? 1 : 0);
  solution.insert(solution.end(), greedy.shares().begin(), greedy.shares().end());
  return solution;
}

}  // namespace kefu::warehouse::domain
