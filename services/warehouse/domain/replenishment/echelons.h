// Where in a network the safety stock stands. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/replenishment/checks.h"

namespace kefu::warehouse::domain::replenishment {

// Guaranteed service on a spanning tree: every stage promises its customers a service time S and
// gets its supply after SI; over the net time SI + T - S it covers demand up to a bound, with
// safety stock zσ√(SI + T - S). The dynamic program of Graves & Willems (2000) finds the promises
// of least holding cost: O(stages × longest time²). Snyder & Shen (2019), section 6.4,
// Algorithm 6.1.
struct Stage {
  std::string id;
  int processing_time = 0;       // T, periods
  double holding_cost = 0;       // a piece and period
  double safety_factor = 0;      // z of the demand bound; 0 takes the largest of its customers
  int inbound_service_time = 0;  // least, of outside suppliers
  int outbound_service_time =
      -1;                  // most, to outside customers; -1: none, but then it has customers
  double demand_mean = 0;  // of outside customers, a period
  double demand_sd = 0;
};
struct StageLink {
  std::string from, to;
};
struct StagePlan {
  std::string id;
  int service_time = 0;    // S
  int inbound_time = 0;    // SI
  int net_time = 0;        // SI + T - S
  double demand_mean = 0;  // outside demand at it and below
  double demand_sd = 0;    // their root of squares
  double safety_stock = 0;
  double base_stock = 0;  // mean × net time + safety stock
  double cost = 0;        // holding cost of the safety stock
};
struct EchelonPlan {
  Formula formula;
  double cost = 0;
  std::vector<StagePlan> stages;  // as given
};
// INVALID_FIELDS: among others, links that do not make one tree.
absl::StatusOr<EchelonPlan> OptimizeServiceTimes(const std::vector<Stage>& stages,
                                                 const std::vector<StageLink>& links);

// A serial system under stochastic service, stage 1 sells, the last buys outside: echelon
// base-stock levels of Clark & Scarf (1960) in the form of Chen & Zheng (1994), continuous review,
// normal demand, numerically to about 5 digits; and the newsvendor bounds of Shang & Song (2003).
// Snyder & Shen (2019), sections 6.2.2-6.2.4, eq. 6.15-6.32.
struct SerialStage {
  double echelon_holding_cost = 0;
  double lead_time = 0;
};
struct SerialInput {
  std::vector<SerialStage> stages;  // from the customer upwards
  double stockout_cost = 0;         // p at stage 1
  double demand_mean = 0;           // a unit of time
  double demand_sd = 0;
};
struct SerialPlan {
  Formula formula;
  std::vector<double> base_stock;  // echelon, optimal, by stage
  std::vector<double> newsvendor;  // echelon, Shang & Song's heuristic
  double cost = 0;                 // optimal, a unit of time
};
absl::StatusOr<SerialPlan> OptimizeSerial(const SerialInput& input);

}  // namespace kefu::warehouse::domain::replenishment
