// Opening a case, whichever call it came by.
#pragma once

#include "absl/status/status.h"
#include "common/context/request_context.h"
#include "common/db/transaction.h"
#include "common/ids/id_generator.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/fold/case_batch.h"

namespace kefu::aftersales {

// What StoreNewCase does with an order, for a stored and locked case that has learnt of one, or of
// goods, since; writes its lines. ORDER_UNKNOWN, ORDER_MISMATCH.
absl::Status FitAnew(db::Transaction& t, domain::Case& record);

// Stores a case that says what was asked for and its organization: fits it to its order, asks
// whether it may have its agent and evidence, starts its clocks, writes rows, history and
// CaseOpened. It has an id then, and no agent but the one asked for. The reasons of errors.h that
// OpenCase answers, all that there are at once.
absl::Status StoreNewCase(db::Transaction& t, const RequestContext& ctx, IdGenerator& ids,
                          domain::Case& record);
// The same; rows, history and event wait in the batch.
absl::Status StoreNewCase(CaseBatch& batch, const RequestContext& ctx, IdGenerator& ids,
                          domain::Case& record);

}  // namespace kefu::aftersales
