// What StaffingService does, call by call: contract messages in, contract messages out. Every
// handler acts in the organization of the caller's token, whatever the request names.
#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/db/database.h"
#include "common/ids/id_generator.h"
#include "kefu/staffing/v1/staffing_service.pb.h"

namespace kefu::staffing {

// What the handlers work with; all of it outlives them.
struct Dependencies {
  db::Database& database;
  IdGenerator& ids;
  std::function<void()> on_events;  // called after each commit that wrote events; cheap
};

// Thread-safe. Each method blocks on the database and returns, besides the reasons of errors.h:
// INVALID_ARGUMENT INVALID_FIELDS with every fault of the request, and what common/db and
// events::RunWrite say. Writes are idempotent under a request_id.
class Handlers {
 public:
  explicit Handlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_STAFFING_HANDLER(Method, Request, Response) \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, const v1::Request& request) const;

  KEFU_STAFFING_HANDLER(CreateOrganization, CreateOrganizationRequest, Organization)
  KEFU_STAFFING_HANDLER(GetOrganization, GetOrganizationRequest, Organization)
  KEFU_STAFFING_HANDLER(ListOrganizations, ListOrganizationsRequest, ListOrganizationsResponse)
  KEFU_STAFFING_HANDLER(UpdateOrganization, UpdateOrganizationRequest, Organization)
  KEFU_STAFFING_HANDLER(CreateShop, CreateShopRequest, Shop)
  KEFU_STAFFING_HANDLER(GetShop, GetShopRequest, Shop)
  KEFU_STAFFING_HANDLER(ListShops, ListShopsRequest, ListShopsResponse)
  KEFU_STAFFING_HANDLER(UpdateShop, UpdateShopRequest, Shop)
  KEFU_STAFFING_HANDLER(CreateSite, CreateSiteRequest, Site)
  KEFU_STAFFING_HANDLER(GetSite, GetSiteRequest, Site)
  KEFU_STAFFING_HANDLER(ListSites, ListSitesRequest, ListSitesResponse)
  KEFU_STAFFING_HANDLER(UpdateSite, UpdateSiteRequest, Site)
  KEFU_STAFFING_HANDLER(CreateTeam, CreateTeamRequest, Team)
  KEFU_STAFFING_HANDLER(GetTeam, GetTeamRequest, Team)
  KEFU_STAFFING_HANDLER(ListTeams, ListTeamsRequest, ListTeamsResponse)
  KEFU_STAFFING_HANDLER(UpdateTeam, UpdateTeamRequest, Team)
  KEFU_STAFFING_HANDLER(CreateAgent, CreateAgentRequest, Agent)
  KEFU_STAFFING_HANDLER(GetAgent, GetAgentRequest, Agent)
  KEFU_STAFFING_HANDLER(ListAgents, ListAgentsRequest, ListAgentsResponse)
  KEFU_STAFFING_HANDLER(UpdateAgent, UpdateAgentRequest, Agent)
  KEFU_STAFFING_HANDLER(AssignAgent, AssignAgentRequest, Assignment)
  KEFU_STAFFING_HANDLER(GetAssignment, GetAssignmentRequest, Assignment)
  KEFU_STAFFING_HANDLER(ListAssignments, ListAssignmentsRequest, ListAssignmentsResponse)
  KEFU_STAFFING_HANDLER(UpdateAssignment, UpdateAssignmentRequest, Assignment)
  KEFU_STAFFING_HANDLER(TransferAgent, TransferAgentRequest, Agent)
  KEFU_STAFFING_HANDLER(ListTeamMemberships, ListTeamMembershipsRequest,
                        ListTeamMembershipsResponse)
  KEFU_STAFFING_HANDLER(GetTierLadder, GetTierLadderRequest, TierLadder)
  KEFU_STAFFING_HANDLER(ChangeTier, ChangeTierRequest, TierChange)
  KEFU_STAFFING_HANDLER(GetTierOn, GetTierOnRequest, GetTierOnResponse)
  KEFU_STAFFING_HANDLER(ListTierChanges, ListTierChangesRequest, ListTierChangesResponse)

#undef KEFU_STAFFING_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::staffing
