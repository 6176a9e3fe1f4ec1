#include "services/staffing/domain/outsourcing/make_or_buy.h"

#include <algorithm>

#include "common/money/money.h"
#include "common/status/status_macros.h"

namespace kefu::staffing::outsourcing {
namespace {

// One agent of either side in a month.
absl::StatusOr<int64_t> OwnAgent(const std::string& currency, const OwnStaff& own, int64_t sales) {
  ASSIGN_OR_RETURN(const Money share, MulBps({currency, sales}, own.commission_bps));
  ASSIGN_OR_RETURN(const Money pay, Add({currency, own.base_minor}, share));
  return std::max(pay.minor, own.all_in_minor);
}
absl::StatusOr<int64_t> BaseAgent(const std::string& currency, const Price& price, int64_t sales) {
  ASSIGN_OR_RETURN(const Money share, MulBps({currency, sales}, price.commission_bps));
  ASSIGN_OR_RETURN(const Money cost, Add({currency, price.seat_minor}, share));
  return cost.minor;
}

absl::StatusOr<int64_t> OwnMonth(const std::string& currency, const OwnStaff& own,
                                 const Work& work) {
  if (work.agents == 0) return 0;
  const std::vector<int64_t> equal(static_cast<size_t>(work.agents), 1);
  ASSIGN_OR_RETURN(const auto parts, SplitLargestRemainder(work.sales_minor, equal));
  Money sum{currency, 0};
  for (const int64_t part : parts) {
    ASSIGN_OR_RETURN(const int64_t cost, OwnAgent(currency, own, part));
    ASSIGN_OR_RETURN(sum, Add(sum, {currency, cost}));
  }
  return sum.minor;
}

absl::StatusOr<int64_t> BaseMonth(const std::string& currency, const Price& price, const Work& work,
                                  int32_t number) {
  const bool fee_month = HasFee(price.model) && (price.model != PriceModel::kFeeThenCommission ||
                                                 number < price.fee_months);
  Money sum{currency, fee_month ? price.fee_minor : 0};
  if (HasSeats(price.model)) {
    ASSIGN_OR_RETURN(const Money seats, Multiply({currency, price.seat_minor}, work.agents));
    ASSIGN_OR_RETURN(sum, Add(sum, seats));
  }
  if (HasCommission(price.model) && !(price.model == PriceModel::kFeeThenCommission && fee_month)) {
    ASSIGN_OR_RETURN(const Money share, MulBps({currency, work.sales_minor}, price.commission_bps));
    ASSIGN_OR_RETURN(sum, Add(sum, share));
  }
  return sum.minor;
}

// Own staff's cost rises more slowly with sales than the base's, or never falls below it: the least
// sales lie where the two lines meet.
absl::StatusOr<std::optional<int64_t>> BreakEven(const std::string& currency, const Price& price,
                                                 const OwnStaff& own) {
  if (HasFee(price.model)) return std::nullopt;
  constexpr int64_t kMost = int64_t{1} << 50;
  const auto own_is_no_dearer = [&](int64_t sales) -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(const int64_t ours, OwnAgent(currency, own, sales));
    ASSIGN_OR_RETURN(const int64_t theirs, BaseAgent(currency, price, sales));
    return ours <= theirs;
  };
  ASSIGN_OR_RETURN(const bool ever, own_is_no_dearer(kMost));
  if (!ever) return std::nullopt;
  int64_t low = 0, high = kMost;  // own staff is no dearer at `high`
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    ASSIGN_OR_RETURN(const bool no_dearer, own_is_no_dearer(middle));
    if (no_dearer) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return high;
}

}  // namespace

absl::StatusOr<Comparison> CompareMakeOrBuy(const std::string& currency_code, const Price& price,
                                            const OwnStaff& own, const std::vector<Work>& months) {
  Comparison comparison;
  Money own_sum{currency_code, 0}, base_sum{currency_code, 0};
  for (size_t i = 0; i < months.size(); ++i) {
    MonthCost cost;
    ASSIGN_OR_RETURN(cost.own_minor, OwnMonth(currency_code, own, months[i]));
    ASSIGN_OR_RETURN(cost.base_minor,
                     BaseMonth(currency_code, price, months[i], static_cast<int32_t>(i)));
    ASSIGN_OR_RETURN(own_sum, Add(own_sum, {currency_code, cost.own_minor}));
    ASSIGN_OR_RETURN(base_sum, Add(base_sum, {currency_code, cost.base_minor}));
    comparison.months.push_back(cost);
  }
  comparison.own_minor = own_sum.minor;
  comparison.base_minor = base_sum.minor;
  ASSIGN_OR_RETURN(comparison.break_even_minor, BreakEven(currency_code, price, own));
  return comparison;
}

}  // namespace kefu::staffing::outsourcing
