// From what was counted to the books.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/warehouse/domain/counts.h"
#include "services/warehouse/handlers/posting.h"

namespace kefu::warehouse {

// Locks the totals of the keys, making those that do not exist.
absl::StatusOr<domain::Totals> LockTotalsOf(const Posting& posting,
                                            std::span<const domain::Difference> differences);
// Posts the differences at the node, in locked totals. Errors: domain::PlanCount's with the
// reservations that hold the stock; BIN_SHORT when work in the house has hold of what is missing.
absl::StatusOr<std::vector<domain::LedgerEntry>> PostDifferences(
    const Posting& posting, std::span<const domain::Difference> differences, domain::Totals& totals,
    std::string_view reference, const std::string& node_id);

}  // namespace kefu::warehouse
