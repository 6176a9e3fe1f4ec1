// Forecast and staffing need, call by call: contract messages in, contract messages out. As
// handlers.h.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/rpc/stream.h"
#include "kefu/staffing/v1/workload.pb.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe; errors as Handlers.
class WorkloadHandlers {
 public:
  explicit WorkloadHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  absl::StatusOr<v1::ImportArrivalsResponse> ImportArrivals(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportArrivalsRequest>& reader) const;

#define KEFU_WORKLOAD_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_WORKLOAD_HANDLER(ListArrivals, ListArrivalsRequest, ListArrivalsResponse)
  KEFU_WORKLOAD_HANDLER(SetCalendarDay, SetCalendarDayRequest, CalendarDay)
  KEFU_WORKLOAD_HANDLER(ListCalendarDays, ListCalendarDaysRequest, ListCalendarDaysResponse)
  KEFU_WORKLOAD_HANDLER(SetCampaign, SetCampaignRequest, Campaign)
  KEFU_WORKLOAD_HANDLER(ListCampaigns, ListCampaignsRequest, ListCampaignsResponse)
  KEFU_WORKLOAD_HANDLER(SetStaffingPolicy, SetStaffingPolicyRequest, StaffingPolicy)
  KEFU_WORKLOAD_HANDLER(GetStaffingPolicy, GetStaffingPolicyRequest, StaffingPolicy)
  KEFU_WORKLOAD_HANDLER(ForecastDemand, ForecastDemandRequest, ForecastDemandResponse)
  KEFU_WORKLOAD_HANDLER(ComputeStaffing, ComputeStaffingRequest, ComputeStaffingResponse)

#undef KEFU_WORKLOAD_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
