// A warehouse's stock written straight into its tables, with the ledger that it follows from.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "common/db/database.h"

namespace kefu::bench {

// The shape of the reference network; each SKU lies at rows / skus of its nodes, with one received
// batch each: one row of stock and one ledger entry.
struct StockPlan {
  int centres = 6, cities = 27, stations = 1000, pickups = 300;
  int64_t skus = 100'000;
  int64_t rows = 10'000'000;

  int nodes() const { return centres + cities + stations + pickups; }
  int64_t nodes_per_sku() const { return rows / skus; }
};

// Ids are fixed, so that callers find them without asking.
std::string NodeId(int node);
std::string SkuId(int64_t sku);
// The node of a SKU's batch, 0 ≤ batch < nodes_per_sku(): different ones for a SKU.
int NodeOf(const StockPlan& plan, int64_t sku, int64_t batch);
// Division code of a district; the first two digits tell the province, 0 to 30.
inline int64_t ProvinceOf(int64_t place) { return place % 31; }
std::string RegionCode(int64_t place);
// The logistics centre above the node, or itself.
int CentreOf(const StockPlan& plan, int node);
int64_t QuantityOf(int64_t sku, int node);

// INVALID_ARGUMENT unless a SKU lies at 1 to nodes() nodes.
absl::Status CheckPlan(const StockPlan& plan);

// Fills the migrated, empty schema for organization kOrg: nodes, SKUs, ledger with its chains,
// stock and totals, by LOAD DATA in the order of the primary keys, two tables at a time; secondary
// keys are taken away before and built again at the end. Then checks that totals, stock and ledger
// hold the same number of pieces. Shows on stderr how far it is.
absl::Status WriteStock(db::Database& database, const StockPlan& plan);

}  // namespace kefu::bench
