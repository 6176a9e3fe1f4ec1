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

// Over what a question goes.
enum class Scope { kAll, kNetwork, kRegion };

// GetAvailability of 10 SKUs, over all nodes (exact: from the database; else from the cache when it
// has them), what one logistics centre replenishes, or one province.
MakeCaller AvailabilityCaller(const std::string& target, const std::string& token,
                              const StockPlan& plan, Scope scope, bool exact);
// Asks about every SKU once, so that a cache that is large enough holds them all.
absl::Status AskOnce(const std::string& target, const std::string& token, const StockPlan& plan);
// Allocate of 10 orders of two SKUs each, to many places: each is reserved at the nodes chosen.
MakeCaller AllocationCaller(const std::string& target, const std::string& token,
                            const StockPlan& plan);
// PromiseDate of an order of one SKU to one of many places.
MakeCaller PromiseCaller(const std::string& target, const std::string& token,
                         const StockPlan& plan);

// VerifyLedger of the node, or of all when it is empty. INTERNAL when there are findings.
absl::Status VerifyBooks(const std::string& target, const std::string& token,
                         const std::string& node_id);

}  // namespace kefu::bench
