// The network's policies.
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "services/warehouse/convert/network.h"
#include "services/warehouse/handlers/network.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/network.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

absl::StatusOr<domain::NetworkPolicy> Convert(const v1::NetworkPolicy& proto) {
  FieldViolations inner, violations;
  domain::NetworkPolicy policy = convert::FromProto(proto, inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return policy;
}

// Nodes that the policy names are the organization's, and in use.
absl::Status CheckNamed(db::Transaction& t, const RequestContext& ctx,
                        const domain::NetworkPolicy& policy) {
  for (const auto* ids : {&policy.named_node_ids, &policy.witness_node_ids}) {
    ASSIGN_OR_RETURN(const auto nodes,
                     store::FindNodes(t, ctx.org_id(), {ids->begin(), ids->end()}));
    for (const std::string& id : *ids) {
      const auto node = nodes.find(id);
      if (node == nodes.end()) return error::NodeNotFound(id);
      if (node->second.state != domain::RecordState::kActive) {
        return error::RecordArchived("node", id);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::NetworkPolicy> NetworkHandlers::SetNetworkPolicy(
    const RequestContext& ctx, const v1::SetNetworkPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(domain::NetworkPolicy policy, Convert(request.policy()));
  policy.create_time = StoredNow(ctx);
  policy.actor = ctx.principal.subject;
  return events::RunWrite<v1::NetworkPolicy>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::NetworkPolicy> {
        RETURN_IF_ERROR(CheckNamed(t, ctx, policy));
        ASSIGN_OR_RETURN(policy.version, store::AddPolicy(t, ctx.org_id(), policy));
        const v1::NetworkPolicy proto = convert::ToProto(policy);
        v1::NetworkPolicyChanged event;
        *event.mutable_policy() = proto;
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(events::Append(t, ctx.org_id(), "", event, ctx.now));
        return proto;
      });
}

absl::StatusOr<v1::NetworkPolicy> NetworkHandlers::GetNetworkPolicy(
    const RequestContext& ctx, const v1::GetNetworkPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const auto day = convert::OptionalDay(request.has_day(), request.day(), "day", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const domain::NetworkPolicy policy,
                   store::PolicyOn(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                                   day.value_or(domain::DefaultDay(ctx.now))));
  return convert::ToProto(policy);
}

}  // namespace kefu::warehouse
