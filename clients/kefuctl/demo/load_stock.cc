// Nodes, SKUs, receipts and reservations.
#include <set>

#include "clients/kefuctl/demo/loading.h"

namespace kefu::demo {
namespace {

constexpr int64_t kHoldSeconds = 7 * 86'400;  // the longest hold there is

}  // namespace

absl::Status Loader::LoadNetwork() {
  Ids codes;
  RETURN_IF_ERROR(
      EachPage(client_, kListNodes, warehouse::ListNodesRequest(), [&](const auto& page) {
        for (const auto& node : page.nodes()) codes[node.external_id()] = node.node_id();
      }));
  for (const auto& [key, value] : data_.nodes) {
    if (const auto found = codes.find(value.external_id()); found != codes.end()) {
      nodes_[key] = found->second;
      Found();
      continue;
    }
    warehouse::CreateNodeRequest request;
    *request.mutable_node() = value;
    if (!value.parent_node_id().empty())
      request.mutable_node()->set_parent_node_id(nodes_.at(value.parent_node_id()));
    ASSIGN_OR_RETURN(const auto node, Write(kCreateNode, request, "node." + key));
    nodes_[key] = node.node_id();
    Created();
  }
  RETURN_IF_ERROR(EachPage(client_, kListSkus, warehouse::ListSkusRequest(), [&](const auto& page) {
    for (const auto& sku : page.skus()) skus_[sku.code()] = sku.sku_id();
  }));
  for (const warehouse::Sku& value : data_.skus) {
    if (skus_.contains(value.code())) {
      Found();
      continue;
    }
    warehouse::CreateSkuRequest request;
    *request.mutable_sku() = value;
    ASSIGN_OR_RETURN(const auto sku, Write(kCreateSku, request, "sku." + value.code()));
    skus_[value.code()] = sku.sku_id();
    Created();
  }
  return absl::OkStatus();
}

absl::Status Loader::LoadStock() {
  // The ledger tells what has come in and what was reserved: it is never cut, request ids are.
  std::set<std::string> documents, reservation_ids;
  for (const auto& [key, node_id] : nodes_) {
    warehouse::GetLedgerRequest request;
    request.set_node_id(node_id);
    RETURN_IF_ERROR(EachPage(client_, kGetLedger, request, [&](const auto& page) {
      for (const auto& entry : page.entries()) {
        if (entry.to_account() == warehouse::LEDGER_ACCOUNT_RESERVED) {
          reservation_ids.insert(entry.reference());
        } else {
          documents.insert(entry.reference());
        }
      }
    }));
  }
  for (const warehouse::ReceiveRequest& plan : data_.receipts) {
    if (documents.contains(plan.document())) {
      Found();
      continue;
    }
    warehouse::ReceiveRequest request = plan;
    request.set_node_id(nodes_.at(plan.node_id()));
    for (auto& line : *request.mutable_lines()) line.set_sku_id(skus_.at(line.sku_id()));
    RETURN_IF_ERROR(Write(kReceive, request, plan.document()).status());
    Created();
  }
  std::map<std::string, warehouse::Reservation> there;  // by order
  for (const std::string& id : reservation_ids) {
    warehouse::GetReservationRequest request;
    request.set_reservation_id(id);
    ASSIGN_OR_RETURN(const auto reservation, Ask(client_, kGetReservation, request));
    there[reservation.order_id()] = reservation;
  }
  for (const ReservationPlan& plan : data_.reservations) {
    const auto found = there.find(plan.reservation.order_id());
    RETURN_IF_ERROR(LoadReservation(plan, found == there.end() ? nullptr : &found->second));
  }
  return absl::OkStatus();
}

absl::Status Loader::LoadReservation(const ReservationPlan& plan,
                                     const warehouse::Reservation* there) {
  const std::string& order_id = plan.reservation.order_id();
  warehouse::Reservation held;
  if (there != nullptr) {
    held = *there;
    Found();
  } else {
    warehouse::ReserveRequest request;
    *request.mutable_reservation() = plan.reservation;
    for (auto& line : *request.mutable_reservation()->mutable_lines()) {
      line.set_node_id(nodes_.at(line.node_id()));
      line.set_sku_id(skus_.at(line.sku_id()));
    }
    request.set_ttl_seconds(kHoldSeconds);
    ASSIGN_OR_RETURN(held, Write(kReserve, request, "reserve." + order_id));
    Created();
  }
  if (held.state() != warehouse::RESERVATION_STATE_HELD || held.state() == plan.end)
    return absl::OkStatus();
  if (plan.end == warehouse::RESERVATION_STATE_CONFIRMED) {
    warehouse::ConfirmReservationRequest request;
    request.set_reservation_id(held.reservation_id());
    return Write(kConfirmReservation, request, "confirm." + order_id).status();
  }
  warehouse::ReleaseReservationRequest request;
  request.set_reservation_id(held.reservation_id());
  request.set_reason("买家取消订单");
  return Write(kReleaseReservation, request, "release." + order_id).status();
}

}  // namespace kefu::demo
