// Payments between the contract and the domain, and orders as payments leave them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kefu/performance/v1/payments.pb.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/convert/facts.h"
#include "services/performance/domain/payments.h"

namespace kefu::performance::convert {

// Only meaningful when `problems` stays empty.
domain::Payment ToDomain(const v1::Payment& proto, std::string_view currency, Problems& problems);
absl::StatusOr<domain::Payment> PaymentFromBody(std::string_view body);
// What an order's body says itself of its payment.
absl::StatusOr<std::string> ToldOf(std::string_view order);
// The order's body, paid as that says.
absl::StatusOr<Body> PaidAsTold(std::string_view order, std::string_view told);
// The order's body, paid as its payments say.
absl::StatusOr<Body> WithPayments(std::string_view order, std::span<const domain::Payment> payments,
                                  std::string_view currency);

}  // namespace kefu::performance::convert
