// Spare space let to others (DOMAIN 5.1). Pure.
#pragma once

#include <optional>
#include <span>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/warehouse/domain/billing.h"

namespace kefu::warehouse::domain {

// What is left of a node's capacity on a day: capacity_units less what the leases have let, not
// below 0; nothing when the capacity is not known. `leases` are the node's.
std::optional<int64_t> UsableCapacity(const Node& node, std::span<const Lease> leases,
                                      absl::CivilDay day);

// FAILED_PRECONDITION LEASE_EXCEEDS_CAPACITY when on some day of `lease` it and the others together
// let more than the node has. A node without a known capacity lets as much as one likes. An entry
// of `others` with the lease's id is left out.
absl::Status CheckCapacity(const Node& node, const Lease& lease, std::span<const Lease> others);

struct LeaseBill {
  std::optional<Period> days;  // of the period that the lease covers
  Money rent;
  Money deposit;  // taken at the start, given back (negative) at the end, by the same currency
};

// By day: price × days; by month: the months' prices by days with the largest remainders, so that
// the bills of any periods that make up the term add up to the same. MONEY_OVERFLOW.
absl::StatusOr<LeaseBill> BillFor(const Lease& lease, const Period& period);

}  // namespace kefu::warehouse::domain
