// One fold as one transaction: look up what is known, lock, decide, write.
#pragma once

#include <span>
#include <vector>

#include "absl/status/status.h"
#include "common/db/database.h"
#include "services/warehouse/fold/job.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse::fold {

// The part of a job that a transaction carries out.
struct Unit {
  Job* job = nullptr;
  std::vector<Command*> commands;  // none of them malformed
  bool whole = true;  // with the batch's own record and answer; not: one of its commands alone
};

// Sets the result of every command of the units, and writes what they change: reservations, totals,
// ledger entries, answers of request ids, and per organization one event of each kind and one audit
// record. Request ids of the units differ from each other. Call it anew for each attempt of a
// transaction. Commands that are refused are results, not errors. Errors: the database's, with
// ALREADY_EXISTS DUPLICATE_KEY when another transaction has used a request id meanwhile; INTERNAL
// when stock and reservations contradict each other.
absl::Status WriteFold(db::Transaction& t, const Dependencies& deps, std::span<const Unit> units);

}  // namespace kefu::warehouse::fold
