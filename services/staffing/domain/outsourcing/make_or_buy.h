// Own staff against a base, for the same work. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/staffing/domain/outsourcing/terms.h"

namespace kefu::staffing::outsourcing {

// What an own agent costs in a month: base pay and a share of sales, but at least what a place
// costs all in. Defaults: own staff in a large city, ¥4,000 and 1 %, all in ¥7,000 (DOMAIN 2.7
// [src]).
struct OwnStaff {
  int64_t base_minor = 400'000;
  int32_t commission_bps = 100;
  int64_t all_in_minor = 700'000;
};

// One month of the work.
struct Work {
  int32_t agents = 0;       // who would be needed, own or the base's
  int64_t sales_minor = 0;  // by all of them
};

struct MonthCost {
  int64_t own_minor = 0;   // each agent with an equal part of the sales, by largest remainder
  int64_t base_minor = 0;  // by the price, seats those of the work
};

struct Comparison {
  std::vector<MonthCost> months;
  int64_t own_minor = 0, base_minor = 0;  // sums
  // The least sales of an agent and month from which own staff costs no more; nothing when it never
  // does. Only where the price goes by the seat or by sales alone: a fee does not depend on agents.
  std::optional<int64_t> break_even_minor;
};

// The months in order from the contract's first one. OUT_OF_RANGE MONEY_OVERFLOW.
absl::StatusOr<Comparison> CompareMakeOrBuy(const std::string& currency_code, const Price& price,
                                            const OwnStaff& own, const std::vector<Work>& months);

}  // namespace kefu::staffing::outsourcing
