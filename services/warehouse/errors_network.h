// Failures of the network's policies and plans; each reason stands in
// docs/errors/warehouse_network.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace kefu::warehouse::error {

// FAILED_PRECONDITION PROCESS_REQUIRED: the mode DIRECTED refuses `call`; `instead` says what to
// do.
absl::Status ProcessRequired(std::string_view call, std::string_view instead);

// FAILED_PRECONDITION NO_TRANSFER_CENTRE: mode SELF_RUN ships to one, and the network has none.
absl::Status NoTransferCentre();
// FAILED_PRECONDITION MODE_HAS_NO_REBALANCING.
absl::Status ModeHasNoRebalancing(std::string_view mode);

// NOT_FOUND: the node's chain has no entry of that number.
absl::Status EntryNotFound(std::string_view node_id, int64_t entry_number);
// FAILED_PRECONDITION NOT_A_TRADE: the policy of its day asks for no acknowledgement.
absl::Status NotATrade(std::string_view node_id, int64_t entry_number);
// FAILED_PRECONDITION ACKNOWLEDGEMENT_FINAL: the witness has said something else before.
absl::Status AcknowledgementFinal(std::string_view witness_id, std::string_view node_id,
                                  int64_t entry_number, std::string_view verdict);

// What a demand lacks, and what there is in all.
struct SiteShortage {
  std::string demand_id;
  int64_t units_per_day = 0, stock_units = 0;
};
struct SiteMeans {
  int64_t units_wanted = 0, throughput = 0;  // a day
  int64_t stock_wanted = 0, capacity = 0;
};
// SITES_INSUFFICIENT: all candidates together cannot serve the demands; one violation a demand that
// is short. `shortages` is not empty.
absl::Status SitesInsufficient(const SiteMeans& means, std::span<const SiteShortage> shortages);
// SITES_INSUFFICIENT: no choice of so many sites serves every demand.
absl::Status SitesTooFew(int max_sites);
// FAILED_PRECONDITION SITES_UNDECIDED: no plan was found in the time given.
absl::Status SitesUndecided(int seconds);
// RESOURCE_EXHAUSTED SOLVER_BUSY: too many plans are being computed.
absl::Status SolverBusy();

}  // namespace kefu::warehouse::error
