// Commission of one agent's month: bands, then buyers' factors, then the grade's coefficient.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "services/performance/domain/payroll/statement.h"

namespace kefu::performance::domain::payroll {

// Sales less refunds of some days by buyer; a part with more refunds than sales counts 0.
std::array<int64_t, kBuyers> NetSales(const GradeDays& days);

// Commission on `sales` before factors and coefficients, with one line for each band it comes from.
// Rounded half up once over all bands; the bands' lines share it by largest remainder.
std::vector<Line> BandLines(const CommissionRule& rule, int64_t sales_minor);

struct CommissionResult {
  std::vector<Line> lines;  // bands, then a factor's, then a coefficient's; without days
  std::array<int64_t, kBuyers> sales_minor{}, commission_minor{};  // with everything
  bool grade_unknown = false;  // a grade that the plan gives no coefficient: taken as 1
};
CommissionResult Commission(const CommissionRule& rule, std::span<const GradeDays> days);

}  // namespace kefu::performance::domain::payroll
