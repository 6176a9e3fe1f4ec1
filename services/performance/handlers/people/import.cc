// Imports of conduct and attendance.
#include "services/performance/handlers/imports/import_stream.h"
#include "services/performance/handlers/people/people_handlers.h"

namespace kefu::performance {

absl::StatusOr<v1::ImportResponse> PeopleHandlers::ImportConduct(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportConductRequest>& reader) const {
  return imports::Import<imports::Conduct>(deps_, ctx).Run(reader);
}

absl::StatusOr<v1::ImportResponse> PeopleHandlers::ImportAttendance(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportAttendanceRequest>& reader) const {
  return imports::Import<imports::Attendance>(deps_, ctx).Run(reader);
}

}  // namespace kefu::performance
