// Packing, shipping, handing over.
#include <algorithm>

#include "common/events/outbox.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/outbound.h"
#include "services/warehouse/handlers/outbound/outbound_handlers.h"
#include "services/warehouse/handlers/outbound/work.h"
#include "services/warehouse/handlers/shipped.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/lots.h"
#include "services/warehouse/store/outbound.h"

namespace kefu::warehouse {
namespace {

using domain::Shipment;
using domain::ShipmentMove;

constexpr int kMaxDocument = 100;  // characters; width of manifest.document
constexpr int kMaxHandOver = 1000;

absl::StatusOr<v1::Shipment> Save(const Posting& posting, const Shipment& shipment) {
  RETURN_IF_ERROR(store::Update(posting.t, posting.org_id, {&shipment, 1}));
  RETURN_IF_ERROR(Tell(posting, {&shipment, 1}));
  return convert::ToProto(shipment);
}

absl::StatusOr<v1::Shipment> Pack(const Posting& posting, const std::string& shipment_id,
                                  std::vector<domain::Carton> cartons) {
  db::Transaction& t = posting.t;
  ASSIGN_OR_RETURN(Shipment shipment, store::LockShipment(t, posting.org_id, shipment_id));
  RETURN_IF_ERROR(domain::Move(shipment, ShipmentMove::kPack, posting.now));
  ASSIGN_OR_RETURN(const std::vector<domain::PickTask> tasks,
                   store::LockTasksOf(t, posting.org_id, shipment.id));
  RETURN_IF_ERROR(domain::CheckContents(shipment, cartons, tasks));
  std::set<std::string> ids;
  for (const domain::ShipmentLine& line : shipment.lines) ids.insert(line.sku_id);
  ASSIGN_OR_RETURN(const auto skus, store::FindSkus(t, posting.org_id, ids));
  ASSIGN_OR_RETURN(const domain::OutboundPolicy policy, store::CurrentPolicy(t, posting.org_id));
  RETURN_IF_ERROR(domain::CheckWeights(shipment.id, cartons, skus, policy));
  shipment.cartons = std::move(cartons);
  shipment.policy_version = policy.version;
  return Save(posting, shipment);
}

// None of the picked lots was recalled or has expired since.
absl::Status CheckLots(const Posting& posting, std::span<const domain::PickTask> tasks,
                       absl::CivilDay day) {
  std::set<domain::LotKey> keys;
  for (const auto& [key, quantity] : domain::PickedBy(tasks)) {
    if (!key.lot.empty()) keys.insert({key.sku_id, key.lot});
  }
  ASSIGN_OR_RETURN(const domain::Lots lots, store::FindLots(posting.t, posting.org_id, keys));
  for (const auto& [key, lot] : lots) {
    if (lot.state == domain::LotState::kRecalled) {
      return error::PickOfRecalled(lot.sku_id, lot.lot);
    }
    if (lot.ExpiredOn(day)) return error::PickOfExpired(lot.sku_id, lot.lot, *lot.expiry_date);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Shipment> Ship(const Posting& posting, const v1::ShipShipmentRequest& request) {
  db::Transaction& t = posting.t;
  ASSIGN_OR_RETURN(Shipment shipment,
                   store::LockShipment(t, posting.org_id, request.shipment_id()));
  RETURN_IF_ERROR(domain::Move(shipment, ShipmentMove::kShip, posting.now));
  if (!request.carrier().empty()) shipment.carrier = request.carrier();
  if (shipment.carrier.empty()) return error::CarrierRequired(shipment.id);
  shipment.waybill = request.waybill();
  ASSIGN_OR_RETURN(const std::vector<domain::PickTask> tasks,
                   store::LockTasksOf(t, posting.org_id, shipment.id));
  ASSIGN_OR_RETURN(domain::Reservation reservation,
                   store::LockReservation(t, posting.org_id, shipment.reservation_id));
  ASSIGN_OR_RETURN(const NodeDay at, NodeDayOf(posting, shipment.node_id));
  ASSIGN_OR_RETURN(const domain::OutboundPolicy policy, store::CurrentPolicy(t, posting.org_id));
  ASSIGN_OR_RETURN(domain::Totals totals,
                   store::LockTotals(t, posting.org_id, KeysOf({&shipment, 1})));
  RETURN_IF_ERROR(CheckLots(posting, tasks, at.day));
  ASSIGN_OR_RETURN(const std::vector<domain::Movement> movements,
                   domain::PlanShipping(shipment, reservation, tasks, policy.staging_location,
                                        at.day, posting.now));
  for (const domain::Movement& movement : movements) {
    RETURN_IF_ERROR(store::AddAllocated(t, posting.org_id, movement.key, -movement.quantity));
  }
  RETURN_IF_ERROR(store::Update(t, posting.org_id, reservation));
  RETURN_IF_ERROR(store::AddOpenShipments(t, posting.org_id, reservation.id, -1));
  RETURN_IF_ERROR(Announce(posting, {&reservation, 1}));
  ASSIGN_OR_RETURN(v1::Shipment answer, Save(posting, shipment));
  RETURN_IF_ERROR(Post(posting, movements, totals));
  RETURN_IF_ERROR(TellShipped(posting, reservation, movements));
  return answer;
}

v1::Manifest ToProto(const store::Manifest& manifest) {
  v1::Manifest proto;
  proto.set_manifest_id(manifest.id);
  proto.set_node_id(manifest.node_id);
  proto.set_carrier(manifest.carrier);
  proto.set_document(manifest.document);
  proto.mutable_shipment_ids()->Assign(manifest.shipment_ids.begin(), manifest.shipment_ids.end());
  proto.set_shipment_count(manifest.shipment_count);
  proto.set_carton_count(manifest.carton_count);
  proto.set_piece_count(manifest.piece_count);
  proto.set_weight_grams(manifest.weight_grams);
  proto.set_actor(manifest.actor);
  *proto.mutable_create_time() = ::kefu::convert::ToProto(manifest.create_time);
  return proto;
}

// Every one of the ids, shipped, of the node and the carrier.
absl::Status CheckManifest(const store::Manifest& manifest, std::span<const Shipment> shipments) {
  for (size_t i = 0; i < manifest.shipment_ids.size(); ++i) {
    if (i >= shipments.size() || shipments[i].id != manifest.shipment_ids[i]) {
      return error::ShipmentNotFound(manifest.shipment_ids[i]);  // both in order of id
    }
  }
  std::vector<error::Fault> faults;
  for (const Shipment& shipment : shipments) {
    if (shipment.node_id == manifest.node_id && shipment.carrier == manifest.carrier) continue;
    faults.push_back({fmt::format("shipment {}", shipment.id),
                      fmt::format("leaves node {} by {}", shipment.node_id,
                                  shipment.carrier.empty() ? "no carrier" : shipment.carrier)});
  }
  return faults.empty() ? absl::OkStatus() : error::WrongCarrier(faults);
}

absl::StatusOr<v1::Manifest> Hand(const Posting& posting, store::Manifest manifest) {
  db::Transaction& t = posting.t;
  RETURN_IF_ERROR(store::FindNode(t, posting.org_id, manifest.node_id));
  ASSIGN_OR_RETURN(std::vector<Shipment> shipments,
                   store::LockShipments(t, posting.org_id, manifest.shipment_ids));
  RETURN_IF_ERROR(CheckManifest(manifest, shipments));
  for (Shipment& shipment : shipments) {
    RETURN_IF_ERROR(domain::Move(shipment, ShipmentMove::kHandOver, posting.now));
    shipment.manifest_id = manifest.id;
    manifest.carton_count += static_cast<int>(shipment.cartons.size());
    for (const auto& carton : shipment.cartons) manifest.weight_grams += carton.weight_grams;
    for (const auto& line : shipment.lines) manifest.piece_count += line.shipped;
  }
  manifest.shipment_count = static_cast<int>(shipments.size());
  RETURN_IF_ERROR(store::Insert(t, posting.org_id, manifest));
  RETURN_IF_ERROR(store::Update(t, posting.org_id, shipments));
  RETURN_IF_ERROR(Tell(posting, shipments));
  v1::ManifestHandedOver event;
  *event.mutable_manifest() = ToProto(manifest);
  RETURN_IF_ERROR(events::Append(t, posting.org_id, manifest.id, event, posting.now));
  return event.manifest();
}

}  // namespace

absl::StatusOr<v1::Shipment> OutboundHandlers::PackShipment(
    const RequestContext& ctx, const v1::PackShipmentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.shipment_id(), "shipment_id", violations);
  const std::vector<domain::Carton> cartons = convert::Cartons(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Shipment>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Shipment> {
        return Pack({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)},
                    request.shipment_id(), cartons);
      });
}

absl::StatusOr<v1::Shipment> OutboundHandlers::UnpackShipment(
    const RequestContext& ctx, const v1::UnpackShipmentRequest& request) const {
  RETURN_IF_ERROR(RequireId(ctx, request.shipment_id(), "shipment_id"));
  return events::RunWrite<v1::Shipment>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Shipment> {
        const Posting posting{deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)};
        ASSIGN_OR_RETURN(Shipment shipment,
                         store::LockShipment(t, ctx.org_id(), request.shipment_id()));
        RETURN_IF_ERROR(domain::Move(shipment, ShipmentMove::kUnpack, posting.now));
        shipment.cartons.clear();
        return Save(posting, shipment);
      });
}

