// Contract <-> domain for proposals, escalation and appeals. As cases.h says.
#pragma once

#include <string>
#include <string_view>

#include "common/status/error.h"
#include "kefu/aftersales/v1/case_work.pb.h"
#include "kefu/aftersales/v1/resources.pb.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::convert {

// A review result that decides a case: not waiting for the customer.
domain::ReviewResult DecidingResult(int value, std::string_view field, FieldViolations& violations);
// Words with line breaks, not empty.
std::string RequiredNote(std::string_view note, std::string_view field,
                         FieldViolations& violations);

// Enters the case's work into its message.
void AddWork(const domain::CaseWork& work, v1::Case& proto);

// A policy without id and version. `now` stands in for an absent effective time.
domain::CasePolicy FromProto(const v1::CasePolicy& proto, absl::Time now,
                             FieldViolations& violations);
v1::CasePolicy ToProto(const domain::CasePolicy& policy);

}  // namespace kefu::aftersales::convert
