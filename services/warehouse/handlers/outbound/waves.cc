// Waves: chosen, released, given up.
#include <algorithm>
#include <map>
#include <set>

#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/outbound.h"
#include "services/warehouse/domain/put_away.h"
#include "services/warehouse/handlers/outbound/outbound_handlers.h"
#include "services/warehouse/handlers/outbound/work.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/lots.h"
#include "services/warehouse/store/outbound.h"

namespace kefu::warehouse {
namespace {

using domain::Shipment;
using domain::ShipmentMove;
using domain::Wave;
using domain::WaveState;
using RowsByTotal = std::map<domain::TotalKey, std::vector<domain::LotStock>>;

constexpr int kMaxWaiting = 5000;       // shipments looked at for one wave: they are locked
constexpr int kMaxReservations = 1000;  // reservations looked at for one wave

// Rows that pickers may go to, of the totals: not the staging place, and only the zones if any.
absl::StatusOr<RowsByTotal> PickableRows(const Posting& posting, const Wave& wave,
                                         std::span<const Shipment> shipments,
                                         const domain::OutboundPolicy& policy) {
  ASSIGN_OR_RETURN(RowsByTotal rows,
                   store::StockRows(posting.t, posting.org_id, KeysOf(shipments)));
  for (auto& [key, list] : rows) {
    std::erase_if(list, [&](const domain::LotStock& row) {
      return row.location == policy.staging_location ||
             (!wave.zones.empty() &&
              std::ranges::find(wave.zones, domain::ZoneOf(row.location)) == wave.zones.end());
    });
  }
  return rows;
}

// Shipments of confirmed reservations that have none at the node, not yet written.
absl::StatusOr<std::vector<Shipment>> FromReservations(const Posting& posting, const Wave& wave) {
  ASSIGN_OR_RETURN(std::vector<std::string> ids,
                   store::WaitingReservations(posting.t, posting.org_id, wave.node_id,
                                              std::min(kMaxReservations, wave.max_orders * 2)));
  std::ranges::sort(ids);  // in the order of locks
  std::vector<Shipment> made;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const domain::Reservation reservation,
                     store::LockReservation(posting.t, posting.org_id, id));
    ASSIGN_OR_RETURN(const std::string other,
                     store::OpenShipmentOf(posting.t, posting.org_id, id, wave.node_id));
    auto shipment = domain::MakeShipment(reservation, wave.node_id);
    if (!other.empty() || !shipment.ok()) continue;  // it has moved on meanwhile
    shipment->id = posting.deps.ids.Next();
    shipment->carrier = wave.carrier;
    shipment->info = {0, reservation.info.create_time, posting.now};
    made.push_back(*std::move(shipment));
  }
  return made;
}

absl::StatusOr<domain::Servable> ServableBy(const Posting& posting, const Wave& wave,
                                            std::span<const Shipment> candidates,
                                            const domain::OutboundPolicy& policy) {
  domain::Servable servable;
  if (wave.zones.empty()) return servable;
  ASSIGN_OR_RETURN(const RowsByTotal rows, PickableRows(posting, wave, candidates, policy));
  ASSIGN_OR_RETURN(const NodeDay at, NodeDayOf(posting, wave.node_id));
  for (const auto& [key, list] : rows) {
    int64_t& sum = servable[{key.sku_id, key.owner_id}];
    for (const domain::LotStock& row : list) {
      if (!row.recalled && !row.ExpiredOn(at.day)) sum += row.free;
    }
  }
  return servable;
}

