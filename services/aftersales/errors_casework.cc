#include "services/aftersales/errors_casework.h"

#include <map>
#include <string>
#include <utility>

#include "common/status/error.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace kefu::aftersales::error {
namespace {

absl::Status WithFaults(std::string_view reason, std::string_view subject,
                        std::span<const std::string> faults) {
  google::rpc::PreconditionFailure failure;
  for (const std::string& fault : faults) {
    auto& violation = *failure.add_violations();
    violation.set_type(std::string(reason));
    violation.set_subject(std::string(subject));
    violation.set_description(fault);
  }
  return AddDetail(MakeError(absl::StatusCode::kFailedPrecondition, reason,
                             fmt::format("{}: {}", subject, fmt::join(faults, "; "))),
                   failure);
}

absl::Status Exists(std::string_view reason, std::string_view type, std::string_view name,
                    std::string text, std::map<std::string, std::string> metadata) {
  google::rpc::ResourceInfo info;
  info.set_resource_type(std::string(type));
  info.set_resource_name(std::string(name));
  info.set_description(text);
  return AddDetail(
      MakeError(absl::StatusCode::kAlreadyExists, reason, std::move(text), std::move(metadata)),
      info);
}

}  // namespace

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

absl::Status CostExceedsPaid(std::string_view order_id, const Money& cost, int64_t paid_minor) {
  return FailedPrecondition(
      "COST_EXCEEDS_PAID", "cost",
      fmt::format("{} is more than the {} that were paid for order {}", Format(cost),
                  Format(Money{cost.currency, paid_minor}), order_id),
      {{"order_id", std::string(order_id)}, {"paid_minor_units", fmt::format("{}", paid_minor)}});
}

absl::Status LimitsInOtherCurrency(std::string_view currency, const Money& cost) {
  return MakeError(
      absl::StatusCode::kPermissionDenied, "LIMITS_IN_OTHER_CURRENCY",
      fmt::format(
          "limits are set in {} and bound no cost of {}: who decides for the merchant "
          "(owner, shop manager, integration) decides it, unless a rule of everybody bounds "
          "the result; CaseWorkService.ProposeReview asks them",
          currency, Format(cost)),
      {{"currency_code", std::string(currency)}});
}

absl::Status OwnProposal() {
  return PermissionDenied("OWN_PROPOSAL", "a proposal is approved or rejected by another person");
}

absl::Status NotOwnProposal() {
  return PermissionDenied("NOT_OWN_PROPOSAL",
                          "a proposal is withdrawn by the person who made it; others reject it");
}

absl::Status OwnDecision() {
  return PermissionDenied("OWN_DECISION",
                          "an appeal is decided by the merchant, or by somebody who neither "
                          "proposed nor gave the decision");
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

absl::Status LevelAboveCaller(std::string_view level) {
  return MakeError(absl::StatusCode::kPermissionDenied, "LEVEL_ABOVE_CALLER",
                   fmt::format("the case has been escalated to {}: who stands there or above "
                               "lowers it",
                               level),
                   {{"level", std::string(level)}});
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
      fmt::format(
          "{} is the result appealed against, or the same follows from it: let the decision "
          "stand instead, with its amount; more money is a case of its own (OpenCase), "
          "linked to this one (LinkCases)",
          result));
}

absl::Status DecisionInEffect(std::string_view result) {
  return FailedPrecondition(
      "DECISION_IN_EFFECT", "case",
      fmt::format("what follows from {} may be on its way: an appeal can overturn it", result));
}

absl::Status EvidenceNotAllowed(std::span<const std::string> faults) {
  return WithFaults("EVIDENCE_NOT_ALLOWED", "evidence", faults);
}

absl::Status EvidenceDuplicate(std::string_view sha256, int32_t number) {
  return Exists("EVIDENCE_DUPLICATE", "evidence", sha256,
                fmt::format("the case has this content as item {}", number),
                {{"number", fmt::format("{}", number)}});
}

absl::Status EvidenceUnknown(int32_t number) {
  return FailedPrecondition("EVIDENCE_UNKNOWN", "supersedes_number",
                            fmt::format("the case has no item {} whose place is free", number));
}

absl::Status CasesLinked(std::string_view other_case_id, std::string_view kind) {
  return Exists("CASES_LINKED", "case link", other_case_id,
                fmt::format("the case is linked as {} with {}", kind, other_case_id),
                {{"kind", std::string(kind)}});
}

absl::Status LinkNotFound(std::string_view other_case_id) {
  return NotFound("case link", other_case_id);
}

absl::Status LinkLimit(int32_t most) {
  return FailedPrecondition("LINK_LIMIT", "case", fmt::format("a case has at most {} links", most));
}

absl::Status NotADuplicate(std::string_view case_id, std::span<const std::string> faults) {
  return WithFaults("NOT_A_DUPLICATE", fmt::format("case {}", case_id), faults);
}

absl::Status MergeLimit(int64_t most) {
  return FailedPrecondition("MERGE_LIMIT", "case",
                            fmt::format("a case takes in at most {} duplicates", most));
}

}  // namespace kefu::aftersales::error
