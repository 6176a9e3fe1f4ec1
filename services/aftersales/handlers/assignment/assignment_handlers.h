// What AssignmentService does, call by call.
#pragma once

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "kefu/aftersales/v1/assignment.pb.h"
#include "services/aftersales/handlers/handlers.h"

namespace kefu::aftersales {

// Thread-safe. As Handlers; besides these the reasons of errors_intake.h.
class AssignmentHandlers {
 public:
  explicit AssignmentHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

#define KEFU_ASSIGNMENT_HANDLER(Method, Response)                \
  absl::StatusOr<v1::Response> Method(const RequestContext& ctx, \
                                      const v1::Method##Request& request) const;

  KEFU_ASSIGNMENT_HANDLER(AssignCase, Case)
  KEFU_ASSIGNMENT_HANDLER(ClaimNextCase, ClaimNextCaseResponse)
  KEFU_ASSIGNMENT_HANDLER(ExplainAssignment, ExplainAssignmentResponse)
  KEFU_ASSIGNMENT_HANDLER(ListUnassignedCases, ListUnassignedCasesResponse)
  KEFU_ASSIGNMENT_HANDLER(SetAssignmentPolicy, AssignmentPolicy)
  KEFU_ASSIGNMENT_HANDLER(GetAssignmentPolicy, AssignmentPolicy)

#undef KEFU_ASSIGNMENT_HANDLER

 private:
  Dependencies deps_;
};

}  // namespace kefu::aftersales
