#include "services/warehouse/handlers/outbound/differences.h"

#include <set>

#include "common/status/status_macros.h"
#include "services/warehouse/handlers/outbound/work.h"
#include "services/warehouse/store/counts.h"

namespace kefu::warehouse {

absl::StatusOr<domain::Totals> LockTotalsOf(const Posting& posting,
                                            std::span<const domain::Difference> differences) {
  std::set<domain::TotalKey> keys;
  for (const domain::Difference& difference : differences) keys.insert(difference.key.total);
  const std::vector<domain::TotalKey> list(keys.begin(), keys.end());
  return store::MakeAndLockTotals(posting.t, posting.org_id, list);
}

absl::StatusOr<std::vector<domain::LedgerEntry>> PostDifferences(
    const Posting& posting, std::span<const domain::Difference> differences, domain::Totals& totals,
    std::string_view reference, const std::string& node_id) {
  constexpr int kMaxHolders = 20;  // reservations that an error names for one stock
  domain::Holders holders;
  for (const domain::TotalKey& key : domain::BelowReserved(differences, totals)) {
    ASSIGN_OR_RETURN(holders[key], store::HoldersOf(posting.t, posting.org_id, key, kMaxHolders));
  }
  ASSIGN_OR_RETURN(const NodeDay at, NodeDayOf(posting, node_id));
  ASSIGN_OR_RETURN(const std::vector<domain::Movement> movements,
                   domain::PlanCount(differences, totals, holders, reference, at.day));
  if (movements.empty()) return std::vector<domain::LedgerEntry>();
  return Post(posting, movements, totals);
}

}  // namespace kefu::warehouse
