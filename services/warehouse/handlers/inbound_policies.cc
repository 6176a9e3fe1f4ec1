// How nodes take goods in.
#include "common/events/write.h"
#include "services/warehouse/convert/inbound.h"
#include "services/warehouse/handlers/documents.h"
#include "services/warehouse/handlers/inbound.h"

namespace kefu::warehouse {

absl::StatusOr<v1::InboundPolicy> InboundHandlers::SetInboundPolicy(
    const RequestContext& ctx, const v1::SetInboundPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  domain::InboundPolicy policy = convert::FromProto(request.policy(), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  if (policy.effective_time == absl::InfinitePast()) policy.effective_time = StoredNow(ctx);
  return events::RunWrite<v1::InboundPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::InboundPolicy> {
        const Posting posting = PostingOf(deps_, t, ctx);
        if (!policy.node_id.empty()) {
          RETURN_IF_ERROR(ActiveNode(posting, policy.node_id));
        }
        ASSIGN_OR_RETURN(policy.version, store::NextPolicyVersion(t, ctx.org_id(), policy.node_id));
        v1::InboundPolicyChanged event;
        *event.mutable_policy() = convert::ToProto(policy);
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(),
                                      {.node_id = policy.node_id,
                                       .version = policy.version,
                                       .effective_time = policy.effective_time,
                                       .body = event.policy().SerializeAsString()},
                                      posting.now, posting.actor));
        RETURN_IF_ERROR(Tell(posting, policy.node_id, event));
        return event.policy();
      });
}

absl::StatusOr<v1::InboundPolicy> InboundHandlers::GetInboundPolicy(
    const RequestContext& ctx, const v1::GetInboundPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.node_id(), "node_id", violations);
  const absl::Time at = request.has_at_time()
                            ? convert::Instant(request.at_time(), "at_time", violations)
                            : StoredNow(ctx);
  RETURN_IF_ERROR(violations.ToStatus());
  const db::Reader reader(deps_.database, ctx.deadline);
  if (!request.node_id().empty()) {
    RETURN_IF_ERROR(store::FindNode(reader, ctx.org_id(), request.node_id()));
  }
  ASSIGN_OR_RETURN(const domain::InboundPolicy policy,
                   PolicyFor(reader, ctx.org_id(), request.node_id(), at));
  return convert::ToProto(policy);
}

}  // namespace kefu::warehouse
