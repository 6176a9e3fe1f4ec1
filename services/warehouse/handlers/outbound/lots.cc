// Lots that end soon, recalls.
#include <algorithm>

#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/warehouse/convert/outbound.h"
#include "services/warehouse/handlers/outbound/outbound_handlers.h"
#include "services/warehouse/handlers/outbound/quarantine.h"
#include "services/warehouse/handlers/outbound/work.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/lots.h"
#include "services/warehouse/store/outbound.h"
#include "services/warehouse/store/recalls.h"

namespace kefu::warehouse {
namespace {

using domain::Recall;

constexpr int kMaxReason = 200;      // characters; width of the column
constexpr int kMaxExposures = 1000;  // of each kind in an answer
constexpr int kMaxWithinDays = 36'500;

void Add(const std::vector<store::Exposure>& exposures,
         google::protobuf::RepeatedPtrField<v1::LotExposure>* list) {
  for (const store::Exposure& exposure : exposures) {
    v1::LotExposure* out = list->Add();
    out->set_reservation_id(exposure.reservation_id);
    out->set_order_id(exposure.order_id);
    out->set_channel(exposure.channel);
    out->set_shipment_id(exposure.shipment_id);
    out->set_node_id(exposure.node_id);
    out->set_quantity(exposure.quantity);
  }
}

// The recall with whoever may get or has got the lot.
absl::StatusOr<v1::LotRecall> Trace(db::Transaction& t, std::string_view org_id,
                                    const Recall& recall) {
  v1::LotRecall answer = convert::ToProto(recall);
  ASSIGN_OR_RETURN(const auto rows, store::RowsOfLot(t, org_id, recall.sku_id, recall.lot,
                                                     domain::StockCondition::kSellable));
  std::vector<domain::RowPieces> promised;
  std::set<std::string> nodes;
  for (const domain::LotRow& row : rows) {
    nodes.insert(row.key.total.node_id);
    promised.push_back({{row.key.total, row.key.lot, ""}, row.on_hand});
  }
  if (recall.state == domain::RecallState::kActive) {
    for (const domain::RowPieces& pieces : domain::Sum(promised, {})) {
      v1::PromisedStock* out = answer.add_promised();
      *out->mutable_key() = convert::ToProto(pieces.key);
      out->set_quantity(pieces.quantity);
    }
    ASSIGN_OR_RETURN(const auto open,
                     store::PromisedOf(t, org_id, recall.sku_id, nodes, kMaxExposures));
    Add(open, answer.mutable_open_reservations());
  }
  ASSIGN_OR_RETURN(const auto work,
                   store::InWorkOf(t, org_id, recall.sku_id, recall.lot, kMaxExposures));
  Add(work, answer.mutable_open_shipments());
  ASSIGN_OR_RETURN(const auto shipped,
                   store::ShippedOf(t, org_id, recall.sku_id, recall.lot, kMaxExposures));
  Add(shipped, answer.mutable_shipped());
  return answer;
}

absl::Status Tell(const Posting& posting, const Recall& recall) {
  v1::RecallChanged event;
  *event.mutable_recall() = convert::ToProto(recall);
  posting.t.AfterCommit(posting.deps.on_events);
  return events::Append(posting.t, posting.org_id, recall.id, event, posting.now);
}

absl::Status SetState(const Posting& posting, domain::Lot lot, domain::LotState state) {
  lot.state = state;
  ++lot.info.version;
  lot.info.update_time = posting.now;
  return store::Update(posting.t, posting.org_id, {&lot, 1});
}

absl::StatusOr<v1::LotRecall> Start(const Posting& posting, Recall recall) {
  RETURN_IF_ERROR(store::FindSku(posting.t, posting.org_id, recall.sku_id));
  ASSIGN_OR_RETURN(const domain::Lot lot,
                   store::LockLot(posting.t, posting.org_id, recall.sku_id, recall.lot));
  ASSIGN_OR_RETURN(const std::optional<Recall> active,
                   store::LockActiveRecall(posting.t, posting.org_id, recall.sku_id, recall.lot));
  if (active) return Trace(posting.t, posting.org_id, *active);
  RETURN_IF_ERROR(SetState(posting, lot, domain::LotState::kRecalled));
  ASSIGN_OR_RETURN(const domain::Quarantine done,
                   TakeOutOfSale(posting, lot, QuarantineCause::kRecalled, recall.id));
  recall.quarantined = done.moved;
  RETURN_IF_ERROR(store::Insert(posting.t, posting.org_id, recall));
  RETURN_IF_ERROR(Tell(posting, recall));
  return Trace(posting.t, posting.org_id, recall);
}

// What the recall quarantined and still lies there becomes sellable.
absl::Status GiveBackStock(const Posting& posting, const Recall& recall) {
  std::set<domain::TotalKey> keys;
  std::set<std::string> node_ids;
  for (const domain::RowPieces& pieces : recall.quarantined) {
    keys.insert(pieces.key.total);
    keys.insert(domain::InCondition(pieces.key.total, domain::StockCondition::kQuarantined));
    node_ids.insert(pieces.key.total.node_id);
  }
  const std::vector<domain::TotalKey> list(keys.begin(), keys.end());
  ASSIGN_OR_RETURN(domain::Totals totals,
                   store::MakeAndLockTotals(posting.t, posting.org_id, list));
  ASSIGN_OR_RETURN(const auto rows,
                   store::RowsOfLot(posting.t, posting.org_id, recall.sku_id, recall.lot,
                                    domain::StockCondition::kQuarantined));
  ASSIGN_OR_RETURN(const auto nodes, store::FindNodes(posting.t, posting.org_id, node_ids));
  ASSIGN_OR_RETURN(const domain::NodeDays days, DaysAt(nodes, posting.now));
  const auto movements = domain::PlanUnquarantine(recall.quarantined, rows, recall.id, days);
  return movements.empty() ? absl::OkStatus() : Post(posting, movements, totals).status();
}

absl::StatusOr<v1::LotRecall> Lift(const Posting& posting, const v1::LiftRecallRequest& request) {
  // The lot first, as everybody locks it; the recall's SKU and lot never change.
  ASSIGN_OR_RETURN(Recall recall,
                   store::FindRecall(posting.t, posting.org_id, request.recall_id()));
  ASSIGN_OR_RETURN(const domain::Lot lot,
                   store::LockLot(posting.t, posting.org_id, recall.sku_id, recall.lot));
  ASSIGN_OR_RETURN(recall, store::LockRecall(posting.t, posting.org_id, request.recall_id()));
  if (recall.state != domain::RecallState::kActive) {
    return error::RecallState(recall.id, NameOf(recall.state), "lift");
  }
  recall.state = domain::RecallState::kLifted;
  ++recall.info.version;
  recall.info.update_time = posting.now;
  RETURN_IF_ERROR(SetState(posting, lot, domain::LotState::kActive));
  RETURN_IF_ERROR(store::Update(posting.t, posting.org_id, recall));
  RETURN_IF_ERROR(Tell(posting, recall));
  if (request.release_stock()) RETURN_IF_ERROR(GiveBackStock(posting, recall));
  return Trace(posting.t, posting.org_id, recall);
}

std::vector<std::string> KeysOfRow(const store::ExpiringRow& row) {
  return {FormatDay(*row.lot.expiry_date), row.lot.sku_id, row.lot.lot, row.key.node_id,
          row.key.owner_id};
}

absl::StatusOr<store::ExpiringCursor> CursorFrom(const std::vector<std::string>& keys) {
  if (keys.empty()) return store::ExpiringCursor{};
  const auto day = ParseDay(keys[0]);
  if (!day.ok()) {
    return InvalidArgument(db::kBadPageToken, "page_token", "is not a token of this list");
  }
  return store::ExpiringCursor{*day, keys[1], keys[2], keys[3], keys[4]};
}

absl::StatusOr<v1::ListExpiringLotsResponse> Show(db::Transaction& t, const RequestContext& ctx,
                                                  const v1::ListExpiringLotsRequest& request,
                                                  const PageAsked& page) {
  ASSIGN_OR_RETURN(const store::ExpiringCursor cursor, CursorFrom(page.keys));
  ASSIGN_OR_RETURN(const domain::OutboundPolicy policy, store::CurrentPolicy(t, ctx.org_id()));
  if (!request.node_id().empty()) {
    RETURN_IF_ERROR(store::FindNode(t, ctx.org_id(), request.node_id()));
  }
  const absl::CivilDay until = DayOf(ctx.now, absl::UTCTimeZone()) + request.within_days() + 1;
  ASSIGN_OR_RETURN(
      std::vector<store::ExpiringRow> rows,
      store::ListExpiring(t, ctx.org_id(), request.node_id(), until, cursor, page.size + 1));
  v1::ListExpiringLotsResponse response;
  response.set_next_page_token(CutPage(page, rows, KeysOfRow));
  std::set<std::string> node_ids;
  for (const store::ExpiringRow& row : rows) node_ids.insert(row.key.node_id);
  ASSIGN_OR_RETURN(const auto nodes, store::FindNodes(t, ctx.org_id(), node_ids));
  ASSIGN_OR_RETURN(const domain::NodeDays days, DaysAt(nodes, ctx.now));
  for (const store::ExpiringRow& row : rows) {
    const absl::CivilDay today = days.at(row.key.node_id);
    const auto remaining = static_cast<int>(*row.lot.expiry_date - today);
    if (remaining > request.within_days()) continue;  // the day is a day ahead elsewhere
    v1::ExpiringLot* out = response.add_lots();
    *out->mutable_key() = convert::ToProto(domain::StockKey{row.key, row.lot.lot, ""});
    *out->mutable_expire_date() = ::kefu::convert::ToProto(*row.lot.expiry_date);
    out->set_remaining_days(remaining);
    out->set_on_hand(row.on_hand);
    out->set_allocated(row.allocated);
    out->set_pickable(row.lot.state == domain::LotState::kActive &&
                      remaining >= policy.MinDays(request.channel()));
  }
  return response;
}

}  // namespace

absl::StatusOr<v1::ListExpiringLotsResponse> OutboundHandlers::ListExpiringLots(
    const RequestContext& ctx, const v1::ListExpiringLotsRequest& request) const {
  FieldViolations violations;
  convert::OptionalId(request.node_id(), "node_id", violations);
  convert::OptionalId(request.channel(), "channel", violations);
  convert::Number(request.within_days(), 0, kMaxWithinDays, "within_days", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(
      const PageAsked page,
      AskedPage(ctx, request, fmt::format("{}/{}", request.node_id(), request.within_days()), 5));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) { return Show(t, ctx, request, page); });
}

