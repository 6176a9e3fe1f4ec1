#include "services/staffing/errors_conduct.h"

#include "common/status/error.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace kefu::staffing::error {
namespace {

std::string Conduct(std::string_view id) { return fmt::format("conduct {}", id); }

}  // namespace

absl::Status ConductNotFound(std::string_view id) { return NotFound("conduct", id); }

absl::Status ConductExists(std::string_view source_id) {
  std::string message = fmt::format("source_id {} is on record with other content", source_id);
  google::rpc::ResourceInfo info;
  info.set_resource_type("conduct");
  info.set_resource_name(std::string(source_id));
  info.set_description(message);
  return AddDetail(
      MakeError(absl::StatusCode::kAlreadyExists, "CONDUCT_EXISTS", std::move(message)), info);
}

absl::Status ConductKindUnknown(std::string_view kind_id) {
  return FailedPrecondition("CONDUCT_KIND_UNKNOWN", fmt::format("kind {}", kind_id),
                            "is not in the catalogue in force");
}

absl::Status ConductTerms(std::string_view kind_id, std::span<const std::string> problems) {
  google::rpc::PreconditionFailure failure;
  for (const std::string& problem : problems) {
    auto* violation = failure.add_violations();
    violation->set_type("CONDUCT_TERMS");
    violation->set_subject(fmt::format("kind {}", kind_id));
    violation->set_description(problem);
  }
  return AddDetail(MakeError(absl::StatusCode::kFailedPrecondition, "CONDUCT_TERMS",
                             fmt::format("{}", fmt::join(problems, "; "))),
                   failure);
}

absl::Status ConductState(std::string_view conduct_id, std::string_view state) {
  return FailedPrecondition("CONDUCT_STATE", Conduct(conduct_id), fmt::format("is {}", state));
}

absl::Status ConductNotConcerned(std::string_view conduct_id, std::string_view agent_id) {
  return FailedPrecondition("CONDUCT_NOT_CONCERNED", Conduct(conduct_id),
                            fmt::format("does not concern agent {}", agent_id));
}

absl::Status AppealTermOver(std::string_view conduct_id, absl::CivilDay until) {
  return FailedPrecondition("APPEAL_TERM_OVER", Conduct(conduct_id),
                            fmt::format("could be appealed against until {}", FormatDay(until)));
}

absl::Status AnnouncementNotFound(std::string_view id) { return NotFound("announcement", id); }

absl::Status AgentRequired() {
  return PermissionDenied("AGENT_REQUIRED",
                          "the token names no agent, and nobody acknowledges for another");
}

absl::Status AnnouncementWithdrawn(std::string_view id) {
  return FailedPrecondition("ANNOUNCEMENT_WITHDRAWN", fmt::format("announcement {}", id),
                            "was taken back");
}

absl::Status NotAddressed(std::string_view announcement_id, std::string_view agent_id) {
  return FailedPrecondition("NOT_ADDRESSED", fmt::format("announcement {}", announcement_id),
                            fmt::format("does not address agent {}", agent_id));
}

absl::Status ProblemNotFound(std::string_view id) { return NotFound("problem", id); }

absl::Status ProblemAnswered(std::string_view id) {
  return FailedPrecondition("PROBLEM_ANSWERED", fmt::format("problem {}", id),
                            "has an answer; who leads shifts may replace it");
}

}  // namespace kefu::staffing::error
