#include "services/aftersales/convert/compensation.h"

#include <limits>

#include "common/convert/fields.h"
#include "common/time/civil.h"
#include "services/aftersales/convert/cases.h"
#include "services/aftersales/convert/platform.h"

namespace kefu::aftersales::convert {
namespace {

namespace fields = ::kefu::convert;

// Ten times what was paid and a hundredfold freight: beyond that it is a mistyped number.
constexpr int64_t kMaxShareBps = 100'000, kMaxMultipleBps = 1'000'000;
// Of a bound on an amount, minor units: as much as a payment may be.
constexpr int64_t kMaxMinor = std::numeric_limits<int32_t>::max();

void Set(::kefu::common::v1::Money& proto, const Money& money) {
  proto.set_currency_code(money.currency);
  proto.set_minor_units(money.minor);
}

}  // namespace

domain::CompensationQuestion FromProto(const v1::QuoteCompensationRequest& proto,
                                       const std::optional<domain::Order>& order,
                                       FieldViolations& violations) {
  using enum domain::CompensationKind;
  domain::CompensationQuestion question;
  question.kind = static_cast<domain::CompensationKind>(
      fields::RequiredEnum<v1::CompensationKind>(proto.kind(), "kind", violations));
  question.paid = MoneyFromProto(proto.has_paid(), proto.paid(), "paid", violations);
  question.freight = MoneyFromProto(proto.has_freight(), proto.freight(), "freight", violations);
  question.claimed = MoneyFromProto(proto.has_claimed(), proto.claimed(), "claimed", violations);
  if (order && !question.paid) question.paid = Money{order->currency, order->paid_minor};
  if (order && !question.freight && question.kind == kFreight) {
    question.freight = Money{order->currency, order->freight_minor};
  }
  const bool of_paid = question.kind == kLateShipment || question.kind == kAdvance;
  violations.Check(!of_paid || question.paid, "paid", "must be set");
  violations.Check(question.kind != kFreight || question.freight, "freight", "must be set");
  violations.Check((question.kind == kAdvance) == proto.has_claimed(), "claimed",
                   "must be set for advance payment, and for nothing else");
  fields::OptionalId(proto.shop_id(), "shop_id", violations);
  fields::OptionalId(proto.order_id(), "order_id", violations);
  return question;
}

v1::Compensation ToProto(const domain::CompensationPolicy& policy, domain::CompensationKind kind,
                         const domain::CompensationQuote& quote) {
  v1::Compensation proto;
  proto.set_kind(static_cast<v1::CompensationKind>(kind));
  Set(*proto.mutable_amount(), quote.amount);
  proto.set_policy_id(policy.ref.policy_id);
  proto.set_policy_version(policy.ref.version);
  proto.set_explanation(quote.explanation);
  return proto;
}

domain::CompensationPolicy FromProto(const v1::CompensationPolicy& proto, absl::Time now,
                                     FieldViolations& violations) {
  domain::CompensationPolicy policy;
  policy.shop_id = fields::OptionalId(proto.shop_id(), "shop_id", violations);
  policy.platform = PlatformFromProto(proto.platform(), violations);
  violations.Check(policy.shop_id.empty() || policy.platform.empty(), "platform",
                   "must be empty with shop_id");
  const auto number = [&](int64_t value, int64_t max, std::string_view field) {
    return fields::Number(value, 0, max, field, violations);
  };
  policy.late_shipment_bps = number(proto.late_shipment_bps(), kMaxShareBps, "late_shipment_bps");
  policy.late_shipment_min_minor =
      number(proto.late_shipment_min_minor(), kMaxMinor, "late_shipment_min_minor");
  policy.late_shipment_max_minor =
      number(proto.late_shipment_max_minor(), kMaxMinor, "late_shipment_max_minor");
  violations.Check(policy.late_shipment_min_minor <= policy.late_shipment_max_minor,
                   "late_shipment_max_minor", "must not be below late_shipment_min_minor");
  policy.freight_multiple_bps =
      number(proto.freight_multiple_bps(), kMaxMultipleBps, "freight_multiple_bps");
  policy.advance_max_bps = number(proto.advance_max_bps(), kMaxShareBps, "advance_max_bps");
  policy.cap_at_paid = proto.cap_at_paid();
  policy.effective = now;
  if (proto.has_effective_time()) {
    policy.effective =
        FromMicros(ToMicros(fields::Instant(proto.effective_time(), "effective_time", violations)));
    violations.Check(policy.effective >= now, "effective_time", "must not be in the past");
  }
  return policy;
}

v1::CompensationPolicy ToProto(const domain::CompensationPolicy& policy) {
  v1::CompensationPolicy proto;
  proto.set_policy_id(policy.ref.policy_id);
  proto.set_version(policy.ref.version);
  proto.set_late_shipment_bps(static_cast<int32_t>(policy.late_shipment_bps));
  proto.set_late_shipment_min_minor(policy.late_shipment_min_minor);
  proto.set_late_shipment_max_minor(policy.late_shipment_max_minor);
  proto.set_freight_multiple_bps(static_cast<int32_t>(policy.freight_multiple_bps));
  proto.set_cap_at_paid(policy.cap_at_paid);
  proto.set_advance_max_bps(static_cast<int32_t>(policy.advance_max_bps));
  proto.set_shop_id(policy.shop_id);
  proto.set_platform(policy.platform);
  if (policy.actor.empty()) return proto;
  *proto.mutable_effective_time() = fields::ToProto(policy.effective);
  proto.set_actor(policy.actor);
  *proto.mutable_create_time() = fields::ToProto(policy.create_time);
  return proto;
}

}  // namespace kefu::aftersales::convert
