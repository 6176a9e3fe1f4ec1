// Failures of checklists, working rules and supplies; each reason stands in
// docs/errors/staffing_workplace.md.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace kefu::staffing::error {

// NOT_FOUND NOT_FOUND
absl::Status ChecklistNotFound(std::string_view id);
absl::Status ChecklistItemNotFound(std::string_view item_id);
absl::Status ChecklistScheduleNotFound(std::string_view template_id);
absl::Status WorkingRulesNotFound(int version);

// FAILED_PRECONDITION
// CHECKLIST_TEMPLATE_UNKNOWN
absl::Status ChecklistTemplateUnknown(std::string_view template_id);
absl::Status ChecklistState(std::string_view id, std::string_view state);  // CHECKLIST_STATE
absl::Status ChecklistItemDone(std::string_view item_id,
                               std::string_view done_by);  // CHECKLIST_ITEM_DONE
absl::Status EvidenceRequired(std::string_view item_id);   // EVIDENCE_REQUIRED
// SUPPLIES_OUT, with one violation for each
absl::Status SuppliesOut(std::string_view agent_id, std::span<const std::string> supplies);
absl::Status RulesNotAcknowledged(std::string_view agent_id,
                                  int version);  // RULES_NOT_ACKNOWLEDGED
absl::Status WorkingRuleUnknown(std::string_view rule_id,
                                absl::CivilDay day);                         // WORKING_RULE_UNKNOWN
absl::Status SupplyShort(std::string_view supply_id, int stock, int asked);  // SUPPLY_SHORT
absl::Status SupplyNotOut(std::string_view issue_id, int out, int asked);    // SUPPLY_NOT_OUT

}  // namespace kefu::staffing::error
