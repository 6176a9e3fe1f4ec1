// Stock promised to orders.
#include "common/events/write.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/domain/reservation.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr int64_t kMaxTtlSeconds = 604'800;  // a week: longer promises are orders
constexpr int kMaxNote = 200;                // characters; width of ledger_entry.note

absl::StatusOr<domain::Reservation> Convert(const v1::ReserveRequest& request) {
  FieldViolations inner, violations;
  domain::Reservation reservation = convert::FromProto(request.reservation(), inner);
  violations.Merge("reservation", inner);
  violations.Check(request.ttl_seconds() >= 0 && request.ttl_seconds() <= kMaxTtlSeconds,
                   "ttl_seconds", "must be 0 to 604800");
  RETURN_IF_ERROR(violations.ToStatus());
  return reservation;
}

absl::Status CheckId(const std::string& id) {
  FieldViolations violations;
  convert::Id(id, "reservation_id", violations);
  return violations.ToStatus();
}

// What day it is at the nodes of the lines, which like the SKUs exist and are in use. Not locked: a
// reservation that commits just after its node was archived came just before.
absl::StatusOr<domain::NodeDays> CheckPlaces(db::Transaction& t, std::string_view org_id,
                                             const domain::Reservation& reservation,
                                             absl::Time now) {
  std::set<std::string> node_ids, sku_ids;
  for (const domain::ReservationLine& line : reservation.lines) {
    node_ids.insert(line.node_id);
    sku_ids.insert(line.sku_id);
  }
  ASSIGN_OR_RETURN(const auto nodes, store::FindNodes(t, org_id, node_ids));
  ASSIGN_OR_RETURN(const auto skus, store::FindSkus(t, org_id, sku_ids));
  for (const domain::ReservationLine& line : reservation.lines) {
    const auto node = nodes.find(line.node_id);
    if (node == nodes.end()) return error::NodeNotFound(line.node_id);
    if (node->second.state != domain::RecordState::kActive) {
      return error::RecordArchived("node", line.node_id);
    }
    const auto sku = skus.find(line.sku_id);
    if (sku == skus.end()) return error::SkuNotFound(line.sku_id);
    if (sku->second.state != domain::RecordState::kActive) {
      return error::RecordArchived("sku", line.sku_id);
    }
  }
  return DaysAt(nodes, now);
}

}  // namespace

absl::StatusOr<v1::Reservation> Handlers::Reserve(const RequestContext& ctx,
                                                  const v1::ReserveRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(domain::Reservation reservation, Convert(request));
  const absl::Time now = StoredNow(ctx);
  reservation.id = deps_.ids.Next();
  reservation.info = {1, now, now};
  reservation.expire_time =
      now + (request.ttl_seconds() == 0 ? deps_.default_ttl : absl::Seconds(request.ttl_seconds()));
  return events::RunWrite<v1::Reservation>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Reservation> {
        const Posting posting{deps_, t, ctx.org_id(), ctx.principal.subject, now};
        ASSIGN_OR_RETURN(const domain::NodeDays days,
                         CheckPlaces(t, ctx.org_id(), reservation, now));
        ASSIGN_OR_RETURN(domain::Totals totals,
                         store::LockTotals(t, ctx.org_id(), domain::KeysOf(reservation)));
        ASSIGN_OR_RETURN(const std::vector<domain::Movement> movements,
                         domain::PlanReserve(reservation, totals, days));
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), {&reservation, 1}));
        RETURN_IF_ERROR(Announce(posting, {&reservation, 1}));
        RETURN_IF_ERROR(Post(posting, movements, totals));
        return convert::ToProto(reservation);
      });
}

absl::StatusOr<v1::Reservation> Handlers::GetReservation(
    const RequestContext& ctx, const v1::GetReservationRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.reservation_id()));
  ASSIGN_OR_RETURN(const domain::Reservation reservation,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return store::FindReservation(t, ctx.org_id(), request.reservation_id());
                   }));
  return convert::ToProto(reservation);
}

absl::StatusOr<v1::Reservation> Handlers::ConfirmReservation(
    const RequestContext& ctx, const v1::ConfirmReservationRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(request.reservation_id()));
  return events::RunWrite<v1::Reservation>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Reservation> {
        const Posting posting{deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)};
        ASSIGN_OR_RETURN(domain::Reservation reservation,
                         store::LockReservation(t, ctx.org_id(), request.reservation_id()));
        ASSIGN_OR_RETURN(const bool moved, domain::Confirm(reservation, posting.now));
        if (moved) {
          RETURN_IF_ERROR(store::Update(t, ctx.org_id(), reservation));
          RETURN_IF_ERROR(Announce(posting, {&reservation, 1}));
        }
        return convert::ToProto(reservation);
      });
}

absl::StatusOr<v1::Reservation> Handlers::ReleaseReservation(
    const RequestContext& ctx, const v1::ReleaseReservationRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.reservation_id(), "reservation_id", violations);
  convert::OptionalText(request.reason(), kMaxNote, "reason", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Reservation>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Reservation> {
        const Posting posting{deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)};
        ASSIGN_OR_RETURN(domain::Reservation reservation,
                         store::LockReservation(t, ctx.org_id(), request.reservation_id()));
        ASSIGN_OR_RETURN(const bool moved, domain::Release(reservation, posting.now));
        if (moved) {
          RETURN_IF_ERROR(GiveBack(posting, {&reservation, 1}, "Release", request.reason()));
        }
        return convert::ToProto(reservation);
      });
}

}  // namespace kefu::warehouse
