#include "services/staffing/domain/checklists/rota.h"

#include <algorithm>

namespace kefu::staffing::checklists {

bool Falls(Weekdays weekdays, absl::CivilDay day) {
  // absl counts from Monday = 0.
  return (weekdays & BitOf(static_cast<int>(absl::GetWeekday(day)) + 1)) != 0;
}

absl::CivilDay NextAfter(Weekdays weekdays, absl::CivilDay day) {
  do {
    ++day;
  } while (!Falls(weekdays, day));
  return day;
}

std::string NextInTurn(std::span<const std::string> there, std::string_view last) {
  std::string_view first, next;
  for (const std::string& id : there) {
    if (first.empty() || id < first) first = id;
    if (id > last && (next.empty() || id < next)) next = id;
  }
  return std::string(next.empty() ? first : next);
}

}  // namespace kefu::staffing::checklists
