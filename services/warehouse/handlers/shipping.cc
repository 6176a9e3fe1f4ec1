// Goods that leave, and reservations that go to another node.
#include "services/warehouse/domain/shipping.h"
#include "common/events/write.h"
#include "services/warehouse/convert/stock_control.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/handlers/shipped.h"
#include "services/warehouse/handlers/stock_control.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/lots.h"
#include "services/warehouse/store/sales_guards.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

// What day it is where the reservation's lines are, and where they go.
absl::StatusOr<domain::NodeDays> DaysOf(const Posting& posting,
                                        const domain::Reservation& reservation,
                                        const std::string& to_node_id = "") {
  std::set<std::string> ids;
  if (!to_node_id.empty()) ids.insert(to_node_id);
  for (const domain::ReservationLine& line : reservation.lines) ids.insert(line.node_id);
  ASSIGN_OR_RETURN(const auto nodes, store::FindNodes(posting.t, posting.org_id, ids));
  return DaysAt(nodes, posting.now);
}

absl::Status Save(const Posting& posting, const domain::Reservation& reservation) {
  RETURN_IF_ERROR(store::Update(posting.t, posting.org_id, reservation));
  return Announce(posting, {&reservation, 1});
}

// Posts with those of the locked totals that the movements touch.
absl::StatusOr<std::vector<domain::LedgerEntry>> PostTouched(
    const Posting& posting, std::span<const domain::Movement> movements,
    const domain::Totals& totals) {
  domain::Totals touched;
  for (const domain::TotalKey& key : domain::KeysOf(movements)) {
    const auto total = totals.find(key);
    if (total != totals.end()) touched.insert(*total);
  }
  return Post(posting, movements, touched);
}

absl::StatusOr<domain::Reservation> LockVisible(const RequestContext& ctx, db::Transaction& t,
                                                const std::string& id) {
  ASSIGN_OR_RETURN(domain::Reservation reservation, store::LockReservation(t, ctx.org_id(), id));
  RETURN_IF_ERROR(RequireVisible(ctx, reservation));
  return reservation;
}

// The sales guards of what the reservation is about, wherever they watch.
absl::StatusOr<std::vector<domain::GuardState>> LockGuardsOf(
    const Posting& posting, const domain::Reservation& reservation) {
  std::set<domain::GuardedKey> keys;
  for (const domain::ReservationLine& line : reservation.lines) {
    keys.emplace(line.sku_id, line.owner_id);
  }
  return store::LockGuards(posting.t, posting.org_id, std::vector(keys.begin(), keys.end()));
}

// Whether the policy of each node's day lets goods leave it past the waves.
absl::Status CheckShipping(const Posting& posting, const domain::NodeDays& days) {
  std::set<absl::CivilDay> asked;
  for (const auto& [node_id, day] : days) {
    if (!asked.insert(day).second) continue;
    RETURN_IF_ERROR(CheckDirectCall(posting, day, domain::DirectCall::kShipOrder));
  }
  return absl::OkStatus();
}

// A stored answer is for those who see its reservation, too.
absl::Status CheckStored(const RequestContext& ctx, const v1::Reservation& answer) {
  return RequireVisible(ctx, answer.reservation_id(), answer.shop_id());
}

struct ShipCommand {
  std::string reservation_id;
  std::vector<domain::ShipLine> lines;
  std::string document;
  std::optional<absl::CivilDay> business_date;
};

absl::StatusOr<ShipCommand> Convert(const v1::ShipOrderRequest& request) {
  FieldViolations violations;
  ShipCommand command{
      .reservation_id = convert::Id(request.reservation_id(), "reservation_id", violations),
      .lines = convert::ShipLines(request, violations),
      .document =
          convert::OptionalText(request.document(), convert::kMaxNote, "document", violations),
      .business_date = convert::OptionalDay(request.has_business_date(), request.business_date(),
                                            "business_date", violations)};
  RETURN_IF_ERROR(violations.ToStatus());
  return command;
}

}  // namespace

