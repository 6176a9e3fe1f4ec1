// Rows of demand history, replenishment policies and plans. As store.h: every statement names the
// tenant, functions keep no state and are thread-safe. Bodies are the contract's, opaque here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/reader.h"

namespace kefu::warehouse::store {

// --- Demand (replenishment_demand.cc) ---

struct DemandRow {
  std::string node_id;  // "" is the whole network
  std::string series_id;
  absl::CivilDay day;
  int64_t quantity = 0;
};
// Which series: of a kind ("SKU", "CATEGORY") at a node.
struct DemandScope {
  std::string_view org_id;
  std::string_view kind;
  std::string_view node_id;
};
struct DayRange {
  absl::CivilDay first, last;
};

// The quantity stored under each row's key, row by row; nothing where there is none.
absl::StatusOr<std::vector<std::optional<int64_t>>> FindDemand(db::Transaction& t,
                                                               std::string_view org_id,
                                                               std::string_view kind,
                                                               std::span<const DemandRow> rows);
// Writes rows, replacing those of the same key.
absl::Status SaveDemand(db::Transaction& t, std::string_view org_id, std::string_view kind,
                        std::span<const DemandRow> rows);

absl::StatusOr<std::optional<absl::CivilDay>> LastDemandDay(db::Reader reader,
                                                            const DemandScope& scope);
// Days of the range on which any series has a row, ascending.
absl::StatusOr<std::vector<absl::CivilDay>> KnownDays(db::Reader reader, const DemandScope& scope,
                                                      DayRange days);
// Every series of the scope, ascending.
absl::StatusOr<std::vector<std::string>> DemandSeries(db::Reader reader, const DemandScope& scope);
// Rows of up to 1000 series, by series and day.
absl::StatusOr<std::vector<DemandRow>> ReadDemand(db::Transaction& t, const DemandScope& scope,
                                                  std::span<const std::string> series_ids,
                                                  DayRange days);
// What left the node for customers by the ledger, by SKU and business date.
absl::StatusOr<std::vector<DemandRow>> ReadShipments(db::Reader reader, std::string_view org_id,
                                                     std::string_view node_id, DayRange days);

struct SeriesStock {
  int64_t available = 0;
  int64_t in_transit = 0;
};
// Sellable stock of the organization's own goods, of up to 1000 SKUs or categories, at the node or,
// when it is "", everywhere.
absl::StatusOr<std::map<std::string, SeriesStock>> StockOfSeries(
    db::Transaction& t, const DemandScope& scope, std::span<const std::string> series_ids);

// --- Policies and plans (replenishment_plans.cc) ---

struct StoredPolicy {
  int64_t version = 0;
  std::string body;
  absl::Time create_time;
};
// The newest, or the version asked for; nothing when there is none.
absl::StatusOr<std::optional<StoredPolicy>> FindReplenishmentPolicy(db::Reader reader,
                                                                    std::string_view org_id,
                                                                    std::optional<int64_t> version);
// Adds the body as the next version, which it returns. Others that add wait for this transaction.
absl::StatusOr<int64_t> AddReplenishmentPolicy(db::Transaction& t, std::string_view org_id,
                                               std::string_view body, absl::Time now,
                                               std::string_view actor);

struct PlanLineRow {
  int64_t line_number = 0;  // from 1
  bool has_order = false;
  std::string body;
};
absl::Status InsertPlan(db::Transaction& t, std::string_view org_id, std::string_view plan_id,
                        std::string_view body, absl::Time now, std::string_view actor,
                        std::span<const PlanLineRow> lines);
// The plan's body; NOT_FOUND.
absl::StatusOr<std::string> FindPlan(db::Reader reader, std::string_view org_id,
                                     std::string_view plan_id);
// Lines with numbers above `after`, in order.
absl::StatusOr<std::vector<PlanLineRow>> ListPlanLines(db::Reader reader, std::string_view org_id,
                                                       std::string_view plan_id, int64_t after,
                                                       int limit, bool orders_only);

}  // namespace kefu::warehouse::store
