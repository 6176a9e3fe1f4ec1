#include "services/warehouse/handlers/outbound/quarantine.h"

#include <set>

#include "common/events/outbox.h"
#include "common/status/status_macros.h"
#include "services/warehouse/convert/outbound.h"
#include "services/warehouse/store/lots.h"
#include "services/warehouse/store/recalls.h"

namespace kefu::warehouse {
namespace {

absl::Status Tell(const Posting& posting, const domain::Quarantine& done, QuarantineCause cause,
                  const std::string& sku_id) {
  v1::LotsQuarantined event;
  event.set_cause(cause == QuarantineCause::kRecalled ? "RECALLED" : "EXPIRED");
  for (const domain::RowPieces& pieces : done.moved) {
    v1::QuarantinedStock* out = event.add_quarantined();
    *out->mutable_key() = convert::ToProto(pieces.key);
    out->set_quantity(pieces.quantity);
  }
  for (const domain::RowPieces& pieces : done.promised) {
    v1::PromisedStock* out = event.add_promised();
    *out->mutable_key() = convert::ToProto(pieces.key);
    out->set_quantity(pieces.quantity);
  }
  posting.t.AfterCommit(posting.deps.on_events);
  return events::Append(posting.t, posting.org_id, sku_id, event, posting.now);
}

absl::StatusOr<domain::NodeDays> DaysOf(const Posting& posting,
                                        std::span<const domain::LotRow> rows) {
  std::set<std::string> ids;
  for (const domain::LotRow& row : rows) ids.insert(row.key.total.node_id);
  ASSIGN_OR_RETURN(const auto nodes, store::FindNodes(posting.t, posting.org_id, ids));
  return DaysAt(nodes, posting.now);
}

}  // namespace

absl::StatusOr<domain::Quarantine> TakeOutOfSale(const Posting& posting, const domain::Lot& lot,
                                                 QuarantineCause cause,
                                                 std::string_view reference) {
  const auto sellable = [&] {
    return store::RowsOfLot(posting.t, posting.org_id, lot.sku_id, lot.lot,
                            domain::StockCondition::kSellable);
  };
  ASSIGN_OR_RETURN(std::vector<domain::LotRow> rows, sellable());
  std::set<domain::TotalKey> keys;
  for (const domain::LotRow& row : rows) {
    keys.insert(row.key.total);
    keys.insert(domain::InCondition(row.key.total, domain::StockCondition::kQuarantined));
  }
  const std::vector<domain::TotalKey> list(keys.begin(), keys.end());
  ASSIGN_OR_RETURN(domain::Totals totals,
                   store::MakeAndLockTotals(posting.t, posting.org_id, list));
  ASSIGN_OR_RETURN(rows, sellable());  // as they are under the locks
  ASSIGN_OR_RETURN(const domain::NodeDays days, DaysOf(posting, rows));
  if (cause == QuarantineCause::kExpired) {
    std::erase_if(rows, [&](const domain::LotRow& row) {
      return !lot.ExpiredOn(days.at(row.key.total.node_id));
    });
  }
  domain::Quarantine done = domain::PlanQuarantine(
      rows, totals, cause == QuarantineCause::kRecalled ? "Recall" : "LotExpired", reference, days);
  if (done.moved.empty() && done.promised.empty()) return done;
  RETURN_IF_ERROR(Tell(posting, done, cause, lot.sku_id));
  if (done.movements.empty()) return done;
  RETURN_IF_ERROR(Post(posting, done.movements, totals));
  return done;
}

absl::StatusOr<int64_t> SweepLot(const Posting& posting, const std::string& sku_id,
                                 const std::string& lot_code) {
  ASSIGN_OR_RETURN(const domain::Lot lot,
                   store::LockLot(posting.t, posting.org_id, sku_id, lot_code));
  ASSIGN_OR_RETURN(std::optional<domain::Recall> recall,
                   store::LockActiveRecall(posting.t, posting.org_id, sku_id, lot_code));
  ASSIGN_OR_RETURN(
      const domain::Quarantine done,
      TakeOutOfSale(posting, lot, recall ? QuarantineCause::kRecalled : QuarantineCause::kExpired,
                    recall ? recall->id : lot_code));
  int64_t moved = 0;
  for (const domain::RowPieces& pieces : done.moved) moved += pieces.quantity;
  if (recall && moved > 0) {
    recall->quarantined = domain::Sum(recall->quarantined, done.moved);
    ++recall->info.version;
    recall->info.update_time = posting.now;
    RETURN_IF_ERROR(store::Update(posting.t, posting.org_id, *recall));
  }
  return moved;
}

}  // namespace kefu::warehouse
