#include "services/staffing/staffing_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/staffing_service.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::StaffingService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Handlers& handlers, const RosterHandlers& rosters,
        const WorkloadHandlers& workload, const CareerHandlers& careers,
        const AuthorityHandlers& authority, const HandoverHandlers& handovers,
        const AttendanceHandlers& attendance, const ContractHandlers& contracts,
        const ConductHandlers& conduct)
      : Service(dispatcher),
        handlers_(handlers),
        rosters_(rosters),
        workload_(workload),
        careers_(careers),
        authority_(authority),
        handovers_(handovers),
        attendance_(attendance),
        contracts_(contracts),
        conduct_(conduct) {}

#define KEFU_STAFFING_CALL(Method, Request, Response) \
  KEFU_UNARY(Method, v1::Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_STAFFING_CALL(CreateOrganization, CreateOrganizationRequest, Organization)
  KEFU_STAFFING_CALL(GetOrganization, GetOrganizationRequest, Organization)
  KEFU_STAFFING_CALL(ListOrganizations, ListOrganizationsRequest, ListOrganizationsResponse)
  KEFU_STAFFING_CALL(UpdateOrganization, UpdateOrganizationRequest, Organization)
  KEFU_STAFFING_CALL(CreateShop, CreateShopRequest, Shop)
  KEFU_STAFFING_CALL(GetShop, GetShopRequest, Shop)
  KEFU_STAFFING_CALL(ListShops, ListShopsRequest, ListShopsResponse)
  KEFU_STAFFING_CALL(UpdateShop, UpdateShopRequest, Shop)
  KEFU_STAFFING_CALL(CreateSite, CreateSiteRequest, Site)
  KEFU_STAFFING_CALL(GetSite, GetSiteRequest, Site)
  KEFU_STAFFING_CALL(ListSites, ListSitesRequest, ListSitesResponse)
  KEFU_STAFFING_CALL(UpdateSite, UpdateSiteRequest, Site)
  KEFU_STAFFING_CALL(CreateTeam, CreateTeamRequest, Team)
  KEFU_STAFFING_CALL(GetTeam, GetTeamRequest, Team)
  KEFU_STAFFING_CALL(ListTeams, ListTeamsRequest, ListTeamsResponse)
  KEFU_STAFFING_CALL(UpdateTeam, UpdateTeamRequest, Team)
  KEFU_STAFFING_CALL(CreateAgent, CreateAgentRequest, Agent)
  KEFU_STAFFING_CALL(GetAgent, GetAgentRequest, Agent)
  KEFU_STAFFING_CALL(ListAgents, ListAgentsRequest, ListAgentsResponse)
  KEFU_STAFFING_CALL(UpdateAgent, UpdateAgentRequest, Agent)
  KEFU_STAFFING_CALL(AssignAgent, AssignAgentRequest, Assignment)
  KEFU_STAFFING_CALL(GetAssignment, GetAssignmentRequest, Assignment)
  KEFU_STAFFING_CALL(ListAssignments, ListAssignmentsRequest, ListAssignmentsResponse)
  KEFU_STAFFING_CALL(UpdateAssignment, UpdateAssignmentRequest, Assignment)
  KEFU_STAFFING_CALL(TransferAgent, TransferAgentRequest, Agent)
  KEFU_STAFFING_CALL(ListTeamMemberships, ListTeamMembershipsRequest, ListTeamMembershipsResponse)
  KEFU_STAFFING_CALL(ChangeTier, ChangeTierRequest, TierChange)
  KEFU_STAFFING_CALL(GetTierOn, GetTierOnRequest, GetTierOnResponse)
  KEFU_STAFFING_CALL(ListTierChanges, ListTierChangesRequest, ListTierChangesResponse)
  KEFU_STAFFING_CALL(GetTierLadder, GetTierLadderRequest, TierLadder)

  KEFU_UNARY(HireAgent, v1::HireAgentRequest, v1::Agent, careers_.HireAgent(ctx, request))
  KEFU_UNARY(EvaluatePromotion, v1::EvaluatePromotionRequest, v1::EvaluatePromotionResponse,
             careers_.EvaluatePromotion(ctx, request))
  KEFU_UNARY(PromoteAgent, v1::PromoteAgentRequest, v1::Promotion,
             careers_.PromoteAgent(ctx, request))
  KEFU_UNARY(CheckAuthority, v1::CheckAuthorityRequest, v1::CheckAuthorityResponse,
             authority_.CheckAuthority(ctx, request))

  KEFU_UNARY(PlanRoster, v1::PlanRosterRequest, v1::Roster, rosters_.PlanRoster(ctx, request))
  KEFU_UNARY(ForecastDemand, v1::ForecastDemandRequest, v1::ForecastDemandResponse,
             workload_.ForecastDemand(ctx, request))
  KEFU_UNARY(ComputeStaffing, v1::ComputeStaffingRequest, v1::ComputeStaffingResponse,
             workload_.ComputeStaffing(ctx, request))
  KEFU_UNARY(WriteHandover, v1::WriteHandoverRequest, v1::Handover,
             handovers_.WriteHandover(ctx, request))
  KEFU_UNARY(AcknowledgeHandover, v1::AcknowledgeHandoverRequest, v1::HandoverItem,
             handovers_.AcknowledgeHandover(ctx, request))
  KEFU_UNARY(ClockIn, v1::ClockInRequest, v1::ClockEvent, attendance_.ClockIn(ctx, request))
  KEFU_UNARY(ClockOut, v1::ClockOutRequest, v1::ClockEvent, attendance_.ClockOut(ctx, request))

  KEFU_UNARY(CreateContract, v1::CreateContractRequest, v1::Contract,
             contracts_.CreateContract(ctx, request))
  KEFU_UNARY(CheckContract, v1::CheckContractRequest, v1::CheckContractResponse,
             contracts_.CheckContract(ctx, request))
  KEFU_UNARY(ComputeInvoice, v1::ComputeInvoiceRequest, v1::Invoice,
             contracts_.ComputeInvoice(ctx, request))

  KEFU_UNARY(RecordConduct, v1::RecordConductRequest, v1::Conduct,
             conduct_.RecordConduct(ctx, request))
  KEFU_UNARY(GetConductScore, v1::GetConductScoreRequest, v1::GetConductScoreResponse,
             conduct_.GetConductScore(ctx, request))

#undef KEFU_STAFFING_CALL

 private:
  const Handlers& handlers_;
  const RosterHandlers& rosters_;
  const WorkloadHandlers& workload_;
  const CareerHandlers& careers_;
  const AuthorityHandlers& authority_;
  const HandoverHandlers& handovers_;
  const AttendanceHandlers& attendance_;
  const ContractHandlers& contracts_;
  const ConductHandlers& conduct_;
};

}  // namespace

StaffingServiceImpl::StaffingServiceImpl(
    rpc::Dispatcher& dispatcher, const Handlers& handlers, const RosterHandlers& rosters,
    const WorkloadHandlers& workload, const CareerHandlers& careers,
    const AuthorityHandlers& authority, const HandoverHandlers& handovers,
    const AttendanceHandlers& attendance, const ContractHandlers& contracts,
    const ConductHandlers& conduct)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers, rosters, workload, careers,
                                            authority, handovers, attendance, contracts, conduct)) {
}

}  // namespace kefu::staffing
