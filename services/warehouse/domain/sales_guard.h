// How much of an SKU a sales channel may take (campaign guard). Pure.
//
//   available to a channel = min(cap − used by the channel in the window, available − safety)
//
// with "used" the pieces of reservations that the channel made in the window and did not give back
// (shipped ones stay used), and "available" the sum over the guard's nodes. A channel is held back
// by its own guard and by that of all channels together; the safety stocks of the two do not add
// up: the greater one counts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

struct SalesGuard {
  std::string sku_id;
  std::string owner_id;
  std::string channel;                // empty: all channels together
  std::vector<std::string> node_ids;  // sorted; empty: everywhere
  std::optional<int64_t> cap;
  int64_t safety_quantity = 0;
  bool ignores_safety = false;  // the channel may go into other guards' safety stock
  absl::Time start = absl::InfinitePast();
  absl::Time end = absl::InfiniteFuture();
  int64_t used = 0;
  absl::Time counted_from;  // reservations made before do not count in `used`
  RecordInfo info;

  bool InForce(absl::Time now) const { return start <= now && now < end; }
  bool Covers(const ReservationLine& line) const;
  // Whether what the reservation holds is counted in `used`.
  bool Counts(const Reservation& reservation) const;
};

// A guard that the transaction has locked, with the stock that it watches: the sum of what is
// available at its nodes, as far as other transactions have committed.
struct GuardState {
  SalesGuard guard;
  int64_t available = 0;
};

// OK when the reservation may be made beside what the states say. FAILED_PRECONDITION CHANNEL_CAP
// or SAFETY_STOCK, naming every line that is held back. States of other SKUs are passed by.
absl::Status CheckGuards(const Reservation& reservation, std::span<const GuardState> states,
                         absl::Time now);

// The pieces of lines that a guard covers come into being (sign 1) or are given back (sign -1):
// changes `used` and `available` of the states. `quantity_of`: the open pieces of a line.
void ApplyGuards(const Reservation& reservation, int sign, std::span<GuardState> states);

// What the channel may still take of the SKU: the least that the states leave it; at most `most`.
int64_t AvailableToChannel(std::string_view channel, std::span<const GuardState> states,
                           int64_t most, absl::Time now);

}  // namespace kefu::warehouse::domain
