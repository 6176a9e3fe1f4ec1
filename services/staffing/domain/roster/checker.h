// Names every rule that a roster breaks. Written from the rules alone, minute by minute, so that it
// shares no idea with what plans rosters. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/enums/enum_names.h"
#include "services/staffing/domain/roster/model.h"

namespace kefu::staffing::roster {

enum class Rule : uint8_t {
  kUnspecified,
  kUnknown,            // no such agent, template or day
  kOverlap,            // two shifts at the same time, or begun on the same day
  kRest,               // less than the minimum rest between two shifts
  kShiftHours,         // too long a shift
  kWeekHours,          // too many hours in a week
  kOvertime,           // too much overtime in four weeks
  kConsecutiveDays,    // too many days in a row
  kDaysOff,            // too few days off in a week
  kNightsInRow,        // too many nights in a row
  kProtectedNight,     // a night for one who may work none
  kProtectedOvertime,  // overtime for one who may work none
  kLeave,              // work during leave
  kAvailability,       // before the earliest or after the latest minute
  kTemplate,           // the template may not be used, or not on this weekday
  kFixed,              // a fixed shift is missing
};

KEFU_ENUM_NAMES(Rule, "unspecified", "unknown", "overlap", "rest", "shift hours", "week hours",
                "overtime", "days in a row", "days off", "nights in a row", "protected night",
                "protected overtime", "leave", "availability", "template", "fixed")

// roster::NameOf.
using ::kefu::NameOf;

struct Broken {
  Rule rule = Rule::kUnknown;
  int agent = 0;
  int day = 0;  // the day on which it becomes broken
  std::string text;
};

// By agent and day. `shifts` holds the history too, in any order; what was broken before the
// roster's first day is not named.
std::vector<Broken> CheckRoster(const Problem& problem, const std::vector<Shift>& shifts);

}  // namespace kefu::staffing::roster
