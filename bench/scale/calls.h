// The calls whose time must not grow with the stock.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "bench/scale/stock.h"

namespace kefu::bench {

// Makes the caller of one thread: each call asks for other SKUs, in a fixed order. `target` is the
// service's host:port.
using MakeCaller = std::function<std::function<absl::Status()>(int caller)>;

// GetAvailability of 10 SKUs over the whole network; exact: from the database.
MakeCaller AvailabilityCaller(const std::string& target, const std::string& token,
                              const StockPlan& plan, bool exact);
// PromiseDate of an order of one SKU to one of many places.
MakeCaller PromiseCaller(const std::string& target, const std::string& token,
                         const StockPlan& plan);

}  // namespace kefu::bench
