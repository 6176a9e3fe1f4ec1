// Contract <-> domain for announcements. Pure, thread-safe.
#pragma once

#include "common/status/error.h"
#include "kefu/staffing/v1/announcements.pb.h"
#include "services/staffing/domain/announcements/announcement.h"

namespace kefu::staffing::convert {

// Without id; what is to be acknowledged lies after `now`.
announcements::Announcement FromProto(const v1::Announcement& proto, absl::Time now,
                                      FieldViolations& violations);

v1::Announcement ToProto(const announcements::Announcement& announcement);

}  // namespace kefu::staffing::convert
