// A month of selling against an ordering rule, day by day. Pure, but for reading files.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

namespace kefu::bench {

struct Category {
  std::string id;
  std::map<absl::CivilDay, int64_t> sales;
  int64_t opening_stock = -1;  // on the first day of the month; -1: not known
};

// category_sales_daily.csv and category_stock_monthly.csv of `folder`, by id. Stock is that of
// `month`. INVALID_ARGUMENT names the file and line.
absl::StatusOr<std::vector<Category>> LoadCategories(const std::string& folder,
                                                     absl::CivilDay month);
// Made up, the same for the same seed: weekly seasons, trends, seldom sold ones, a gap in the
// history, and a campaign in the month.
std::vector<Category> MakeCategories(int count, absl::CivilDay month, uint64_t seed);

int64_t SalesOf(const Category& category, absl::CivilDay first, absl::CivilDay last);

// When to order and up to where, by day of the month; or pieces ordered once on its first day.
struct Rule {
  struct Level {
    int64_t order_point = 0, order_up_to = 0;
  };
  std::vector<Level> levels;  // by day; empty for a single order
  int64_t first_day_order = 0;
};

// What came of it. Unserved demand is lost.
struct Outcome {
  int64_t demand = 0, served = 0;
  int64_t stock_days = 0;  // pieces on hand at the end of each day, added up
  int64_t closing_stock = 0;
  int64_t ordered = 0;
  int orders = 0;

  void Add(const Outcome& other);
  double fill_rate() const { return demand == 0 ? 1 : static_cast<double>(served) / demand; }
};
// Each morning what was ordered `lead_days` before arrives, then an order is placed, then the day's
// demand is served.
Outcome Simulate(const Category& category, absl::CivilDay first, int days, int64_t opening,
                 int lead_days, const Rule& rule);

}  // namespace kefu::bench
