// What an inquiry costs by a click cost that a policy names, of periods whose ad spend is not known
// (DOMAIN 3.2). Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "services/performance/domain/metrics.h"

namespace kefu::performance::domain {

// 0: not known.
struct ClickCost {
  int64_t minor = 0;
  int64_t conversion_ppm = 0;  // orders by clicks, in millionths
  int64_t policy_version = 0;  // that names it
  bool operator==(const ClickCost&) const = default;
};

// Click cost × (converted ÷ consulted) ÷ click conversion, half up to the minor unit (¥1 × 30 % ÷
// 1.28 % = ¥23.4375 → ¥23.44). Nothing where the click cost or its conversion is not known, nobody
// consulted, or it does not fit.
std::optional<int64_t> InquiryCost(const ClickCost& click, int64_t converted, int64_t consulted);

// Whether a figure hangs on the cost of an inquiry: that itself, and what missed ones cost.
bool HangsOnClicks(const MetricSpec& spec);

// Such a figure of a shop, which is not defined by its ad spend, by the click cost instead. Any
// other is left as it is.
void PriceByClicks(const ClickCost& click, const Measures& measures, MetricValue& value);

}  // namespace kefu::performance::domain
