// Who pays the freights of what follows a decision, and whose fault it is (DOMAIN 4.4).
#pragma once

#include "absl/status/status.h"
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

// Enters that the fault is the merchant's. Idempotent.
void AddFault(domain::ProcessKind kind, domain::MerchantFault fault, v1::ProcessFacts& facts);

}  // namespace kefu::aftersales
