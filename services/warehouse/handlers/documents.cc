#include "services/warehouse/handlers/documents.h"

#include "services/warehouse/convert/inbound.h"
#include "services/warehouse/handlers/lots.h"
#include "services/warehouse/store/lots.h"

namespace kefu::warehouse {

absl::StatusOr<NodeToday> ActiveNode(const Posting& posting, std::string_view node_id) {
  ASSIGN_OR_RETURN(domain::Node node,
                   store::LockNode(posting.t, posting.org_id, node_id, store::LockMode::kShare));
  if (node.state != domain::RecordState::kActive) return error::RecordArchived("node", node.id);
  ASSIGN_OR_RETURN(const domain::NodeDays days, DaysAt({{node.id, node}}, posting.now));
  const absl::CivilDay day = days.at(node.id);
  return NodeToday{std::move(node), day};
}

absl::StatusOr<std::map<std::string, domain::Sku>> SkusById(const Posting& posting,
                                                            const std::set<std::string>& ids,
                                                            Archived archived) {
  ASSIGN_OR_RETURN(auto skus, store::FindSkus(posting.t, posting.org_id, ids, /*shared=*/true));
  for (const std::string& id : ids) {
    const auto sku = skus.find(id);
    if (sku == skus.end()) return error::SkuNotFound(id);
    if (archived == Archived::kRefuse && sku->second.state != domain::RecordState::kActive) {
      return error::RecordArchived("sku", id);
    }
  }
  return skus;
}

absl::StatusOr<domain::InboundPolicy> PolicyFor(db::Reader reader, std::string_view org_id,
                                                std::string_view node_id, absl::Time at) {
  ASSIGN_OR_RETURN(const store::PolicyRow row,
                   store::FindInboundPolicy(reader, org_id, node_id, at));
  if (row.version == 0) return domain::InboundPolicy{};
  v1::InboundPolicy proto;
  FieldViolations violations;
  if (!proto.ParseFromString(row.body)) return Internal("a stored inbound policy does not parse");
  domain::InboundPolicy policy = convert::FromProto(proto, violations);
  policy.node_id = row.node_id;
  policy.version = row.version;
  policy.effective_time = row.effective_time;
  return policy;
}

absl::Status RecordLotsOf(const Posting& posting, std::span<const domain::Receipt> receipts,
                          std::span<const domain::Arrival> arrivals,
                          const std::map<std::string, domain::Sku>& skus, absl::CivilDay today) {
  std::vector<domain::ReceiptLine> lines;
  std::vector<domain::Sku> of_lines;
  for (size_t i = 0; i < receipts.size(); ++i) {
    lines.push_back({.sku_id = receipts[i].sku_id,
                     .quantity = receipts[i].quantity,
                     .owner_id = receipts[i].owner_id,
                     .condition = receipts[i].condition,
                     .lot = receipts[i].lot,
                     .location = receipts[i].location,
                     .expiry_date = receipts[i].expire_date,
                     .made_date = arrivals[i].made_date});
    of_lines.push_back(skus.at(receipts[i].sku_id));
  }
  return RecordLots(posting, lines, of_lines, today);
}

absl::Status InspectAndPost(const Posting& posting, std::string_view node_id,
                            std::string_view document_id, std::string_view reason,
                            std::vector<domain::Receipt>& receipts,
                            std::span<const domain::InspectionLine> lines) {
  ASSIGN_OR_RETURN(const auto nodes,
                   store::FindNodes(posting.t, posting.org_id, {std::string(node_id)}));
  ASSIGN_OR_RETURN(const domain::NodeDays days, DaysAt(nodes, posting.now));
  std::set<domain::LotKey> keys;
  for (const domain::Receipt& receipt : receipts) {
    if (!receipt.lot.empty()) keys.insert({receipt.sku_id, receipt.lot});
  }
  ASSIGN_OR_RETURN(const domain::Lots lots, store::FindLots(posting.t, posting.org_id, keys));
  ASSIGN_OR_RETURN(const std::vector<domain::Movement> movements,
                   domain::Inspect(receipts, lines,
                                   {.node_id = node_id,
                                    .reference = document_id,
                                    .reason = reason,
                                    .today = days.at(std::string(node_id)),
                                    .lots = lots}));
  std::vector<domain::Receipt> inspected;
  for (const domain::InspectionLine& line : lines) {
    inspected.push_back(receipts[line.receipt_number - 1]);
  }
  RETURN_IF_ERROR(store::SaveReceipts(posting.t, posting.org_id, document_id, inspected));
  return LockAndPost(posting, movements).status();
}

absl::StatusOr<std::vector<domain::LedgerEntry>> LockAndPost(
    const Posting& posting, std::span<const domain::Movement> movements) {
  if (movements.empty()) return std::vector<domain::LedgerEntry>();
  ASSIGN_OR_RETURN(domain::Totals totals,
                   store::MakeAndLockTotals(posting.t, posting.org_id, domain::KeysOf(movements)));
  return Post(posting, movements, totals);
}

absl::Status Moved(const Posting& posting, const domain::StockTransfer& transfer,
                   std::string_view verb, std::string_view from, std::string_view note) {
  RETURN_IF_ERROR(store::Update(posting.t, posting.org_id, transfer));
  RETURN_IF_ERROR(AddStep(posting, transfer, verb, from, note));
  v1::TransferChanged event;
  *event.mutable_transfer() = convert::ToProto(transfer);
  return Tell(posting, transfer.id, event);
}

}  // namespace kefu::warehouse
