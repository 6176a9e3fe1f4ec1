// Shipments: made, read, given up.
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/outbound.h"
#include "services/warehouse/handlers/outbound/outbound_handlers.h"
#include "services/warehouse/handlers/outbound/work.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/lots.h"
#include "services/warehouse/store/outbound.h"
#include "services/warehouse/store/sales_guards.h"

namespace kefu::warehouse {
namespace {

using domain::PickTask;
using domain::PickTaskKind;
using domain::PickTaskState;

// Drops the open tasks, and makes tasks of what has to go back to its bins.
absl::Status Undo(const Posting& posting, domain::Shipment& shipment) {
  ASSIGN_OR_RETURN(std::vector<PickTask> tasks,
                   store::LockTasksOf(posting.t, posting.org_id, shipment.id));
  std::vector<PickTask> back;
  for (PickTask& task : tasks) {
    if (task.kind != PickTaskKind::kPick) continue;
    if (task.done > 0) {
      back.push_back({.id = posting.deps.ids.Next(),
                      .shipment_id = shipment.id,
                      .wave_id = task.wave_id,
                      .node_id = task.node_id,
                      .kind = PickTaskKind::kPutBack,
                      .sku_id = task.sku_id,
                      .owner_id = task.owner_id,
                      .lot = task.lot,
                      .location = task.location,
                      .quantity = task.done,
                      .info = {1, posting.now, posting.now}});
    }
    if (task.state != PickTaskState::kOpen) continue;
    task.state = PickTaskState::kCancelled;
    ++task.info.version;
    task.info.update_time = posting.now;
    RETURN_IF_ERROR(store::Update(posting.t, posting.org_id, task));
    RETURN_IF_ERROR(store::AddAllocated(posting.t, posting.org_id, task.bin(), -task.quantity));
  }
  for (domain::ShipmentLine& line : shipment.lines) line.planned = line.picked = 0;
  shipment.cartons.clear();
  return store::Insert(posting.t, posting.org_id, back);  // allocated at the staging place already
}

// A wave loses a shipment.
absl::Status Leave(const Posting& posting, domain::Wave& wave, const domain::Shipment& shipment) {
  if (wave.state != domain::WaveState::kPlanned) return CompleteWave(posting, wave);
  --wave.shipment_count;
  wave.piece_count -= shipment.pieces();
  ++wave.info.version;
  wave.info.update_time = posting.now;
  RETURN_IF_ERROR(store::Update(posting.t, posting.org_id, wave));
  return Tell(posting, wave);
}

absl::StatusOr<v1::Shipment> Cancel(const Posting& posting,
                                    const v1::CancelShipmentRequest& request) {
  db::Transaction& t = posting.t;
  ASSIGN_OR_RETURN(Work work, LockWork(t, posting.org_id, request.shipment_id()));
  RETURN_IF_ERROR(domain::Move(work.shipment, domain::ShipmentMove::kCancel, posting.now));
  ASSIGN_OR_RETURN(domain::Reservation reservation,
                   store::LockReservation(t, posting.org_id, work.shipment.reservation_id));
  ASSIGN_OR_RETURN(const NodeDay at, NodeDayOf(posting, work.shipment.node_id));
  std::vector<domain::Movement> released;
  if (request.release_stock()) {
    const domain::Reservation before = reservation;
    released = domain::PlanCut(reservation, work.shipment, request.reason(), at.day, posting.now);
    RETURN_IF_ERROR(store::GiveBackToGuards(t, posting.org_id, {&before, 1}, {&reservation, 1}));
  }
  ASSIGN_OR_RETURN(domain::Totals totals,
                   store::LockTotals(t, posting.org_id, KeysOf({&work.shipment, 1})));
  RETURN_IF_ERROR(Undo(posting, work.shipment));
  RETURN_IF_ERROR(store::Update(t, posting.org_id, {&work.shipment, 1}));
  RETURN_IF_ERROR(store::AddOpenShipments(t, posting.org_id, reservation.id, -1));
  RETURN_IF_ERROR(Tell(posting, {&work.shipment, 1}));
  if (!work.wave.id.empty()) {
    RETURN_IF_ERROR(Leave(posting, work.wave, work.shipment));
  }
  if (request.release_stock()) {
    RETURN_IF_ERROR(store::Update(t, posting.org_id, reservation));
    RETURN_IF_ERROR(Announce(posting, {&reservation, 1}));
    RETURN_IF_ERROR(Post(posting, released, totals));
  }
  return convert::ToProto(work.shipment);
}

}  // namespace

absl::StatusOr<v1::Shipment> OutboundHandlers::CreateShipment(
    const RequestContext& ctx, const v1::CreateShipmentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const domain::Shipment wanted = convert::FromProto(request.shipment(), inner);
  violations.Merge("shipment", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Shipment>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Shipment> {
        const Posting posting{deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)};
        ASSIGN_OR_RETURN(const domain::Reservation reservation,
                         store::LockReservation(t, ctx.org_id(), wanted.reservation_id));
        RETURN_IF_ERROR(RequireVisible(ctx, reservation));
        RETURN_IF_ERROR(store::FindNode(t, ctx.org_id(), wanted.node_id));
        ASSIGN_OR_RETURN(const std::string other,
                         store::OpenShipmentOf(t, ctx.org_id(), reservation.id, wanted.node_id));
        if (!other.empty()) return error::ShipmentExists(reservation.id, wanted.node_id, other);
        ASSIGN_OR_RETURN(domain::Shipment shipment,
                         domain::MakeShipment(reservation, wanted.node_id));
        shipment.id = deps_.ids.Next();
        shipment.carrier = wanted.carrier;
        shipment.cutoff_time = wanted.cutoff_time;
        shipment.info = {1, posting.now, posting.now};
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), {&shipment, 1}));
        RETURN_IF_ERROR(store::AddOpenShipments(t, ctx.org_id(), reservation.id, 1));
        RETURN_IF_ERROR(Tell(posting, {&shipment, 1}));
        return convert::ToProto(shipment);
      });
}

