// Stock totals without locks. As store.h says.
#pragma once

#include <span>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/db/transaction.h"
#include "services/warehouse/domain/stock.h"

namespace kefu::warehouse::store {

// As LockTotals, but as they were committed last: others may be changing them.
absl::StatusOr<domain::Totals> ReadTotals(db::Transaction& t, std::string_view org_id,
                                          std::span<const domain::TotalKey> keys);

}  // namespace kefu::warehouse::store
