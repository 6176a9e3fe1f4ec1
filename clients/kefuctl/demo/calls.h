// The calls that loading and reporting make, and the two ways in which they are made: repeated
// while a server is away, and page by page.
#pragma once

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/kefuctl/client.h"
#include "clients/kefuctl/rpcs.h"
#include "common/status/status_macros.h"
#include "kefu/aftersales/v1/orders.pb.h"
#include "kefu/aftersales/v1/processes.pb.h"

namespace kefu::demo {

namespace staffing = kefu::staffing::v1;
namespace performance = kefu::performance::v1;
namespace aftersales = kefu::aftersales::v1;
namespace warehouse = kefu::warehouse::v1;
namespace gateway = kefu::gateway::v1;
using kefuctl::rpcs::kConfigureShop;
using kefuctl::rpcs::kCreateOrganization;
using kefuctl::rpcs::kCreateShop;
using kefuctl::rpcs::kGetMetrics;
using kefuctl::rpcs::kGetShopPeriod;
using kefuctl::rpcs::kImportConversations;
using kefuctl::rpcs::kImportOrders;
using kefuctl::rpcs::kImportRefunds;
using kefuctl::rpcs::kImportReviews;
using kefuctl::rpcs::kListCases;
using kefuctl::rpcs::kListNodes;
using kefuctl::rpcs::kListShops;
using kefuctl::rpcs::kListSkus;
using kefuctl::rpcs::kListStockLevels;

#define KEFU_DEMO_RPC(service, method, response)                                        \
  inline constexpr kefuctl::Rpc<service::method##Request, service::response> k##method{ \
      KEFU_DEMO_PATH_##service "/" #method};
#define KEFU_DEMO_PATH_staffing "/kefu.staffing.v1.StaffingService"
#define KEFU_DEMO_PATH_performance "/kefu.performance.v1.PerformanceService"
#define KEFU_DEMO_PATH_aftersales "/kefu.aftersales.v1.AftersalesService"
#define KEFU_DEMO_PATH_warehouse "/kefu.warehouse.v1.WarehouseService"

KEFU_DEMO_RPC(staffing, ListOrganizations, ListOrganizationsResponse)
KEFU_DEMO_RPC(staffing, CreateSite, Site)
KEFU_DEMO_RPC(staffing, ListSites, ListSitesResponse)
KEFU_DEMO_RPC(staffing, CreateTeam, Team)
KEFU_DEMO_RPC(staffing, ListTeams, ListTeamsResponse)
KEFU_DEMO_RPC(staffing, UpdateTeam, Team)
KEFU_DEMO_RPC(staffing, CreateAgent, Agent)
KEFU_DEMO_RPC(staffing, ListAgents, ListAgentsResponse)
KEFU_DEMO_RPC(staffing, TransferAgent, Agent)
KEFU_DEMO_RPC(staffing, ListTeamMemberships, ListTeamMembershipsResponse)
KEFU_DEMO_RPC(staffing, ChangeTier, TierChange)
KEFU_DEMO_RPC(staffing, ListTierChanges, ListTierChangesResponse)
KEFU_DEMO_RPC(staffing, GetTierLadder, TierLadder)
KEFU_DEMO_RPC(staffing, AssignAgent, Assignment)
KEFU_DEMO_RPC(staffing, ListAssignments, ListAssignmentsResponse)
KEFU_DEMO_RPC(aftersales, OpenCase, Case)
KEFU_DEMO_RPC(aftersales, RespondToCase, Case)
KEFU_DEMO_RPC(aftersales, ReviewCase, Case)
KEFU_DEMO_RPC(aftersales, ResumeCase, Case)
KEFU_DEMO_RPC(aftersales, CloseCase, Case)
KEFU_DEMO_RPC(warehouse, CreateNode, Node)
KEFU_DEMO_RPC(warehouse, CreateSku, Sku)
KEFU_DEMO_RPC(warehouse, Receive, ReceiveResponse)
KEFU_DEMO_RPC(warehouse, GetLedger, GetLedgerResponse)
KEFU_DEMO_RPC(warehouse, Reserve, Reservation)
KEFU_DEMO_RPC(warehouse, GetReservation, Reservation)
KEFU_DEMO_RPC(warehouse, ConfirmReservation, Reservation)
KEFU_DEMO_RPC(warehouse, ReleaseReservation, Reservation)
#undef KEFU_DEMO_RPC
inline constexpr kefuctl::Rpc<aftersales::PutOrdersRequest, aftersales::PutOrdersResponse>
    kPutOrders{"/kefu.aftersales.v1.OrderService/PutOrders"};
inline constexpr kefuctl::Rpc<aftersales::GetFlowPolicyRequest, aftersales::FlowPolicy>
    kGetFlowPolicy{"/kefu.aftersales.v1.ProcessService/GetFlowPolicy"};
inline constexpr kefuctl::Rpc<aftersales::SetFlowPolicyRequest, aftersales::FlowPolicy>
    kSetFlowPolicy{"/kefu.aftersales.v1.ProcessService/SetFlowPolicy"};
inline constexpr kefuctl::Rpc<staffing::SetHeadcountRequest, staffing::Headcount> kSetHeadcount{
    "/kefu.staffing.v1.CareerService/SetHeadcount"};

// Runs `attempt` again while a server is away or busy, for about half a minute. Only for what may
// be done twice: reads, writes with a request id, imports.
template <class F>
auto Persist(F attempt) -> decltype(attempt()) {
  constexpr int kAttempts = 9;
  absl::Duration pause = absl::Milliseconds(150);
  for (int i = 1;; ++i) {
    auto result = attempt();
    const absl::StatusCode code = result.status().code();
    const bool passing = code == absl::StatusCode::kUnavailable ||
                         code == absl::StatusCode::kResourceExhausted ||
                         code == absl::StatusCode::kAborted;
    if (!passing || i == kAttempts) return result;
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(pause));
    pause = std::min(pause * 2, absl::Seconds(8));
  }
}

template <class Request, class Response>
absl::StatusOr<Response> Ask(kefuctl::Client& client, const kefuctl::Rpc<Request, Response>& rpc,
                             const Request& request) {
  return Persist([&] { return client.Call(rpc, request); });
}

// Walks all pages and hands each answer to `take`.
template <class Request, class Response, class F>
absl::Status EachPage(kefuctl::Client& client, const kefuctl::Rpc<Request, Response>& rpc,
                      Request request, F take) {
  request.set_page_size(1000);
  do {
    ASSIGN_OR_RETURN(const Response page, Ask(client, rpc, request));
    take(page);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace kefu::demo
