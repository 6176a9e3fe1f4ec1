#include "services/warehouse/domain/lease.h"

#include <algorithm>
#include <set>

#include "common/status/status_macros.h"
#include "services/warehouse/domain/settlement.h"
#include "services/warehouse/errors_billing.h"

namespace kefu::warehouse::domain {

std::optional<int64_t> UsableCapacity(const Node& node, std::span<const Lease> leases,
                                      absl::CivilDay day) {
  if (node.capacity_units == 0) return std::nullopt;
  int64_t left = node.capacity_units;
  for (const Lease& lease : leases) {
    if (lease.covers(day)) left -= std::min(left, lease.capacity_units);
  }
  return left;
}

absl::Status CheckCapacity(const Node& node, const Lease& lease, std::span<const Lease> others) {
  if (node.capacity_units == 0 || lease.capacity_units == 0) return absl::OkStatus();
  // The sum only grows on first days of leases.
  std::set<absl::CivilDay> days = {lease.start_date};
  for (const Lease& other : others) {
    if (lease.covers(other.start_date)) days.insert(other.start_date);
  }
  for (const absl::CivilDay day : days) {
    int64_t left = node.capacity_units;
    for (const Lease& other : others) {
      if (other.id != lease.id && other.covers(day)) left -= std::min(left, other.capacity_units);
    }
    if (lease.capacity_units > left) {
      return error::LeaseExceedsCapacity(node.id, day, lease.capacity_units, left);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<LeaseBill> BillFor(const Lease& lease, const Period& period) {
  LeaseBill bill{.days = std::nullopt, .rent = {lease.price.currency, 0}, .deposit = {}};
  const Period days{std::max(lease.start_date, period.first),
                    std::min(lease.end_date.value_or(period.last), period.last)};
  if (days.first <= days.last) {
    bill.days = days;
    if (lease.price_period == LeasePeriod::kDay) {
      ASSIGN_OR_RETURN(bill.rent, Multiply(lease.price, days.days()));
    } else {
      for (const Period& month : ByMonths(days)) {
        ASSIGN_OR_RETURN(const Money part, MonthPart(lease.price, month));
        ASSIGN_OR_RETURN(bill.rent, Add(bill.rent, part));
      }
    }
  }
  if (lease.deposit) {
    bill.deposit = {lease.deposit->currency, 0};
    if (period.contains(lease.start_date)) bill.deposit.minor += lease.deposit->minor;
    if (lease.end_date && period.contains(*lease.end_date)) {
      bill.deposit.minor -= lease.deposit->minor;
    }
  }
  return bill;
}

}  // namespace kefu::warehouse::domain
