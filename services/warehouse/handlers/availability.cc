// How much may be sold.
#include <algorithm>

#include "services/warehouse/convert/resources.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr int kMaxAsked = 100;  // SKUs, and nodes

absl::Status Check(const RequestContext& ctx, const v1::GetAvailabilityRequest& request) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  violations.Check(!request.sku_ids().empty(), "sku_ids", "must name at least one");
  convert::Ids(request.sku_ids(), kMaxAsked, "sku_ids", violations);
  convert::Ids(request.node_ids(), kMaxAsked, "node_ids", violations);
  convert::OptionalId(request.owner_id(), "owner_id", violations);
  return violations.ToStatus();
}

// Adds the rows of one SKU at the nodes asked for, and their sum.
void Add(const v1::GetAvailabilityRequest& request, const std::string& sku_id,
         const std::vector<NodeStock>& rows, v1::GetAvailabilityResponse& response) {
  domain::StockTotal sum{.key = {sku_id, request.owner_id(), ""}};
  for (const NodeStock& row : rows) {
    if (!request.node_ids().empty() && !std::ranges::count(request.node_ids(), row.node_id)) {
      continue;
    }
    sum.on_hand += row.on_hand;
    sum.reserved += row.reserved;
    sum.in_transit += row.in_transit;
    *response.add_levels() =
        convert::ToProto(domain::StockTotal{.key = {sku_id, request.owner_id(), row.node_id},
                                            .on_hand = row.on_hand,
                                            .reserved = row.reserved,
                                            .in_transit = row.in_transit,
                                            .version = row.version});
  }
  *response.add_totals() = convert::ToProto(sum);
}

using RowsBySku = std::map<std::string, std::vector<NodeStock>>;

// Rows of the SKUs asked for, all of which exist, as do the nodes; by node id.
absl::StatusOr<RowsBySku> Read(db::Transaction& t, const RequestContext& ctx,
                               const v1::GetAvailabilityRequest& request) {
  const std::set<std::string> node_ids(request.node_ids().begin(), request.node_ids().end());
  ASSIGN_OR_RETURN(const auto nodes, store::FindNodes(t, ctx.org_id(), node_ids));
  for (const std::string& id : request.node_ids()) {
    if (!nodes.contains(id)) return error::NodeNotFound(id);
  }
  const std::vector<std::string> sku_ids(request.sku_ids().begin(), request.sku_ids().end());
  ASSIGN_OR_RETURN(const auto skus,
                   store::FindSkus(t, ctx.org_id(), {sku_ids.begin(), sku_ids.end()}));
  for (const std::string& id : sku_ids) {
    if (!skus.contains(id)) return error::SkuNotFound(id);
  }
  ASSIGN_OR_RETURN(const std::vector<domain::StockTotal> totals,
                   store::SellableTotals(t, ctx.org_id(), request.owner_id(), sku_ids));
  RowsBySku rows;
  for (const domain::StockTotal& total : totals) {
    rows[total.key.sku_id].push_back(NodeStock::Of(total));
  }
  return rows;
}

}  // namespace

std::optional<absl::StatusOr<v1::GetAvailabilityResponse>> Handlers::AvailabilityInline(
    const RequestContext& ctx, const v1::GetAvailabilityRequest& request) const {
  const absl::Status checked = Check(ctx, request);
  if (!checked.ok()) return checked;
  if (request.exact()) return std::nullopt;
  v1::GetAvailabilityResponse response;
  response.set_as_of_position(deps_.cache.position());  // before the rows: all up to it is in them
  response.set_cached(true);
  for (const std::string& node_id : request.node_ids()) {
    if (!deps_.cache.KnowsNode(ctx.org_id(), node_id)) return std::nullopt;
  }
  for (const std::string& sku_id : request.sku_ids()) {
    const auto rows = deps_.cache.Find(ctx.org_id(), request.owner_id(), sku_id);
    if (!rows.has_value()) return std::nullopt;
    Add(request, sku_id, *rows, response);
  }
  deps_.cache_hits.Add();
  return response;
}

absl::StatusOr<v1::GetAvailabilityResponse> Handlers::GetAvailability(
    const RequestContext& ctx, const v1::GetAvailabilityRequest& request) const {
  RETURN_IF_ERROR(Check(ctx, request));
  deps_.cache_misses.Add();
  v1::GetAvailabilityResponse response;
  if (request.exact()) {
    ASSIGN_OR_RETURN(const events::FeedEnds ends, deps_.feed.Ends());
    response.set_as_of_position(ends.head);
  } else {
    response.set_as_of_position(deps_.cache.position());
  }
  // Announced before the database is read, so that no change in between is lost.
  std::map<std::string, AvailabilityCache::Load> loads;
  for (const std::string& sku_id : request.sku_ids()) {
    auto load = deps_.cache.Begin(ctx.org_id(), request.owner_id(), sku_id);
    if (load.has_value()) loads.emplace(sku_id, *std::move(load));
  }
  ASSIGN_OR_RETURN(RowsBySku rows,
                   deps_.database.RunInTransaction(
                       ctx.deadline, [&](db::Transaction& t) { return Read(t, ctx, request); }));
  for (const std::string& sku_id : request.sku_ids()) Add(request, sku_id, rows[sku_id], response);
  for (auto& [sku_id, load] : loads) load.Fill(std::move(rows[sku_id]));
  for (const std::string& node_id : request.node_ids()) deps_.cache.AddNode(ctx.org_id(), node_id);
  return response;
}

}  // namespace kefu::warehouse