absl::StatusOr<v1::ShipOrderResponse> StockControlHandlers::ShipOrder(
    const RequestContext& ctx, const v1::ShipOrderRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const ShipCommand command, Convert(request));
  auto answer = events::RunWrite<v1::ShipOrderResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::ShipOrderResponse> {
        const Posting posting{deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)};
        ASSIGN_OR_RETURN(domain::Reservation reservation,
                         LockVisible(ctx, t, command.reservation_id));
        ASSIGN_OR_RETURN(const domain::NodeDays days, DaysOf(posting, reservation));
        RETURN_IF_ERROR(CheckShipping(posting, days));
        const std::vector<domain::TotalKey> keys = domain::KeysOf(reservation);
        ASSIGN_OR_RETURN(domain::Totals totals, store::LockTotals(t, ctx.org_id(), keys));
        ASSIGN_OR_RETURN(auto bins, store::StockRows(t, ctx.org_id(), keys));
        ASSIGN_OR_RETURN(const std::vector<domain::Movement> movements,
                         domain::PlanShip(reservation, command.lines, bins, days,
                                          {command.document, command.business_date, posting.now}));
        RETURN_IF_ERROR(Save(posting, reservation));
        ASSIGN_OR_RETURN(const auto entries, PostTouched(posting, movements, totals));
        RETURN_IF_ERROR(TellShipped(posting, reservation, movements));
        v1::ShipOrderResponse response;
        *response.mutable_reservation() = convert::ToProto(reservation);
        for (const auto& entry : entries) *response.add_entries() = convert::ToProto(entry);
        return response;
      });
  RETURN_IF_ERROR(answer.status());
  RETURN_IF_ERROR(CheckStored(ctx, answer->reservation()));
  return answer;
}

absl::StatusOr<v1::Reservation> StockControlHandlers::MoveReservation(
    const RequestContext& ctx, const v1::MoveReservationRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.reservation_id(), "reservation_id", violations);
  convert::Id(request.to_node_id(), "to_node_id", violations);
  convert::OptionalText(request.reason(), convert::kMaxNote, "reason", violations);
  const std::vector<domain::LineRef> lines = convert::LineRefs(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  auto answer = events::RunWrite<v1::Reservation>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Reservation> {
        const Posting posting{deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)};
        ASSIGN_OR_RETURN(domain::Reservation reservation,
                         LockVisible(ctx, t, request.reservation_id()));
        ASSIGN_OR_RETURN(
            const domain::Node target,
            store::LockNode(t, ctx.org_id(), request.to_node_id(), store::LockMode::kShare));
        if (target.state != domain::RecordState::kActive) {
          return error::RecordArchived("node", target.id);
        }
        ASSIGN_OR_RETURN(const domain::NodeDays days, DaysOf(posting, reservation, target.id));
        ASSIGN_OR_RETURN(auto guards, LockGuardsOf(posting, reservation));
        ASSIGN_OR_RETURN(
            domain::Totals totals,
            store::LockTotals(t, ctx.org_id(), domain::KeysOfMove(reservation, target.id)));
        const domain::Reservation before = reservation;
        ASSIGN_OR_RETURN(const auto movements,
                         domain::PlanMove(reservation, target.id, lines, totals, days,
                                          request.reason(), posting.now));
        if (movements.empty()) return convert::ToProto(reservation);
        RETURN_IF_ERROR(domain::TakeGuarded(&before, reservation, guards, posting.now));
        RETURN_IF_ERROR(store::SaveUse(t, ctx.org_id(), guards));
        RETURN_IF_ERROR(Save(posting, reservation));
        RETURN_IF_ERROR(PostTouched(posting, movements, totals).status());
        return convert::ToProto(reservation);
      });
  RETURN_IF_ERROR(answer.status());
  RETURN_IF_ERROR(CheckStored(ctx, *answer));
  return answer;
}

}  // namespace kefu::warehouse