absl::StatusOr<v1::Shipment> OutboundHandlers::GetShipment(
    const RequestContext& ctx, const v1::GetShipmentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.shipment_id(), "shipment_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const domain::Shipment shipment,
                   store::FindShipment(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                                       request.shipment_id()));
  return convert::ToProto(shipment);
}

absl::StatusOr<v1::ListShipmentsResponse> OutboundHandlers::ListShipments(
    const RequestContext& ctx, const v1::ListShipmentsRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.node_id(), "node_id", violations);
  convert::OptionalId(request.wave_id(), "wave_id", violations);
  convert::OptionalId(request.reservation_id(), "reservation_id", violations);
  const auto state = static_cast<domain::ShipmentState>(
      convert::OptionalEnum<v1::ShipmentState>(request.state(), "state", violations));
  RETURN_IF_ERROR(violations.ToStatus());
  const store::ShipmentFilter filter{
      .node_id = request.node_id(),
      .state = state == domain::ShipmentState::kUnspecified ? "" : NameOf(state),
      .wave_id = request.wave_id(),
      .reservation_id = request.reservation_id()};
  ASSIGN_OR_RETURN(const PageAsked page,
                   AskedPage(ctx, request,
                             fmt::format("{}/{}/{}/{}", filter.node_id, filter.state,
                                         filter.wave_id, filter.reservation_id),
                             1));
  ASSIGN_OR_RETURN(
      std::vector<domain::Shipment> shipments,
      store::ListShipments(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                           {page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1},
                           filter));
  v1::ListShipmentsResponse response;
  response.set_next_page_token(
      CutPage(page, shipments, [](const domain::Shipment& s) { return std::vector{s.id}; }));
  for (const domain::Shipment& shipment : shipments) {
    *response.add_shipments() = convert::ToProto(shipment);
  }
  return response;
}

absl::StatusOr<v1::Shipment> OutboundHandlers::CancelShipment(
    const RequestContext& ctx, const v1::CancelShipmentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.shipment_id(), "shipment_id", violations);
  convert::OptionalText(request.reason(), convert::kMaxNote, "reason", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Shipment>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Shipment> {
        return Cancel({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)}, request);
      });
}

}  // namespace kefu::warehouse
