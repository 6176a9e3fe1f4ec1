// Months of service of one agent where employments, leaves and positions outside customer service
// break it off. Pure.
//
// A tenure begins on a day. Days that do not count are added at its end: n whole months are reached
// on the first day D with D − (uncounted days in [since, D)) ≥ AddMonths(since, n).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "services/staffing/domain/ladder.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::domain::careers {

// What breaks off service, with its days.
struct Break {
  std::string what;  // "gap", "leave" or "role"
  Period days;
  friend bool operator==(const Break&, const Break&) = default;
};

struct Tenure {
  absl::CivilDay since;
  std::vector<Period> uncounted;  // by start, without overlaps
  std::vector<Break> breaks;      // what they come from
  std::string record_id;          // the tier record on which the tenure begins; empty: none
};

// Whole months on a day; 0 before the first.
int64_t MonthsOn(const Tenure& tenure, absl::CivilDay day);
// The first day with so many months; nothing while an uncounted time without an end is before it.
std::optional<absl::CivilDay> DayOfMonths(const Tenure& tenure, int64_t months);

// What is known of an agent's service. Employments and leaves by start, without overlaps; `history`
// is the tier history by sequence.
struct ServiceRecord {
  Periods employments;
  std::vector<Leave> leaves;
  std::vector<TierRecord> history;
};

// Since when the agent has been in the customer-service department, as seen on a day: the first day
// of the employment that contains it, or of an earlier one when every gap between is short enough.
// Nothing when the agent is not employed on the day.
std::optional<Tenure> DepartmentTenure(const ServiceRecord& service, const TenureRules& rules,
                                       absl::CivilDay day);
// Since when the agent has held, without another in between, the tier (or the grade) of the day;
// not before the department's tenure. Transfers, steps of grade and sideways moves interrupt no
// tier, and steps of tier no grade.
std::optional<Tenure> TierTenure(const ServiceRecord& service, const TenureRules& rules,
                                 absl::CivilDay day);
std::optional<Tenure> GradeTenure(const ServiceRecord& service, const TenureRules& rules,
                                  absl::CivilDay day);

}  // namespace kefu::staffing::domain::careers
