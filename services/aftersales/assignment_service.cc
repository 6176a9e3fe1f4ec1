#include "services/aftersales/assignment_service.h"

#include "common/rpc/service_methods.h"
#include "kefu/aftersales/v1/assignment.grpc.pb.h"
#include "services/aftersales/handlers/assignment/assignment_handlers.h"

namespace kefu::aftersales {
namespace {

class Calls final : public rpc::Service<v1::AssignmentService> {
 public:
  Calls(rpc::Dispatcher& dispatcher, const Dependencies& deps)
      : Service(dispatcher), handlers_(deps) {}

#define KEFU_ASSIGNMENT_CALL(Method, Response) \
  KEFU_UNARY(Method, v1::Method##Request, v1::Response, handlers_.Method(ctx, request))

  KEFU_ASSIGNMENT_CALL(AssignCase, Case)
  KEFU_ASSIGNMENT_CALL(ClaimNextCase, ClaimNextCaseResponse)
  KEFU_ASSIGNMENT_CALL(ExplainAssignment, ExplainAssignmentResponse)
  KEFU_ASSIGNMENT_CALL(ListUnassignedCases, ListUnassignedCasesResponse)
  KEFU_ASSIGNMENT_CALL(SetAssignmentPolicy, AssignmentPolicy)
  KEFU_ASSIGNMENT_CALL(GetAssignmentPolicy, AssignmentPolicy)

#undef KEFU_ASSIGNMENT_CALL

 private:
  const AssignmentHandlers handlers_;
};

}  // namespace

AssignmentServiceImpl::AssignmentServiceImpl(rpc::Dispatcher& dispatcher, const Dependencies& deps)
    : HiddenService(std::make_unique<Calls>(dispatcher, deps)) {}

}  // namespace kefu::aftersales
