// Evidence that is attached to a case, by whichever call it comes.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales {

// Attaches the item to a locked case, now and by the caller; answers what the case's history tells
// of it. FAILED_PRECONDITION EVIDENCE_NOT_ALLOWED, EVIDENCE_UNKNOWN; ALREADY_EXISTS
// EVIDENCE_DUPLICATE.
absl::StatusOr<domain::FieldChange> AttachItem(const RequestContext& ctx,
                                               const domain::CasePolicy& policy,
                                               domain::Case& record, domain::Evidence item,
                                               int32_t supersedes);

}  // namespace kefu::aftersales
