// The aggregated views: several services asked at once, each with what is left of the caller's time
// and the caller's own token.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/aftersales/v1/aftersales_service.grpc.pb.h"
#include "kefu/gateway/v1/gateway_service.pb.h"
#include "kefu/performance/v1/performance_service.grpc.pb.h"
#include "kefu/staffing/v1/staffing_service.grpc.pb.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"

namespace kefu::gateway {

// The services behind the views; all outlive them.
struct Peers {
  std::unique_ptr<staffing::v1::StaffingService::StubInterface> staffing;
  std::unique_ptr<performance::v1::PerformanceService::StubInterface> performance;
  std::unique_ptr<aftersales::v1::AftersalesService::StubInterface> aftersales;
  std::unique_ptr<warehouse::v1::WarehouseService::StubInterface> warehouse;
};

// Thread-safe. A part that fails is left out and named in the answer's `parts`; the call itself
// fails only for the caller's own mistakes: INVALID_ARGUMENT INVALID_FIELDS, UNAUTHENTICATED, and
// NOT_FOUND or PERMISSION_DENIED for a shop that neither staffing nor performance shows the caller.
class Views {
 public:
  explicit Views(const Peers& peers) : peers_(peers) {}

  absl::StatusOr<v1::GetShopDayResponse> GetShopDay(const RequestContext& ctx,
                                                    const v1::GetShopDayRequest& request) const;
  absl::StatusOr<v1::GetShopPeriodResponse> GetShopPeriod(
      const RequestContext& ctx, const v1::GetShopPeriodRequest& request) const;

 private:
  const Peers& peers_;
};

}  // namespace kefu::gateway
