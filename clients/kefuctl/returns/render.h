// Tables of returns.
#pragma once

#include <string>

#include "clients/kefuctl/table.h"
#include "kefu/aftersales/v1/return_policy_service.pb.h"

namespace kefu::returns {

// What the buyer may have, a row a remedy.
kefuctl::Table OutcomeTable(const aftersales::v1::ReturnEvaluation& evaluation);
// Why: a row a rule that was for the goods and the reason.
kefuctl::Table RuleTable(const aftersales::v1::ReturnEvaluation& evaluation);
// What is to be asked; of no category the categories.
kefuctl::Table QuestionTable(const aftersales::v1::ListReturnQuestionsResponse& questions);
// A row a rule of each policy.
kefuctl::Table PolicyTable(const aftersales::v1::ListReturnPoliciesResponse& policies);

// What would change, in a few lines.
std::string SimulationText(const aftersales::v1::SimulateReturnPolicyResponse& simulation);
// By rule.
kefuctl::Table SimulatedRuleTable(const aftersales::v1::SimulateReturnPolicyResponse& simulation);

}  // namespace kefu::returns
