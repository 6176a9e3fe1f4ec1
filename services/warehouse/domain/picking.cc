#include "services/warehouse/domain/picking.h"

#include <algorithm>
#include <tuple>

namespace kefu::warehouse::domain {
namespace {

absl::Time AgeOf(const LotStock& row) {
  return row.made_date ? absl::FromCivil(*row.made_date, absl::UTCTimeZone()) : row.first_received;
}

bool Before(const LotStock& a, const LotStock& b) {
  const auto key = [](const LotStock& row) {
    return std::make_tuple(row.expiry_date.value_or(absl::CivilDay(9999, 12, 31)), AgeOf(row),
                           std::string_view(row.lot), std::string_view(row.location));
  };
  return key(a) < key(b);
}

}  // namespace

void SortFefo(std::vector<LotStock>& rows) { std::ranges::sort(rows, Before); }

std::vector<Pick> TakeFefo(std::vector<LotStock>& rows, int64_t quantity, absl::CivilDay day,
                           int min_days) {
  SortFefo(rows);
  std::vector<Pick> picks;
  for (LotStock& row : rows) {
    if (quantity == 0) break;
    if (row.free <= 0 || row.recalled || row.ExpiredOn(day + min_days)) continue;
    const int64_t taken = std::min(quantity, row.free);
    picks.push_back({row.lot, row.location, taken});
    row.free -= taken;
    quantity -= taken;
  }
  return picks;
}

}  // namespace kefu::warehouse::domain
