// Opening a case, whichever call it came by.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "common/ids/id_generator.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/fold/case_batch.h"

namespace kefu::aftersales {

// Stores a case that says what was asked for and its organization: fits it to its order, starts its
// clocks, writes rows, history and CaseOpened. It has an id then, and no agent but the one asked
// for. The reasons of errors.h that OpenCase answers.
absl::Status StoreNewCase(db::Transaction& t, IdGenerator& ids, absl::Time now,
                          std::string_view actor, domain::Case& record);
// The same; rows, history and event wait in the batch.
absl::Status StoreNewCase(CaseBatch& batch, IdGenerator& ids, absl::Time now,
                          std::string_view actor, domain::Case& record);

}  // namespace kefu::aftersales
