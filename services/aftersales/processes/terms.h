// Who pays the freights of what follows a decision, and whose fault it is (DOMAIN 4.4).
#pragma once

#include <cstdint>

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

// What the rules of returns say of the remedy that a flow gives.
enum class RulesSay : uint8_t {
  kUnasked,  // no evaluation of the case answers for it
  kGrant,    // it may be given, if need be once more is shown; or they do not bound it
  kRefuse    // whoever grants it all the same grants what no rule does
};
// By the case's latest evaluation; kGrant of flows that do not take goods back. Errors: the
// database's.
absl::StatusOr<RulesSay> RulesOn(db::Transaction& t, const domain::Case& record,
                                 domain::ProcessKind kind);

// Enters that the fault is the merchant's. Idempotent.
void AddFault(domain::ProcessKind kind, domain::MerchantFault fault, v1::ProcessFacts& facts);

}  // namespace kefu::aftersales
