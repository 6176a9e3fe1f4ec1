// What calls about a session have in common.
#pragma once

#include <string>
#include <string_view>

#include "services/staffing/handlers/training/support.h"

namespace kefu::staffing {

// The id of an enrolment's row.
std::string EnrolmentId(std::string_view session_id, std::string_view agent_id);

// A session, locked: NOT_FOUND, SESSION_CANCELLED.
struct HeldSession {
  store::RecordRow row;
  v1::TrainingSession session;
};
absl::StatusOr<HeldSession> LockSession(db::Transaction& t, const RequestContext& ctx,
                                        std::string_view session_id);

}  // namespace kefu::staffing
