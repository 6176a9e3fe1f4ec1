// Which weeks and months of a contract are reported, and when (DOMAIN 2.7: a small report every
// week and a large one every month). Pure, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "common/enums/enum_names.h"
#include "services/staffing/domain/outsourcing/terms.h"

namespace kefu::staffing::supervision {

enum class ReportKind : uint8_t { kUnspecified, kWeekly, kMonthly };
KEFU_ENUM_NAMES(ReportKind, "UNSPECIFIED", "WEEKLY", "MONTHLY")

// A week, Monday to Sunday, or a calendar month.
struct ReportPeriod {
  ReportKind kind = ReportKind::kUnspecified;
  absl::CivilDay first, last;

  bool Contains(absl::CivilDay day) const { return first <= day && day <= last; }
  bool operator==(const ReportPeriod&) const = default;
};
ReportPeriod PeriodOf(ReportKind kind, absl::CivilDay day);
bool Overlaps(const ReportPeriod& period, const outsourcing::Terms& terms);

// As far back as reports are made up for a time in which nobody made them: what is older is asked
// for with GetBaseReport.
inline constexpr int kWeeksBack = 5, kMonthsBack = 2;
// Those that are over on a day and share a day with the contract, weeks before months, the oldest
// first.
std::vector<ReportPeriod> EndedPeriods(const outsourcing::Terms& terms, absl::CivilDay today);

// Whether a period is reported now: as soon as every figure is there, at the latest so many days
// after its last one.
bool ReportIsDue(const ReportPeriod& period, bool complete, int32_t report_days,
                 absl::CivilDay today);

// What a report is kept under: at most 64 + 18 characters, in order of kind and period within a
// contract.
std::string ReportId(std::string_view contract_id, const ReportPeriod& period);

}  // namespace kefu::staffing::supervision