absl::StatusOr<v1::Shipment> OutboundHandlers::ShipShipment(
    const RequestContext& ctx, const v1::ShipShipmentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.shipment_id(), "shipment_id", violations);
  convert::OptionalId(request.carrier(), "carrier", violations);
  convert::Id(request.waybill(), "waybill", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Shipment>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Shipment> {
        return Ship({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)}, request);
      });
}

absl::StatusOr<v1::Manifest> OutboundHandlers::HandOver(const RequestContext& ctx,
                                                        const v1::HandOverRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  const v1::Manifest& sent = request.manifest();
  FieldViolations violations;
  store::Manifest manifest{.id = deps_.ids.Next(),
                           .node_id = convert::Id(sent.node_id(), "manifest.node_id", violations),
                           .carrier = convert::Id(sent.carrier(), "manifest.carrier", violations),
                           .document = convert::OptionalText(sent.document(), kMaxDocument,
                                                             "manifest.document", violations),
                           .shipment_ids = convert::Ids(sent.shipment_ids(), kMaxHandOver,
                                                        "manifest.shipment_ids", violations),
                           .actor = ctx.principal.subject,
                           .create_time = StoredNow(ctx)};
  violations.Check(!manifest.shipment_ids.empty(), "manifest.shipment_ids",
                   "must name at least one");
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Manifest>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Manifest> {
        return Hand({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)}, manifest);
      });
}

absl::StatusOr<v1::Manifest> OutboundHandlers::GetManifest(
    const RequestContext& ctx, const v1::GetManifestRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.manifest_id(), "manifest_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const store::Manifest manifest,
                   store::FindManifest(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                                       request.manifest_id()));
  return ToProto(manifest);
}

}  // namespace kefu::warehouse