absl::StatusOr<v1::Wave> Choose(const Posting& posting, Wave wave, bool include_reservations) {
  db::Transaction& t = posting.t;
  ASSIGN_OR_RETURN(const NodeDay at, NodeDayOf(posting, wave.node_id));
  if (at.node.state != domain::RecordState::kActive)
    return error::RecordArchived("node", at.node.id);
  ASSIGN_OR_RETURN(const domain::OutboundPolicy policy, store::CurrentPolicy(t, posting.org_id));
  if (wave.max_orders == 0) wave.max_orders = policy.max_wave_orders;
  if (wave.max_pieces == 0) wave.max_pieces = policy.max_wave_pieces;
  ASSIGN_OR_RETURN(std::vector<Shipment> candidates,
                   store::LockWaiting(t, posting.org_id, wave.node_id, kMaxWaiting));
  const size_t stored = candidates.size();
  if (include_reservations) {
    ASSIGN_OR_RETURN(const std::vector<Shipment> made, FromReservations(posting, wave));
    candidates.insert(candidates.end(), made.begin(), made.end());
  }
  ASSIGN_OR_RETURN(const domain::Servable servable, ServableBy(posting, wave, candidates, policy));
  std::vector<Shipment> old_ones, new_ones;
  for (const size_t i : domain::ChooseForWave(candidates, wave, servable)) {
    Shipment& shipment = candidates[i];
    RETURN_IF_ERROR(domain::Move(shipment, ShipmentMove::kPlan, posting.now));
    shipment.wave_id = wave.id;
    wave.piece_count += shipment.pieces();
    if (i < stored) {
      old_ones.push_back(shipment);
      continue;
    }
    shipment.info.create_time = posting.now;
    RETURN_IF_ERROR(store::AddOpenShipments(t, posting.org_id, shipment.reservation_id, 1));
    new_ones.push_back(shipment);
  }
  wave.shipment_count = static_cast<int>(old_ones.size() + new_ones.size());
  if (wave.shipment_count == 0) return error::WaveEmpty(wave.node_id);
  RETURN_IF_ERROR(store::Insert(t, posting.org_id, wave));
  RETURN_IF_ERROR(store::Update(t, posting.org_id, old_ones));
  RETURN_IF_ERROR(store::Insert(t, posting.org_id, new_ones));
  RETURN_IF_ERROR(Tell(posting, old_ones));
  RETURN_IF_ERROR(Tell(posting, new_ones));
  RETURN_IF_ERROR(Tell(posting, wave));
  return convert::ToProto(wave);
}

void Advance(Wave& wave, WaveState state, absl::Time now) {
  wave.state = state;
  ++wave.info.version;
  wave.info.update_time = now;
}

// The tasks of the wave's shipments, in the order in which the shipments were chosen.
absl::StatusOr<std::vector<domain::PickTask>> PlanTasks(const Posting& posting, const Wave& wave,
                                                        std::vector<Shipment>& shipments,
                                                        const domain::OutboundPolicy& policy) {
  ASSIGN_OR_RETURN(const NodeDay at, NodeDayOf(posting, wave.node_id));
  RETURN_IF_ERROR(store::LockTotals(posting.t, posting.org_id, KeysOf(shipments)));
  ASSIGN_OR_RETURN(RowsByTotal rows, PickableRows(posting, wave, shipments, policy));
  std::ranges::sort(shipments, {}, [](const Shipment& s) {
    return std::make_tuple(s.cutoff_time, s.info.create_time, std::string_view(s.id));
  });
  std::vector<domain::PickTask> tasks;
  for (Shipment& shipment : shipments) {
    RETURN_IF_ERROR(domain::Move(shipment, ShipmentMove::kRelease, posting.now));
    bool any = false;
    for (domain::ShipmentLine& line : shipment.lines) {
      auto planned = domain::PlanPicks(shipment, line, line.quantity,
                                       rows[{line.sku_id, line.owner_id, shipment.node_id}], at.day,
                                       policy.MinDays(shipment.channel));
      any |= !planned.empty();
      std::ranges::move(planned, std::back_inserter(tasks));
    }
    if (any) continue;
    RETURN_IF_ERROR(domain::Move(shipment, ShipmentMove::kFindNothing, posting.now));
    shipment.wave_id.clear();
  }
  return tasks;
}

absl::StatusOr<v1::Wave> Release(const Posting& posting, const std::string& wave_id) {
  db::Transaction& t = posting.t;
  ASSIGN_OR_RETURN(Wave wave, store::LockWave(t, posting.org_id, wave_id));
  if (wave.state != WaveState::kPlanned) {
    return error::WaveState(wave.id, NameOf(wave.state), "release");
  }
  ASSIGN_OR_RETURN(const domain::OutboundPolicy policy, store::CurrentPolicy(t, posting.org_id));
  ASSIGN_OR_RETURN(std::vector<Shipment> shipments,
                   store::LockShipmentsOf(t, posting.org_id, wave.id));
  std::erase_if(shipments, [](const Shipment& s) {
    return s.state != domain::ShipmentState::kPlanned;  // cancelled ones keep their wave
  });
  ASSIGN_OR_RETURN(std::vector<domain::PickTask> tasks,
                   PlanTasks(posting, wave, shipments, policy));
  RETURN_IF_ERROR(MakeTasks(posting, tasks));
  RETURN_IF_ERROR(store::Update(t, posting.org_id, shipments));
  RETURN_IF_ERROR(Tell(posting, shipments));
  Advance(wave, tasks.empty() ? WaveState::kCompleted : WaveState::kReleased, posting.now);
  RETURN_IF_ERROR(store::Update(t, posting.org_id, wave));
  RETURN_IF_ERROR(Tell(posting, wave));
  return convert::ToProto(wave);
}

