// Contract <-> domain for assignment. FromProto checks the shape only and reports every fault at
// once. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/status/error.h"
#include "kefu/aftersales/v1/assignment.pb.h"
#include "services/aftersales/domain/assignment/assignment.h"

namespace kefu::aftersales::convert {

// What is wrong with rules that somebody wants to set.
void CheckPolicy(const v1::AssignmentPolicy& proto, FieldViolations& violations);
// Rules that were checked, or that ship.
domain::AssignmentPolicy FromProto(const v1::AssignmentPolicy& proto);

// A message as it is stored among the policies, and back. INTERNAL when it cannot be read.
std::string PolicyBody(const google::protobuf::Message& policy);
absl::Status ParsePolicyBody(std::string_view body, google::protobuf::Message& policy);

// A decision about a case, of at most 200 candidates.
v1::AssignmentDecision ToProto(const domain::AssignmentDecision& decision,
                               domain::AssignmentCause cause, int32_t policy_version,
                               absl::Time time);

}  // namespace kefu::aftersales::convert
