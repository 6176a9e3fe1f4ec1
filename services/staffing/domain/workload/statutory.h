// Which days are statutory holidays (法定节假日) of all citizens in mainland China, as shipped.
// Pure.
#pragma once

#include "absl/time/civil_time.h"

namespace kefu::staffing::domain::workload {

// The 13 days of 《全国年节及纪念日放假办法》 art. 2 (State Council Order 795, in force from
// 2025-01-01): New Year's Day, four days of Spring Festival (New Year's Eve to the third day),
// Qingming, two days of Labour Day, Dragon Boat, Mid-Autumn, three days of National Day. Those of
// the lunar calendar are known for the years of the shipped holiday calendar, whose notices name
// them; false before 2025, and for lunar ones after 2026: an organization sets its own.
bool IsShippedStatutory(absl::CivilDay day);

}  // namespace kefu::staffing::domain::workload
