// All gRPC services of staffing with the handlers behind them: what a process, a test and the
// suite's test serve.
#pragma once

#include <vector>

#include "common/rpc/server.h"
#include "services/staffing/announcement_service.h"
#include "services/staffing/attendance_service.h"
#include "services/staffing/authority_service.h"
#include "services/staffing/career_service.h"
#include "services/staffing/checklist_service.h"
#include "services/staffing/conduct_service.h"
#include "services/staffing/contract_service.h"
#include "services/staffing/handlers/announcements/announcement_handlers.h"
#include "services/staffing/handlers/careers/authority_handlers.h"
#include "services/staffing/handlers/careers/career_handlers.h"
#include "services/staffing/handlers/checklists/checklist_handlers.h"
#include "services/staffing/handlers/conduct/conduct_handlers.h"
#include "services/staffing/handlers/contracts/contract_handlers.h"
#include "services/staffing/handlers/handlers.h"
#include "services/staffing/handlers/handovers/handover_handlers.h"
#include "services/staffing/handlers/personnel/personnel_handlers.h"
#include "services/staffing/handlers/problems/problem_handlers.h"
#include "services/staffing/handlers/rosters/roster_handlers.h"
#include "services/staffing/handlers/rules/rule_handlers.h"
#include "services/staffing/handlers/supervision/supervision_handlers.h"
#include "services/staffing/handlers/supplies/supply_handlers.h"
#include "services/staffing/handlers/training/training_handlers.h"
#include "services/staffing/handlers/workload/workload_handlers.h"
#include "services/staffing/handover_service.h"
#include "services/staffing/leave_service.h"
#include "services/staffing/personnel_service.h"
#include "services/staffing/problem_service.h"
#include "services/staffing/roster_service.h"
#include "services/staffing/shift_service.h"
#include "services/staffing/staffing_service.h"
#include "services/staffing/supervision_service.h"
#include "services/staffing/supply_service.h"
#include "services/staffing/training_service.h"
#include "services/staffing/working_rule_service.h"
#include "services/staffing/workload_service.h"

namespace kefu::staffing {

// Thread-safe. The dispatcher and what `deps` refers to outlive it.
class Calls {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : handlers_(deps),
        attendance_(deps),
        handovers_(deps),
        leave_(deps),
        rosters_(deps),
        shifts_(deps),
        workload_(deps),
        careers_(deps),
        authority_(deps),
        contracts_(deps),
        conduct_(deps),
        announcements_(deps),
        problems_(deps),
        supervision_(deps),
        personnel_(deps),
        training_(deps),
        checklists_(deps),
        rules_(deps),
        supplies_(deps),
        staffing_rpc_(dispatcher, handlers_, rosters_, workload_, careers_, authority_, handovers_,
                      attendance_, contracts_, conduct_),
        attendance_rpc_(dispatcher, attendance_),
        handover_rpc_(dispatcher, handovers_),
        leave_rpc_(dispatcher, leave_),
        roster_rpc_(dispatcher, rosters_),
        shift_rpc_(dispatcher, shifts_),
        workload_rpc_(dispatcher, workload_),
        career_rpc_(dispatcher, careers_),
        authority_rpc_(dispatcher, authority_),
        contract_rpc_(dispatcher, contracts_),
        conduct_rpc_(dispatcher, conduct_),
        announcement_rpc_(dispatcher, announcements_),
        problem_rpc_(dispatcher, problems_),
        supervision_rpc_(dispatcher, supervision_),
        personnel_rpc_(dispatcher, personnel_),
        training_rpc_(dispatcher, training_),
        checklist_rpc_(dispatcher, checklists_),
        rule_rpc_(dispatcher, rules_),
        supply_rpc_(dispatcher, supplies_) {}

  std::vector<rpc::NamedService> services() {
    return {
        &staffing_rpc_,      //
        &attendance_rpc_,    //
        &handover_rpc_,      //
        &leave_rpc_,         //
        &roster_rpc_,        //
        &shift_rpc_,         //
        &workload_rpc_,      //
        &career_rpc_,        //
        &authority_rpc_,     //
        &contract_rpc_,      //
        &conduct_rpc_,       //
        &announcement_rpc_,  //
        &problem_rpc_,       //
        &supervision_rpc_,   //
        &personnel_rpc_,     //
        &training_rpc_,      //
        &checklist_rpc_,     //
        &rule_rpc_,          //
        &supply_rpc_,        //
    };
  }

 private:
  const Handlers handlers_;
  const AttendanceHandlers attendance_;
  const HandoverHandlers handovers_;
  const LeaveHandlers leave_;
  const RosterHandlers rosters_;
  const ShiftHandlers shifts_;
  const WorkloadHandlers workload_;
  const CareerHandlers careers_;
  const AuthorityHandlers authority_;
  const ContractHandlers contracts_;
  const ConductHandlers conduct_;
  const AnnouncementHandlers announcements_;
  const ProblemHandlers problems_;
  const SupervisionHandlers supervision_;
  const PersonnelHandlers personnel_;
  const TrainingHandlers training_;
  const ChecklistHandlers checklists_;
  const WorkingRuleHandlers rules_;
  const SupplyHandlers supplies_;
  StaffingServiceImpl staffing_rpc_;
  AttendanceServiceImpl attendance_rpc_;
  HandoverServiceImpl handover_rpc_;
  LeaveServiceImpl leave_rpc_;
  RosterServiceImpl roster_rpc_;
  ShiftServiceImpl shift_rpc_;
  WorkloadServiceImpl workload_rpc_;
  CareerServiceImpl career_rpc_;
  AuthorityServiceImpl authority_rpc_;
  ContractServiceImpl contract_rpc_;
  ConductServiceImpl conduct_rpc_;
  AnnouncementServiceImpl announcement_rpc_;
  ProblemServiceImpl problem_rpc_;
  SupervisionServiceImpl supervision_rpc_;
  PersonnelServiceImpl personnel_rpc_;
  TrainingServiceImpl training_rpc_;
  ChecklistServiceImpl checklist_rpc_;
  WorkingRuleServiceImpl rule_rpc_;
  SupplyServiceImpl supply_rpc_;
};

}  // namespace kefu::staffing
