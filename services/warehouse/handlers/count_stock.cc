// Stock set to what was counted, at once.
#include "common/events/write.h"
#include "services/warehouse/convert/outbound.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/handlers/lots.h"
#include "services/warehouse/handlers/outbound/differences.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/counts.h"
#include "services/warehouse/store/lots.h"
#include "services/warehouse/store/owners.h"

namespace kefu::warehouse {
namespace {

using Counted = std::vector<std::pair<domain::StockKey, int64_t>>;

constexpr int kMaxDocument = 100;  // characters; width of ledger_entry.reference

// Lots that nobody knew come in like those of a receipt; of those that are known less may be found
// whatever their state.
absl::Status CheckKeys(const Posting& posting, const Counted& counted, absl::CivilDay today) {
  std::set<std::string> ids, owners;
  std::set<domain::LotKey> lots;
  for (const auto& [key, quantity] : counted) {
    ids.insert(key.total.sku_id);
    owners.insert(key.total.owner_id);
    if (!key.lot.empty()) lots.insert({key.total.sku_id, key.lot});
  }
  ASSIGN_OR_RETURN(const auto skus, store::FindSkus(posting.t, posting.org_id, ids, true));
  RETURN_IF_ERROR(
      store::RequireOwners(posting.t, posting.org_id, owners, store::OwnerUse::kCorrect));
  ASSIGN_OR_RETURN(const domain::Lots known, store::FindLots(posting.t, posting.org_id, lots));
  std::vector<domain::ReceiptLine> unknown;
  std::vector<domain::Sku> unknown_skus;
  std::vector<error::LotFault> faults;
  for (size_t i = 0; i < counted.size(); ++i) {
    const domain::StockKey& key = counted[i].first;
    const auto sku = skus.find(key.total.sku_id);
    if (sku == skus.end()) return error::SkuNotFound(key.total.sku_id);
    if (sku->second.lot_tracked == key.lot.empty()) {
      faults.push_back(
          {i, key.total.sku_id, sku->second.lot_tracked ? "LOT_REQUIRED" : "LOT_NOT_ALLOWED", ""});
    } else if (!key.lot.empty() && !known.contains({key.total.sku_id, key.lot})) {
      unknown.push_back({.sku_id = key.total.sku_id,
                         .quantity = counted[i].second,
                         .condition = key.total.condition,
                         .lot = key.lot});
      unknown_skus.push_back(sku->second);
    }
  }
  if (!faults.empty()) return error::LotRules(faults);
  return RecordLots(posting, unknown, unknown_skus, today);
}

absl::StatusOr<v1::CountStockResponse> Set(const Posting& posting, const std::string& node_id,
                                           const Counted& counted, const std::string& document) {
  ASSIGN_OR_RETURN(const domain::Node node,
                   store::LockNode(posting.t, posting.org_id, node_id, store::LockMode::kShare));
  ASSIGN_OR_RETURN(const domain::NodeDays days, DaysAt({{node.id, node}}, posting.now));
  RETURN_IF_ERROR(CheckKeys(posting, counted, days.at(node.id)));
  std::vector<domain::Difference> differences;
  for (const auto& [key, quantity] : counted) differences.push_back({key, 0});
  ASSIGN_OR_RETURN(domain::Totals totals, LockTotalsOf(posting, differences));
  v1::CountStockResponse response;
  for (size_t i = 0; i < counted.size(); ++i) {
    ASSIGN_OR_RETURN(const int64_t on_hand,
                     store::OnHand(posting.t, posting.org_id, counted[i].first));
    differences[i].quantity = counted[i].second - on_hand;
    response.add_differences(differences[i].quantity);
  }
  ASSIGN_OR_RETURN(const std::vector<domain::LedgerEntry> entries,
                   PostDifferences(posting, differences, totals, document, node.id));
  for (const auto& entry : entries) *response.add_entries() = convert::ToProto(entry);
  for (const auto& [key, total] : totals) *response.add_levels() = convert::ToProto(total);
  return response;
}

}  // namespace

absl::StatusOr<v1::CountStockResponse> Handlers::CountStock(
    const RequestContext& ctx, const v1::CountStockRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const std::string node_id = convert::Id(request.node_id(), "node_id", violations);
  const Counted counted = convert::Counted(request, violations);
  const std::string document =
      convert::OptionalText(request.document(), kMaxDocument, "document", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::CountStockResponse>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::CountStockResponse> {
        return Set({deps_, t, ctx.org_id(), ctx.principal.subject, StoredNow(ctx)}, node_id,
                   counted, document);
      });
}

}  // namespace kefu::warehouse
