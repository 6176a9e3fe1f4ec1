// Ranges of civil days with both ends included. Pure.
#pragma once

#include <optional>

#include "absl/time/civil_time.h"

namespace kefu::staffing::domain {

// [start, end]; without an end it lasts.
struct Period {
  absl::CivilDay start;
  std::optional<absl::CivilDay> end;

  bool Contains(absl::CivilDay day) const { return start <= day && (!end || day <= *end); }
  bool Overlaps(const Period& other) const {
    return (!end || other.start <= *end) && (!other.end || start <= *other.end);
  }
  // True when every day of `other` is a day of this.
  bool Covers(const Period& other) const {
    return start <= other.start && (!end || (other.end && *other.end <= *end));
  }
  friend bool operator==(const Period&, const Period&) = default;
};

}  // namespace kefu::staffing::domain
