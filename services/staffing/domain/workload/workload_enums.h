// The enumerations of forecast and staffing need, as in domain/enums.h.
#pragma once

#include "services/staffing/domain/enums.h"

namespace kefu::staffing::domain {

enum class ContactChannel : uint8_t { kUnspecified, kChat, kTelephone, kEmail, kWorkOrder };
enum class StaffingModel : uint8_t { kUnspecified, kErlangB, kErlangC, kErlangA, kSimulation };
enum class BoundRule : uint8_t {
  kUnspecified,
  kServiceLevel,
  kOccupancy,
  kAbandonment,
  kMinimumSeats,
  kSimulation
};
enum class DurationShape : uint8_t { kUnspecified, kExponential, kLogNormal, kFixed };
enum class CalendarDayKind : uint8_t { kUnspecified, kRegular, kHoliday, kMakeupWorkday };

KEFU_ENUM_NAMES(ContactChannel, "UNSPECIFIED", "CHAT", "TELEPHONE", "EMAIL", "WORK_ORDER")
KEFU_ENUM_NAMES(StaffingModel, "UNSPECIFIED", "ERLANG_B", "ERLANG_C", "ERLANG_A", "SIMULATION")
KEFU_ENUM_NAMES(BoundRule, "UNSPECIFIED", "SERVICE_LEVEL", "OCCUPANCY", "ABANDONMENT",
                "MINIMUM_SEATS", "SIMULATION")
KEFU_ENUM_NAMES(DurationShape, "UNSPECIFIED", "EXPONENTIAL", "LOG_NORMAL", "FIXED")
KEFU_ENUM_NAMES(CalendarDayKind, "UNSPECIFIED", "REGULAR", "HOLIDAY", "MAKEUP_WORKDAY")

}  // namespace kefu::staffing::domain
