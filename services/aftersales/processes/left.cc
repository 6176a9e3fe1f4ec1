#include "services/aftersales/processes/left.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "services/aftersales/store/payments.h"

namespace kefu::aftersales {

absl::StatusOr<Left> LeftOf(db::Transaction& t, const domain::Order& order) {
  ASSIGN_OR_RETURN(const auto payments,
                   store::PaymentsOfOrder(t, order.org_id, order.shop_id, order.order_id));
  int64_t left = order.paid_minor, freight = order.freight_minor;
  for (const store::Payment& payment : payments) {
    freight -= payment.freight_minor;
    switch (payment.purpose) {
      case store::PaymentPurpose::kRefund:
      case store::PaymentPurpose::kAdvance:
      case store::PaymentPurpose::kRepayment:
        left -= payment.amount.minor;
        break;
      case store::PaymentPurpose::kCollection:
        if (payment.pay_time) left += payment.amount.minor;
        break;
      default:
        break;
    }
  }
  // An order may be told anew with less paid than has gone back.
  return Left{std::max<int64_t>(left, 0), std::max<int64_t>(freight, 0)};
}

}  // namespace kefu::aftersales
