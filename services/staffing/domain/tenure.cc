#include "services/staffing/domain/tenure.h"

#include <algorithm>

namespace kefu::staffing::domain {

absl::CivilDay AddMonths(absl::CivilDay day, int64_t months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return std::min(absl::CivilDay(month) + (day.day() - 1), last);
}

int64_t WholeMonthsBetween(absl::CivilDay from, absl::CivilDay to) {
  const int64_t months = absl::CivilMonth(to) - absl::CivilMonth(from);
  return AddMonths(from, months) <= to ? months : months - 1;
}

}  // namespace kefu::staffing::domain
