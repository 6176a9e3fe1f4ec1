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
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

using GuardedKey = std::pair<std::string, std::string>;  // SKU, owner

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
  // Sum over the lines that carry count_number: pieces of open and shipped reservations, of
  // released and expired ones what was shipped.
  int64_t used = 0;
  int64_t count_number = 1;  // grows when counting begins anew
  absl::Time counted_from;   // what was reserved before does not join the count when it is moved
  RecordInfo info;

  bool InForce(absl::Time now) const { return start <= now && now < end; }
  bool CoversNode(std::string_view node_id) const;
  bool Covers(const ReservationLine& line) const;
};

// A guard that the transaction has locked, with the stock that it watches: the sum of what is
// available at its nodes, as far as other transactions have committed.
struct GuardState {
  SalesGuard guard;
  int64_t available = 0;
  bool changed = false;  // `used` differs from what is stored
};

// Functions below take states in the order of (SKU, owner, channel), and pass by those of other
// keys.

// The reservation is made (`before` is null) or moved: marks in its lines which guards count them
// and changes the states, if they leave it what it takes more than before. Else nothing has
// changed: FAILED_PRECONDITION CHANNEL_CAP or SAFETY_STOCK, naming every line that is held back.
absl::Status TakeGuarded(const Reservation* before, Reservation& after,
                         std::span<GuardState> states, absl::Time now);

// The reservation, or a part of it, was given back.
void GiveBackGuarded(const Reservation& before, const Reservation& after,
                     std::span<GuardState> states);

// The keys whose guards count lines of the reservation: what giving it back has to lock.
std::vector<GuardedKey> CountedKeys(const Reservation& reservation);

// What a guard that holds the channel back leaves it of its SKU at its nodes; not negative.
struct GuardLimit {
  GuardedKey key;
  std::vector<std::string> node_ids;  // sorted; empty: everywhere
  int64_t left = 0;
};
std::vector<GuardLimit> LimitsOf(const GuardedKey& key, std::string_view channel,
                                 std::span<const GuardState> states, absl::Time now);

// What the channel may still take of the rows, which are of one SKU and owner, each of another
// node, as are the states: what is available there, less what the states hold back at the nodes
// they cover.
int64_t AvailableToChannel(std::string_view channel, std::span<const GuardState> states,
                           std::span<const StockTotal> rows, absl::Time now);

}  // namespace kefu::warehouse::domain
