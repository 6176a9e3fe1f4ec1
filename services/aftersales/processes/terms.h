// Who pays the freights of what follows a decision, and whose fault it is (DOMAIN 4.4).
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/transaction.h"
#include "kefu/aftersales/v1/processes.pb.h"
#include "services/aftersales/domain/processes/decisions.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales {

// Writes to the facts what is known when the locked case is decided: by its latest evaluation, and
// by what a platform has decided about the same goods. What is asked or decided later changes
// nothing of this process: the decision was given on what was known. Errors: the database's.
absl::Status AddTerms(db::Transaction& t, const domain::Case& record, domain::ProcessKind kind,
                      v1::ProcessFacts& facts);

// Whether the case's latest evaluation refuses the remedy that the flow gives: whoever grants it
// all the same grants what no rule does. False where nothing was evaluated or more is to be shown,
// and of flows that do not take goods back. Errors: the database's.
absl::StatusOr<bool> RulesRefuse(db::Transaction& t, const domain::Case& record,
                                 domain::ProcessKind kind);

// Enters that the fault is the merchant's. Idempotent.
void AddFault(domain::ProcessKind kind, domain::MerchantFault fault, v1::ProcessFacts& facts);

}  // namespace kefu::aftersales
