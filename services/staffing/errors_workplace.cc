#include "services/staffing/errors_workplace.h"

#include "common/status/error.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace kefu::staffing::error {

absl::Status ChecklistNotFound(std::string_view id) { return NotFound("checklist", id); }

absl::Status ChecklistItemNotFound(std::string_view item_id) {
  return NotFound("checklist_item", item_id);
}

absl::Status ChecklistScheduleNotFound(std::string_view template_id) {
  return NotFound("checklist_schedule", template_id);
}

absl::Status WorkingRulesNotFound(int version) {
  return NotFound("working_rules", fmt::format("version {}", version));
}

absl::Status ChecklistTemplateUnknown(std::string_view template_id) {
  return FailedPrecondition("CHECKLIST_TEMPLATE_UNKNOWN",
                            fmt::format("checklist_template {}", template_id),
                            "is not in force in this organization");
}

absl::Status ChecklistState(std::string_view id, std::string_view state) {
  return FailedPrecondition("CHECKLIST_STATE", fmt::format("checklist {}", id),
                            fmt::format("is {}", state));
}

absl::Status ChecklistItemDone(std::string_view item_id, std::string_view done_by) {
  return FailedPrecondition("CHECKLIST_ITEM_DONE", fmt::format("checklist_item {}", item_id),
                            fmt::format("was done by {}", done_by));
}

absl::Status EvidenceRequired(std::string_view item_id) {
  return FailedPrecondition("EVIDENCE_REQUIRED", fmt::format("checklist_item {}", item_id),
                            "is done with evidence only");
}

absl::Status SuppliesOut(std::string_view agent_id, std::span<const std::string> supplies) {
  google::rpc::PreconditionFailure failure;
  for (const std::string& supply : supplies) {
    auto* violation = failure.add_violations();
    violation->set_type("SUPPLIES_OUT");
    violation->set_subject(fmt::format("agent {}", agent_id));
    violation->set_description(supply);
  }
  return AddDetail(MakeError(absl::StatusCode::kFailedPrecondition, "SUPPLIES_OUT",
                             fmt::format("still out: {}", fmt::join(supplies, "; "))),
                   failure);
}

absl::Status RulesNotAcknowledged(std::string_view agent_id, int version) {
  return FailedPrecondition(
      "RULES_NOT_ACKNOWLEDGED", fmt::format("agent {}", agent_id),
      fmt::format("has not acknowledged version {} of the working rules", version));
}

absl::Status WorkingRuleUnknown(std::string_view rule_id, absl::CivilDay day) {
  return FailedPrecondition("WORKING_RULE_UNKNOWN", fmt::format("working_rule {}", rule_id),
                            fmt::format("did not hold on {}", FormatDay(day)));
}

absl::Status SupplyShort(std::string_view supply_id, int stock, int asked) {
  return FailedPrecondition("SUPPLY_SHORT", fmt::format("supply {}", supply_id),
                            fmt::format("has {} in stock, {} asked for", stock, asked));
}

absl::Status SupplyNotOut(std::string_view issue_id, int out, int asked) {
  return FailedPrecondition("SUPPLY_NOT_OUT", fmt::format("supply_issue {}", issue_id),
                            fmt::format("has {} out, {} are to come back", out, asked));
}

}  // namespace kefu::staffing::error
