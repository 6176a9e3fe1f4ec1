// Contract <-> domain for checklists. Pure, thread-safe.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "common/status/error.h"
#include "kefu/staffing/v1/checklists.pb.h"
#include "services/staffing/domain/checklists/checklist.h"
#include "services/staffing/domain/checklists/rota.h"

namespace kefu::staffing::convert {

checklists::Template FromProto(const v1::ChecklistTemplate& proto, FieldViolations& violations);
// A stored one. INTERNAL when it does not parse.
absl::StatusOr<checklists::Template> TemplateFromBody(std::string_view body);
// Without the time at which a list is made next, and who did last.
checklists::Schedule FromProto(const v1::ChecklistSchedule& proto, FieldViolations& violations);

v1::ChecklistTemplate ToProto(const checklists::Template& each);
v1::ChecklistSchedule ToProto(const checklists::Schedule& schedule);
v1::Checklist ToProto(const checklists::Checklist& list);

}  // namespace kefu::staffing::convert
