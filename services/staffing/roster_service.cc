#include "services/staffing/roster_service.h"

#include <memory>

#include "common/rpc/service_methods.h"
#include "kefu/staffing/v1/rosters.grpc.pb.h"

namespace kefu::staffing {
namespace {

class Calls final : public rpc::Service<v1::RosterService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const RosterHandlers& handlers)
      : Service(dispatcher), handlers_(handlers) {}

  KEFU_UNARY(GetRoster, v1::GetRosterRequest, v1::Roster, handlers_.GetRoster(ctx, request))
  KEFU_UNARY(ListRosters, v1::ListRostersRequest, v1::ListRostersResponse,
             handlers_.ListRosters(ctx, request))
  KEFU_UNARY(ListRosterShifts, v1::ListRosterShiftsRequest, v1::ListRosterShiftsResponse,
             handlers_.ListRosterShifts(ctx, request))
  KEFU_UNARY(PublishRoster, v1::PublishRosterRequest, v1::Roster,
             handlers_.PublishRoster(ctx, request))
  KEFU_UNARY(ReplanRoster, v1::ReplanRosterRequest, v1::Roster,
             handlers_.ReplanRoster(ctx, request))
  KEFU_UNARY(GetRosterRules, v1::GetRosterRulesRequest, v1::RosterRules,
             handlers_.GetRosterRules(ctx, request))

 private:
  const RosterHandlers& handlers_;
};

}  // namespace

RosterServiceImpl::RosterServiceImpl(rpc::Dispatcher& dispatcher, const RosterHandlers& handlers)
    : HiddenService(std::make_unique<Calls>(dispatcher, handlers)) {}

}  // namespace kefu::staffing
