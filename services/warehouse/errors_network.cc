#include "services/warehouse/errors_network.h"

#include <algorithm>

#include "common/status/error.h"
#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"

namespace kefu::warehouse::error {

absl::Status ProcessRequired(std::string_view call, std::string_view instead) {
  return FailedPrecondition("PROCESS_REQUIRED", call,
                            fmt::format("the network's mode is DIRECTED: go through {}", instead));
}

absl::Status NoTransferCentre() {
  return FailedPrecondition("NO_TRANSFER_CENTRE", "network",
                            "vendors ship to the nearest transfer centre, and there is none");
}

absl::Status ModeHasNoRebalancing(std::string_view mode) {
  return FailedPrecondition(
      "MODE_HAS_NO_REBALANCING", "network",
      fmt::format("mode {} buys for each node; only THREE_LEVEL and SHARED_LEDGER even out", mode));
}

absl::Status EntryNotFound(std::string_view node_id, int64_t entry_number) {
  return NotFound("ledger entry", fmt::format("{}/{}", node_id, entry_number));
}

absl::Status NotATrade(std::string_view node_id, int64_t entry_number) {
  return FailedPrecondition("NOT_A_TRADE", fmt::format("entry {}/{}", node_id, entry_number),
                            "is no trade by the network's policy of its day");
}

absl::Status AcknowledgementFinal(std::string_view witness_id, std::string_view node_id,
                                  int64_t entry_number, std::string_view verdict) {
  return FailedPrecondition("ACKNOWLEDGEMENT_FINAL",
                            fmt::format("entry {}/{}", node_id, entry_number),
                            fmt::format("{} has said {} before", witness_id, verdict));
}

absl::Status SitesInsufficient(const SiteMeans& means, std::span<const SiteShortage> shortages) {
  constexpr std::string_view kReason = "SITES_INSUFFICIENT";
  constexpr size_t kMostViolations = 1000;  // an answer stays small
  google::rpc::PreconditionFailure failure;
  for (const SiteShortage& shortage :
       shortages.first(std::min(shortages.size(), kMostViolations))) {
    auto* violation = failure.add_violations();
    violation->set_type(std::string(kReason));
    violation->set_subject(fmt::format("demand {}", shortage.demand_id));
    violation->set_description(fmt::format("{} pieces a day and {} pieces of stock find no place",
                                           shortage.units_per_day, shortage.stock_units));
  }
  return AddDetail(
      MakeError(absl::StatusCode::kFailedPrecondition, kReason,
                fmt::format("{} demands are short; the candidates take {} pieces a day where {} "
                            "are wanted, and keep {} where {} are",
                            shortages.size(), means.throughput, means.units_wanted, means.capacity,
                            means.stock_wanted)),
      failure);
}

absl::Status SitesTooFew(int max_sites) {
  return FailedPrecondition("SITES_INSUFFICIENT", "max_sites",
                            fmt::format("no choice of {} sites serves every demand", max_sites));
}

absl::Status SitesUndecided(int seconds) {
  return FailedPrecondition("SITES_UNDECIDED", "time_limit_seconds",
                            fmt::format("no plan was found in {} seconds", seconds));
}

absl::Status SolverBusy() {
  return ResourceExhausted("SOLVER_BUSY", "too many plans are being computed; ask again later",
                           absl::Seconds(5));
}

}  // namespace kefu::warehouse::error
