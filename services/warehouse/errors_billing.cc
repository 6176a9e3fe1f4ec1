#include "services/warehouse/errors_billing.h"

#include "common/status/error.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"

namespace kefu::warehouse::error {
namespace {

std::string Owner(std::string_view id) {
  return id.empty() ? "the organization's own stock" : fmt::format("stock_owner {}", id);
}

}  // namespace

absl::Status OwnerNotFound(std::string_view id) { return NotFound("stock_owner", id); }
absl::Status TermsNotFound(std::string_view owner_id) { return NotFound("owner_terms", owner_id); }
absl::Status SettlementNotFound(std::string_view id) { return NotFound("settlement", id); }
absl::Status LeaseNotFound(std::string_view id) { return NotFound("lease", id); }
absl::Status ContractNotFound(std::string_view node_id) {
  return NotFound("warehouse_contract", node_id);
}

absl::Status OwnerExists(std::string_view id) { return AlreadyExists("stock_owner", id); }

absl::Status TermsMissing(std::string_view owner_id) {
  return FailedPrecondition("TERMS_MISSING", Owner(owner_id), "has no terms to settle by");
}

absl::Status TermsClosed(std::string_view owner_id, absl::CivilDay effective,
                         absl::CivilDay closed_to) {
  return FailedPrecondition("TERMS_CLOSED", Owner(owner_id),
                            fmt::format("is settled to {}: terms cannot hold from {}",
                                        FormatDay(closed_to), FormatDay(effective)));
}

absl::Status TermsCurrency(std::string_view subject, std::string_view before,
                           std::string_view now) {
  return FailedPrecondition("TERMS_CURRENCY", subject,
                            fmt::format("was agreed in {} before, not in {}", before, now));
}

absl::Status PeriodClosed(std::string_view owner_id, absl::CivilDay closed_to) {
  return FailedPrecondition("PERIOD_CLOSED", Owner(owner_id),
                            fmt::format("is settled to {}: take a closed period as it was closed,"
                                        " or days after it",
                                        FormatDay(closed_to)));
}

absl::Status PeriodNotNext(std::string_view owner_id, absl::CivilDay next) {
  return FailedPrecondition("PERIOD_NOT_NEXT", Owner(owner_id),
                            fmt::format("the next period to close begins on {}", FormatDay(next)));
}

absl::Status PeriodNotOver(std::string_view owner_id, absl::CivilDay last, absl::CivilDay today) {
  return FailedPrecondition(
      "PERIOD_NOT_OVER", Owner(owner_id),
      fmt::format("{} is not over: today is {}", FormatDay(last), FormatDay(today)));
}

absl::Status SettlementIncomplete(std::span<const domain::SettlementLine> lines) {
  constexpr std::string_view kReason = "SETTLEMENT_INCOMPLETE";
  constexpr int kMaxViolations = 100;  // enough to act on, far below the size of a header
  google::rpc::PreconditionFailure failure;
  int problems = 0;
  for (const domain::SettlementLine& line : lines) {
    if (line.problem == domain::SettlementProblem::kUnspecified) continue;
    if (++problems > kMaxViolations) continue;
    auto* violation = failure.add_violations();
    violation->set_type(std::string(kReason));
    violation->set_subject(fmt::format("{} {}", NameOf(line.kind), line.sku_id));
    violation->set_description(fmt::format("{} pieces or days from {}: {}", line.quantity,
                                           FormatDay(line.days.first), NameOf(line.problem)));
  }
  return AddDetail(MakeError(absl::StatusCode::kFailedPrecondition, kReason,
                             fmt::format("{} lines have no amount", problems)),
                   failure);
}

absl::Status SettlementAltered(std::string_view id) {
  return FailedPrecondition("SETTLEMENT_ALTERED", fmt::format("settlement {}", id),
                            "its stored lines do not match its hash");
}

absl::Status LeaseExceedsCapacity(std::string_view node_id, absl::CivilDay day, int64_t wanted,
                                  int64_t left) {
  return FailedPrecondition(
      "LEASE_EXCEEDS_CAPACITY", fmt::format("node {}", node_id),
      fmt::format("has {} units left on {}, not {}", left, FormatDay(day), wanted));
}

absl::Status ContractMissing(std::string_view node_id) {
  return FailedPrecondition("CONTRACT_MISSING", fmt::format("node {}", node_id),
                            "has no contract to reckon by");
}

absl::Status SettlementChanged(std::string_view owner_id) {
  return Aborted("SETTLEMENT_CHANGED",
                 fmt::format("the settlement of {} is no longer the one that was read; read it"
                             " again",
                             Owner(owner_id)));
}

}  // namespace kefu::warehouse::error
