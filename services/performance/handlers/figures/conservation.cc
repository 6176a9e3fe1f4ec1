#include "services/performance/handlers/figures/conservation.h"

#include "common/convert/fields.h"
#include "common/events/outbox.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/events.pb.h"

namespace kefu::performance {
namespace {

constexpr int kMaxUnbalanced = 100;

}  // namespace

kefu::common::v1::Money ConservationOutcome::MoneyOf(int64_t minor) const {
  kefu::common::v1::Money money;
  money.set_currency_code(currency_);
  money.set_minor_units(minor);
  return money;
}

absl::Status ConservationOutcome::AddAll(const store::SalesOfDays& sales) {
  response_.set_days_changing(static_cast<int64_t>(sales.changing.size()));
  for (const auto& [day, of_day] : sales.days) {
    const domain::SalesBalance balance = domain::Balance(of_day);
    response_.set_days_checked(response_.days_checked() + 1);
    if (__builtin_add_overflow(paid_minor_, balance.paid_minor, &paid_minor_))
      return Internal("the sales of the days are beyond 64 bits");
    if (balance.fault.empty()) continue;
    response_.set_days_unbalanced(response_.days_unbalanced() + 1);
    if (response_.unbalanced_size() == kMaxUnbalanced) continue;
    v1::UnbalancedDay* out = response_.add_unbalanced();
    *out->mutable_day() = kefu::convert::ToProto(day);
    *out->mutable_paid() = MoneyOf(balance.paid_minor);
    *out->mutable_credited() = MoneyOf(balance.credited_minor);
    *out->mutable_silent() = MoneyOf(balance.silent_minor);
    *out->mutable_sales() = MoneyOf(balance.sales_minor);
    out->set_fault(balance.fault);
  }
  *response_.mutable_paid() = MoneyOf(paid_minor_);
  return absl::OkStatus();
}

absl::Status ConservationOutcome::WriteEvent(db::Transaction& t, std::string_view org_id,
                                             absl::CivilDay first, absl::CivilDay last,
                                             absl::Time now) const {
  if (response_.days_unbalanced() == 0) {
    v1::SalesConservationChecked event;
    event.set_shop_id(shop_id_);
    event.set_definition(definition_);
    *event.mutable_first_day() = kefu::convert::ToProto(first);
    *event.mutable_last_day() = kefu::convert::ToProto(last);
    event.set_days(response_.days_checked());
    *event.mutable_paid() = response_.paid();
    return events::Append(t, org_id, shop_id_, event, now);
  }
  const v1::UnbalancedDay& wrong = response_.unbalanced(0);
  v1::SalesConservationViolated event;
  event.set_shop_id(shop_id_);
  event.set_definition(definition_);
  *event.mutable_first_wrong_day() = wrong.day();
  event.set_wrong_days(response_.days_unbalanced());
  *event.mutable_paid() = wrong.paid();
  *event.mutable_credited() = wrong.credited();
  *event.mutable_silent() = wrong.silent();
  *event.mutable_sales() = wrong.sales();
  event.set_fault(wrong.fault());
  return events::Append(t, org_id, shop_id_, event, now);
}

}  // namespace kefu::performance
