#include "services/performance/handlers/payroll/refund_book.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/handlers/payroll/pay_scope.h"
#include "services/performance/store/payroll.h"

namespace kefu::performance {

namespace pay = domain::payroll;

absl::StatusOr<const std::vector<CountedRefund>*> RefundBook::OfSales(const store::Scope& scope,
                                                                      const std::string& definition,
                                                                      absl::CivilDay sale_month) {
  const auto [at, fresh] = read_.try_emplace({scope.shop_id, definition, sale_month});
  if (!fresh) return &at->second;
  ASSIGN_OR_RETURN(const auto rows, store::LoadRefundsOfSales(t_, scope, definition, sale_month,
                                                              LastDayOf(sale_month)));
  std::map<std::string, int64_t> left;  // by order: what may still be taken back
  std::vector<CountedRefund> refunds;
  refunds.reserve(rows.size());
  for (const store::PaidBackRow& row : rows) {
    ASSIGN_OR_RETURN(const domain::Refund refund, convert::RefundFromBody(row.body));
    ASSIGN_OR_RETURN(const domain::Order order, convert::OrderFromBody(row.order_body));
    int64_t& of_order = left.try_emplace(row.order_id, order.paid_minor.value_or(0)).first->second;
    const int64_t counted = std::clamp<int64_t>(refund.amount_minor, 0, of_order);
    of_order -= counted;
    refunds.push_back({row.agent_id, row.refund_id, row.order_id, std::max(row.day, row.pay_day),
                       row.pay_day, counted, order.new_buyer ? pay::kNew : pay::kReturning});
  }
  std::ranges::stable_sort(refunds, {}, [](const CountedRefund& refund) {
    return std::tie(refund.day, refund.refund_id);
  });
  at->second = std::move(refunds);
  return &at->second;
}

absl::StatusOr<std::vector<CountedRefund>> RefundBook::CountedIn(const store::Scope& scope,
                                                                 const std::string& definition,
                                                                 absl::CivilDay month) {
  ASSIGN_OR_RETURN(std::set<absl::CivilDay> sale_months,
                   store::SaleMonthsOfRefunds(t_, scope, definition, month, LastDayOf(month)));
  sale_months.insert(month);  // what was paid back before it was paid counts in it, too
  std::vector<CountedRefund> counted;
  for (const absl::CivilDay sale_month : sale_months) {
    if (sale_month > month) continue;
    ASSIGN_OR_RETURN(const auto* const refunds, OfSales(scope, definition, sale_month));
    std::ranges::copy_if(*refunds, std::back_inserter(counted), [&](const CountedRefund& refund) {
      return refund.day >= month && refund.day <= LastDayOf(month);
    });
  }
  std::ranges::stable_sort(counted, {}, [](const CountedRefund& refund) {
    return std::tie(refund.day, refund.refund_id);
  });
  return counted;
}

}  // namespace kefu::performance
