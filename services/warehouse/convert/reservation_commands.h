// Requests about reservations and the commands they ask for.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "kefu/warehouse/v1/reservation_batch.pb.h"
#include "services/warehouse/domain/fold.h"

namespace kefu::warehouse::convert {

// What a command takes from elsewhere than its request.
struct CommandOrigin {
  std::string actor;
  absl::Time now;              // whole microseconds
  absl::Duration default_ttl;  // of a reservation that names none
};

// INVALID_ARGUMENT INVALID_FIELDS with every fault; a reservation to be made has no id yet.
absl::StatusOr<domain::ReservationCommand> FromProto(const v1::ReserveRequest& request,
                                                     const CommandOrigin& origin);
absl::StatusOr<domain::ReservationCommand> FromProto(const v1::ConfirmReservationRequest& request,
                                                     const CommandOrigin& origin);
absl::StatusOr<domain::ReservationCommand> FromProto(const v1::ReleaseReservationRequest& request,
                                                     const CommandOrigin& origin);
absl::StatusOr<domain::ReservationCommand> FromProto(const v1::ExtendReservationRequest& request,
                                                     const CommandOrigin& origin);

// A result as it stands in batches and streams.
void SetResult(absl::StatusOr<v1::Reservation> result, v1::ReservationResult* proto);

}  // namespace kefu::warehouse::convert
