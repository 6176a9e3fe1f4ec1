#include "services/staffing/domain/workload/statutory.h"

#include <algorithm>
#include <array>

namespace kefu::staffing::domain::workload {
namespace {

// Dated by the General Office's notices (国务院办公厅关于2025年、2026年部分节假日安排的通知).
bool IsLunar(absl::CivilDay day) {
  struct Year {
    absl::CivilDay new_years_eve, qingming, dragon_boat, mid_autumn;
  };
  static constexpr std::array kYears = {
      Year{absl::CivilDay(2025, 1, 28), absl::CivilDay(2025, 4, 4), absl::CivilDay(2025, 5, 31),
           absl::CivilDay(2025, 10, 6)},
      Year{absl::CivilDay(2026, 2, 16), absl::CivilDay(2026, 4, 5), absl::CivilDay(2026, 6, 19),
           absl::CivilDay(2026, 9, 25)},
  };
  return std::ranges::any_of(kYears, [&](const Year& year) {
    return (day >= year.new_years_eve && day <= year.new_years_eve + 3) || day == year.qingming ||
           day == year.dragon_boat || day == year.mid_autumn;
  });
}

}  // namespace

bool IsShippedStatutory(absl::CivilDay day) {
  if (day.year() < 2025) return false;
  const int month = day.month(), of_month = day.day();
  const bool fixed = (month == 1 && of_month == 1) || (month == 5 && of_month <= 2) ||
                     (month == 10 && of_month <= 3);
  return fixed || IsLunar(day);
}

}  // namespace kefu::staffing::domain::workload
