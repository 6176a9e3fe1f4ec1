// The network's shape, and many nodes and SKUs at once.
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "services/warehouse/convert/network.h"
#include "services/warehouse/domain/network/tree.h"
#include "services/warehouse/handlers/network.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/network.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

// Gives every new node its parent's id: of the batch, or of a node that is there. `there`: nodes by
// external id. NOT_FOUND of the parent, RECORD_ARCHIVED.
absl::Status SetParents(db::Transaction& t, const RequestContext& ctx,
                        const std::map<std::string, std::string>& there,
                        std::vector<convert::NewNode>& batch) {
  std::set<std::string> wanted, outside;
  for (const auto& [node, parent] : batch) {
    if (!parent.empty()) wanted.insert(parent);
  }
  ASSIGN_OR_RETURN(const auto parents, store::FindExternalIds(t, ctx.org_id(), wanted));
  std::map<std::string, std::string> made;  // of the batch so far
  for (auto& [node, parent] : batch) {
    if (there.contains(node.external_id)) continue;
    if (!parent.empty()) {
      if (const auto found = parents.find(parent); found != parents.end()) {
        node.parent_node_id = found->second;
      } else if (const auto earlier = made.find(parent); earlier != made.end()) {
        node.parent_node_id = earlier->second;
      } else {
        return error::NodeNotFound(parent);
      }
    }
    if (!made.contains(parent) && !node.parent_node_id.empty()) outside.insert(node.parent_node_id);
    made[node.external_id] = node.id;
  }
  for (const std::string& id : outside) {
    ASSIGN_OR_RETURN(const domain::Node node,
                     store::LockNode(t, ctx.org_id(), id, store::LockMode::kShare));
    if (node.state != domain::RecordState::kActive) return error::RecordArchived("node", id);
  }
  return absl::OkStatus();
}

// A record becomes one of this call.
template <class Record>
void Stamp(const Dependencies& deps, absl::Time now, Record& record) {
  record.id = deps.ids.Next();
  record.state = domain::RecordState::kActive;
  record.info = {1, now, now};
}

void AddItem(const std::string& key, const std::string& id, bool created, v1::BatchItem* item) {
  item->set_key(key);
  item->set_id(id);
  item->set_created(created);
}

template <class Count>
void AddCount(std::string key, Count nodes, v1::NodeCount* count) {
  count->set_key(std::move(key));
  count->set_nodes(nodes);
}

void SetNode(const domain::Node& node, const domain::TreeNode& place, v1::NetworkNode* proto) {
  proto->set_node_id(node.id);
  proto->set_parent_node_id(node.parent_node_id);
  proto->set_display_name(node.display_name);
  proto->set_kind(static_cast<v1::NodeKind>(node.kind));
  proto->set_region_code(node.region_code);
  proto->set_depth(place.depth);
  proto->set_children(place.children);
  proto->set_descendants(place.descendants);
}

}  // namespace

absl::StatusOr<v1::GetNetworkResponse> NetworkHandlers::GetNetwork(
    const RequestContext& ctx, const v1::GetNetworkRequest& request) const {
  constexpr int kDefaultNodes = 2000, kMostNodes = 10'000;  // about 1 MB
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::OptionalId(request.root_node_id(), "root_node_id", violations);
  violations.Check(request.max_nodes() >= 0, "max_nodes", "must not be negative");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const std::vector<domain::Node> nodes,
                   store::ActiveNodes(db::Reader(deps_.database, ctx.deadline), ctx.org_id()));
  const std::vector<domain::TreeNode> tree = domain::Tree(nodes, request.root_node_id());
  if (!request.root_node_id().empty() && tree.empty()) {
    return error::NodeNotFound(request.root_node_id());
  }
  v1::GetNetworkResponse response;
  const size_t most =
      request.max_nodes() == 0 ? kDefaultNodes : std::min(request.max_nodes(), kMostNodes);
  for (size_t i = 0; i < std::min(tree.size(), most); ++i) {
    SetNode(nodes[tree[i].index], tree[i], response.add_nodes());
  }
  response.set_truncated(tree.size() > most);
  response.set_total(static_cast<int32_t>(tree.size()));
  const domain::TreeCounts counts = domain::CountsOf(nodes, tree);
  for (const auto& [kind, n] : counts.by_kind) {
    AddCount(std::string(NameOf(kind)), n, response.add_by_kind());
  }
  for (const auto& [key, n] : counts.by_province) AddCount(key, n, response.add_by_province());
  for (const auto& [depth, n] : counts.by_depth) {
    AddCount(std::to_string(depth), n, response.add_by_depth());
  }
  response.set_regions(counts.regions);
  return response;
}

absl::StatusOr<v1::BatchCreateNodesResponse> NetworkHandlers::BatchCreateNodes(
    const RequestContext& ctx, const v1::BatchCreateNodesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  std::vector<convert::NewNode> batch = convert::Nodes(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  std::set<std::string> external_ids;
  for (auto& [node, parent] : batch) {
    Stamp(deps_, StoredNow(ctx), node);
    external_ids.insert(node.external_id);
  }
  using Response = v1::BatchCreateNodesResponse;
  return events::RunWrite<Response>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<Response> {
        ASSIGN_OR_RETURN(const auto there, store::FindExternalIds(t, ctx.org_id(), external_ids));
        RETURN_IF_ERROR(SetParents(t, ctx, there, batch));
        Response response;
        std::vector<domain::Node> fresh;
        std::vector<events::OutboxRow> rows;
        for (const auto& [node, parent] : batch) {
          const auto found = there.find(node.external_id);
          const bool created = found == there.end();
          AddItem(node.external_id, created ? node.id : found->second, created,
                  response.add_items());
          if (!created) continue;
          fresh.push_back(node);
          v1::NodeChanged event;
          *event.mutable_node() = convert::ToProto(node);
          rows.push_back(events::MakeOutboxRow(ctx.org_id(), node.id, event, ctx.now));
        }
        RETURN_IF_ERROR(store::InsertMany(t, ctx.org_id(), fresh));
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(events::AppendMany(t, rows));
        return response;
      });
}

absl::StatusOr<v1::BatchCreateSkusResponse> NetworkHandlers::BatchCreateSkus(
    const RequestContext& ctx, const v1::BatchCreateSkusRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  std::vector<domain::Sku> batch = convert::Skus(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  std::set<std::string> codes;
  for (domain::Sku& sku : batch) {
    Stamp(deps_, StoredNow(ctx), sku);
    codes.insert(sku.code);
  }
  using Response = v1::BatchCreateSkusResponse;
  return events::RunWrite<Response>(
      deps_.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<Response> {
        ASSIGN_OR_RETURN(const auto there, store::FindSkuCodes(t, ctx.org_id(), codes));
        Response response;
        std::vector<domain::Sku> fresh;
        std::vector<events::OutboxRow> rows;
        for (const domain::Sku& sku : batch) {
          const auto found = there.find(sku.code);
          const bool created = found == there.end();
          AddItem(sku.code, created ? sku.id : found->second, created, response.add_items());
          if (!created) continue;
          fresh.push_back(sku);
          v1::SkuChanged event;
          *event.mutable_sku() = convert::ToProto(sku);
          rows.push_back(events::MakeOutboxRow(ctx.org_id(), sku.id, event, ctx.now));
        }
        RETURN_IF_ERROR(store::InsertMany(t, ctx.org_id(), fresh));
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(events::AppendMany(t, rows));
        return response;
      });
}

}  // namespace kefu::warehouse
