// The errors of contracts, one function each.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace kefu::staffing::error {

// NOT_FOUND NOT_FOUND
absl::Status ContractNotFound(std::string_view contract_id);
absl::Status BreachNotFound(std::string_view breach_id);
absl::Status MilestoneNotFound(std::string_view milestone_id);

// ALREADY_EXISTS
absl::Status ContractOverlaps(std::string_view other_id,
                              std::string_view shop_id);  // CONTRACT_OVERLAPS

// FAILED_PRECONDITION
absl::Status NotABase(std::string_view organization_id);                        // NOT_A_BASE
absl::Status ContractEnded(std::string_view contract_id);                       // CONTRACT_ENDED
absl::Status ContractNotice(std::string_view contract_id, absl::CivilDay day);  // CONTRACT_NOTICE
absl::Status OutsideContract(std::string_view contract_id,
                             absl::CivilDay month);         // CONTRACT_PERIOD
absl::Status MilestoneDone(std::string_view milestone_id);  // MILESTONE_DONE
absl::Status BreachDecided(std::string_view breach_id);     // BREACH_DECIDED
absl::Status BreachOpen(std::string_view breach_id);        // BREACH_OPEN
absl::Status InvoiceIssued(absl::CivilDay month);           // INVOICE_ISSUED
absl::Status InvoiceChanged(std::string_view total);        // INVOICE_CHANGED
absl::Status MonthNotOver(absl::CivilDay month);            // MONTH_NOT_OVER
absl::Status MonthNotReported(std::string_view shop_id,
                              absl::CivilDay month);  // MONTH_NOT_REPORTED
absl::Status WeekNotReported(std::string_view shop_id,
                             absl::CivilDay monday);  // WEEK_NOT_REPORTED

}  // namespace kefu::staffing::error
