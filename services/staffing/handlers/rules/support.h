// The working rules, as other handlers need them.
#pragma once

#include <string_view>

#include "services/staffing/domain/conduct/conduct.h"
#include "services/staffing/domain/rules/working_rules.h"
#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {

// The rules that hold on a day.
absl::StatusOr<rules::Rules> WorkingRulesHolding(store::Reader reader, std::string_view org_id,
                                                 absl::CivilDay day);

// FAILED_PRECONDITION RULES_NOT_ACKNOWLEDGED unless the agent has acknowledged the last version;
// OK before the first.
absl::Status RequireRulesAcknowledged(store::Reader reader, std::string_view org_id,
                                      std::string_view agent_id);

// The event with what its rule, if it names one, leads to: the kind where none is named, and the
// sanction where no terms are stated. FAILED_PRECONDITION WORKING_RULE_UNKNOWN, CONDUCT_TERMS.
absl::StatusOr<conduct::Event> CiteRule(store::Reader reader, std::string_view org_id,
                                        const conduct::Event& event, bool states_terms);

}  // namespace kefu::staffing
