// The states of a reservation and the moves between them:
//   HELD → CONFIRMED | RELEASED | EXPIRED;  CONFIRMED → RELEASED | SHIPPED.
// Pure. Each move returns whether it changed anything: repeating a move that was made is no error.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/warehouse/domain/types.h"

namespace kefu::warehouse::domain {

// Makes it sold. False when it is CONFIRMED already. FAILED_PRECONDITION RESERVATION_NOT_HELD when
// its time is over (from expire_time on, whether or not the stock went back yet), or it is
// released, expired or shipped.
absl::StatusOr<bool> Confirm(Reservation& reservation, absl::Time now);

// Gives it up; the caller gives the stock back when the answer is true. False when it is RELEASED
// already. FAILED_PRECONDITION RESERVATION_CLOSED when it is expired or shipped, or as
// CheckNotInShipment says.
absl::StatusOr<bool> Release(Reservation& reservation, absl::Time now);

// FAILED_PRECONDITION RESERVATION_IN_SHIPMENT while shipments are at work on it: whatever releases,
// moves or ships a reservation past them asks first.
absl::Status CheckNotInShipment(const Reservation& reservation);

// Sets a later expire_time. False when `until` is not later: it is never shortened. Errors as
// Confirm, CONFIRMED included.
absl::StatusOr<bool> Extend(Reservation& reservation, absl::Time until, absl::Time now);

// Gives it up because its time is over; false unless it is HELD and expire_time has come.
bool Expire(Reservation& reservation, absl::Time now);

}  // namespace kefu::warehouse::domain
