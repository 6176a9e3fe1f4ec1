// Demand from tables; what to order and why.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "clients/kefuctl/client.h"
#include "clients/kefuctl/context.h"
#include "kefu/warehouse/v1/replenishment.pb.h"

namespace kefu::planning {

inline constexpr kefuctl::Rpc<warehouse::v1::ImportDemandRequest,
                              warehouse::v1::ImportDemandResponse>
    kImportDemand{"/kefu.warehouse.v1.ReplenishmentService/ImportDemand"};
inline constexpr kefuctl::Rpc<warehouse::v1::PlanReplenishmentRequest,
                              warehouse::v1::PlanReplenishmentResponse>
    kPlanReplenishment{"/kefu.warehouse.v1.WarehouseService/PlanReplenishment"};
inline constexpr kefuctl::Rpc<warehouse::v1::ListReplenishmentLinesRequest,
                              warehouse::v1::ListReplenishmentLinesResponse>
    kListReplenishmentLines{"/kefu.warehouse.v1.ReplenishmentService/ListReplenishmentLines"};

// Each reads a CSV table by the names of its columns; nodes and SKUs are still the names that stand
// there. INVALID_ARGUMENT in words, with file and line.

// series | sku | category | 品类, date | 日期, quantity | 销量; node may be missing.
absl::StatusOr<std::vector<warehouse::v1::ImportDemandRequest::DemandRow>> ReadDemand(
    const std::string& path);
// series | sku | category | 品类, available | 库存量; node, in_transit, on_order, pack_size,
// minimum_order and date | 月份 may be missing. Of several dates of an item the last one that is
// not after the morning behind `as_of` counts.
absl::StatusOr<std::vector<warehouse::v1::ItemSettings>> ReadStock(const std::string& path,
                                                                   absl::CivilDay as_of);
// "2023-06-16:2023-06-18:1.8": first day, last day, times usual demand.
absl::StatusOr<warehouse::v1::DemandEvent> ReadEvent(const std::string& text);

struct DemandImport {
  std::string file, level = "sku";
};
absl::Status RunDemandImport(kefuctl::Context& context, const DemandImport& options);

struct ReplenishmentQuestion {
  std::string level = "sku", as_of, stock;  // as_of is required with stock
  std::vector<std::string> nodes, events;
  int limit = 50;    // lines printed
  bool all = false;  // lines without an order too
};
// Asks PlanReplenishment and prints what to order.
absl::Status RunReplenishmentPlan(kefuctl::Context& context, const ReplenishmentQuestion& options);

}  // namespace kefu::planning
