#include "services/performance/convert/payments.h"

#include "common/convert/fields.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/performance/convert/row_checker.h"

namespace kefu::performance::convert {
namespace {

absl::StatusOr<v1::Order> OrderOf(std::string_view body) {
  v1::Order order;
  if (!order.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return Internal("a stored order cannot be read");
  return order;
}

}  // namespace

domain::Payment ToDomain(const v1::Payment& proto, std::string_view currency, Problems& problems) {
  RowChecker check(problems);
  check.Id("payment_id", proto.payment_id());
  check.Id("order_id", proto.order_id());
  domain::Payment result{proto.payment_id(), proto.order_id(), 0, 0, proto.deposit()};
  if (proto.has_pay_time()) {
    result.time_us = check.Time("pay_time", proto.pay_time());
  } else {
    check.Fail("pay_time", "MISSING_FIELD", "is required");
  }
  result.amount_minor = check.Money("amount", proto.amount(), currency);
  return result;
}

absl::StatusOr<domain::Payment> PaymentFromBody(std::string_view body) {
  v1::Payment proto;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return Internal("a stored payment cannot be read");
  Problems ignored;
  return ToDomain(proto, proto.amount().currency_code(), ignored);
}

absl::StatusOr<std::string> ToldOf(std::string_view order) {
  ASSIGN_OR_RETURN(const v1::Order proto, OrderOf(order));
  v1::Order told;
  if (proto.has_pay_time()) *told.mutable_pay_time() = proto.pay_time();
  if (proto.has_paid()) *told.mutable_paid() = proto.paid();
  return told.SerializeAsString();
}

absl::StatusOr<Body> PaidAsTold(std::string_view order, std::string_view told) {
  ASSIGN_OR_RETURN(v1::Order proto, OrderOf(order));
  ASSIGN_OR_RETURN(const v1::Order says, OrderOf(told));
  proto.clear_pay_time();
  proto.clear_paid();
  proto.MergeFrom(says);
  return ToBody(proto);
}

absl::StatusOr<Body> WithPayments(std::string_view order, std::span<const domain::Payment> payments,
                                  std::string_view currency) {
  ASSIGN_OR_RETURN(v1::Order proto, OrderOf(order));
  const domain::Paid paid = domain::PaidBy(payments);
  proto.clear_pay_time();
  proto.clear_paid();
  if (paid.pay_us) *proto.mutable_pay_time() = kefu::convert::ToProto(FromMicros(*paid.pay_us));
  if (paid.paid_minor) {
    proto.mutable_paid()->set_currency_code(std::string(currency));
    proto.mutable_paid()->set_minor_units(*paid.paid_minor);
  }
  return ToBody(proto);
}

}  // namespace kefu::performance::convert
