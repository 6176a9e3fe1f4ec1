// Contract <-> domain for personnel. Normalised messages are as they are kept: texts trimmed,
// output fields empty; faults are all named at once, with paths inside the message. Pure,
// thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "common/status/error.h"
#include "kefu/staffing/v1/personnel.pb.h"
#include "services/staffing/domain/personnel/retention.h"
#include "services/staffing/domain/personnel/turnover.h"

namespace kefu::staffing::convert {

personnel::RetentionPolicy FromProto(const v1::RetentionPolicy& proto, std::string_view currency,
                                     FieldViolations& violations);
v1::RetentionPolicy ToProto(const personnel::RetentionPolicy& policy, std::string_view currency);
v1::RetentionRisk ToProto(const personnel::Risk& risk);
v1::TurnoverRow ToProto(const std::string& group_id, const personnel::TurnoverRow& row);

v1::CareerTalk Normalised(const v1::CareerTalk& proto, FieldViolations& violations);
v1::AgentExit Normalised(const v1::AgentExit& proto, FieldViolations& violations);
v1::JobPost Normalised(const v1::JobPost& proto, FieldViolations& violations);
v1::Candidate Normalised(const v1::Candidate& proto, FieldViolations& violations);
v1::PersonnelFile Normalised(const v1::PersonnelFile& proto, std::string_view currency,
                             FieldViolations& violations);

}  // namespace kefu::staffing::convert
