// Who sees how an agent is judged.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "common/auth/permissions.h"
#include "common/context/request_context.h"
#include "services/performance/errors_judgement.h"

namespace kefu::performance {

// An agent sees the own score, by which it is paid, and the own inspections, against which it may
// appeal; staff everybody's. PERMISSION_DENIED otherwise.
inline absl::Status RequireJudgementOf(const RequestContext& ctx, std::string_view agent_id) {
  const auth::PermissionTable& table = auth::PermissionTable::Get();
  return table.AllowsFor(ctx.principal, auth::Permission::kReadStaff, agent_id)
             ? absl::OkStatus()
             : error::JudgementOfOthers();
}

}  // namespace kefu::performance
