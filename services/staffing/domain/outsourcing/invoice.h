// A base's or agency's invoice of a month, line by line. Rounding is half up to the minor unit.
// Pure, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/staffing/domain/outsourcing/terms.h"

namespace kefu::staffing::outsourcing {

// What an agent of the base was credited with in a shop and month.
struct AgentSales {
  std::string shop_id, agent_id;
  int64_t sales_minor = 0;     // paid
  int64_t refunded_minor = 0;  // of that and of earlier months, refunded in this one
};

// A breach that the month is charged for.
struct ChargedBreach {
  std::string breach_id;
  Penalty penalty;
  bool in_trial = false;
};

enum class LineKind : uint8_t { kUnspecified, kSeats, kFee, kCommission, kPenalty };
KEFU_ENUM_NAMES(LineKind, "UNSPECIFIED", "SEATS", "FEE", "COMMISSION", "PENALTY")

struct InvoiceLine {
  LineKind kind = LineKind::kUnspecified;
  std::string shop_id;               // of commission
  std::string breach_id;             // of penalties
  int32_t quantity = 0;              // seats
  int64_t unit_minor = 0;            // of a seat or of the fee, for a whole month
  int32_t days = 0, month_days = 0;  // in force, of the month's: seats and fee
  int64_t basis_minor = 0;           // of commission: sales; of penalties: what they are a share of
  int32_t rate_bps = 0;
  int64_t amount_minor = 0;
  int64_t not_charged_minor = 0;  // of penalties: in the trial or beyond the cap
  std::vector<AgentSales> sales;  // of commission: the rows that add up to its basis
};

struct Invoice {
  std::vector<InvoiceLine> lines;
  int64_t charges_minor = 0;    // seats, fee, commission
  int64_t penalties_minor = 0;  // taken off; not negative
  int64_t total_minor() const { return charges_minor - penalties_minor; }
};

// The invoice of the month given by its first day. Seats and fee of a month that the contract
// covers in part go by its days. Commission is one line a shop; with refunds above sales it is
// negative, what was paid before coming back. OUT_OF_RANGE MONEY_OVERFLOW for sums beyond int64.
absl::StatusOr<Invoice> ComputeInvoice(const Terms& terms, absl::CivilDay month,
                                       std::vector<AgentSales> sales,
                                       const std::vector<ChargedBreach>& breaches);

}  // namespace kefu::staffing::outsourcing
