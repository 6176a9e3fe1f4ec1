// Announcements, as other handlers publish them too.
#pragma once

#include <string_view>

#include "kefu/staffing/v1/announcements.pb.h"
#include "services/staffing/domain/announcements/announcement.h"
#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {

// Publishes what was asked for, and tells of it.
absl::StatusOr<announcements::Announcement> PublishNews(const Dependencies& deps,
                                                        db::Transaction& t,
                                                        const RequestContext& ctx,
                                                        announcements::Announcement asked);

// Takes a locked one back, and tells of it. FAILED_PRECONDITION ANNOUNCEMENT_WITHDRAWN.
absl::StatusOr<announcements::Announcement> WithdrawNews(
    const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
    const announcements::Announcement& announcement, std::string_view reason);

}  // namespace kefu::staffing
