#include "services/performance/domain/payments.h"

#include <algorithm>

namespace kefu::performance::domain {

Paid PaidBy(std::span<const Payment> payments) {
  Paid paid;
  for (const Payment& payment : payments) {
    if (payment.amount_minor == 0) continue;
    paid.paid_minor = paid.paid_minor.value_or(0) + payment.amount_minor;
    if (payment.deposit) continue;
    paid.pay_us = std::min(paid.pay_us.value_or(payment.time_us), payment.time_us);
  }
  return paid;
}

}  // namespace kefu::performance::domain
