// How findings about a base are followed up until they are closed, and how complaints of the two
// sides of a contract and a trial are decided (DOMAIN 2.7). Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "services/staffing/domain/outsourcing/terms.h"

namespace kefu::staffing::supervision {

enum class Severity : uint8_t { kUnspecified, kMinor, kMajor, kCritical };
KEFU_ENUM_NAMES(Severity, "UNSPECIFIED", "MINOR", "MAJOR", "CRITICAL")
enum class FindingState : uint8_t { kUnspecified, kOpen, kAnswered, kClosed };
KEFU_ENUM_NAMES(FindingState, "UNSPECIFIED", "OPEN", "ANSWERED", "CLOSED")
enum class Side : uint8_t { kUnspecified, kMerchant, kBase };
KEFU_ENUM_NAMES(Side, "UNSPECIFIED", "MERCHANT", "BASE")
enum class ComplaintState : uint8_t { kUnspecified, kOpen, kInCorrection, kClosed, kRejected };
KEFU_ENUM_NAMES(ComplaintState, "UNSPECIFIED", "OPEN", "IN_CORRECTION", "CLOSED", "REJECTED")
enum class TrialDecision : uint8_t { kUnspecified, kPassed, kExtended, kFailed };
KEFU_ENUM_NAMES(TrialDecision, "UNSPECIFIED", "PASSED", "EXTENDED", "FAILED")

// Days within which a finding is to be answered, a correction made and a complaint decided; days
// before its end from which on an undecided trial is told of; days after its end when a period is
// reported though figures are missing.
struct Policy {
  int32_t version = 0;  // 0: shipped
  int32_t minor_days = 14, major_days = 7, critical_days = 2, correction_days = 7;
  int32_t decision_days = 3, trial_notice_days = 7, report_days = 3;

  int32_t DaysFor(Severity severity) const;
};
// The fields that are not 1 to 365.
std::vector<std::string> WrongFields(const Policy& policy);

struct Finding {
  FindingState state = FindingState::kOpen;
  absl::CivilDay due_day;
  bool escalated = false;  // told as overdue since the due day was set
};

// The earliest due day of those that wait for the base and were not told as overdue.
std::optional<absl::CivilDay> NextDue(std::span<const Finding> findings);
// Of those, the ones due before `day`.
std::vector<size_t> Overdue(std::span<const Finding> findings, absl::CivilDay day);
bool AllClosed(std::span<const Finding> findings);

// FAILED_PRECONDITION: FINDING_CLOSED; FINDING_NOT_ANSWERED to send one back that nobody answered.
absl::Status CheckAnswer(FindingState state, std::string_view finding_id);
absl::Status CheckDecision(FindingState state, bool send_back, std::string_view finding_id);

// FAILED_PRECONDITION COMPLAINT_DECIDED; PERMISSION_DENIED OTHER_SIDE_DECIDES unless the side that
// it is about decides.
absl::Status CheckDecide(ComplaintState state, Side complained, Side decides, std::string_view id);
// FAILED_PRECONDITION COMPLAINT_NOT_IN_CORRECTION; PERMISSION_DENIED OTHER_SIDE_DECIDES unless the
// side that complained closes it.
absl::Status CheckClose(ComplaintState state, Side complained, Side closes, std::string_view id);

// FAILED_PRECONDITION: NO_TRIAL; TRIAL_OVER, also before it begins; TRIAL_DECIDED when `last`
// leaves nothing to decide.
absl::Status CheckTrial(const outsourcing::Terms& terms, TrialDecision last, absl::CivilDay today,
                        std::string_view contract_id);
// The trial's last day.
absl::CivilDay TrialEnd(const outsourcing::Terms& terms);
// Whether a trial that nobody has passed or failed ends within the policy's days.
bool EndsUndecided(const outsourcing::Terms& terms, TrialDecision last, const Policy& policy,
                   absl::CivilDay today);
// Days of trial by a decision of today's: a passed or failed one ends with today.
int32_t TrialDays(const outsourcing::Terms& terms, TrialDecision decision, int32_t more_days,
                  absl::CivilDay today);

}  // namespace kefu::staffing::supervision
