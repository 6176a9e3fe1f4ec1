// Inspections, forms, samples and the diagnosis's policy between the contract and the domain.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/status/error.h"
#include "kefu/performance/v1/diagnosis.pb.h"
#include "kefu/performance/v1/quality.pb.h"
#include "services/performance/domain/judgement/diagnosis.h"
#include "services/performance/domain/judgement/quality.h"

namespace kefu::performance::convert {

// Each adds everything that is wrong to the violations; paths begin at the message.
domain::SamplingPlan FromProto(const v1::SamplingPlan& proto, FieldViolations& violations);
domain::InspectionForm FromProto(const v1::InspectionForm& proto, FieldViolations& violations);
domain::DiagnosisPolicy FromProto(const v1::DiagnosisPolicy& proto, std::string_view currency,
                                  FieldViolations& violations);
domain::QualityPolicy FromProto(const v1::QualityPolicy& proto, FieldViolations& violations);
// Results that name items of the form, none twice, with points from 0 to the item's.
std::vector<domain::ItemResult> ResultsFrom(
    const google::protobuf::RepeatedPtrField<v1::FormResult>& results,
    const domain::InspectionForm& form, FieldViolations& violations);

v1::InspectionForm ToProto(const domain::InspectionForm& form);
v1::DiagnosisPolicy ToProto(const domain::DiagnosisPolicy& policy);
void Fill(const domain::Diagnosis& diagnosis, std::string_view currency,
          v1::DiagnoseResponse& response);
v1::QualityPolicy ToProto(const domain::QualityPolicy& policy);
v1::Kappa ToProto(std::string_view question, const domain::KappaResult& result);
// With intervals at a level in (0, 1).
v1::AgentQuality ToProto(const domain::QualitySum& sum, double level);
// Writes what a plan leaves open as the rules have it.
void Complete(const domain::SamplingRules& rules, v1::SamplingPlan& plan);

// Stored bodies. INTERNAL when one cannot be read.
absl::StatusOr<domain::InspectionForm> FormFromBody(std::string_view body, int64_t version);
absl::StatusOr<domain::QualityPolicy> QualityPolicyFromBody(std::string_view body, int64_t version);
absl::StatusOr<domain::DiagnosisPolicy> DiagnosisPolicyFromBody(std::string_view body,
                                                                int64_t version);

}  // namespace kefu::performance::convert
