// Contract <-> domain for attendance. Pure, thread-safe.
#pragma once

#include "common/status/error.h"
#include "kefu/staffing/v1/attendance.pb.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/domain/attendance/record.h"

namespace kefu::staffing::convert {

attendance::Policy FromProto(const v1::AttendancePolicy& policy, FieldViolations& violations);
// A day that must be the first of its month.
absl::CivilMonth MonthFromProto(bool present, const common::v1::Date& date, std::string_view field,
                                FieldViolations& violations);
// A range that must be set, of at most so many days.
Days DaysOf(bool present, const common::v1::DateRange& range, int64_t most, std::string_view field,
            FieldViolations& violations);

v1::ClockEvent ToProto(const attendance::ClockRecord& record);
v1::AttendanceFigures ToProto(const attendance::Figures& figures);
v1::AttendanceDay ToProto(const attendance::DayFigures& day);
v1::AttendanceMonth ToProto(const attendance::Month& month);
v1::AttendancePolicy ToProto(const attendance::Policy& policy);

}  // namespace kefu::staffing::convert
