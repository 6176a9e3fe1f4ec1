// Published definitions between the contract, the stored bodies and the domain's form.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "kefu/performance/v1/resources.pb.h"
#include "services/performance/domain/definition.h"

namespace kefu::performance::convert {

domain::MetricDefinition DefinitionFrom(const v1::MetricDefinition& proto);
// INTERNAL when it cannot be read.
absl::StatusOr<domain::MetricDefinition> DefinitionFromBody(std::string_view body);
v1::MetricDefinition ToProto(const domain::MetricDefinition& definition);

}  // namespace kefu::performance::convert
