// Every failure that after-sales itself can answer; each reason stands in
// docs/errors/aftersales.md. What another tenant owns is reported exactly like what does not exist.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace kefu::aftersales::error {

absl::Status CaseNotFound(std::string_view case_id);         // NOT_FOUND NOT_FOUND
absl::Status ExternalIdTaken(std::string_view external_id);  // ALREADY_EXISTS EXTERNAL_ID_TAKEN
absl::Status EtagMismatch(std::string_view case_id);         // ABORTED ETAG_MISMATCH
absl::Status OrganizationRequired();                    // PERMISSION_DENIED ORGANIZATION_REQUIRED
absl::Status ShopNotAllowed(std::string_view shop_id);  // PERMISSION_DENIED SHOP_NOT_ALLOWED
// FAILED_PRECONDITION ILLEGAL_MOVE; metadata `kind`, `state` and `verb` name what does not go
// together, `possible` the verbs that do.
absl::Status IllegalMove(std::string_view kind, std::string_view state, std::string_view verb,
                         std::string_view possible);
// PERMISSION_DENIED AGENT_REQUIRED
absl::Status AgentRequired();
// FAILED_PRECONDITION AGENT_UNKNOWN
absl::Status AgentUnknown(std::string_view agent_id, absl::CivilDay day);
// PERMISSION_DENIED REVIEW_BEYOND_AUTHORITY; no limit: the result is not delegated at all, or
// nobody knows what it costs.
absl::Status ReviewBeyondAuthority(std::string_view result, std::string_view tier_id,
                                   std::optional<int64_t> limit_minor);
// FAILED_PRECONDITION REVIEW_FORBIDDEN
absl::Status ReviewForbidden(std::string_view result);
absl::Status OrderNotFound(std::string_view order_id);  // NOT_FOUND NOT_FOUND
// NOT_FOUND ORDER_UNKNOWN, of what names an order: the shop has not been told of this order.
absl::Status OrderUnknown(std::string_view order_id);
// FAILED_PRECONDITION ORDER_MISMATCH with a violation a fault.
absl::Status OrderMismatch(std::string_view order_id, std::span<const std::string> faults);
absl::Status SlaPolicyNotFound(std::string_view policy_id);     // NOT_FOUND NOT_FOUND
absl::Status SlaPolicyChanged();                                // ABORTED SLA_POLICY_CHANGED
absl::Status ReturnPolicyNotFound(std::string_view policy_id);  // NOT_FOUND NOT_FOUND
// ABORTED ETAG_MISMATCH
absl::Status ReturnPolicyEtagMismatch(std::string_view policy_id);
// FAILED_PRECONDITION SIMULATION_TOO_LARGE
absl::Status SimulationTooLarge(int limit);
absl::Status ReturnEvaluationNotFound(std::string_view evaluation_id);  // NOT_FOUND NOT_FOUND
absl::Status CompensationPolicyChanged();  // ABORTED COMPENSATION_POLICY_CHANGED
absl::Status PaidRequired();               // INVALID_ARGUMENT PAID_REQUIRED

}  // namespace kefu::aftersales::error
