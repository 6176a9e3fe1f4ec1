#include "clients/kefuctl/network/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <span>
#include <tuple>

#include "common/status/status_macros.h"

namespace kefu::network {
namespace {

using warehouse::v1::NodeKind;
constexpr int64_t kFar = std::numeric_limits<int64_t>::max();

// Step 1 of the header.
std::vector<Place> Covered(const China& china, size_t count) {
  std::map<std::string, int> in_city;
  for (const Place& d : china.districts) ++in_city[d.code.substr(0, 4)];
  const auto urban = [](const Place& d) {
    return d.name.ends_with("区") ? 0 : d.name.ends_with("市") ? 1 : 2;
  };
  std::vector<Place> ranked = china.districts;
  std::ranges::sort(ranked, {}, [&](const Place& d) {
    return std::make_tuple(urban(d), -in_city.at(d.code.substr(0, 4)), std::string_view(d.code));
  });
  ranked.resize(std::min(count, ranked.size()));
  return ranked;
}

// Step 2: `count` of the candidates. `nearest` holds each district's distance to what is open, and
// is brought up to date.
std::vector<Place> GreedyMedian(std::span<const Place> candidates, size_t count,
                                std::span<const Place> districts, std::vector<int64_t>& nearest) {
  std::vector<std::vector<int64_t>> metres;
  for (const Place& candidate : candidates) {
    std::vector<int64_t>& row = metres.emplace_back();
    for (const Place& d : districts) row.push_back(GreatCircleMetres(candidate.at, d.at));
  }
  std::vector<bool> taken(candidates.size());
  std::vector<Place> chosen;
  while (chosen.size() < count) {
    size_t best = 0;
    int64_t best_sum = kFar;
    for (size_t c = 0; c < candidates.size(); ++c) {
      if (taken[c]) continue;
      int64_t sum = 0;
      for (size_t d = 0; d < districts.size(); ++d) sum += std::min(nearest[d], metres[c][d]);
      if (sum < best_sum) std::tie(best, best_sum) = std::make_tuple(c, sum);
    }
    taken[best] = true;
    chosen.push_back(candidates[best]);
    for (size_t d = 0; d < districts.size(); ++d) {
      nearest[d] = std::min(nearest[d], metres[best][d]);
    }
  }
  return chosen;
}

// Where a place stands first in the network, from 1 on for the second node of it.
std::string IdOf(std::string_view tier, const Place& place, std::map<std::string, int>& used) {
  const std::string id = fmt::format("REF-{}-{}", tier, place.code);
  const int before = used[id]++;
  return before == 0 ? id : fmt::format("{}-{}", id, before + 1);
}

// The nearest of the tier above; ties to the first.
const PlannedNode* Nearest(std::span<const PlannedNode> above, const MicroDegrees& at) {
  const PlannedNode* best = nullptr;
  int64_t best_metres = kFar;
  for (const PlannedNode& node : above) {
    const int64_t metres = GreatCircleMetres(node.at, at);
    if (metres < best_metres) std::tie(best, best_metres) = std::make_tuple(&node, metres);
  }
  return best;
}

struct Tier {
  std::string_view id, suffix;
  NodeKind kind;
};

// Appends the places as a tier below `above` (indexes of the network's nodes).
void AddTier(const Tier& tier, const std::vector<Place>& places, size_t above_begin,
             size_t above_end, Network& network) {
  std::map<std::string, int> used;
  std::vector<PlannedNode> made;
  const std::span above = std::span(network.nodes).subspan(above_begin, above_end - above_begin);
  for (const Place& place : places) {
    const PlannedNode* parent = Nearest(above, place.at);
    made.push_back({.external_id = IdOf(tier.id, place, used),
                    .display_name = place.name + std::string(tier.suffix),
                    .kind = tier.kind,
                    .parent_external_id = parent == nullptr ? "" : parent->external_id,
                    .region_code = place.code,
                    .at = place.at});
  }
  network.nodes.insert(network.nodes.end(), made.begin(), made.end());
}

int64_t Mean(const std::vector<int64_t>& values) {
  int64_t sum = 0;
  for (const int64_t value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<int64_t>(values.size());
}

absl::Status CheckPlan(const China& china, const Plan& plan, size_t capitals) {
  const auto need = [](std::string_view what, size_t there, int wanted) {
    return there >= static_cast<size_t>(wanted)
               ? absl::OkStatus()
               : absl::InvalidArgumentError(
                     fmt::format("{} {} are asked for, {} are there", wanted, what, there));
  };
  if (plan.centres < 1 || plan.cities < 1 || plan.stations < 1 || plan.pickups < 0 ||
      plan.districts < 1) {
    return absl::InvalidArgumentError("a network needs a centre, a city warehouse and a station");
  }
  RETURN_IF_ERROR(need("provincial capitals", capitals, plan.centres));
  RETURN_IF_ERROR(
      need("cities besides the centres", china.cities.size() - plan.centres, plan.cities));
  return need("districts", china.districts.size(), plan.districts);
}

}  // namespace

absl::StatusOr<Network> Generate(const China& china, const Plan& plan) {
  std::vector<Place> capitals, others;
  for (const Place& city : china.cities) {
    if (city.code.substr(2, 2) == "01") capitals.push_back(city);
  }
  RETURN_IF_ERROR(CheckPlan(china, plan, capitals.size()));
  const std::vector<Place> districts = Covered(china, plan.districts);
  std::vector<int64_t> nearest(districts.size(), kFar / static_cast<int64_t>(districts.size()) / 2);
  const std::vector<Place> centres = GreedyMedian(capitals, plan.centres, districts, nearest);
  Network network;
  network.mean_metres_to_centre = Mean(nearest);
  for (const Place& city : china.cities) {
    if (std::ranges::find(centres, city.code, &Place::code) == centres.end()) {
      others.push_back(city);
    }
  }
  const std::vector<Place> cities = GreedyMedian(others, plan.cities, districts, nearest);
  network.mean_metres_to_city = Mean(nearest);
  std::vector<Place> stations, pickups;
  for (int i = 0; i < plan.stations; ++i) stations.push_back(districts[i % districts.size()]);
  for (int i = 0; i < plan.pickups; ++i) {
    pickups.push_back(districts[(plan.stations + i) % districts.size()]);
  }
  network.districts =
      std::min<int>(plan.stations + plan.pickups, static_cast<int>(districts.size()));
  const size_t first_city = centres.size(), first_station = first_city + cities.size(),
               first_pickup = first_station + stations.size();
  AddTier({"LC", "物流中心", warehouse::v1::NODE_KIND_LOGISTICS_CENTRE}, centres, 0, 0, network);
  AddTier({"CW", "城市仓", warehouse::v1::NODE_KIND_CITY_WAREHOUSE}, cities, 0, first_city,
          network);
  AddTier({"DS", "配送站", warehouse::v1::NODE_KIND_DELIVERY_STATION}, stations, first_city,
          first_station, network);
  AddTier({"PP", "自提点", warehouse::v1::NODE_KIND_PICKUP_POINT}, pickups, first_station,
          first_pickup, network);
  return network;
}

std::string ToCsv(const Network& network) {
  std::string csv =
      "external_id,display_name,kind,parent_external_id,region_code,latitude,longitude\n";
  const auto degrees = [](int32_t micro) {
    return fmt::format("{}{}.{:06}", micro < 0 ? "-" : "", std::abs(micro) / 1'000'000,
                       std::abs(micro) % 1'000'000);
  };
  for (const PlannedNode& node : network.nodes) {
    csv += fmt::format(
        "{},{},{},{},{},{},{}\n", node.external_id, node.display_name,
        warehouse::v1::NodeKind_Name(node.kind).substr(std::string_view("NODE_KIND_").size()),
        node.parent_external_id, node.region_code, degrees(node.at.latitude),
        degrees(node.at.longitude));
  }
  return csv;
}

}  // namespace kefu::network
