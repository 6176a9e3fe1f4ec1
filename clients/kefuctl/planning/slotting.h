// Bins, picks and affinities from tables; which goods should lie where.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "clients/kefuctl/client.h"
#include "clients/kefuctl/context.h"
#include "kefu/warehouse/v1/fulfilment_planning_service.pb.h"
#include "kefu/warehouse/v1/network.pb.h"
#include "kefu/warehouse/v1/warehouse_service.pb.h"

namespace kefu::planning {

inline constexpr kefuctl::Rpc<warehouse::v1::SetBinsRequest, warehouse::v1::SetBinsResponse>
    kSetBins{"/kefu.warehouse.v1.FulfilmentPlanningService/SetBins"};
inline constexpr kefuctl::Rpc<warehouse::v1::ImportAffinityRequest,
                              warehouse::v1::ImportAffinityResponse>
    kImportAffinity{"/kefu.warehouse.v1.FulfilmentPlanningService/ImportAffinity"};
inline constexpr kefuctl::Rpc<warehouse::v1::BatchCreateSkusRequest,
                              warehouse::v1::BatchCreateSkusResponse>
    kBatchCreateSkus{"/kefu.warehouse.v1.NetworkService/BatchCreateSkus"};
inline constexpr kefuctl::Rpc<warehouse::v1::ComputeSlottingRequest,
                              warehouse::v1::ComputeSlottingResponse>
    kComputeSlotting{"/kefu.warehouse.v1.WarehouseService/ComputeSlotting"};

// Each reads a CSV table by the names of its columns; the Chinese ones are those of tables by
// category, where a category counts as one SKU. INVALID_ARGUMENT in words, with file and line.

// sku | 品类, category (default: the SKU itself), size_class | 件型 (A, B, C).
absl::StatusOr<std::vector<warehouse::v1::Sku>> ReadSkus(const std::string& path);
// location, distance_cm; aisle, position, capacity_cm3, size_classes ("AB"), temperature_zone,
// closed (1) may be missing.
absl::StatusOr<std::vector<warehouse::v1::Bin>> ReadBins(const std::string& path);
// first | 品类1, second | 品类2, orders | 关联度.
absl::StatusOr<std::vector<warehouse::v1::AffinityRow>> ReadAffinities(const std::string& path);
// sku | 品类, picks | 销量, date | 日期: picks by SKU code over the days, both included; a table
// without dates counts as a whole.
absl::StatusOr<std::map<std::string, int64_t>> ReadPicks(const std::string& path,
                                                         absl::CivilDay from, absl::CivilDay to);
// sku, location: the bin of each SKU code.
absl::StatusOr<std::map<std::string, std::string>> ReadLocations(const std::string& path);

struct SlottingImport {
  std::string node, skus, bins, affinity, level = "category";
  bool replace = false;
};
// What is named is written; what is there already is replaced.
absl::Status RunSlottingImport(kefuctl::Context& context, const SlottingImport& options);

struct SlottingQuestion {
  std::string node, from, to;    // days of picks, both included
  std::string picks, locations;  // tables instead of the ledger; empty: none
  int moves = 50;                // most SKUs to move; negative: no limit
};
// Asks ComputeSlotting and prints the moves, the best first, and the walking before and after.
absl::Status RunSlottingPlan(kefuctl::Context& context, const SlottingQuestion& options);

}  // namespace kefu::planning
