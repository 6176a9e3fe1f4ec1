#include "services/warehouse/convert/reservation_commands.h"

#include <utility>

#include "common/status/status_macros.h"
#include "services/warehouse/convert/resources.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int64_t kMaxTtlSeconds = 604'800;  // a week: longer promises are orders

absl::Time Until(int64_t ttl_seconds, const CommandOrigin& origin, FieldViolations& violations) {
  violations.Check(ttl_seconds >= 0 && ttl_seconds <= kMaxTtlSeconds, "ttl_seconds",
                   "must be 0 to 604800");
  return origin.now + (ttl_seconds == 0 ? origin.default_ttl : absl::Seconds(ttl_seconds));
}

// The command, unless there are violations.
template <class What>
absl::StatusOr<domain::ReservationCommand> Command(What what, const CommandOrigin& origin,
                                                   const FieldViolations& violations) {
  if (!violations.empty()) return violations.ToStatus();
  return domain::ReservationCommand{std::move(what), origin.actor, origin.now};
}

}  // namespace

absl::StatusOr<domain::ReservationCommand> FromProto(const v1::ReserveRequest& request,
                                                     const CommandOrigin& origin) {
  FieldViolations inner, violations;
  domain::ReserveCommand what{FromProto(request.reservation(), inner)};
  violations.Merge("reservation", inner);
  what.reservation.info = {1, origin.now, origin.now};
  what.reservation.expire_time = Until(request.ttl_seconds(), origin, violations);
  return Command(std::move(what), origin, violations);
}

absl::StatusOr<domain::ReservationCommand> FromProto(const v1::ConfirmReservationRequest& request,
                                                     const CommandOrigin& origin) {
  FieldViolations violations;
  domain::ConfirmCommand what{Id(request.reservation_id(), "reservation_id", violations)};
  return Command(std::move(what), origin, violations);
}

absl::StatusOr<domain::ReservationCommand> FromProto(const v1::ReleaseReservationRequest& request,
                                                     const CommandOrigin& origin) {
  FieldViolations violations;
  domain::ReleaseCommand what{Id(request.reservation_id(), "reservation_id", violations),
                              OptionalText(request.reason(), kMaxNote, "reason", violations)};
  return Command(std::move(what), origin, violations);
}

absl::StatusOr<domain::ReservationCommand> FromProto(const v1::ExtendReservationRequest& request,
                                                     const CommandOrigin& origin) {
  FieldViolations violations;
  domain::ExtendCommand what{Id(request.reservation_id(), "reservation_id", violations),
                             Until(request.ttl_seconds(), origin, violations)};
  return Command(std::move(what), origin, violations);
}

void SetResult(absl::StatusOr<v1::Reservation> result, v1::ReservationResult* proto) {
  if (result.ok()) {
    *proto->mutable_reservation() = *std::move(result);
  } else {
    *proto->mutable_error() = ::kefu::ToProto(result.status());
  }
}

}  // namespace kefu::warehouse::convert
