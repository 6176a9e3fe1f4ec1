#include "services/warehouse/domain/replenishment/campaign.h"

#include <algorithm>
#include <numeric>

#include "common/status/status_macros.h"
#include "services/warehouse/domain/replenishment/distributions.h"

namespace kefu::warehouse::domain::replenishment {
namespace {

constexpr Formula kGuard{
    "campaign guard",
    "S = F^-1(u / (u + o)) of the rest; caps F_i(c_i) = 1 - θ / u_i; rest (1 - f) μ (a + sold/φ) / "
    "(a + f μ/φ), a = (μ/σ)²",
    "Hadley & Whitin (1963), section 6.2; Fisher & Raman (1996); Gelman et al. (2013), section "
    "2.6"};

absl::Status Check(const CampaignInput& input) {
  FieldViolations violations;
  violations.Check(!input.nodes.empty() && input.nodes.size() <= 2000, "nodes",
                   "must hold 1 to 2000 nodes");
  violations.Check(input.channels.size() <= 100, "channels", "must hold at most 100 channels");
  for (size_t i = 0; i < input.nodes.size(); ++i) {
    const CampaignNode& node = input.nodes[i];
    const std::string path = At("nodes", i);
    NotNegative(node.demand_mean, path + ".demand_mean", violations);
    NotNegative(node.demand_sd, path + ".demand_standard_deviation", violations);
    NotNegative(node.sold, path + ".sold", violations);
    NotNegative(node.available, path + ".available", violations);
    NotNegative(node.inbound, path + ".inbound", violations);
  }
  for (size_t i = 0; i < input.channels.size(); ++i) {
    const CampaignChannel& channel = input.channels[i];
    const std::string path = At("channels", i);
    NotNegative(channel.demand_mean, path + ".demand_mean", violations);
    NotNegative(channel.demand_sd, path + ".demand_standard_deviation", violations);
    Positive(channel.unit_margin, path + ".unit_margin", violations);
  }
  Positive(input.unit_margin, "unit_margin", violations);
  Positive(input.unit_overage, "unit_overage", violations);
  Fraction(input.elapsed, "elapsed_fraction", violations);
  violations.Check(input.dispersion >= 1 && input.dispersion <= 1e6, "dispersion",
                   "must be 1 to 1e6");
  Probability(input.alert_probability, "alert_probability", violations);
  Positive(input.surplus_share, "surplus_share", violations);
  NotNegative(input.minimum_order, "minimum_order", violations);
  violations.Check(input.pack_size >= 1 && input.pack_size <= 1e9 &&
                       input.pack_size == std::floor(input.pack_size),
                   "pack_size", "must be whole, 1 to 1e9");
  return violations.ToStatus();
}

Normal Rest(const CampaignNode& node, const CampaignInput& input) {
  const double f = input.elapsed, mean = node.demand_mean;
  if (mean == 0) return {0, 0};
  if (f == 0) return {mean, node.demand_sd};
  if (node.demand_sd == 0) return {(1 - f) * mean, 0};
  const double phi = input.dispersion;
  const double a = mean / node.demand_sd * (mean / node.demand_sd);
  const double shape = a + node.sold / phi, rate = a + f * mean / phi;
  const double rest = (1 - f) * mean * shape / rate;
  const double spread = (1 - f) * mean / rate;
  return {rest, std::sqrt(phi * rest + spread * spread * shape)};
}

// What the rest of a campaign does to a stock.
void Judge(const CampaignInput& input, const Normal& rest, double whole, double stock,
           double& sell_out, double& surplus, CampaignAlert& alert) {
  sell_out = 1 - Cdf(rest, stock);
  surplus = NormalLoss(stock, rest.mean, rest.sd).surplus;
  const double slack = stock - input.surplus_share * whole;
  if (sell_out >= input.alert_probability) {
    alert = CampaignAlert::kRunsHot;
  } else if (Cdf(rest, slack) >= 1 - input.alert_probability) {
    alert = CampaignAlert::kRunsCold;
  }
}

// Caps of the channels that add up to `stock`, whole by largest remainder.
std::vector<ChannelCap> Caps(const CampaignInput& input, double stock) {
  std::vector<ChannelCap> caps;
  if (input.channels.empty()) return caps;
  const auto cap_at = [&](const CampaignChannel& channel, double theta) {
    const double ratio = 1 - theta / channel.unit_margin;
    if (ratio <= 1e-12) return 0.0;
    return std::max(
        0.0, channel.demand_mean + channel.demand_sd * NormalQuantile(std::min(ratio, 1 - 1e-12)));
  };
  const auto excess = [&](double theta) {
    double sum = -stock;
    for (const CampaignChannel& channel : input.channels) sum += cap_at(channel, theta);
    return sum;
  };
  double most = 0, means = 0;
  for (const CampaignChannel& channel : input.channels) {
    most = std::max(most, channel.unit_margin);
    means += channel.demand_mean;
  }
  const double theta = Crossing(excess, 0.0, most);
  std::vector<double> wanted;
  for (const CampaignChannel& channel : input.channels) wanted.push_back(cap_at(channel, theta));
  // What no newsvendor places (certain demand, or more stock than any wants) goes by demand.
  const double placed = std::accumulate(wanted.begin(), wanted.end(), 0.0);
  std::vector<double> remainder;
  int64_t whole = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const double share = means > 0 ? input.channels[i].demand_mean / means
                                   : 1.0 / static_cast<double>(wanted.size());
    const double cap =
        std::max(0.0, placed > stock && placed > 0 ? wanted[i] * stock / placed
                                                   : wanted[i] + share * (stock - placed));
    caps.push_back({.channel = input.channels[i].channel, .cap = static_cast<int64_t>(cap)});
    remainder.push_back(cap - std::floor(cap));
    whole += caps.back().cap;
  }
  for (int64_t left = static_cast<int64_t>(stock + 1e-6) - whole; left > 0; --left) {
    const auto at = std::ranges::max_element(remainder) - remainder.begin();
    if (remainder[at] < 0) break;
    ++caps[at].cap;
    remainder[at] = -1;
  }
  for (size_t i = 0; i < caps.size(); ++i) {
    const CampaignChannel& channel = input.channels[i];
    caps[i].in_stock_probability =
        Cdf(Normal{channel.demand_mean, channel.demand_sd}, static_cast<double>(caps[i].cap));
  }
  return caps;
}

// From the fullest to the neediest, until no need or no surplus is left.
std::vector<TransferAdvice> Transfers(const CampaignInput& input,
                                      const std::vector<NodeOutlook>& outlooks) {
  std::vector<std::pair<int64_t, size_t>> needs, spares;
  for (size_t i = 0; i < outlooks.size(); ++i) {
    const CampaignNode& node = input.nodes[i];
    const double over = node.available + node.inbound - outlooks[i].target;
    // Only what lies there can go.
    const auto spare = static_cast<int64_t>(std::min(over, node.available));
    if (over >= 1 && spare >= 1) spares.emplace_back(spare, i);
    if (over <= -1) needs.emplace_back(static_cast<int64_t>(-over), i);
  }
  std::ranges::sort(needs, std::greater());
  std::ranges::sort(spares, std::greater());
  std::vector<TransferAdvice> transfers;
  size_t from = 0;
  for (auto& [need, to] : needs) {
    while (need > 0 && from < spares.size()) {
      auto& [spare, giver] = spares[from];
      const int64_t quantity = std::min(need, spare);
      transfers.push_back({outlooks[giver].node_id, outlooks[to].node_id, quantity});
      need -= quantity;
      spare -= quantity;
      if (spare == 0) ++from;
    }
  }
  return transfers;
}

}  // namespace

