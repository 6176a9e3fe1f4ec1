// Ranges of civil days with both ends included. Pure.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

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

// Ranges by start without overlaps, such as the employments of one agent.
struct Periods {
  std::vector<Period> all;

  Periods() = default;
  Periods(Period only) : all{only} {}  // NOLINT: one employment is a list of employments
  explicit Periods(std::vector<Period> several) : all(std::move(several)) {}

  bool Contains(absl::CivilDay day) const {
    return std::ranges::any_of(all, [&](const Period& period) { return period.Contains(day); });
  }
};

}  // namespace kefu::staffing::domain
