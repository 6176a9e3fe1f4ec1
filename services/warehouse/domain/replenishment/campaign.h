// Campaign guard: neither sold out when a campaign runs hot, nor left full when it does not. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/replenishment/checks.h"

namespace kefu::warehouse::domain::replenishment {

// Before it starts: how much to have, by the newsvendor over all channels, and how much each
// channel may sell of it (caps), by the newsvendor with one constraint: F_i(cap_i) = 1 - θ / u_i
// with the one θ that makes the caps add up (Hadley & Whitin (1963), section 6.2). While it runs:
// demand is Gamma-Poisson, Θ ~ Gamma(a, a), a = (μ/σ)², sales so far Poisson(Θ f μ / φ) φ, so that
// the rest has the mean (1 - f) μ (a + sold/φ) / (a + f μ/φ) (Gelman et al. (2013), section 2.6).
struct CampaignChannel {
  std::string channel;
  double demand_mean = 0;
  double demand_sd = 0;
  double unit_margin = 0;  // u_i, lost with each piece that is not there
};
struct CampaignNode {
  std::string node_id;
  double demand_mean = 0;  // of the whole campaign
  double demand_sd = 0;
  double sold = 0;       // so far
  double available = 0;  // on hand, not promised
  double inbound = 0;    // arrives before the end
};
struct CampaignInput {
  std::vector<CampaignChannel> channels;  // may be empty: no caps
  std::vector<CampaignNode> nodes;
  double unit_margin = 0;          // u: lost when short; used over all channels
  double unit_overage = 0;         // o: lost when left
  double elapsed = 0;              // f: the part of its demand that should have come by now, 0 to 1
  double dispersion = 1;           // φ: variance of sales over their mean
  double alert_probability = 0.2;  // alert at this chance of selling out, or of a surplus
  double surplus_share = 0.3;      // a surplus is this part of the whole demand left at the end
  double minimum_order = 0;
  double pack_size = 1;
};

enum class CampaignAlert { kSteady, kRunsHot, kRunsCold };
struct NodeOutlook {
  std::string node_id;
  double remaining_mean = 0;
  double remaining_sd = 0;
  double sell_out_probability = 0;  // before the end
  double expected_surplus = 0;      // left at the end
  double target = 0;                // pieces wanted for the rest, at the critical ratio
  CampaignAlert alert = CampaignAlert::kSteady;
};
struct ChannelCap {
  std::string channel;
  int64_t cap = 0;
  double in_stock_probability = 0;
};
struct TransferAdvice {
  std::string from_node_id, to_node_id;
  int64_t quantity = 0;
};
struct CampaignAdvice {
  Formula formula;
  double critical_ratio = 0;
  double target_stock = 0;                       // for the rest of the campaign, all nodes
  int64_t buy_quantity = 0;                      // after MOQ and packs
  CampaignAlert alert = CampaignAlert::kSteady;  // of the whole
  double sell_out_probability = 0;
  double expected_surplus = 0;
  std::vector<ChannelCap> caps;  // add up to the stock there is with buy_quantity
  std::vector<NodeOutlook> nodes;
  std::vector<TransferAdvice> transfers;
};
absl::StatusOr<CampaignAdvice> GuardCampaign(const CampaignInput& input);

// `wanted` up to the minimum and whole packs; 0 stays 0.
int64_t RoundOrder(double wanted, double minimum_order, double pack_size);

}  // namespace kefu::warehouse::domain::replenishment
