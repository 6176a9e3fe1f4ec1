#include <array>

#include "services/staffing/domain/schedule.h"
#include "services/staffing/handlers/resource.h"

namespace kefu::staffing {
namespace {

struct AssignmentResource : ResourceBase<domain::Assignment, v1::Assignment> {
  static constexpr std::string_view kField = "assignment";
  static constexpr std::string_view kIdField = "assignment_id";
  static constexpr std::array<std::string_view, 2> kMutable = {"start_date", "end_date"};

  // The agent's row is the lock of all its assignments; it comes before theirs, so that a creation
  // and an update never wait for each other crosswise.
  static absl::StatusOr<domain::Assignment> LockRow(db::Transaction& t, const RequestContext& ctx,
                                                    std::string_view id) {
    ASSIGN_OR_RETURN(const auto found, store::Find<domain::Assignment>(t, ctx.org_id(), id));
    RETURN_IF_ERROR(store::Lock<domain::Agent>(t, ctx.org_id(), found.agent_id));
    return store::Lock<domain::Assignment>(t, ctx.org_id(), id);
  }
  static absl::Status Check(db::Transaction& t, const RequestContext& ctx,
                            const domain::Organization&, const domain::Assignment* before,
                            domain::Assignment& assignment) {
    ASSIGN_OR_RETURN(const auto agent,
                     store::Lock<domain::Agent>(t, ctx.org_id(), assignment.agent_id));
    if (before == nullptr) {
      RETURN_IF_ERROR(FindActive<domain::Shop>(t, ctx, "shop", assignment.shop_id));
    }
    RETURN_IF_ERROR(CheckShopAllowed(ctx, assignment.shop_id));
    ASSIGN_OR_RETURN(const std::vector<domain::Assignment> others,
                     store::AssignmentsOf(t, ctx.org_id(), assignment.agent_id));
    return domain::CheckAssignment(agent, others, assignment);
  }
  static absl::Status CheckRead(const RequestContext& ctx, const domain::Assignment& assignment) {
    return CheckShopAllowed(ctx, assignment.shop_id);
  }
  static const std::string& KeyOf(const domain::Assignment& assignment) {
    return assignment.agent_id;
  }
  static void Keep(const domain::Assignment&, domain::Assignment&) {}
  static v1::AssignmentChanged Event(const v1::Assignment& proto) {
    v1::AssignmentChanged event;
    *event.mutable_assignment() = proto;
    return event;
  }
};

}  // namespace

absl::StatusOr<v1::Assignment> Handlers::AssignAgent(const RequestContext& ctx,
                                                     const v1::AssignAgentRequest& request) const {
  return Create<AssignmentResource>(deps_, ctx, request, request.assignment());
}

absl::StatusOr<v1::Assignment> Handlers::GetAssignment(
    const RequestContext& ctx, const v1::GetAssignmentRequest& request) const {
  return Get<AssignmentResource>(deps_, ctx, request.assignment_id());
}

absl::StatusOr<v1::ListAssignmentsResponse> Handlers::ListAssignments(
    const RequestContext& ctx, const v1::ListAssignmentsRequest& request) const {
  FieldViolations violations;
  const std::string shops = AllowedShops(ctx);
  const store::AssignmentFilter filter{
      .agent_id = request.agent_id(),
      .shop_id = request.shop_id(),
      .on_date =
          convert::OptionalDay(request.has_on_date(), request.on_date(), "on_date", violations),
      .shops = shops};
  RETURN_IF_ERROR(violations.ToStatus());
  return List<AssignmentResource>(deps_, ctx, request,
                                  fmt::format("{} {} {}", filter.agent_id, filter.shop_id,
                                              request.on_date().SerializeAsString()),
                                  &v1::ListAssignmentsResponse::add_assignments,
                                  [&](store::Reader r, store::Page page) {
                                    return store::ListAssignments(r, ctx.org_id(), page, filter);
                                  });
}

absl::StatusOr<v1::Assignment> Handlers::UpdateAssignment(
    const RequestContext& ctx, const v1::UpdateAssignmentRequest& request) const {
  return Update<AssignmentResource>(deps_, ctx, request, request.assignment(),
                                    request.assignment().assignment_id());
}

}  // namespace kefu::staffing
