#include "services/warehouse/domain/sales_guard.h"

#include <algorithm>

#include "services/warehouse/errors_core.h"

namespace kefu::warehouse::domain {
namespace {

bool Concerns(const SalesGuard& guard, std::string_view channel) {
  return guard.channel.empty() || guard.channel == channel;
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

}  // namespace

bool SalesGuard::Covers(const ReservationLine& line) const {
  return line.sku_id == sku_id && line.owner_id == owner_id &&
         (node_ids.empty() || std::ranges::binary_search(node_ids, line.node_id));
}

bool SalesGuard::Counts(const Reservation& reservation) const {
  return Concerns(*this, reservation.channel) && reservation.info.create_time >= counted_from &&
         InForce(reservation.info.create_time);
}

absl::Status CheckGuards(const Reservation& reservation, std::span<const GuardState> states,
                         absl::Time now) {
  std::vector<error::GuardFault> over_cap, into_safety;
  for (const GuardState& state : states) {
    const SalesGuard& guard = state.guard;
    if (!guard.InForce(now) || !Concerns(guard, reservation.channel)) continue;
    int64_t wanted = 0;
    for (const ReservationLine& line : reservation.lines) {
      if (guard.Covers(line)) wanted += line.open();
    }
    if (wanted == 0) continue;
    const bool capped = guard.cap && wanted > *guard.cap - guard.used;
    const bool safe = guard.safety_quantity == 0 ||
                      wanted <= state.available - guard.safety_quantity ||
                      IgnoresSafety(reservation.channel, guard, states, now);
    for (size_t i = 0; i < reservation.lines.size(); ++i) {
      if (!guard.Covers(reservation.lines[i])) continue;
      const std::string& sku = reservation.lines[i].sku_id;
      if (capped) {
        over_cap.push_back(
            {i, sku, guard.channel, wanted, std::max<int64_t>(*guard.cap - guard.used, 0)});
      }
      if (!safe) {
        into_safety.push_back({i, sku, guard.channel, wanted,
                               std::max<int64_t>(state.available - guard.safety_quantity, 0)});
      }
    }
  }
  if (!over_cap.empty()) return error::ChannelCap(over_cap);
  if (!into_safety.empty()) return error::SafetyStock(into_safety);
  return absl::OkStatus();
}

void ApplyGuards(const Reservation& reservation, int sign, std::span<GuardState> states) {
  for (GuardState& state : states) {
    for (const ReservationLine& line : reservation.lines) {
      if (!state.guard.Covers(line)) continue;
      state.available -= sign * line.open();
      if (!state.guard.Counts(reservation)) continue;
      state.guard.used = std::max<int64_t>(state.guard.used + sign * line.open(), 0);
    }
  }
}

int64_t AvailableToChannel(std::string_view channel, std::span<const GuardState> states,
                           int64_t most, absl::Time now) {
  int64_t left = most;
  for (const GuardState& state : states) {
    const SalesGuard& guard = state.guard;
    if (!guard.InForce(now) || !Concerns(guard, channel)) continue;
    if (guard.cap) left = std::min(left, *guard.cap - guard.used);
    if (!IgnoresSafety(channel, guard, states, now)) {
      left = std::min(left, state.available - guard.safety_quantity);
    }
  }
  return std::max<int64_t>(left, 0);
}

}  // namespace kefu::warehouse::domain
