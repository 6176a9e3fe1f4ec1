#include "services/performance/errors_judgement.h"

#include <fmt/format.h>

#include "common/status/error.h"

namespace kefu::performance::error {

absl::Status ScorecardNotFound(std::string_view id) {
  return NotFound("kefu.performance.v1.Scorecard", id);
}

absl::Status AgentMonthNotFound(std::string_view agent_id) {
  return NotFound("kefu.performance.v1.AgentScore", agent_id);
}

absl::Status FormNotFound(std::string_view form_id) {
  return NotFound("kefu.performance.v1.InspectionForm", form_id);
}

absl::Status SampleNotFound(std::string_view sample_id) {
  return NotFound("kefu.performance.v1.InspectionSample", sample_id);
}

absl::Status InspectionNotFound(std::string_view inspection_id) {
  return NotFound("kefu.performance.v1.Inspection", inspection_id);
}

absl::Status InspectedAlready(std::string_view conversation_id) {
  return AlreadyExists("kefu.performance.v1.Inspection", conversation_id);
}

absl::Status InspectedTwice(std::string_view conversation_id) {
  return FailedPrecondition("INSPECTED_TWICE", conversation_id,
                            "two inspectors have judged the agent in the conversation already");
}

absl::Status ConversationExcluded(std::string_view conversation_id) {
  return FailedPrecondition("CONVERSATION_EXCLUDED", conversation_id,
                            "the conversation is left out of every figure");
}

absl::Status OwnInspection(std::string_view inspection_id) {
  return FailedPrecondition(
      "OWN_INSPECTION", inspection_id,
      "the agent does not judge the own conversations; an appeal is opened by another than the "
      "inspector, and decided by a third");
}

absl::Status JudgementOfOthers() {
  return PermissionDenied("PERMISSION_DENIED",
                          "whoever may not READ_STAFF reads the own score and the own "
                          "inspections: name in agent_id the agent that the token names");
}

absl::Status OwnGrade(std::string_view agent_id) {
  return FailedPrecondition("OWN_GRADE", agent_id, "nobody grades the own month");
}

absl::Status InspectionState(std::string_view inspection_id, std::string_view why) {
  return FailedPrecondition("INSPECTION_STATE", inspection_id,
                            fmt::format("the inspection {}", why));
}

absl::Status TooManyConversations(int64_t most) {
  return InvalidArgument("TOO_MANY_CONVERSATIONS", "plan.period",
                         fmt::format("holds more than {} conversations: take fewer days", most));
}

}  // namespace kefu::performance::error
