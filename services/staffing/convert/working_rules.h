// Contract <-> domain for working rules. Pure, thread-safe.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/status/error.h"
#include "kefu/staffing/v1/working_rules.pb.h"
#include "services/staffing/domain/rules/working_rules.h"

namespace kefu::staffing::convert {

// Shapes only: what the consequences name is checked against the catalogue in force.
std::vector<rules::Rule> FromProto(
    const google::protobuf::RepeatedPtrField<v1::WorkingRule>& protos, FieldViolations& violations);
// The rules of a stored version. INTERNAL when it does not parse.
absl::StatusOr<std::vector<rules::Rule>> RulesFromBody(std::string_view body);

v1::WorkingRules ToProto(const rules::Rules& rules);

}  // namespace kefu::staffing::convert
