// kefu's own CSV formats of facts about people: conduct and attendance.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "clients/kefuctl/formats.h"
#include "kefu/performance/v1/people.pb.h"

namespace kefu::kefuctl {

// As those of formats.h, and listed by Formats().
const Format& ConductFormat();
const Format& AttendanceFormat();

// As OpenConversations.
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::ConductRow>>> OpenConduct(
    const std::string& path, const ShopLocale& locale);
absl::StatusOr<std::unique_ptr<FactSource<performance::v1::AttendanceRow>>> OpenAttendance(
    const std::string& path, const ShopLocale& locale);

}  // namespace kefu::kefuctl
