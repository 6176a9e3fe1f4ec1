// The numbers that outbound work follows.
#include "common/db/errors.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "services/warehouse/convert/outbound.h"
#include "services/warehouse/errors_outbound.h"
#include "services/warehouse/handlers/outbound/outbound_handlers.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/outbound.h"

namespace kefu::warehouse {

absl::StatusOr<v1::OutboundPolicy> OutboundHandlers::GetOutboundPolicy(
    const RequestContext& ctx, const v1::GetOutboundPolicyRequest&) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const domain::OutboundPolicy policy,
                   store::CurrentPolicy(db::Reader(deps_.database, ctx.deadline), ctx.org_id()));
  return convert::ToProto(policy);
}

absl::StatusOr<v1::OutboundPolicy> OutboundHandlers::SetOutboundPolicy(
    const RequestContext& ctx, const v1::SetOutboundPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  const domain::OutboundPolicy wanted = convert::FromProto(request.policy(), inner);
  violations.Merge("policy", inner);
  violations.Check(request.expected_version() >= 0, "expected_version", "must not be negative");
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::OutboundPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::OutboundPolicy> {
        ASSIGN_OR_RETURN(const domain::OutboundPolicy now, store::CurrentPolicy(t, ctx.org_id()));
        if (now.version != request.expected_version()) {
          return error::PolicyChanged(request.expected_version(), now.version);
        }
        ASSIGN_OR_RETURN(const bool picked, store::HasTasks(t, ctx.org_id()));
        if (picked && wanted.staging_location != now.staging_location) {
          return error::StagingInUse(now.staging_location);
        }
        domain::OutboundPolicy policy = wanted;
        policy.version = now.version + 1;
        const absl::Status inserted =
            store::Insert(t, ctx.org_id(), policy, ctx.principal.subject, StoredNow(ctx));
        if (db::IsDuplicate(inserted, "PRIMARY")) {
          return error::PolicyChanged(request.expected_version(), policy.version);
        }
        RETURN_IF_ERROR(inserted);
        v1::OutboundPolicyChanged event;
        *event.mutable_policy() = convert::ToProto(policy);
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(events::Append(t, ctx.org_id(), "", event, StoredNow(ctx)));
        return event.policy();
      });
}

}  // namespace kefu::warehouse
