#include "services/staffing/workload_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/workload.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::WorkloadService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const WorkloadHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

#define KEFU_WORKLOAD_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_CLIENT_STREAM(ImportArrivals, v1::ImportArrivalsRequest, v1::ImportArrivalsResponse,
                     handlers_.ImportArrivals(ctx, reader))
  KEFU_WORKLOAD_CALL(ListArrivals, ListArrivalsRequest, ListArrivalsResponse)
  KEFU_WORKLOAD_CALL(SetCalendarDay, SetCalendarDayRequest, CalendarDay)
  KEFU_WORKLOAD_CALL(ListCalendarDays, ListCalendarDaysRequest, ListCalendarDaysResponse)
  KEFU_WORKLOAD_CALL(SetCampaign, SetCampaignRequest, Campaign)
  KEFU_WORKLOAD_CALL(ListCampaigns, ListCampaignsRequest, ListCampaignsResponse)
  KEFU_WORKLOAD_CALL(SetStaffingPolicy, SetStaffingPolicyRequest, StaffingPolicy)
  KEFU_WORKLOAD_CALL(GetStaffingPolicy, GetStaffingPolicyRequest, StaffingPolicy)

#undef KEFU_WORKLOAD_CALL

 private:
  const WorkloadHandlers& handlers_;
};

}  // namespace

WorkloadServiceImpl::WorkloadServiceImpl(rpc::Dispatcher& dispatcher,
                                         const WorkloadHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
