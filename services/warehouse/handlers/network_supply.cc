// What to buy and what to move.
#include "services/warehouse/convert/supply.h"
#include "services/warehouse/handlers/network.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/network.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

struct Question {
  std::vector<domain::SupplyNeed> needs;
  std::string vendor_node_id;
  absl::CivilDay day;
};

template <class Request>
absl::StatusOr<Question> Convert(const RequestContext& ctx, const Request& request) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  Question question{.needs = convert::Needs(request.needs(), violations)};
  question.day = convert::OptionalDay(request.has_day(), request.day(), "day", violations)
                     .value_or(domain::DefaultDay(ctx.now));
  if constexpr (std::is_same_v<Request, v1::ProposeSupplyRequest>) {
    question.vendor_node_id =
        convert::OptionalId(request.vendor_node_id(), "vendor_node_id", violations);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return question;
}

// What the plan is made of, at one moment.
struct World {
  domain::NetworkPolicy policy;
  domain::NodesById nodes;
};

// SKUs of the needs are the organization's, in lists that the database takes.
absl::Status CheckSkus(db::Transaction& t, const RequestContext& ctx, const Question& question) {
  constexpr size_t kPerStatement = 1000;
  std::set<std::string> all, some;
  for (const domain::SupplyNeed& need : question.needs) all.insert(need.sku_id);
  for (auto id = all.begin(); id != all.end();) {
    some.insert(*id++);
    if (some.size() < kPerStatement && id != all.end()) continue;
    ASSIGN_OR_RETURN(const auto found, store::FindSkus(t, ctx.org_id(), some));
    for (const std::string& wanted : some) {
      if (!found.contains(wanted)) return error::SkuNotFound(wanted);
    }
    some.clear();
  }
  return absl::OkStatus();
}

// Reads policy, nodes, stock and open purchases; puts what is there and what comes into the needs.
absl::StatusOr<World> Read(db::Transaction& t, const RequestContext& ctx, Question& question) {
  World world;
  ASSIGN_OR_RETURN(world.policy, store::PolicyOn(t, ctx.org_id(), question.day));
  ASSIGN_OR_RETURN(std::vector<domain::Node> nodes, store::ActiveNodes(t, ctx.org_id()));
  for (domain::Node& node : nodes) {
    std::string id = node.id;
    world.nodes.emplace(std::move(id), std::move(node));
  }
  if (!question.vendor_node_id.empty() && !world.nodes.contains(question.vendor_node_id)) {
    return error::NodeNotFound(question.vendor_node_id);
  }
  std::vector<domain::TotalKey> keys;
  std::set<std::string> node_ids;
  for (const domain::SupplyNeed& need : question.needs) {
    if (!world.nodes.contains(need.node_id)) return error::NodeNotFound(need.node_id);
    keys.push_back({need.sku_id, need.owner_id, need.node_id});
    node_ids.insert(need.node_id);
  }
  RETURN_IF_ERROR(CheckSkus(t, ctx, question));
  ASSIGN_OR_RETURN(const auto totals, store::TotalsOf(t, ctx.org_id(), keys));
  ASSIGN_OR_RETURN(const auto on_order, store::OnOrderAt(t, ctx.org_id(), node_ids));
  for (size_t i = 0; i < keys.size(); ++i) {
    if (const auto ordered = on_order.find(keys[i]); ordered != on_order.end()) {
      question.needs[i].on_order = ordered->second;
    }
    const auto total = totals.find(keys[i]);
    if (total == totals.end()) continue;
    question.needs[i].available = total->second.available();
    question.needs[i].in_transit = total->second.in_transit;
  }
  return world;
}

template <class Response>
void Fill(const World& world, const std::vector<domain::SupplyProposal>& proposals,
          Response& response) {
  for (const auto& proposal : proposals) {
    *response.add_proposals() = convert::ToProto(proposal);
  }
  response.set_mode(static_cast<v1::OperatingMode>(world.policy.mode));
  response.set_policy_version(world.policy.version);
}

}  // namespace

absl::StatusOr<v1::ProposeSupplyResponse> NetworkHandlers::ProposeSupply(
    const RequestContext& ctx, const v1::ProposeSupplyRequest& request) const {
  ASSIGN_OR_RETURN(Question question, Convert(ctx, request));
  ASSIGN_OR_RETURN(const World world,
                   deps_.database.RunInTransaction(
                       ctx.deadline, [&](db::Transaction& t) { return Read(t, ctx, question); }));
  ASSIGN_OR_RETURN(
      const auto proposals,
      domain::PlanSupply(world.policy, world.nodes, question.needs, question.vendor_node_id));
  v1::ProposeSupplyResponse response;
  Fill(world, proposals, response);
  return response;
}

absl::StatusOr<v1::RebalanceStockResponse> NetworkHandlers::RebalanceStock(
    const RequestContext& ctx, const v1::RebalanceStockRequest& request) const {
  ASSIGN_OR_RETURN(Question question, Convert(ctx, request));
  ASSIGN_OR_RETURN(const World world,
                   deps_.database.RunInTransaction(
                       ctx.deadline, [&](db::Transaction& t) { return Read(t, ctx, question); }));
  int64_t short_units = 0;
  ASSIGN_OR_RETURN(const auto moves, domain::PlanRebalancing(world.policy, world.nodes,
                                                             question.needs, &short_units));
  v1::RebalanceStockResponse response;
  Fill(world, moves, response);
  response.set_short_units(short_units);
  return response;
}

}  // namespace kefu::warehouse
