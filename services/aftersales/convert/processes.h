// Contract <-> domain for flow policies and plans. FromProto checks the shape only and reports
// every fault at once; output-only fields are ignored. Pure, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/status/error.h"
#include "kefu/aftersales/v1/processes.pb.h"
#include "services/aftersales/domain/processes/decisions.h"

namespace kefu::aftersales::convert {

// `now` stands in for an absent effective_time.
domain::FlowPolicy FromProto(const v1::FlowPolicy& proto, absl::Time now,
                             FieldViolations& violations);
v1::FlowPolicy ToProto(const domain::FlowPolicy& policy);
// Differs with every policy and version.
std::string Etag(const domain::FlowPolicy& policy);

// The fields of a plan that a caller may set, checked; with nothing else in it.
v1::CasePlan CheckedPlan(const v1::CasePlan& proto, FieldViolations& violations);

std::vector<domain::CaseLine> Pieces(
    const google::protobuf::RepeatedPtrField<v1::ProcessLine>& lines);
std::vector<domain::ReturnedLine> ReturnedLines(const v1::ProcessFacts& facts);

}  // namespace kefu::aftersales::convert
