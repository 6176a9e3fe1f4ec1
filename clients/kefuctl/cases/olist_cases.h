// Olist's late shipments and low reviews as after-sales work.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "clients/kefuctl/context.h"

namespace kefu::cases {

// Of the data set's folder: the orders that were handed to the carrier after the first of their
// items' limits become claims for late shipment, with what is owed for them by the policy in force;
// reviews with `low_score` or less become complaints. Their orders are told to after-sales before.
// The shop is the one that was named, or the data set's own, which must be there. Again changes
// nothing.
absl::Status ImportOlistCases(kefuctl::Context& context, const std::string& folder,
                              const std::string& shop, const std::string& errors_file,
                              int low_score, bool validate_only);

}  // namespace kefu::cases