int64_t RoundOrder(double wanted, double minimum_order, double pack_size) {
  if (!(wanted > 1e-9)) return 0;
  const double packs = std::ceil(std::max(wanted, minimum_order) / pack_size - 1e-9);
  return static_cast<int64_t>(std::min(packs * pack_size, 9e15));
}

absl::StatusOr<CampaignAdvice> GuardCampaign(const CampaignInput& input) {
  RETURN_IF_ERROR(Check(input));
  CampaignAdvice advice{.formula = kGuard};
  advice.critical_ratio = input.unit_margin / (input.unit_margin + input.unit_overage);
  const double z = NormalQuantile(advice.critical_ratio);
  Normal all;
  double whole = 0, stock = 0, variance = 0;
  for (const CampaignNode& node : input.nodes) {
    const Normal rest = Rest(node, input);
    NodeOutlook outlook{.node_id = node.node_id,
                        .remaining_mean = rest.mean,
                        .remaining_sd = rest.sd,
                        .target = std::max(0.0, rest.mean + z * rest.sd)};
    Judge(input, rest, node.demand_mean, node.available + node.inbound,
          outlook.sell_out_probability, outlook.expected_surplus, outlook.alert);
    advice.nodes.push_back(outlook);
    all.mean += rest.mean;
    variance += rest.sd * rest.sd;
    whole += node.demand_mean;
    stock += node.available + node.inbound;
  }
  all.sd = std::sqrt(variance);
  advice.target_stock = std::max(0.0, all.mean + z * all.sd);
  Judge(input, all, whole, stock, advice.sell_out_probability, advice.expected_surplus,
        advice.alert);
  advice.buy_quantity =
      RoundOrder(advice.target_stock - stock, input.minimum_order, input.pack_size);
  advice.caps = Caps(input, stock + static_cast<double>(advice.buy_quantity));
  advice.transfers = Transfers(input, advice.nodes);
  return advice;
}

}  // namespace kefu::warehouse::domain::replenishment
