#include "services/performance/domain/payroll/commission.h"

#include <algorithm>

#include "services/performance/domain/payroll/arithmetic.h"

namespace kefu::performance::domain::payroll {
namespace {

// The sales to which a band's rate applies.
int64_t SliceOf(const CommissionRule& rule, const Band& band, int64_t sales) {
  const bool reached = sales >= band.from_minor;
  if (rule.mode == BandMode::kWhole) {
    return reached && (!band.to_minor || sales < *band.to_minor) ? sales : 0;
  }
  if (!reached) return 0;
  return std::min(sales, band.to_minor.value_or(sales)) - band.from_minor;
}

// The coefficient of a grade; nothing when the plan names grades but not this one.
std::optional<int32_t> CoefficientOf(const CommissionRule& rule, const std::string& grade_id) {
  if (rule.coefficients.empty() || grade_id.empty()) return kWholeBps;
  const auto found = std::ranges::find(rule.coefficients, grade_id, &Coefficient::grade_id);
  if (found == rule.coefficients.end()) return std::nullopt;
  return found->bps;
}

}  // namespace

std::array<int64_t, kBuyers> NetSales(const GradeDays& days) {
  std::array<int64_t, kBuyers> net{};
  for (size_t b = 0; b < kBuyers; ++b) {
    net[b] = std::max<int64_t>(0, days.sales_minor[b] - days.refunds_minor[b]);
  }
  return net;
}

std::vector<Line> BandLines(const CommissionRule& rule, int64_t sales_minor) {
  std::vector<Line> lines;
  std::vector<int64_t> weights;
  Wide exact = 0;
  for (const Band& band : rule.bands) {
    const int64_t slice = SliceOf(rule, band, sales_minor);
    if (slice <= 0) continue;
    lines.push_back(
        {.kind = LineKind::kCommission, .basis_minor = slice, .rate_bps = band.rate_bps});
    weights.push_back(slice * band.rate_bps);
    exact += Wide{slice} * band.rate_bps;
  }
  const std::vector<int64_t> parts = Divide(MulDiv(exact, 1, kWholeBps), weights);
  for (size_t i = 0; i < lines.size(); ++i) lines[i].amount_minor = parts[i];
  return lines;
}

CommissionResult Commission(const CommissionRule& rule, std::span<const GradeDays> days) {
  CommissionResult result;
  std::vector<int64_t> cells;  // net sales by (days, buyer)
  for (const GradeDays& part : days) {
    const auto net = NetSales(part);
    for (size_t b = 0; b < kBuyers; ++b) {
      cells.push_back(net[b]);
      result.sales_minor[b] += net[b];
    }
  }
  result.lines = BandLines(rule, result.sales_minor[kReturning] + result.sales_minor[kNew]);
  int64_t graded = 0;
  for (const Line& line : result.lines) graded += line.amount_minor;
  std::vector<int64_t> amounts = Divide(graded, cells);

  const std::array<int32_t, kBuyers> factors{rule.returning_buyer_factor_bps,
                                             rule.new_buyer_factor_bps};
  for (size_t b = 0; b < kBuyers; ++b) {
    Line line{
        .kind = LineKind::kBuyerFactor, .rate_bps = factors[b], .buyer = static_cast<Buyer>(b)};
    for (size_t i = b; i < amounts.size(); i += kBuyers) {
      const int64_t with = MulBps(amounts[i], factors[b]);
      line.basis_minor += amounts[i];
      line.amount_minor += with - amounts[i];
      amounts[i] = with;
    }
    if (factors[b] != kWholeBps && line.basis_minor != 0) result.lines.push_back(line);
  }
  for (size_t p = 0; p < days.size(); ++p) {
    const auto coefficient = CoefficientOf(rule, days[p].grade_id);
    Line line{.kind = LineKind::kCoefficient,
              .rate_bps = coefficient.value_or(kWholeBps),
              .reference = days[p].grade_id,
              .first = days[p].first,
              .last = days[p].last};
    for (size_t b = 0; b < kBuyers; ++b) {
      int64_t& amount = amounts[p * kBuyers + b];
      const int64_t with = MulBps(amount, line.rate_bps);
      line.basis_minor += amount;
      line.amount_minor += with - amount;
      amount = with;
      result.commission_minor[b] += with;
    }
    if (!coefficient && line.basis_minor != 0) result.grade_unknown = true;
    if (line.rate_bps != kWholeBps && line.basis_minor != 0) result.lines.push_back(line);
  }
  return result;
}

}  // namespace kefu::performance::domain::payroll
