#include "services/aftersales/errors.h"

#include <map>
#include <string>
#include <utility>

#include "common/status/error.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace kefu::aftersales::error {

absl::Status CaseNotFound(std::string_view case_id) { return NotFound("case", case_id); }

absl::Status ExternalIdTaken(std::string_view external_id) {
  google::rpc::ResourceInfo info;
  info.set_resource_type("case");
  info.set_resource_name(std::string(external_id));
  info.set_description("another case of the same shop and kind has this external_id");
  return AddDetail(
      MakeError(absl::StatusCode::kAlreadyExists, "EXTERNAL_ID_TAKEN", info.description()), info);
}

absl::Status EtagMismatch(std::string_view case_id) {
  return Aborted("ETAG_MISMATCH",
                 fmt::format("case {} has changed since it was read; read it again", case_id));
}

absl::Status ReturnPolicyEtagMismatch(std::string_view policy_id) {
  return Aborted("ETAG_MISMATCH",
                 fmt::format("another version of return policy {} has been written since it was "
                             "read; read it again",
                             policy_id));
}

absl::Status OrganizationRequired() {
  return PermissionDenied("ORGANIZATION_REQUIRED", "the token speaks for no organization");
}

absl::Status ShopNotAllowed(std::string_view shop_id) {
  return PermissionDenied("SHOP_NOT_ALLOWED",
                          fmt::format("the token is confined to other shops than {}", shop_id));
}

absl::Status IllegalMove(std::string_view kind, std::string_view state, std::string_view verb,
                         std::string_view possible) {
  return FailedPrecondition(
      "ILLEGAL_MOVE", "case",
      fmt::format("{} is not possible for a {} case in state {}; possible: {}", verb, kind, state,
                  possible),
      {{"kind", std::string(kind)},
       {"state", std::string(state)},
       {"verb", std::string(verb)},
       {"possible", std::string(possible)}});
}

absl::Status AgentRequired() {
  return PermissionDenied("AGENT_REQUIRED",
                          "the token names no agent, and only the merchant's own people review by "
                          "their role alone");
}

absl::Status AgentUnknown(std::string_view agent_id, absl::CivilDay day) {
  return FailedPrecondition("AGENT_UNKNOWN", agent_id,
                            fmt::format("staffing has told of no tier that agent {} holds on {}",
                                        agent_id, absl::FormatCivilTime(day)),
                            {{"agent_id", std::string(agent_id)}});
}

absl::Status ReviewBeyondAuthority(std::string_view result, std::string_view tier_id,
                                   std::optional<int64_t> limit_minor) {
  std::map<std::string, std::string> metadata = {{"result", std::string(result)},
                                                 {"tier_id", std::string(tier_id)}};
  std::string text = fmt::format("{} is not for tier {} to decide alone", result, tier_id);
  if (limit_minor) {
    metadata["limit_minor_units"] = fmt::format("{}", *limit_minor);
    text =
        fmt::format("tier {} decides {} alone up to {} minor units", tier_id, result, *limit_minor);
  }
  return MakeError(absl::StatusCode::kPermissionDenied, "REVIEW_BEYOND_AUTHORITY",
                   text + "; CaseWorkService.ProposeReview asks for approval", std::move(metadata));
}

absl::Status ReviewForbidden(std::string_view result) {
  return FailedPrecondition("REVIEW_FORBIDDEN", "result",
                            fmt::format("the merchant's policy lets nobody give {}", result),
                            {{"result", std::string(result)}});
}

absl::Status OrderNotFound(std::string_view order_id) { return NotFound("order", order_id); }

absl::Status OrderUnknown(std::string_view order_id) {
  google::rpc::ResourceInfo info;
  info.set_resource_type("order");
  info.set_resource_name(std::string(order_id));
  info.set_description("the shop has no such order here; tell it by OrderService.PutOrders first");
  return AddDetail(MakeError(absl::StatusCode::kNotFound, "ORDER_UNKNOWN", info.description()),
                   info);
}

absl::Status OrderMismatch(std::string_view order_id, std::span<const std::string> faults) {
  google::rpc::PreconditionFailure failure;
  for (const std::string& fault : faults) {
    auto& violation = *failure.add_violations();
    violation.set_type("ORDER_MISMATCH");
    violation.set_subject(fmt::format("order {}", order_id));
    violation.set_description(fault);
  }
  return AddDetail(MakeError(absl::StatusCode::kFailedPrecondition, "ORDER_MISMATCH",
                             fmt::format("order {}: {}", order_id, fmt::join(faults, "; "))),
                   failure);
}

absl::Status ReturnPolicyNotFound(std::string_view policy_id) {
  return NotFound("return policy", policy_id);
}

absl::Status SimulationTooLarge(int limit) {
  return FailedPrecondition("SIMULATION_TOO_LARGE", "time",
                            fmt::format("more than {} evaluations were made in it; take less time,"
                                        " or one shop",
                                        limit),
                            {{"limit", fmt::format("{}", limit)}});
}

absl::Status ReturnEvaluationNotFound(std::string_view evaluation_id) {
  return NotFound("return evaluation", evaluation_id);
}

absl::Status CompensationPolicyChanged() {
  return Aborted("COMPENSATION_POLICY_CHANGED",
                 "another version of the policy was written meanwhile; read it and decide anew");
}

absl::Status SlaPolicyNotFound(std::string_view policy_id) {
  return NotFound("SLA policy", policy_id);
}

absl::Status SlaPolicyChanged() {
  return Aborted(
      "SLA_POLICY_CHANGED",
      "another version of the policy was written meanwhile; read it and set yours again");
}

absl::Status PaidRequired() {
  return InvalidArgument("PAID_REQUIRED", "paid",
                         "must be set, since the policy caps compensation at what was paid");
}

}  // namespace kefu::aftersales::error
