// kefu.staffing.v1.StaffingService over gRPC.
#pragma once

#include "common/rpc/server.h"
#include "services/staffing/handlers/attendance/attendance_handlers.h"
#include "services/staffing/handlers/careers/authority_handlers.h"
#include "services/staffing/handlers/careers/career_handlers.h"
#include "services/staffing/handlers/conduct/conduct_handlers.h"
#include "services/staffing/handlers/contracts/contract_handlers.h"
#include "services/staffing/handlers/handlers.h"
#include "services/staffing/handlers/handovers/handover_handlers.h"
#include "services/staffing/handlers/rosters/roster_handlers.h"
#include "services/staffing/handlers/workload/workload_handlers.h"

namespace kefu::staffing {

// Thread-safe. Dispatcher and handlers outlive it.
class StaffingServiceImpl final : public rpc::HiddenService {
 public:
  StaffingServiceImpl(rpc::Dispatcher& dispatcher, const Handlers& handlers,
                      const RosterHandlers& rosters, const WorkloadHandlers& workload,
                      const CareerHandlers& careers, const AuthorityHandlers& authority,
                      const HandoverHandlers& handovers, const AttendanceHandlers& attendance,
                      const ContractHandlers& contracts, const ConductHandlers& conduct);
};

}  // namespace kefu::staffing
