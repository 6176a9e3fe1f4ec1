// Contract <-> domain for compensation. FromProto checks the shape only and reports every fault at
// once. Pure, thread-safe.
#pragma once

#include <optional>

#include "absl/time/time.h"
#include "common/status/error.h"
#include "kefu/aftersales/v1/aftersales_service.pb.h"
#include "services/aftersales/domain/compensation.h"
#include "services/aftersales/domain/orders/order.h"

namespace kefu::aftersales::convert {

// What is not said of `paid` and `freight` is taken from the order.
domain::CompensationQuestion FromProto(const v1::QuoteCompensationRequest& proto,
                                       const std::optional<domain::Order>& order,
                                       FieldViolations& violations);
v1::Compensation ToProto(const domain::CompensationPolicy& policy, domain::CompensationKind kind,
                         const domain::CompensationQuote& quote);

// A version without id, number and writer.
domain::CompensationPolicy FromProto(const v1::CompensationPolicy& proto, absl::Time now,
                                     FieldViolations& violations);
v1::CompensationPolicy ToProto(const domain::CompensationPolicy& policy);

}  // namespace kefu::aftersales::convert
