// Nodes of the network.
#include <array>

#include "common/events/outbox.h"
#include "common/events/write.h"
#include "fmt/format.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/scopes.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr std::array<std::string_view, 11> kMutable = {
    "external_id", "display_name", "parent_node_id", "region_code",
    "location",    "time_zone",    "capacity_units", "daily_throughput_units",
    "daily_rent",  "operator",     "state"};

// Faults are reported under the request's field "node".
absl::StatusOr<domain::Node> Convert(const v1::Node& proto) {
  FieldViolations inner, violations;
  domain::Node node = convert::FromProto(proto, inner);
  violations.Merge("node", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return node;
}

absl::Status Publish(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                     const v1::Node& node) {
  v1::NodeChanged event;
  *event.mutable_node() = node;
  t.AfterCommit(deps.on_events);
  return events::Append(t, ctx.org_id(), node.node_id(), event, ctx.now);
}

// The parent is there, in use, and not replenished by `node_id` itself. Ancestors are locked
// shared: two changes that together would close a circle meet in a deadlock, and the second sees
// the first.
absl::Status CheckParent(db::Transaction& t, const RequestContext& ctx, std::string_view node_id,
                         const std::string& parent_id) {
  bool direct = true;
  for (std::string at = parent_id; !at.empty(); direct = false) {
    if (at == node_id) return error::NetworkCycle(node_id, parent_id);
    ASSIGN_OR_RETURN(const domain::Node node,
                     store::LockNode(t, ctx.org_id(), at, store::LockMode::kShare));
    if (direct && node.state != domain::RecordState::kActive) {
      return error::RecordArchived("node", at);
    }
    at = node.parent_node_id;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Node> Handlers::CreateNode(const RequestContext& ctx,
                                              const v1::CreateNodeRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(domain::Node node, Convert(request.node()));
  const absl::Time now = StoredNow(ctx);
  node.id = deps_.ids.Next();
  node.state = domain::RecordState::kActive;
  node.info = {1, now, now};
  return events::RunWrite<v1::Node>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Node> {
        RETURN_IF_ERROR(CheckParent(t, ctx, node.id, node.parent_node_id));
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), node));
        const v1::Node proto = convert::ToProto(node);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, proto));
        return proto;
      });
}

absl::StatusOr<v1::Node> Handlers::GetNode(const RequestContext& ctx,
                                           const v1::GetNodeRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.node_id(), "node_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(
      const domain::Node node,
      store::FindNode(db::Reader(deps_.database, ctx.deadline), ctx.org_id(), request.node_id()));
  return convert::ToProto(node);
}

absl::StatusOr<v1::ListNodesResponse> Handlers::ListNodes(
    const RequestContext& ctx, const v1::ListNodesRequest& request) const {
  FieldViolations violations;
  const auto kind = static_cast<domain::NodeKind>(
      convert::OptionalEnum<v1::NodeKind>(request.kind(), "kind", violations));
  convert::OptionalId(request.parent_node_id(), "parent_node_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const store::NodeFilter filter{
      .archived = request.show_archived(),
      .kind = kind == domain::NodeKind::kUnspecified ? std::string_view() : NameOf(kind),
      .parent_node_id = request.parent_node_id()};
  ASSIGN_OR_RETURN(
      const PageAsked page,
      AskedPage(ctx, request,
                fmt::format("{} {} {}", filter.archived, filter.kind, filter.parent_node_id), 1));
  ASSIGN_OR_RETURN(
      std::vector<domain::Node> nodes,
      store::ListNodes(db::Reader(deps_.database, ctx.deadline), ctx.org_id(),
                       {page.keys.empty() ? std::string_view() : page.keys[0], page.size + 1},
                       filter));
  v1::ListNodesResponse response;
  response.set_next_page_token(
      CutPage(page, nodes, [](const domain::Node& n) { return std::vector{n.id}; }));
  for (const domain::Node& node : nodes) *response.add_nodes() = convert::ToProto(node);
  return response;
}

absl::StatusOr<v1::Node> Handlers::UpdateNode(const RequestContext& ctx,
                                              const v1::UpdateNodeRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  const v1::Node& sent = request.node();
  FieldViolations violations;
  convert::Id(sent.node_id(), "node.node_id", violations);
  convert::CheckMask(request.update_mask(), kMutable, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<v1::Node>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<v1::Node> {
        ASSIGN_OR_RETURN(const domain::Node before, store::LockNode(t, ctx.org_id(), sent.node_id(),
                                                                    store::LockMode::kUpdate));
        if (!sent.etag().empty() && sent.etag() != convert::Etag(before.info)) {
          return error::EtagMismatch("node", before.id);
        }
        ASSIGN_OR_RETURN(domain::Node node,
                         Convert(Masked(convert::ToProto(before), sent, request.update_mask())));
        node.id = before.id;
        if (node.parent_node_id != before.parent_node_id) {
          RETURN_IF_ERROR(CheckParent(t, ctx, node.id, node.parent_node_id));
        }
        if (node.state == domain::RecordState::kArchived && before.state != node.state) {
          ASSIGN_OR_RETURN(const bool has_stock, store::NodeHasStock(t, ctx.org_id(), node.id));
          if (has_stock) return error::NodeHasStock(node.id);
        }
        node.info = {before.info.version + 1, before.info.create_time, StoredNow(ctx)};
        RETURN_IF_ERROR(store::Update(t, ctx.org_id(), node));
        const v1::Node proto = convert::ToProto(node);
        RETURN_IF_ERROR(Publish(deps_, t, ctx, proto));
        return proto;
      });
}

}  // namespace kefu::warehouse
