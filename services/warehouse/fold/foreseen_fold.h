// A large fold decides before it locks the totals, and writes all that is not totals and ledger
// while others still hold those: less is done under the locks that all folds share.
#pragma once

#include <span>

#include "absl/status/status.h"
#include "common/db/database.h"
#include "services/warehouse/fold/write_fold.h"
#include "services/warehouse/handlers/dependencies.h"

namespace kefu::warehouse::fold {

// As WriteFold, where everything fits and much more is there; else it is WriteFold. When less is
// found, once it is locked, than was given away, the error is a surprise: nothing of it may stay,
// and WriteFold is to be called in another transaction.
absl::Status WriteForeseenFold(db::Transaction& t, const Dependencies& deps,
                               std::span<const Unit> units);
bool IsSurprise(const absl::Status& status);

}  // namespace kefu::warehouse::fold
