// Facts about people between the contract, the domain and the stored bodies.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/status/error.h"
#include "kefu/performance/v1/people.pb.h"
#include "kefu/staffing/v1/attendance.pb.h"
#include "kefu/staffing/v1/conduct.pb.h"
#include "services/performance/convert/facts.h"
#include "services/performance/domain/people.h"

namespace kefu::performance::convert {

// The fact, whose content is only meaningful when `problems` stays empty. Money must be in
// `currency`.
domain::ConductEvent ToDomain(const v1::ConductEvent& proto, std::string_view currency,
                              Problems& problems);
domain::Attendance ToDomain(const v1::Attendance& proto, Problems& problems);

// Stored bodies were valid when they were imported. INTERNAL when one cannot be read.
absl::StatusOr<std::vector<domain::ConductEvent>> ConductFromBodies(
    std::span<const std::string> bodies);
absl::StatusOr<std::vector<domain::Attendance>> AttendanceFromBodies(
    std::span<const std::string> bodies);

// An agent's id in a request; one that is not required may be empty.
void CheckAgent(std::string_view agent_id, std::string_view field, bool required,
                FieldViolations& violations);

v1::Employment ToProto(std::string_view agent_id, const domain::Employment& employment);

// 1 to 64 of a-z, 0-9 and _: kinds of conduct, leave and items of scorecards.
bool IsWord(std::string_view word);

// A month of an agent's as staffing closed it.
v1::Attendance MonthOf(const kefu::staffing::v1::AttendanceSummary& summary);

// The ids of conduct that staffing keeps begin with it: its ledger is the truth about them, so that
// no import names them and no replacement of a day takes them away.
inline constexpr std::string_view kOfStaffing = "staffing:";
// An event of staffing's ledger as it stands. What was dismissed or taken back counts nowhere, as
// what was overturned.
v1::ConductEvent ConductOf(const kefu::staffing::v1::Conduct& conduct);

}  // namespace kefu::performance::convert
