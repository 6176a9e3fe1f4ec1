// Failures of reports. Each reason stands in docs/errors/performance.md.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace kefu::performance::error {

absl::Status PeriodNotOver(absl::CivilDay last);
absl::Status FactsChanging();
absl::Status ReportNotFound(std::string_view what);
// Of a report that the caller may not make, and nobody has.
absl::Status ReportNotMade();
// Of a team, agent or base that there is not.
absl::Status ReportSubjectNotFound(std::string_view id);
// FAILED_PRECONDITION REPORT_CURRENCY; `currencies` as text.
absl::Status ReportCurrency(std::string_view currencies);
absl::Status NotComparable(std::string_view why);
absl::Status ReportBeyondContract(absl::CivilDay first, absl::CivilDay last);
// FAILED_PRECONDITION REPORT_TOO_LARGE; `instead`: what to ask for.
absl::Status ReportTooLarge(std::string_view field, std::string_view instead);
absl::Status FontMissing(std::string_view family);

}  // namespace kefu::performance::error