absl::StatusOr<v1::Wave> GiveUp(const Posting& posting, const std::string& wave_id) {
  db::Transaction& t = posting.t;
  ASSIGN_OR_RETURN(Wave wave, store::LockWave(t, posting.org_id, wave_id));
  if (wave.state != WaveState::kPlanned) {
    return error::WaveState(wave.id, NameOf(wave.state), "cancel");
  }
  ASSIGN_OR_RETURN(std::vector<Shipment> shipments,
                   store::LockShipmentsOf(t, posting.org_id, wave.id));
  std::erase_if(shipments,
                [](const Shipment& s) { return s.state != domain::ShipmentState::kPlanned; });
  for (Shipment& shipment : shipments) {
    RETURN_IF_ERROR(domain::Move(shipment, ShipmentMove::kUnplan, posting.now));
    shipment.wave_id.clear();
  }
  RETURN_IF_ERROR(store::Update(t, posting.org_id, shipments));
  RETURN_IF_ERROR(Tell(posting, shipments));
  Advance(wave, WaveState::kCancelled, posting.now);
  RETURN_IF_ERROR(store::Update(t, posting.org_id, wave));
  RETURN_IF_ERROR(Tell(posting, wave));
  return convert::ToProto(wave);
}

}  // namespace

absl::StatusOr<v1::Wave> OutboundHandlers::CreateWave(const RequestContext& ctx,
                                                      const v1::CreateWaveRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  Wave wave = convert::FromProto(request.wave(), inner);
  violations.Merge("wave", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  wave.id = deps_.ids.Next();
  wave.info = {1, StoredNow(ctx), StoredNow(ctx)};
  return events::RunWrite<v1::Wave>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Wave> {
        return Choose({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)}, wave,
                      request.include_reservations());
      });
}

absl::StatusOr<v1::Wave> OutboundHandlers::GetWave(const RequestContext& ctx,
                                                   const v1::GetWaveRequest& request) const {
  RETURN_IF_ERROR(RequireId(ctx, request.wave_id(), "wave_id"));
  ASSIGN_OR_RETURN(const Wave wave, store::FindWave(db::Reader(deps_.database, ctx.deadline),
                                                    ctx.org_id(), request.wave_id()));
  return convert::ToProto(wave);
}

absl::StatusOr<v1::ListWavesResponse> OutboundHandlers::ListWaves(
    const RequestContext& ctx, const v1::ListWavesRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.node_id(), "node_id", violations);
  const auto state = static_cast<WaveState>(
      convert::OptionalEnum<v1::WaveState>(request.state(), "state", violations));
  RETURN_IF_ERROR(violations.ToStatus());
  const store::WaveFilter filter{.node_id = request.node_id(),
                                 .state = state == WaveState::kUnspecified ? "" : NameOf(state)};
  ASSIGN_OR_RETURN(const PageAsked page,
                   AskedPage(ctx, request, fmt::format("{}/{}", filter.node_id, filter.state), 1));
  ASSIGN_OR_RETURN(
      std::vector<Wave> waves,
      store::ListWaves(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                       {page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1},
                       filter));
  v1::ListWavesResponse response;
  response.set_next_page_token(
      CutPage(page, waves, [](const Wave& w) { return std::vector{w.id}; }));
  for (const Wave& wave : waves) *response.add_waves() = convert::ToProto(wave);
  return response;
}

absl::StatusOr<v1::Wave> OutboundHandlers::ReleaseWave(
    const RequestContext& ctx, const v1::ReleaseWaveRequest& request) const {
  RETURN_IF_ERROR(RequireId(ctx, request.wave_id(), "wave_id"));
  return events::RunWrite<v1::Wave>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Wave> {
        return Release({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)},
                       request.wave_id());
      });
}

absl::StatusOr<v1::Wave> OutboundHandlers::CancelWave(const RequestContext& ctx,
                                                      const v1::CancelWaveRequest& request) const {
  RETURN_IF_ERROR(RequireId(ctx, request.wave_id(), "wave_id"));
  return events::RunWrite<v1::Wave>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Wave> {
        return GiveUp({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)},
                      request.wave_id());
      });
}

}  // namespace kefu::warehouse
