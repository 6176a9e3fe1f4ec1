// The arithmetic of stock: what a movement does to the totals, and whether a reservation can be
// kept. Pure. All-or-nothing: on an error the totals must be thrown away.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

// Most pieces under one key: far above any warehouse, far below what int64 sums overflow at.
inline constexpr int64_t kMaxOnHand = 1'000'000'000'000'000;

// Totals by key, in the order in which rows are locked.
using Totals = std::map<TotalKey, StockTotal>;

// What day it is at each node, in its own zone.
using NodeDays = std::map<std::string, absl::CivilDay, std::less<>>;

// Applies the movements to their totals in the order given; an absent total is added. The version
// of each touched total grows by one. FAILED_PRECONDITION: STOCK_LIMIT. INTERNAL when a movement
// would break 0 ≤ reserved ≤ on_hand or 0 ≤ in_transit, touches no stock account (FREE, RESERVED,
// IN_TRANSIT), or reserves what is not sellable: its maker has not checked.
absl::Status Apply(std::span<const Movement> movements, Totals& totals);

// FREE → RESERVED for every line, or FAILED_PRECONDITION INSUFFICIENT_STOCK naming every line that
// falls short of `totals`. The lines name different keys. `today` knows every node of the lines.
absl::StatusOr<std::vector<Movement>> PlanReserve(const Reservation& reservation,
                                                  const Totals& totals, const NodeDays& today);

// RESERVED → FREE for what is still open of every line. `reason`: "Release" or "Expire".
std::vector<Movement> PlanGiveBack(const Reservation& reservation, std::string_view reason,
                                   std::string_view note, const NodeDays& today);

// SUPPLIER → FREE for every line of a receipt. `skus` are the lines' SKUs, index by index.
// FAILED_PRECONDITION LOT_REQUIRED, LOT_NOT_ALLOWED, BUSINESS_DATE_IN_FUTURE.
absl::StatusOr<std::vector<Movement>> PlanReceive(
    std::string_view node_id, std::span<const ReceiptLine> lines, std::span<const Sku> skus,
    std::string_view document, absl::CivilDay business_date, absl::CivilDay today);

// Keys touched by movements or lines, without repetition, in lock order.
std::vector<TotalKey> KeysOf(std::span<const Movement> movements);
std::vector<TotalKey> KeysOf(const Reservation& reservation);

}  // namespace kefu::warehouse::domain
