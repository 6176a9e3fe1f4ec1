// Reading reservations; what changes them goes through the fold (reservation_commands.cc).
#include "common/events/durable.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {

absl::StatusOr<v1::Reservation> Handlers::GetReservation(
    const RequestContext& ctx, const v1::GetReservationRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.reservation_id(), "reservation_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const domain::Reservation reservation,
                   events::ReadFor(ctx, deps_.database, [&](db::Transaction& t) {
                     return store::FindReservation(t, ctx.org_id(), request.reservation_id());
                   }));
  RETURN_IF_ERROR(RequireVisible(ctx, reservation));
  return convert::ToProto(reservation);
}

}  // namespace kefu::warehouse
