// When an order is there.
#include <algorithm>

#include "fmt/format.h"

#include "services/warehouse/errors_promise.h"
#include "services/warehouse/handlers/planning.h"
#include "services/warehouse/handlers/planning_policies.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr int kMaxNodes = 100;
constexpr int kMaxAlternatives = 100;
constexpr int kDefaultAlternatives = 3;
constexpr size_t kNodesPerStatement = 1000;

struct Command {
  domain::PromiseQuery query;
  std::vector<v1::OrderLine> lines;
  std::set<std::string> node_ids;
  int alternatives = 0;
};

absl::StatusOr<Command> Convert(const RequestContext& ctx, const v1::PromiseDateRequest& request) {
  FieldViolations violations;
  Command command{
      .query = {.order_time = request.has_order_time()
                                  ? convert::Instant(request.order_time(), "order_time", violations)
                                  : StoredNow(ctx),
                .zone = convert::ZoneFrom(request.time_zone(), "time_zone", violations),
                .destination = convert::DestinationFrom(
                    request.has_destination(), request.destination(), "destination", violations)},
      .lines = convert::LinesFrom(request.lines(), 0, "lines", violations),
      .alternatives = convert::Number(request.max_alternatives(), 0, kMaxAlternatives,
                                      "max_alternatives", violations)};
  const auto nodes = convert::Ids(request.node_ids(), kMaxNodes, "node_ids", violations);
  command.node_ids = {nodes.begin(), nodes.end()};
  violations.Check(!command.lines.empty() || !nodes.empty(), "node_ids",
                   "must name a node where no lines do");
  convert::OptionalId(request.carrier_id(), "carrier_id", violations);
  convert::OptionalId(request.service_code(), "service_code", violations);
  convert::OptionalId(request.owner_id(), "owner_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  if (command.alternatives == 0) command.alternatives = kDefaultAlternatives;
  return command;
}

// How many of the lines each node can fill, by node; only nodes with any, or the nodes asked for.
absl::StatusOr<std::map<std::string, size_t>> LinesFilled(db::Transaction& t,
                                                          const RequestContext& ctx,
                                                          const Command& command,
                                                          const std::string& owner_id) {
  std::vector<std::string> sku_ids;
  std::map<std::string_view, int64_t> wanted;
  for (const v1::OrderLine& line : command.lines) {
    sku_ids.push_back(line.sku_id());
    wanted[line.sku_id()] = line.quantity();
  }
  ASSIGN_OR_RETURN(const auto skus,
                   store::FindSkus(t, ctx.org_id(), {sku_ids.begin(), sku_ids.end()}));
  for (const std::string& id : sku_ids) {
    const auto sku = skus.find(id);
    if (sku == skus.end()) return error::SkuNotFound(id);
    if (sku->second.state != domain::RecordState::kActive) return error::RecordArchived("sku", id);
  }
  std::map<std::string, size_t> filled;
  for (const std::string& id : command.node_ids) filled[id] = 0;
  if (sku_ids.empty()) return filled;
  ASSIGN_OR_RETURN(const std::vector<domain::StockTotal> totals,
                   store::SellableTotals(t, ctx.org_id(), owner_id, sku_ids));
  for (const domain::StockTotal& total : totals) {
    if (!command.node_ids.empty() && !command.node_ids.contains(total.key.node_id)) continue;
    if (total.available() >= wanted[total.key.sku_id]) ++filled[total.key.node_id];
  }
  return filled;
}

absl::StatusOr<std::map<std::string, domain::Node>> NodesOf(
    db::Transaction& t, const RequestContext& ctx, const std::map<std::string, size_t>& filled) {
  std::map<std::string, domain::Node> nodes;
  std::set<std::string> ids;
  for (auto at = filled.begin(); at != filled.end();) {
    ids.clear();
    for (; at != filled.end() && ids.size() < kNodesPerStatement; ++at) ids.insert(at->first);
    ASSIGN_OR_RETURN(auto found, store::FindNodes(t, ctx.org_id(), ids));
    nodes.merge(found);
  }
  for (const auto& [id, count] : filled) {
    if (!nodes.contains(id)) return error::NodeNotFound(id);
  }
  return nodes;
}

// What every node promises with every service, the best first.
absl::StatusOr<std::vector<domain::ParcelPromise>> Promises(db::Transaction& t,
                                                            const RequestContext& ctx,
                                                            const Command& command,
                                                            const v1::PromiseDateRequest& request) {
  ASSIGN_OR_RETURN(const auto filled, LinesFilled(t, ctx, command, request.owner_id()));
  ASSIGN_OR_RETURN(const auto nodes, NodesOf(t, ctx, filled));
  std::set<std::string> ids;
  for (const auto& [id, node] : nodes) ids.insert(id);
  const absl::CivilDay day = DayOf(command.query.order_time, command.query.zone);
  ASSIGN_OR_RETURN(const ScheduleBook schedules, LoadSchedules(t, ctx.org_id(), ids, day));
  ASSIGN_OR_RETURN(
      const auto services,
      LoadCarrierServices(t, ctx.org_id(), day, request.carrier_id(), request.service_code()));
  std::vector<domain::ParcelPromise> promises;
  for (const auto& [id, node] : nodes) {
    const int64_t metres = domain::DistanceMetres(node, command.query.destination, {});
    domain::ParcelPromise refusal{.node_id = id, .distance_metres = metres};
    if (filled.at(id) < command.lines.size()) {
      refusal.obstacle = domain::PromiseObstacle::kOutOfStock;
      refusal.description = "the node does not have all of the goods";
      promises.push_back(std::move(refusal));
      continue;
    }
    if (services.empty()) {
      refusal.obstacle = domain::PromiseObstacle::kNodeNotServed;
      refusal.description = "no carrier's service comes into question";
      promises.push_back(std::move(refusal));
    }
    ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(node.time_zone));
    for (const domain::CarrierService& service : services) {
      promises.push_back(domain::Promise(command.query, node, zone, schedules.Of(id), service,
                                         metres, ChinaHolidays()));
    }
  }
  std::ranges::sort(promises, domain::BetterPromise);
  return promises;
}

