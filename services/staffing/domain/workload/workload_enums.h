// The enumerations of forecast and staffing need.
#pragma once

#include <cstdint>

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

}  // namespace kefu::staffing::domain
