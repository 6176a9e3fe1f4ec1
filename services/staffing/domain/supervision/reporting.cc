#include "services/staffing/domain/supervision/reporting.h"

#include "fmt/format.h"

namespace kefu::staffing::supervision {

ReportPeriod PeriodOf(ReportKind kind, absl::CivilDay day) {
  if (kind == ReportKind::kMonthly) {
    const absl::CivilMonth month(day);
    return {kind, absl::CivilDay(month), absl::CivilDay(month + 1) - 1};
  }
  const absl::CivilDay monday = absl::PrevWeekday(day + 1, absl::Weekday::monday);
  return {kind, monday, monday + 6};
}

bool Overlaps(const ReportPeriod& period, const outsourcing::Terms& terms) {
  return period.last >= terms.first_day && period.first <= terms.last_day;
}

std::vector<ReportPeriod> EndedPeriods(const outsourcing::Terms& terms, absl::CivilDay today) {
  std::vector<ReportPeriod> periods;
  const auto add = [&](ReportKind kind, absl::CivilDay day) {
    const ReportPeriod period = PeriodOf(kind, day);
    if (Overlaps(period, terms)) periods.push_back(period);
  };
  for (int back = kWeeksBack; back > 0; --back) add(ReportKind::kWeekly, today - 7 * back);
  for (int back = kMonthsBack; back > 0; --back) {
    add(ReportKind::kMonthly, absl::CivilDay(absl::CivilMonth(today) - back));
  }
  return periods;
}

bool ReportIsDue(const ReportPeriod& period, bool complete, int32_t report_days,
                 absl::CivilDay today) {
  return today > period.last && (complete || today > period.last + report_days);
}

std::string ReportId(std::string_view contract_id, const ReportPeriod& period) {
  return fmt::format("{}.{}.{:04}{:02}{:02}", contract_id, NameOf(period.kind), period.first.year(),
                     period.first.month(), period.first.day());
}

}  // namespace kefu::staffing::supervision