absl::StatusOr<v1::LotRecall> OutboundHandlers::RecallLot(
    const RequestContext& ctx, const v1::RecallLotRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const Recall recall{.id = deps_.ids.Next(),
                      .sku_id = convert::Id(request.sku_id(), "sku_id", violations),
                      .lot = convert::Lot(request.lot(), "lot", violations),
                      .reason = convert::Text(request.reason(), kMaxReason, "reason", violations),
                      .actor = ctx.principal.subject,
                      .info = {1, StoredNow(ctx), StoredNow(ctx)}};
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::LotRecall>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::LotRecall> {
        return Start({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)}, recall);
      });
}

absl::StatusOr<v1::LotRecall> OutboundHandlers::GetRecall(
    const RequestContext& ctx, const v1::GetRecallRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.recall_id(), "recall_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::LotRecall> {
        ASSIGN_OR_RETURN(const Recall recall,
                         store::FindRecall(t, ctx.org_id(), request.recall_id()));
        return Trace(t, ctx.org_id(), recall);
      });
}

absl::StatusOr<v1::LotRecall> OutboundHandlers::LiftRecall(
    const RequestContext& ctx, const v1::LiftRecallRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.recall_id(), "recall_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::LotRecall>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::LotRecall> {
        return Lift({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)}, request);
      });
}

}  // namespace kefu::warehouse
