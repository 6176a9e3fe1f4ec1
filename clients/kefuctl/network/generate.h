// The reference network: logistics centres, city warehouses, delivery stations and pickup points
// over the districts of a country. Pure and deterministic: the same places give the same network.
//
// How it is laid out:
// 1. Districts covered: urban districts (…区) first, then county-level cities (…市), then the rest;
//    among these the districts of cities with many districts, the proxy of population, come first.
// 2. Sites: greedy p-median (A. A. Kuehn and M. J. Hamburger, "A Heuristic Program for Locating
//    Warehouses", Management Science 9, 1963): one after the other the candidate is opened that
//    most lowers the sum over covered districts of the distance to the nearest open site; ties go
//    to the smaller code. Centres come from provincial capitals, city warehouses from the other
//    prefectures, counting the centres as open.
// 3. The first districts get a delivery station each; the next ones a pickup point each; pickup
//    points (or stations) that are left over go to the first districts again.
// 4. The parent of a node is the nearest node of the tier above: centre ← city warehouse ← station
//    ← pickup point.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/kefuctl/network/china.h"
#include "kefu/warehouse/v1/resources.pb.h"

namespace kefu::network {

struct Plan {
  int centres = 6, cities = 27, stations = 1000, pickups = 300;
  int districts = 1188;
};

struct PlannedNode {
  std::string external_id;  // "REF-LC-110000", "REF-PP-110105-2"
  std::string display_name;
  warehouse::v1::NodeKind kind = warehouse::v1::NODE_KIND_UNSPECIFIED;
  std::string parent_external_id;  // "" at the top; a parent comes before its children
  std::string region_code;
  MicroDegrees at;
};

struct Network {
  std::vector<PlannedNode> nodes;
  int districts = 0;  // covered: with at least one station or pickup point
  // Means over the covered districts, to the nearest node of the tier.
  int64_t mean_metres_to_centre = 0, mean_metres_to_city = 0;
};

// INVALID_ARGUMENT in words when there are fewer places than the plan asks for.
absl::StatusOr<Network> Generate(const China& china, const Plan& plan);

// The nodes as a CSV file with a header.
std::string ToCsv(const Network& network);

}  // namespace kefu::network
