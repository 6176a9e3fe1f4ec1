// Figures and their definitions from the domain to the contract.
#pragma once

#include <string_view>

#include "absl/time/civil_time.h"
#include "common/status/error.h"
#include "kefu/performance/v1/performance_service.pb.h"
#include "services/performance/convert/definitions.h"
#include "services/performance/domain/metrics.h"
#include "services/performance/domain/periods.h"

namespace kefu::performance::convert {

v1::MetricInfo ToProto(const domain::MetricSpec& spec);
v1::MetricValue ToProto(const domain::MetricValue& value, std::string_view currency);
// The same into an empty one.
void Fill(const domain::MetricValue& value, std::string_view currency, v1::MetricValue& proto);
v1::Subject ToProto(std::string_view shop_id, const domain::SubjectId& subject);
v1::MetricComparison ToProto(const domain::Comparison& comparison);
kefu::common::v1::DateRange ToProto(const domain::Span& span);
kefu::common::v1::DateRange ToProto(absl::CivilDay first, absl::CivilDay last);

// What a field "subject" is about, apart from its shop.
domain::SubjectId SubjectFrom(const v1::Subject& subject, FieldViolations& violations);

}  // namespace kefu::performance::convert
