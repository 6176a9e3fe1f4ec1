// The configuration of evidence: evidence.dir or evidence.s3_*, and the limits of a file.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/config/config.h"
#include "services/gateway/evidence/desk.h"
#include "services/gateway/evidence/store.h"

namespace kefu::gateway::evidence {

// Declares the keys, and the checks over them.
void AddKeys(config::Spec& spec);

// The share of one organization is half of all transfers, at least one, unless it is set.
Limits LimitsFrom(const config::Values& values);

// The store that is configured; null when there is none. FAILED_PRECONDITION / EVIDENCE_FOLDER.
absl::StatusOr<std::unique_ptr<Store>> StoreFrom(const config::Values& values);

}  // namespace kefu::gateway::evidence
