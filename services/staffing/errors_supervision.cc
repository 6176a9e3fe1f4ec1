#include "services/staffing/errors_supervision.h"

#include <string>

#include "common/status/error.h"
#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu::staffing::error {
namespace {

std::string Contract(std::string_view id) { return fmt::format("contract {}", id); }
std::string Finding(std::string_view id) { return fmt::format("finding {}", id); }
std::string Complaint(std::string_view id) { return fmt::format("complaint {}", id); }

}  // namespace

absl::Status FindingNotFound(std::string_view id) { return NotFound("finding", id); }

absl::Status ContractNotWithBase(std::string_view contract_id) {
  return FailedPrecondition("CONTRACT_NOT_WITH_BASE", Contract(contract_id),
                            "is one with an agency, and only bases are supervised");
}

absl::Status SiteOfAnotherBase(std::string_view site_id) {
  return FailedPrecondition("SITE_OF_ANOTHER_BASE", fmt::format("site {}", site_id),
                            "is not one of the base");
}

absl::Status ContractOfAnotherBase(std::string_view contract_id) {
  return FailedPrecondition("CONTRACT_OF_ANOTHER_BASE", Contract(contract_id),
                            "is not one with the base");
}

absl::Status AgentOfAnotherBase(std::string_view agent_id) {
  return FailedPrecondition("AGENT_OF_ANOTHER_BASE", fmt::format("agent {}", agent_id),
                            "is not one of the base");
}

absl::Status FindingClosed(std::string_view finding_id) {
  return FailedPrecondition("FINDING_CLOSED", Finding(finding_id), "is closed already");
}

absl::Status FindingNotAnswered(std::string_view finding_id) {
  return FailedPrecondition("FINDING_NOT_ANSWERED", Finding(finding_id),
                            "has no answer that could be sent back");
}

absl::Status ComplaintDecided(std::string_view complaint_id) {
  return FailedPrecondition("COMPLAINT_DECIDED", Complaint(complaint_id), "is decided already");
}

absl::Status ComplaintNotInCorrection(std::string_view complaint_id) {
  return FailedPrecondition("COMPLAINT_NOT_IN_CORRECTION", Complaint(complaint_id),
                            "waits for no correction");
}

absl::Status OtherSideDecides(std::string_view complaint_id) {
  return PermissionDenied("OTHER_SIDE_DECIDES", fmt::format("{} is for the other side to decide",
                                                            Complaint(complaint_id)));
}

absl::Status ContractEndNotAllowed() {
  return PermissionDenied("CONTRACT_END_NOT_ALLOWED",
                          "another base is asked for by those only who may end contracts");
}

absl::Status AssignmentBeginsLater(std::string_view assignment_id, absl::CivilDay day) {
  return FailedPrecondition("ASSIGNMENT_BEGINS_LATER", fmt::format("assignment {}", assignment_id),
                            fmt::format("begins on {} only: move or end it first", FormatDay(day)));
}

absl::Status NoTrial(std::string_view contract_id) {
  return FailedPrecondition("NO_TRIAL", Contract(contract_id), "has no trial");
}

absl::Status TrialOver(std::string_view contract_id) {
  return FailedPrecondition("TRIAL_OVER", Contract(contract_id), "is not in its trial today");
}

absl::Status TrialDecided(std::string_view contract_id) {
  return FailedPrecondition("TRIAL_DECIDED", Contract(contract_id),
                            "has passed or failed its trial already");
}

}  // namespace kefu::staffing::error
