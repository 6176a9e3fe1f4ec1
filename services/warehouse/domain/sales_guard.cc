#include "services/warehouse/domain/sales_guard.h"

#include <algorithm>
#include <limits>

#include "common/status/status_macros.h"
#include "services/warehouse/errors_core.h"

namespace kefu::warehouse::domain {
namespace {

bool Concerns(const SalesGuard& guard, std::string_view channel) {
  return guard.channel.empty() || guard.channel == channel;
}

std::span<GuardState> OfKey(std::span<GuardState> states, std::string_view sku_id,
                            std::string_view owner_id) {
  const auto of_key = std::ranges::equal_range(
      states, std::pair(sku_id, owner_id), {}, [](const GuardState& state) {
        return std::pair<std::string_view, std::string_view>(state.guard.sku_id,
                                                             state.guard.owner_id);
      });
  return {of_key.begin(), of_key.end()};
}

// The states that the lines of the reservations fall under, each once. A reservation has few lines.
std::vector<GuardState*> Touched(std::initializer_list<const Reservation*> reservations,
                                 std::span<GuardState> states) {
  std::vector<GuardState*> touched;
  if (states.empty()) return touched;
  for (const Reservation* reservation : reservations) {
    if (reservation == nullptr) continue;
    for (const ReservationLine& line : reservation->lines) {
      for (GuardState& state : OfKey(states, line.sku_id, line.owner_id)) touched.push_back(&state);
    }
  }
  std::ranges::sort(touched);
  touched.erase(std::ranges::unique(touched).begin(), touched.end());
  return touched;
}

// Whether the channel's own guard of the SKU lets it into other guards' safety stock.
bool IgnoresSafety(std::string_view channel, const SalesGuard& of,
                   std::span<const GuardState> states, absl::Time now) {
  if (channel.empty() || of.channel == channel) return false;
  return std::ranges::any_of(states, [&](const GuardState& state) {
    const SalesGuard& own = state.guard;
    return own.channel == channel && own.ignores_safety && own.InForce(now) &&
           own.sku_id == of.sku_id && own.owner_id == of.owner_id;
  });
}

// Where the line says whether the guard counts it.
template <class Line>
auto& MarkOf(const SalesGuard& guard, Line& line) {
  return guard.channel.empty() ? line.counted_of_all : line.counted_of_channel;
}

bool IsOpen(const Reservation& reservation) {
  return reservation.state == ReservationState::kHeld ||
         reservation.state == ReservationState::kConfirmed;
}

// Sums of(line) over the lines of the guard's SKU and owner; 0 without a reservation.
template <class F>
int64_t SumOf(const SalesGuard& guard, const Reservation* reservation, F of) {
  int64_t sum = 0;
  if (reservation == nullptr) return sum;
  for (const ReservationLine& line : reservation->lines) {
    if (line.sku_id == guard.sku_id && line.owner_id == guard.owner_id) sum += of(line);
  }
  return sum;
}

// What the reservation's lines make of `used`.
int64_t UseOf(const SalesGuard& guard, const Reservation* reservation) {
  if (reservation == nullptr || !Concerns(guard, reservation->channel)) return 0;
  const bool given_back = reservation->state == ReservationState::kReleased ||
                          reservation->state == ReservationState::kExpired;
  return SumOf(guard, reservation, [&](const ReservationLine& line) {
    if (MarkOf(guard, line) != guard.count_number) return int64_t{0};
    return given_back ? line.shipped : line.quantity;
  });
}

// What it holds of the stock that the guard watches.
int64_t HeldOf(const SalesGuard& guard, const Reservation* reservation) {
  if (reservation == nullptr || !IsOpen(*reservation)) return 0;
  return SumOf(guard, reservation, [&](const ReservationLine& line) {
    return guard.Covers(line) ? line.open() : int64_t{0};
  });
}

// Whether the guard watched lines of it without counting them: they were reserved before it was
// set, and do not join the count by moving about.
bool PassedBy(const SalesGuard& guard, const Reservation& reservation) {
  return std::ranges::any_of(reservation.lines, [&](const ReservationLine& line) {
    return guard.Covers(line) && line.open() > 0 && MarkOf(guard, line) != guard.count_number;
  });
}

void Mark(const Reservation* before, Reservation& after, std::span<GuardState* const> states) {
  const absl::Time made = after.info.create_time;
  for (const GuardState* state : states) {
    const SalesGuard& guard = state->guard;
    if (!Concerns(guard, after.channel)) continue;
    const bool joins =
        guard.InForce(made) &&
        (before == nullptr || (made >= guard.counted_from && !PassedBy(guard, *before)));
    for (ReservationLine& line : after.lines) {
      if (line.sku_id != guard.sku_id || line.owner_id != guard.owner_id) continue;
      int64_t& mark = MarkOf(guard, line);
      const bool counted = mark == guard.count_number || joins;
      mark = counted && guard.Covers(line) ? guard.count_number : 0;
    }
  }
}

void Apply(const Reservation* before, const Reservation& after,
           std::span<GuardState* const> states) {
  for (GuardState* state : states) {
    SalesGuard& guard = state->guard;
    state->available -= HeldOf(guard, &after) - HeldOf(guard, before);
    const int64_t more = UseOf(guard, &after) - UseOf(guard, before);
    if (more == 0) continue;
    guard.used = std::max<int64_t>(guard.used + more, 0);
    state->changed = true;
  }
}

absl::Status Check(const Reservation* before, const Reservation& after,
                   std::span<GuardState* const> touched, std::span<const GuardState> states,
                   absl::Time now) {
  std::vector<error::GuardFault> over_cap, into_safety;
  for (const GuardState* state : touched) {
    const SalesGuard& guard = state->guard;
    if (!guard.InForce(now) || !Concerns(guard, after.channel)) continue;
    const int64_t counted = UseOf(guard, &after) - UseOf(guard, before);
    const int64_t held = HeldOf(guard, &after) - HeldOf(guard, before);
    const bool capped = guard.cap && counted > 0 && counted > *guard.cap - guard.used;
    const bool safe = guard.safety_quantity == 0 || held <= 0 ||
                      held <= state->available - guard.safety_quantity ||
                      IgnoresSafety(after.channel, guard, states, now);
    for (size_t i = 0; i < after.lines.size(); ++i) {
      if (!guard.Covers(after.lines[i])) continue;
      const std::string& sku = after.lines[i].sku_id;
      if (capped) {
        over_cap.push_back(
            {i, sku, guard.channel, counted, std::max<int64_t>(*guard.cap - guard.used, 0)});
      }
      if (!safe) {
        into_safety.push_back({i, sku, guard.channel, held,
                               std::max<int64_t>(state->available - guard.safety_quantity, 0)});
      }
    }
  }
  if (!over_cap.empty()) return error::ChannelCap(over_cap);
  if (!into_safety.empty()) return error::SafetyStock(into_safety);
  return absl::OkStatus();
}

}  // namespace

bool SalesGuard::CoversNode(std::string_view node_id) const {
  return node_ids.empty() || std::ranges::binary_search(node_ids, node_id);
}

bool SalesGuard::Covers(const ReservationLine& line) const {
  return line.sku_id == sku_id && line.owner_id == owner_id && CoversNode(line.node_id);
}

absl::Status TakeGuarded(const Reservation* before, Reservation& after,
                         std::span<GuardState> states, absl::Time now) {
  const std::vector<GuardState*> touched = Touched({before, &after}, states);
  if (touched.empty()) return absl::OkStatus();
  Reservation marked = after;
  Mark(before, marked, touched);
  RETURN_IF_ERROR(Check(before, marked, touched, states, now));
  Apply(before, marked, touched);
  after = std::move(marked);
  return absl::OkStatus();
}

void GiveBackGuarded(const Reservation& before, const Reservation& after,
                     std::span<GuardState> states) {
  Apply(&before, after, Touched({&before, &after}, states));
}

std::vector<GuardedKey> CountedKeys(const Reservation& reservation) {
  std::vector<GuardedKey> keys;
  for (const ReservationLine& line : reservation.lines) {
    if (line.counted_of_all == 0 && line.counted_of_channel == 0) continue;
    keys.emplace_back(line.sku_id, line.owner_id);
  }
  return keys;
}

std::vector<GuardLimit> LimitsOf(const GuardedKey& key, std::string_view channel,
                                 std::span<const GuardState> states, absl::Time now) {
  std::vector<GuardLimit> limits;
  for (const GuardState& state : states) {
    const SalesGuard& guard = state.guard;
    if (guard.sku_id != key.first || guard.owner_id != key.second || !guard.InForce(now) ||
        !Concerns(guard, channel)) {
      continue;
    }
    int64_t left = std::numeric_limits<int64_t>::max();
    if (guard.cap) left = *guard.cap - guard.used;
    if (guard.safety_quantity > 0 && !IgnoresSafety(channel, guard, states, now)) {
      left = std::min(left, state.available - guard.safety_quantity);
    }
    if (left == std::numeric_limits<int64_t>::max()) continue;
    limits.push_back({key, guard.node_ids, std::max<int64_t>(left, 0)});
  }
  return limits;
}

int64_t AvailableToChannel(std::string_view channel, std::span<const GuardState> states,
                           std::span<const StockTotal> rows, absl::Time now) {
  struct Limit {
    const SalesGuard* guard;
    int64_t left;
  };
  std::vector<Limit> limits;
  for (const GuardState& state : states) {
    const SalesGuard& guard = state.guard;
    if (!guard.InForce(now) || !Concerns(guard, channel)) continue;
    int64_t left = std::numeric_limits<int64_t>::max();
    if (guard.cap) left = *guard.cap - guard.used;
    if (guard.safety_quantity > 0 && !IgnoresSafety(channel, guard, states, now)) {
      left = std::min(left, state.available - guard.safety_quantity);
    }
    limits.push_back({&guard, std::max<int64_t>(left, 0)});
  }
  // At most two guards hold a channel back, its own and that of all channels: most is left when
  // what only one of them covers is taken before what both do.
  int64_t taken = 0;
  for (size_t covering = 0; covering <= limits.size(); ++covering) {
    for (const StockTotal& row : rows) {
      const auto covers = [&](const Limit& limit) {
        return limit.guard->CoversNode(row.key.node_id);
      };
      if (static_cast<size_t>(std::ranges::count_if(limits, covers)) != covering) continue;
      int64_t here = std::max<int64_t>(row.available(), 0);
      for (const Limit& limit : limits) {
        if (covers(limit)) here = std::min(here, limit.left);
      }
      for (Limit& limit : limits) {
        if (covers(limit)) limit.left -= here;
      }
      taken += here;
    }
  }
  return taken;
}

}  // namespace kefu::warehouse::domain
