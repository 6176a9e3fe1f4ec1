// Contract <-> domain for insight. FromProto reports every fault at once; output-only fields are
// ignored. Pure, thread-safe.
#pragma once

#include <string>

#include "common/status/error.h"
#include "kefu/aftersales/v1/insight.pb.h"
#include "services/aftersales/domain/insight/warning.h"

namespace kefu::aftersales::convert {

// `now` stands in for an absent effective time, which must not lie before it.
domain::insight::BadLotPolicy FromProto(const v1::BadLotPolicy& proto, absl::Time now,
                                        FieldViolations& violations);
v1::BadLotPolicy ToProto(const domain::insight::BadLotPolicy& policy);
v1::BadLotWarning ToProto(const domain::insight::Warning& warning);
// Days and complaints.
void AddRows(const domain::insight::WarningRows& rows, v1::ExplainBadLotResponse& proto);
// The method with the numbers of the policy that it was used with.
std::string RuleText(const domain::insight::BadLotPolicy& policy);
std::string Etag(const domain::insight::Warning& warning);
// Empty of the shipped one.
std::string Etag(const domain::insight::BadLotPolicy& policy);

}  // namespace kefu::aftersales::convert
