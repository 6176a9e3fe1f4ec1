// How much may be sold.
#include <algorithm>

#include "services/warehouse/convert/resources.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/sales_guards.h"
#include "services/warehouse/store/scopes.h"
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
  convert::OptionalId(request.region_code(), "region_code", violations);
  convert::OptionalId(request.network_node_id(), "network_node_id", violations);
  convert::OptionalId(request.channel(), "channel", violations);
  violations.Check((request.node_ids().empty() ? 0 : 1) + (request.region_code().empty() ? 0 : 1) +
                           (request.network_node_id().empty() ? 0 : 1) <=
                       1,
                   "network_node_id", "at most one of node_ids, region_code and network_node_id");
  violations.Check(
      !request.all_owners() || (request.owner_id().empty() && request.channel().empty()),
      "all_owners", "goes with neither owner_id nor channel");
  return violations.ToStatus();
}

// Whether the cache can answer at all: it holds nodes by id, of one owner.
bool IsPlain(const v1::GetAvailabilityRequest& request) {
  return request.region_code().empty() && request.network_node_id().empty() &&
         !request.all_owners() && request.channel().empty();
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

// The nodes asked for by region or network; nothing when all are.
absl::StatusOr<std::optional<std::set<std::string>>> ScopeOf(
    db::Transaction& t, const RequestContext& ctx, const v1::GetAvailabilityRequest& request) {
  if (!request.region_code().empty()) {
    ASSIGN_OR_RETURN(auto nodes, store::NodesOfRegion(t, ctx.org_id(), request.region_code()));
    return std::optional(std::move(nodes));
  }
  if (!request.network_node_id().empty()) {
    ASSIGN_OR_RETURN(auto nodes, store::NodesBelow(t, ctx.org_id(), request.network_node_id()));
    return std::optional(std::move(nodes));
  }
  if (request.node_ids().empty()) return std::optional<std::set<std::string>>();
  return std::optional(std::set<std::string>(request.node_ids().begin(), request.node_ids().end()));
}

// What a plain question does not ask: by region, network, of all owners, or for a channel.
absl::Status AddFromTables(db::Transaction& t, const RequestContext& ctx,
                           const v1::GetAvailabilityRequest& request,
                           v1::GetAvailabilityResponse& response) {
  ASSIGN_OR_RETURN(const auto scope, ScopeOf(t, ctx, request));
  const std::vector<std::string> sku_ids(request.sku_ids().begin(), request.sku_ids().end());
  ASSIGN_OR_RETURN(const auto totals,
                   request.all_owners()
                       ? store::SellableOfAllOwners(t, ctx.org_id(), sku_ids)
                       : store::SellableTotals(t, ctx.org_id(), request.owner_id(), sku_ids));
  std::vector<store::GuardedKey> keys;
  for (const std::string& id : sku_ids) keys.emplace_back(id, request.owner_id());
  std::vector<domain::GuardState> guards;
  if (!request.channel().empty()) {
    std::ranges::sort(keys);
    ASSIGN_OR_RETURN(guards, store::ReadGuards(t, ctx.org_id(), keys));
  }
  for (const std::string& sku_id : sku_ids) {
    domain::StockTotal sum{.key = {sku_id, request.owner_id(), ""}};
    std::vector<domain::StockTotal> rows;
    for (const domain::StockTotal& total : totals) {
      if (total.key.sku_id != sku_id || (scope && !scope->contains(total.key.node_id))) continue;
      sum.on_hand += total.on_hand;
      sum.reserved += total.reserved;
      sum.in_transit += total.in_transit;
      *response.add_levels() = convert::ToProto(total);
      rows.push_back(total);
    }
    *response.add_totals() = convert::ToProto(sum);
    if (request.channel().empty()) continue;
    std::vector<domain::GuardState> of_sku;
    std::ranges::copy_if(guards, std::back_inserter(of_sku),
                         [&](const auto& state) { return state.guard.sku_id == sku_id; });
    v1::ChannelAvailability* const channel = response.add_channel_totals();
    channel->set_sku_id(sku_id);
    channel->set_available(domain::AvailableToChannel(request.channel(), of_sku, rows, ctx.now));
  }
  return absl::OkStatus();
}

using RowsBySku = std::map<std::string, std::vector<NodeStock>>;

absl::Status CheckNamed(db::Transaction& t, const RequestContext& ctx,
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
  return absl::OkStatus();
}

// Rows of the SKUs asked for, all of which exist, as do the nodes; by node id.
absl::StatusOr<RowsBySku> Read(db::Transaction& t, const RequestContext& ctx,
                               const v1::GetAvailabilityRequest& request) {
  RETURN_IF_ERROR(CheckNamed(t, ctx, request));
  const std::vector<std::string> sku_ids(request.sku_ids().begin(), request.sku_ids().end());
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
  if (request.exact() || !IsPlain(request)) return std::nullopt;
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
  if (!IsPlain(request)) {
    RETURN_IF_ERROR(deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
      v1::GetAvailabilityResponse read;
      RETURN_IF_ERROR(CheckNamed(t, ctx, request));
      RETURN_IF_ERROR(AddFromTables(t, ctx, request, read));
      read.set_as_of_position(response.as_of_position());
      response = std::move(read);
      return absl::OkStatus();
    }));
    return response;
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
