// Rosters, call by call: ordering, reading, publishing, mending. Planning itself is jobs/'s.
#pragma once

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/staffing/v1/rosters.pb.h"
#include "services/staffing/domain/roster/record.h"
#include "services/staffing/handlers/handlers.h"

namespace kefu::staffing {

// Thread-safe. As Handlers.
class RosterHandlers {
 public:
  explicit RosterHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  absl::StatusOr<v1::Roster> PlanRoster(const RequestContext& ctx,
                                        const v1::PlanRosterRequest& request) const;
  absl::StatusOr<v1::Roster> GetRoster(const RequestContext& ctx,
                                       const v1::GetRosterRequest& request) const;
  absl::StatusOr<v1::ListRostersResponse> ListRosters(const RequestContext& ctx,
                                                      const v1::ListRostersRequest& request) const;
  absl::StatusOr<v1::ListRosterShiftsResponse> ListRosterShifts(
      const RequestContext& ctx, const v1::ListRosterShiftsRequest& request) const;
  absl::StatusOr<v1::Roster> PublishRoster(const RequestContext& ctx,
                                           const v1::PublishRosterRequest& request) const;
  absl::StatusOr<v1::Roster> ReplanRoster(const RequestContext& ctx,
                                          const v1::ReplanRosterRequest& request) const;
  absl::StatusOr<v1::RosterRules> GetRosterRules(const RequestContext& ctx,
                                                 const v1::GetRosterRulesRequest& request) const;

 private:
  Dependencies deps_;
};

// A roster is the organization's: PERMISSION_DENIED SHOP_NOT_ALLOWED for a token confined to shops,
// and what RequireOrganization says.
absl::Status RequireRosters(const RequestContext& ctx);

// Tells of a roster's new state, in the transaction that wrote it.
absl::Status PublishRosterChanged(const Dependencies& deps, db::Transaction& t,
                                  std::string_view org_id, const roster::Record& record,
                                  absl::Time now);

}  // namespace kefu::staffing
