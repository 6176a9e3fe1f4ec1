#include "services/warehouse/domain/reservation.h"

#include "common/status/status_macros.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/errors_outbound.h"

namespace kefu::warehouse::domain {
namespace {

void Move(Reservation& reservation, ReservationState state, absl::Time now) {
  reservation.state = state;
  ++reservation.info.version;
  reservation.info.update_time = now;
}

}  // namespace

absl::Status CheckNotInShipment(const Reservation& reservation) {
  return reservation.open_shipments == 0
             ? absl::OkStatus()
             : error::ReservationInShipment(reservation.id, reservation.open_shipments);
}

absl::StatusOr<bool> Confirm(Reservation& reservation, absl::Time now) {
  switch (reservation.state) {
    case ReservationState::kHeld:
      if (now >= reservation.expire_time) {
        return error::ReservationNotHeld(reservation.id, "its time ran out");
      }
      Move(reservation, ReservationState::kConfirmed, now);
      return true;
    case ReservationState::kConfirmed:
      return false;
    default:
      return error::ReservationNotHeld(reservation.id, NameOf(reservation.state));
  }
}

absl::StatusOr<bool> Release(Reservation& reservation, absl::Time now) {
  switch (reservation.state) {
    case ReservationState::kHeld:
    case ReservationState::kConfirmed:
      RETURN_IF_ERROR(CheckNotInShipment(reservation));
      Move(reservation, ReservationState::kReleased, now);
      return true;
    case ReservationState::kReleased:
      return false;
    default:
      return error::ReservationClosed(reservation.id, NameOf(reservation.state));
  }
}

absl::StatusOr<bool> Extend(Reservation& reservation, absl::Time until, absl::Time now) {
  if (reservation.state != ReservationState::kHeld) {
    return error::ReservationNotHeld(reservation.id, NameOf(reservation.state));
  }
  if (now >= reservation.expire_time) {
    return error::ReservationNotHeld(reservation.id, "its time ran out");
  }
  if (until <= reservation.expire_time) return false;
  reservation.expire_time = until;
  Move(reservation, ReservationState::kHeld, now);
  return true;
}

bool Expire(Reservation& reservation, absl::Time now) {
  if (reservation.state != ReservationState::kHeld || now < reservation.expire_time) return false;
  Move(reservation, ReservationState::kExpired, now);
  return true;
}

}  // namespace kefu::warehouse::domain
