// What FactService does about people, call by call.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/rpc/stream.h"
#include "kefu/performance/v1/facts.pb.h"
#include "services/performance/handlers/handlers.h"

namespace kefu::performance {

// Thread-safe; see Handlers. Conduct and attendance are not shown to bases: PERMISSION_DENIED
// ONLY_OWN_AGENTS, except GetEmployment of an agent of theirs.
class PeopleHandlers {
 public:
  explicit PeopleHandlers(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  absl::StatusOr<v1::ImportResponse> ImportConduct(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportConductRequest>& reader) const;
  absl::StatusOr<v1::ImportResponse> ImportAttendance(
      const RequestContext& ctx, rpc::StreamReader<v1::ImportAttendanceRequest>& reader) const;
  absl::StatusOr<v1::ListConductResponse> ListConduct(const RequestContext& ctx,
                                                      const v1::ListConductRequest& request) const;
  absl::StatusOr<v1::ListAttendanceResponse> ListAttendance(
      const RequestContext& ctx, const v1::ListAttendanceRequest& request) const;
  absl::StatusOr<v1::Employment> GetEmployment(const RequestContext& ctx,
                                               const v1::GetEmploymentRequest& request) const;

 private:
  Dependencies deps_;
};

}  // namespace kefu::performance
