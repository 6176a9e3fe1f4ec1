// From demand and stock to an order, item by item. Pure.
//
// Order point = demand over lead time and review + safety stock; the error of the forecast over
// that time, as its backtest shows it, is what safety stock covers (Silver, Pyke & Thomas (2017),
// sections 3.8 and 6.7), with √(σ_e² + d² σ_L²) for the lead time. Lots by EOQ, review, or Wagner &
// Whitin.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/replenishment/classify.h"
#include "services/warehouse/domain/replenishment/forecast.h"
#include "services/warehouse/domain/replenishment/safety_stock.h"

namespace kefu::warehouse::domain::replenishment {

enum class PlanRule {
  kOrderPoint,  // (s, S): at the order point, up to order point + EOQ
  kOrderUpTo,   // (R, S): at every review, up to the order point
  kDynamicLot,  // at the order point, the first lot of Wagner & Whitin on the forecast
};

// By what plans are made. Money in minor units of one currency.
struct PlanSettings {
  PlanRule rule = PlanRule::kOrderPoint;
  ServiceMeasure measure = ServiceMeasure::kFillRate;
  double service[3] = {0.98, 0.95, 0.90};  // of A, B, C
  ClassCuts cuts;
  int review_days = 1;
  double lead_time_mean = 3;  // days
  double lead_time_sd = 1;
  double holding_rate = 0.25;            // a year, of a piece's worth
  double order_cost = 5'000;             // minor units
  int max_cover_days = 28;               // most demand that one lot covers
  std::optional<ForecastMethod> method;  // absent: by backtest
  int backtest_origins = 12;
  ForecastParameters parameters;
};

struct PlanItem {
  std::string node_id, series_id;
  Series demand;         // by day, oldest first; NaN where nothing is known
  double unit_cost = 0;  // minor units
  double available = 0, in_transit = 0, on_order = 0;
  double minimum_order = 0, pack_size = 1;
  double lead_time_mean = 0, lead_time_sd = 0;  // days
};

// How many times usual demand comes, by day: of the history (aligned with it), and from the day
// after it on. Empty is 1 throughout.
struct Lifts {
  std::vector<double> past, future;
};

// What the history of an item says; `Learn` takes nearly all the time of a plan, O(days).
struct Learnt {
  Candidate chosen;
  std::vector<double> forecast;  // by day, lifts included
  double value = 0;              // sold in the history × unit cost
  double variation = 0;          // of weeks
  double exposed_demand = 0;     // over lead time and review
  double exposed_sd = 0;
  double daily_demand = 0;  // over those days and a lot's
};
Learnt Learn(const PlanItem& item, const PlanSettings& settings, const Lifts& lifts);

struct PlanLine {
  char abc = 'C', xyz = 'Z';
  double service = 0;
  double lot_quantity = 0;
  double safety_stock = 0;
  bool gamma =
      false;  // safety stock from a gamma distribution: demand varies too much for a normal
  double order_point = 0, order_up_to = 0;  // whole pieces
  int64_t suggested = 0;
};
PlanLine Decide(const PlanItem& item, const Learnt& learnt, char abc, const PlanSettings& settings);

inline constexpr Formula kEoqLot{"(s, S) with EOQ", "S = s + sqrt(2 K d / h)",
                                 "Harris (1913); Silver, Pyke & Thomas (2017), section 6.5"};
inline constexpr Formula kReviewLot{"(R, S)", "order up to S at every review",
                                    "Silver, Pyke & Thomas (2017), section 6.10"};
inline constexpr Formula kDynamicLot{"(s, S) with a dynamic lot", "first lot of the optimal plan",
                                     "Wagner & Whitin (1958)"};

// Days that a plan looks ahead: lead time, review and the longest lot.
int PlanHorizon(const PlanItem& item, const PlanSettings& settings);

}  // namespace kefu::warehouse::domain::replenishment
