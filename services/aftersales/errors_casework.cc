#include "services/aftersales/errors_casework.h"

#include <string>

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::aftersales::error {

absl::Status ResultNotOfKind(std::string_view kind, std::string_view result,
                             std::string_view possible, std::string_view why) {
  return FailedPrecondition(
      "RESULT_NOT_OF_KIND", "result",
      fmt::format("{} is no result of a {} case: {}; possible: {}", result, kind, why, possible),
      {{"kind", std::string(kind)},
       {"result", std::string(result)},
       {"possible", std::string(possible)}});
}

absl::Status ProposalChanged(std::string_view asked, std::string_view pending) {
  return FailedPrecondition("PROPOSAL_CHANGED", asked,
                            fmt::format("proposal {} waits for approval, not {}", pending, asked),
                            {{"proposal_id", std::string(pending)}});
}

absl::Status OwnProposal() {
  return PermissionDenied("OWN_PROPOSAL", "a proposal is approved or rejected by another person");
}

absl::Status OwnDecision() {
  return PermissionDenied("OWN_DECISION",
                          "an appeal is decided by another person than the one "
                          "who gave the decision, unless it is the merchant");
}

absl::Status LevelNotHigher(std::string_view level, std::string_view asked) {
  const std::string why =
      asked.empty() ? "the policy has no level above it" : fmt::format("{} is not above it", asked);
  return FailedPrecondition("LEVEL_NOT_HIGHER", "level",
                            fmt::format("the case is with {}, and {}", level, why),
                            {{"level", std::string(level)}});
}

absl::Status LevelNotLower(std::string_view level, std::string_view asked) {
  return FailedPrecondition("LEVEL_NOT_LOWER", "level",
                            fmt::format("the case is with {}; {} is not below", level, asked),
                            {{"level", std::string(level)}});
}

absl::Status LevelUnknown(std::string_view asked) {
  return FailedPrecondition("LEVEL_UNKNOWN", "level",
                            fmt::format("the case policy has no level {}", asked));
}

absl::Status AppealTermOver(std::string_view end_time, int32_t days) {
  return FailedPrecondition(
      "APPEAL_TERM_OVER", "case",
      fmt::format("the decision could be appealed until {}: {} days after its day", end_time, days),
      {{"end_time", std::string(end_time)}});
}

absl::Status AppealsExhausted(int32_t most) {
  return FailedPrecondition("APPEALS_EXHAUSTED", "case",
                            fmt::format("a case is appealed at most {} times", most));
}

absl::Status ResultUnchanged(std::string_view result) {
  return FailedPrecondition(
      "RESULT_UNCHANGED", "result",
      fmt::format("{} is the result appealed against: let the decision stand instead", result));
}

absl::Status DecisionInEffect(std::string_view result) {
  return FailedPrecondition(
      "DECISION_IN_EFFECT", "case",
      fmt::format("what follows from {} may be on its way: an appeal can overturn it", result));
}

}  // namespace kefu::aftersales::error
