#include "services/aftersales/calls.h"

#include "services/aftersales/aftersales_service.h"
#include "services/aftersales/assignment_service.h"
#include "services/aftersales/case_figure_service.h"
#include "services/aftersales/case_work_service.h"
#include "services/aftersales/compensation_service.h"
#include "services/aftersales/insight_service.h"
#include "services/aftersales/intake_service.h"
#include "services/aftersales/order_service.h"
#include "services/aftersales/process_service.h"
#include "services/aftersales/return_policy_service.h"
#include "services/aftersales/sla_service.h"

namespace kefu::aftersales {

struct Calls::All {
  All(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : handlers(deps),
        aftersales(dispatcher, handlers),
        assignment(dispatcher, deps),
        case_figures(dispatcher, deps),
        case_work(dispatcher, deps),
        compensation(dispatcher, deps),
        insight(dispatcher, deps),
        intake(dispatcher, deps),
        orders(dispatcher, deps),
        payments(dispatcher, deps),
        processes(dispatcher, deps),
        return_policies(dispatcher, deps),
        sla_handlers(deps),
        sla_policies(dispatcher, sla_handlers),
        case_clocks(dispatcher, sla_handlers) {}

  Handlers handlers;
  AftersalesServiceImpl aftersales;
  AssignmentServiceImpl assignment;
  CaseFigureServiceImpl case_figures;
  CaseWorkServiceImpl case_work;
  CompensationPolicyServiceImpl compensation;
  InsightServiceImpl insight;
  IntakeServiceImpl intake;
  OrderServiceImpl orders;
  PaymentServiceImpl payments;
  ProcessServiceImpl processes;
  ReturnPolicyServiceImpl return_policies;
  SlaHandlers sla_handlers;
  SlaPolicyServiceImpl sla_policies;
  CaseClockServiceImpl case_clocks;
};

Calls::Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
    : all_(std::make_unique<All>(dispatcher, deps)) {}
Calls::~Calls() = default;

std::vector<rpc::NamedService> Calls::services() const {
  return {&all_->aftersales,   &all_->assignment, &all_->case_figures,    &all_->case_work,
          &all_->compensation, &all_->insight,    &all_->intake,          &all_->orders,
          &all_->payments,     &all_->processes,  &all_->return_policies, &all_->sla_policies,
          &all_->case_clocks};
}

}  // namespace kefu::aftersales
