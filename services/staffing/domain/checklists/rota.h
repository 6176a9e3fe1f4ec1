// Which days have a list, and whose it is. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace kefu::staffing::checklists {

// Days of the week, a bit for each, Monday the lowest.
using Weekdays = uint8_t;
inline constexpr Weekdays kEveryDay = 0x7f;
// Monday = 1 to Sunday = 7.
constexpr Weekdays BitOf(int weekday) { return static_cast<Weekdays>(1u << (weekday - 1)); }
bool Falls(Weekdays weekdays, absl::CivilDay day);
// The first of these days after `day`; `weekdays` is not empty.
absl::CivilDay NextAfter(Weekdays weekdays, absl::CivilDay day);

struct Schedule {
  std::string template_id;
  std::string shop_id;         // empty: the organization's days
  std::string team_id;         // whose members own the lists in turn; empty: one owner
  std::string owner_agent_id;  // empty: the team's members
  Weekdays weekdays = kEveryDay;
  bool paused = false;
  std::string last_agent_id;                 // who did last
  absl::Time next = absl::InfiniteFuture();  // when a list is made next
};

// The one after `last` among those who are there, by id, and then the first again; empty when
// nobody is. Somebody who joins or leaves moves nobody else's turn.
std::string NextInTurn(std::span<const std::string> there, std::string_view last);

}  // namespace kefu::staffing::checklists