void AddAssumptions(const domain::ParcelPromise& promise, v1::PromiseDateResponse& response) {
  for (const int64_t year : promise.guessed_years) {
    response.add_assumptions(fmt::format(
        "the public holidays of {} are not known yet: its days are taken as ordinary ones", year));
  }
}

}  // namespace

absl::StatusOr<v1::PromiseDateResponse> PlanningHandlers::PromiseDate(
    const RequestContext& ctx, const v1::PromiseDateRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const Command command, Convert(ctx, request));
  ASSIGN_OR_RETURN(const std::vector<domain::ParcelPromise> promises,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return Promises(t, ctx, command, request);
                   }));
  if (promises.empty()) {
    return error::NoPromise({{domain::ParcelPromise{
        .obstacle = domain::PromiseObstacle::kOutOfStock, .description = "no node has any"}}});
  }
  const domain::ParcelPromise& best = promises.front();
  const auto shown = std::span(promises).first(
      std::min(promises.size(), static_cast<size_t>(command.alternatives) + 1));
  if (best.obstacle != domain::PromiseObstacle::kNone) return error::NoPromise(shown);
  v1::PromiseDateResponse response;
  *response.mutable_promise_date() = ::kefu::convert::ToProto(best.day);
  *response.mutable_ship_by_time() = ::kefu::convert::ToProto(best.ship_by);
  v1::ParcelPromise& parcel = *response.add_parcels();
  parcel = convert::ToProto(best);
  *parcel.mutable_lines() = request.lines();
  for (const domain::ParcelPromise& other : shown.subspan(1)) {
    *response.add_alternatives() = convert::AlternativeOf(other);
  }
  AddAssumptions(best, response);
  return response;
}

}  // namespace kefu::warehouse
