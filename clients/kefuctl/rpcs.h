// The RPCs that kefuctl calls. A test compares each with the contracts.
#pragma once

#include "clients/kefuctl/client.h"
#include "kefu/aftersales/v1/aftersales_service.pb.h"
#include "kefu/gateway/v1/gateway_service.pb.h"
#include "kefu/performance/v1/facts.pb.h"
#include "kefu/performance/v1/payments.pb.h"
#include "kefu/performance/v1/performance_service.pb.h"
#include "kefu/staffing/v1/staffing_service.pb.h"
#include "kefu/warehouse/v1/warehouse_service.pb.h"

namespace kefu::kefuctl::rpcs {

namespace st = staffing::v1;
namespace pf = performance::v1;
namespace as = aftersales::v1;
namespace wh = warehouse::v1;
namespace gw = gateway::v1;

inline constexpr Rpc<st::CreateOrganizationRequest, st::Organization> kCreateOrganization{
    "/kefu.staffing.v1.StaffingService/CreateOrganization"};
inline constexpr Rpc<st::CreateShopRequest, st::Shop> kCreateShop{
    "/kefu.staffing.v1.StaffingService/CreateShop"};
inline constexpr Rpc<st::ListShopsRequest, st::ListShopsResponse> kListShops{
    "/kefu.staffing.v1.StaffingService/ListShops"};
inline constexpr Rpc<st::ListAgentsRequest, st::ListAgentsResponse> kListAgents{
    "/kefu.staffing.v1.StaffingService/ListAgents"};
inline constexpr Rpc<st::ListTeamsRequest, st::ListTeamsResponse> kListTeams{
    "/kefu.staffing.v1.StaffingService/ListTeams"};

inline constexpr Rpc<pf::ConfigureShopRequest, pf::ShopSettings> kConfigureShop{
    "/kefu.performance.v1.PerformanceService/ConfigureShop"};
inline constexpr Rpc<pf::GetShopSettingsRequest, pf::ShopSettings> kGetShopSettings{
    "/kefu.performance.v1.PerformanceService/GetShopSettings"};
inline constexpr Rpc<pf::ImportConversationsRequest, pf::ImportResponse> kImportConversations{
    "/kefu.performance.v1.PerformanceService/ImportConversations"};
inline constexpr Rpc<pf::ImportOrdersRequest, pf::ImportResponse> kImportOrders{
    "/kefu.performance.v1.PerformanceService/ImportOrders"};
inline constexpr Rpc<pf::ImportRefundsRequest, pf::ImportResponse> kImportRefunds{
    "/kefu.performance.v1.PerformanceService/ImportRefunds"};
inline constexpr Rpc<pf::ImportReviewsRequest, pf::ImportResponse> kImportReviews{
    "/kefu.performance.v1.PerformanceService/ImportReviews"};
inline constexpr Rpc<pf::ImportVisitsRequest, pf::ImportResponse> kImportVisits{
    "/kefu.performance.v1.FactService/ImportVisits"};
inline constexpr Rpc<pf::ImportPaymentsRequest, pf::ImportResponse> kImportPayments{
    "/kefu.performance.v1.FactService/ImportPayments"};
inline constexpr Rpc<pf::ImportInspectionsRequest, pf::ImportResponse> kImportInspections{
    "/kefu.performance.v1.FactService/ImportInspections"};
inline constexpr Rpc<pf::ImportRatingsRequest, pf::ImportResponse> kImportRatings{
    "/kefu.performance.v1.FactService/ImportRatings"};
inline constexpr Rpc<pf::ImportConductRequest, pf::ImportResponse> kImportConduct{
    "/kefu.performance.v1.FactService/ImportConduct"};
inline constexpr Rpc<pf::ImportAttendanceRequest, pf::ImportResponse> kImportAttendance{
    "/kefu.performance.v1.FactService/ImportAttendance"};
inline constexpr Rpc<pf::ReplaceDayRequest, pf::ReplaceDayResponse> kReplaceDay{
    "/kefu.performance.v1.FactService/ReplaceDay"};
inline constexpr Rpc<pf::GetMetricsRequest, pf::GetMetricsResponse> kGetMetrics{
    "/kefu.performance.v1.PerformanceService/GetMetrics"};
inline constexpr Rpc<pf::ListMetricsRequest, pf::ListMetricsResponse> kListMetrics{
    "/kefu.performance.v1.PerformanceService/ListMetrics"};

inline constexpr Rpc<as::ListCasesRequest, as::ListCasesResponse> kListCases{
    "/kefu.aftersales.v1.AftersalesService/ListCases"};

inline constexpr Rpc<wh::ListNodesRequest, wh::ListNodesResponse> kListNodes{
    "/kefu.warehouse.v1.WarehouseService/ListNodes"};
inline constexpr Rpc<wh::ListSkusRequest, wh::ListSkusResponse> kListSkus{
    "/kefu.warehouse.v1.WarehouseService/ListSkus"};
inline constexpr Rpc<wh::ListStockLevelsRequest, wh::ListStockLevelsResponse> kListStockLevels{
    "/kefu.warehouse.v1.WarehouseService/ListStockLevels"};

inline constexpr Rpc<gw::GetShopPeriodRequest, gw::GetShopPeriodResponse> kGetShopPeriod{
    "/kefu.gateway.v1.GatewayService/GetShopPeriod"};

}  // namespace kefu::kefuctl::rpcs
