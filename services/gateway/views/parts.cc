#include "services/gateway/views/parts.h"

#include <fmt/format.h>

#include "common/convert/fields.h"
#include "common/money/money.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/connect/peer_error.h"
#include "services/gateway/views/fan_out.h"

namespace kefu::gateway {
namespace {

constexpr int kPage = 1000;
constexpr int kMostShown = 100;  // cases and stock rows of a view: what one person looks at

using Performance = performance::v1::PerformanceService::StubInterface;
using Aftersales = aftersales::v1::AftersalesService::StubInterface;
using Staffing = staffing::v1::StaffingService::StubInterface;
using Warehouse = warehouse::v1::WarehouseService::StubInterface;

std::string_view PeerOf(const Staffing&) { return "staffing"; }
std::string_view PeerOf(const Performance&) { return "performance"; }
std::string_view PeerOf(const Aftersales&) { return "aftersales"; }
std::string_view PeerOf(const Warehouse&) { return "warehouse"; }

// One call to a peer with a fresh context; errors are those of FromPeer.
template <class Stub, class Request, class Response>
absl::Status Ask(const RequestContext& ctx, Stub& stub,
                 grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                 const Request& request, Response* response) {
  grpc::ClientContext context;
  rpc::Prepare(PartOptions(ctx), context);
  const grpc::Status status = (stub.*method)(&context, request, response);
  return connect::FromPeer(status, PeerOf(stub));
}

}  // namespace

absl::StatusOr<staffing::v1::Shop> LoadShop(const Peers& peers, const RequestContext& ctx,
                                            const std::string& shop_id) {
  staffing::v1::GetShopRequest request;
  request.set_shop_id(shop_id);
  staffing::v1::Shop shop;
  RETURN_IF_ERROR(Ask(ctx, *peers.staffing, &Staffing::GetShop, request, &shop));
  return shop;
}

absl::Status LoadShopFigures(const Peers& peers, const RequestContext& ctx,
                             const std::string& shop_id, const kefu::common::v1::DateRange* period,
                             Figures* figures, kefu::common::v1::DateRange* covered) {
  performance::v1::GetMetricsRequest request;
  request.set_shop_id(shop_id);
  if (period != nullptr) *request.mutable_period() = *period;
  performance::v1::GetMetricsResponse response;
  RETURN_IF_ERROR(Ask(ctx, *peers.performance, &Performance::GetMetrics, request, &response));
  if (response.rows_size() > 0) *figures = response.rows(0).values();
  if (covered != nullptr && response.has_period()) *covered = response.period();
  return absl::OkStatus();
}

absl::Status LoadAgentFigures(const Peers& peers, const RequestContext& ctx,
                              const std::string& shop_id, const kefu::common::v1::DateRange* period,
                              AgentRows* agents) {
  performance::v1::GetMetricsRequest request;
  request.set_shop_id(shop_id);
  request.set_by_agent(true);
  if (period != nullptr) *request.mutable_period() = *period;
  performance::v1::GetMetricsResponse response;
  RETURN_IF_ERROR(Ask(ctx, *peers.performance, &Performance::GetMetrics, request, &response));
  for (performance::v1::MetricRow& row : *response.mutable_rows()) {
    v1::AgentFigures* agent = agents->Add();
    agent->set_agent_id(row.subject().agent_id());
    agent->mutable_values()->Swap(row.mutable_values());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, AgentName>> LoadAgentNames(const Peers& peers,
                                                                const RequestContext& ctx) {
  std::map<std::string, AgentName> names;
  staffing::v1::ListAgentsRequest request;
  request.set_page_size(kPage);
  request.set_show_archived(true);
  do {
    staffing::v1::ListAgentsResponse response;
    RETURN_IF_ERROR(Ask(ctx, *peers.staffing, &Staffing::ListAgents, request, &response));
    for (const auto& agent : response.agents())
      names[agent.agent_id()] = {agent.display_name(), agent.tier_id()};
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return names;
}

void NameAgents(const std::map<std::string, AgentName>& names, AgentRows& agents) {
  for (v1::AgentFigures& agent : agents) {
    const auto found = names.find(agent.agent_id());
    if (found == names.end()) continue;
    agent.set_display_name(found->second.display_name);
    agent.set_tier_id(found->second.tier_id);
  }
}

absl::Status LoadCasesNearDue(const Peers& peers, const RequestContext& ctx,
                              const std::string& shop_id, absl::Time before,
                              google::protobuf::RepeatedPtrField<aftersales::v1::Case>* cases) {
  aftersales::v1::ListCasesRequest request;
  request.set_shop_id(shop_id);
  *request.mutable_due_before_time() = kefu::convert::ToProto(before);
  request.set_page_size(kMostShown);
  aftersales::v1::ListCasesResponse response;
  RETURN_IF_ERROR(Ask(ctx, *peers.aftersales, &Aftersales::ListCases, request, &response));
  cases->Swap(response.mutable_cases());
  return absl::OkStatus();
}

absl::Status LoadLowStock(const Peers& peers, const RequestContext& ctx, int64_t below,
                          google::protobuf::RepeatedPtrField<warehouse::v1::StockLevel>* levels) {
  warehouse::v1::ListStockLevelsRequest request;
  request.set_available_below(below);
  request.set_page_size(kMostShown);
  warehouse::v1::ListStockLevelsResponse response;
  RETURN_IF_ERROR(Ask(ctx, *peers.warehouse, &Warehouse::ListStockLevels, request, &response));
  levels->Swap(response.mutable_levels());
  return absl::OkStatus();
}

namespace {

absl::Status AddQuote(const aftersales::v1::CompensationQuote& quote, LateShipments& result) {
  if (!quote.error_reason().empty()) {
    return FailedPrecondition("QUOTE_FAILED", fmt::format("order/{}", quote.order_id()),
                              quote.error_description());
  }
  const auto& amount = quote.compensation().amount();
  auto& sum = result.compensation;
  if (sum.currency_code().empty()) sum.set_currency_code(amount.currency_code());
  ASSIGN_OR_RETURN(const Money total, Add({sum.currency_code(), sum.minor_units()},
                                          {amount.currency_code(), amount.minor_units()}));
  sum.set_minor_units(total.minor);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LateShipments> LoadLateShipments(const Peers& peers, const RequestContext& ctx,
                                                const std::string& shop_id,
                                                const kefu::common::v1::DateRange* period) {
  LateShipments result;
  performance::v1::ListOrdersRequest request;
  request.set_shop_id(shop_id);
  request.set_late_shipments_only(true);
  request.set_page_size(kPage);
  if (period != nullptr) *request.mutable_period() = *period;
  do {
    performance::v1::ListOrdersResponse page;
    RETURN_IF_ERROR(Ask(ctx, *peers.performance, &Performance::ListOrders, request, &page));
    aftersales::v1::BatchQuoteCompensationRequest questions;
    for (const auto& order : page.orders()) {
      if (order.exclusion() != performance::v1::EXCLUSION_UNSPECIFIED) continue;
      ++result.orders;
      if (!order.has_paid()) continue;  // who has paid nothing has nothing to claim
      auto* question = questions.add_requests();
      question->set_kind(aftersales::v1::COMPENSATION_KIND_LATE_SHIPMENT);
      *question->mutable_paid() = order.paid();
      question->set_shop_id(shop_id);
      question->set_order_id(order.order_id());
    }
    if (questions.requests_size() > 0) {
      aftersales::v1::BatchQuoteCompensationResponse answers;
      RETURN_IF_ERROR(
          Ask(ctx, *peers.aftersales, &Aftersales::BatchQuoteCompensation, questions, &answers));
      for (const auto& quote : answers.quotes()) RETURN_IF_ERROR(AddQuote(quote, result));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return result;
}

}  // namespace kefu::gateway
