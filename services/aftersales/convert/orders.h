// Contract <-> domain for orders. FromProto checks the shape only and reports every fault at once.
// Pure, thread-safe.
#pragma once

#include "absl/time/time.h"
#include "common/status/error.h"
#include "kefu/aftersales/v1/orders.pb.h"
#include "services/aftersales/convert/cases.h"
#include "services/aftersales/domain/orders/order.h"

namespace kefu::aftersales::convert {

// An order without its organization.
domain::Order FromProto(const v1::Order& proto, absl::Time now, FieldViolations& violations);
// With kMasked the buyer's id shows its last two characters at most.
v1::Order ToProto(const domain::Order& order, View view);

}  // namespace kefu::aftersales::convert
