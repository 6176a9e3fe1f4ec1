// How stock changes: the one way from movements to rows, ledger, events and cache.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/events/outbox.h"
#include "services/warehouse/domain/network/mode_rules.h"
#include "services/warehouse/domain/stock.h"
#include "services/warehouse/domain/types.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse {

// On whose behalf and when.
struct Posting {
  const Dependencies& deps;
  db::Transaction& t;
  std::string_view org_id;
  std::string_view actor;
  absl::Time now;  // whole microseconds
  // When set, events are collected here and the caller appends them before the commit: a fold tells
  // of all its organizations with one statement.
  std::vector<events::OutboxRow>* outbox = nullptr;
};

// Applies the movements to totals that the transaction has locked, writes totals, stock, events and
// ledger entries, and after the commit the cache. Returns one entry a movement, in their order;
// the entries' actor is the movement's or, when that is empty, the posting's.
// `totals` hold the new values afterwards. Errors: domain::Apply's, the database's.
absl::StatusOr<std::vector<domain::LedgerEntry>> Post(const Posting& posting,
                                                      std::span<const domain::Movement> movements,
                                                      domain::Totals& totals);

// Writes the events of reservations that were made or moved.
absl::Status Announce(const Posting& posting, std::span<const domain::Reservation> reservations);

// Reservations of one organization are released or expired, as they come here: gives back to the
// guards that count them and to the totals, locks both and posts. `reason` as in
// domain::PlanGiveBack.
absl::Status GiveBack(const Posting& posting, std::span<const domain::Reservation> reservations,
                      std::string_view reason, std::string_view note);

// FAILED_PRECONDITION PROCESS_REQUIRED where the network's policy of the day refuses the call.
absl::Status CheckDirectCall(const Posting& posting, absl::CivilDay day, domain::DirectCall call);

// What day it is at each of the nodes.
absl::StatusOr<domain::NodeDays> DaysAt(const std::map<std::string, domain::Node>& nodes,
                                        absl::Time now);

}  // namespace kefu::warehouse
