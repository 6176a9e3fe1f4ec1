#include "services/staffing/errors_contracts.h"

#include <string>
#include <utility>

#include "common/status/error.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "google/rpc/error_details.pb.h"

namespace kefu::staffing::error {
namespace {

std::string Contract(std::string_view id) { return fmt::format("contract {}", id); }
// "2026-03".
std::string Month(absl::CivilDay month) { return FormatDay(month).substr(0, 7); }

}  // namespace

absl::Status ContractNotFound(std::string_view id) { return NotFound("contract", id); }
absl::Status BreachNotFound(std::string_view id) { return NotFound("breach", id); }
absl::Status MilestoneNotFound(std::string_view id) { return NotFound("milestone", id); }

absl::Status ContractOverlaps(std::string_view other_id, std::string_view shop_id) {
  std::string message = fmt::format(
      "contract {} covers shop {} on some of these days: end it first", other_id, shop_id);
  google::rpc::ResourceInfo info;
  info.set_resource_type("contract");
  info.set_resource_name(std::string(other_id));
  info.set_description(message);
  return AddDetail(
      MakeError(absl::StatusCode::kAlreadyExists, "CONTRACT_OVERLAPS", std::move(message)), info);
}

absl::Status NotABase(std::string_view organization_id) {
  return FailedPrecondition("NOT_A_BASE", fmt::format("organization {}", organization_id),
                            "no registered base has this id");
}

absl::Status ContractEnded(std::string_view contract_id) {
  return FailedPrecondition("CONTRACT_ENDED", Contract(contract_id), "has ended already");
}

absl::Status ContractNotice(std::string_view contract_id, absl::CivilDay day) {
  return FailedPrecondition("CONTRACT_NOTICE", Contract(contract_id),
                            fmt::format("can be ended from {} on", FormatDay(day)));
}

absl::Status OutsideContract(std::string_view contract_id, absl::CivilDay month) {
  return FailedPrecondition("CONTRACT_PERIOD", Contract(contract_id),
                            fmt::format("is not in force in {}", Month(month)));
}

absl::Status MilestoneDone(std::string_view milestone_id) {
  return FailedPrecondition("MILESTONE_DONE", fmt::format("milestone {}", milestone_id),
                            "is reached already");
}

absl::Status BreachDecided(std::string_view breach_id) {
  return FailedPrecondition("BREACH_DECIDED", fmt::format("breach {}", breach_id),
                            "is decided so already, or withdrawn");
}

absl::Status BreachOpen(std::string_view breach_id) {
  return FailedPrecondition("BREACH_OPEN", fmt::format("breach {}", breach_id),
                            "waits for a decision: charge or waive it first");
}

absl::Status InvoiceIssued(absl::CivilDay month) {
  return FailedPrecondition("INVOICE_ISSUED", fmt::format("invoice {}", Month(month)),
                            "is issued and does not change any more");
}

absl::Status InvoiceChanged(std::string_view total) {
  return FailedPrecondition("INVOICE_CHANGED", "total",
                            fmt::format("is {} by now: read the invoice again", total));
}

absl::Status MonthNotOver(absl::CivilDay month) {
  return FailedPrecondition("MONTH_NOT_OVER", fmt::format("month {}", Month(month)),
                            "is not over in the organization's zone");
}

absl::Status MonthNotReported(std::string_view shop_id, absl::CivilDay month) {
  return FailedPrecondition(
      "MONTH_NOT_REPORTED", fmt::format("shop {}", shop_id),
      fmt::format(
          "has no whole monthly report of {} that tells what the contract needs: performance "
          "makes one after the month's end, and CreateReport at once",
          Month(month)));
}

absl::Status WeekNotReported(std::string_view shop_id, absl::CivilDay monday) {
  return FailedPrecondition(
      "WEEK_NOT_REPORTED", fmt::format("shop {}", shop_id),
      fmt::format("has no whole report of the week from {}, by which the contract is judged: "
                  "performance makes one after the week's end, and CreateReport at once",
                  FormatDay(monday)));
}

}  // namespace kefu::staffing::error
