#include "services/warehouse/convert/allocation.h"

#include <algorithm>
#include <set>

#include "fmt/format.h"
#include "services/warehouse/convert/promise.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int kMaxOwners = 20;
constexpr int kMaxParcels = 100;
constexpr int kMaxKm = 30'000;
constexpr int kMaxKinds = 10;
constexpr int kMaxExactNodes = 16;
constexpr int kMaxOrders = 10'000;
constexpr int kMaxNodes = 100;
constexpr size_t kMaxOrderId = 64;

}  // namespace

domain::AllocationPolicy FromProto(const v1::AllocationPolicy& proto, FieldViolations& violations) {
  domain::AllocationPolicy policy{
      .objective = static_cast<domain::AllocationObjective>(
          OptionalEnum<v1::AllocationObjective>(proto.objective(), "objective", violations)),
      .mix_owners = proto.mix_owners(),
      .allow_partial = proto.allow_partial(),
      .max_parcels = Number(proto.max_parcels(), 0, kMaxParcels, "max_parcels", violations),
      .max_distance_km = Number(proto.max_distance_km(), 0, kMaxKm, "max_distance_km", violations),
      .fefo_band_km = Number(proto.fefo_band_km(), 0, kMaxKm, "fefo_band_km", violations),
      .respect_throughput = proto.respect_throughput(),
      .exact_nodes = Number(proto.exact_nodes(), 1, kMaxExactNodes, "exact_nodes", violations)};
  if (policy.objective == domain::AllocationObjective::kUnspecified) {
    policy.objective = domain::AllocationObjective::kFewestParcels;
  }
  violations.Check(proto.owner_ids_size() <= kMaxOwners, "owner_ids",
                   fmt::format("must have at most {} items", kMaxOwners));
  if (proto.owner_ids_size() > 0) policy.owner_ids.clear();
  for (int i = 0; i < proto.owner_ids_size(); ++i) {
    const std::string path = fmt::format("owner_ids[{}]", i);
    violations.Check(!std::ranges::count(policy.owner_ids, proto.owner_ids(i)), path,
                     "stands there before");
    policy.owner_ids.push_back(OptionalId(proto.owner_ids(i), path, violations));
  }
  violations.Check(proto.node_kinds_size() <= kMaxKinds, "node_kinds",
                   fmt::format("must have at most {} items", kMaxKinds));
  for (int i = 0; i < proto.node_kinds_size(); ++i) {
    policy.node_kinds.push_back(static_cast<domain::NodeKind>(RequiredEnum<v1::NodeKind>(
        proto.node_kinds(i), fmt::format("node_kinds[{}]", i), violations)));
  }
  if (proto.has_region_distances()) {
    const v1::RegionDistances& km = proto.region_distances();
    const auto check = [&](int32_t value, std::string_view field) {
      return Number(value, 0, kMaxKm, fmt::format("region_distances.{}", field), violations);
    };
    policy.region_distances = {
        check(km.same_district_km(), "same_district_km"), check(km.same_city_km(), "same_city_km"),
        check(km.same_province_km(), "same_province_km"), check(km.elsewhere_km(), "elsewhere_km")};
  }
  return policy;
}

v1::AllocationPolicy ToProto(const domain::AllocationPolicy& policy) {
  v1::AllocationPolicy proto;
  *proto.mutable_effective_from() = ::kefu::convert::ToProto(absl::CivilDay());
  proto.set_objective(static_cast<v1::AllocationObjective>(policy.objective));
  for (const std::string& owner : policy.owner_ids) proto.add_owner_ids(owner);
  proto.set_mix_owners(policy.mix_owners);
  proto.set_allow_partial(policy.allow_partial);
  proto.set_max_parcels(policy.max_parcels);
  proto.set_max_distance_km(policy.max_distance_km);
  proto.set_fefo_band_km(policy.fefo_band_km);
  proto.set_respect_throughput(policy.respect_throughput);
  proto.set_exact_nodes(policy.exact_nodes);
  proto.mutable_region_distances()->set_same_district_km(policy.region_distances.same_district_km);
  proto.mutable_region_distances()->set_same_city_km(policy.region_distances.same_city_km);
  proto.mutable_region_distances()->set_same_province_km(policy.region_distances.same_province_km);
  proto.mutable_region_distances()->set_elsewhere_km(policy.region_distances.elsewhere_km);
  return proto;
}

std::vector<AllocationCommand> Orders(const v1::AllocateRequest& request, absl::Time now,
                                      FieldViolations& violations) {
  violations.Check(request.orders_size() >= 1 && request.orders_size() <= kMaxOrders, "orders",
                   fmt::format("must have 1 to {} items", kMaxOrders));
  std::vector<AllocationCommand> commands;
  std::set<std::string_view> seen;
  for (int i = 0; i < std::min(request.orders_size(), kMaxOrders); ++i) {
    const v1::AllocationOrder& order = request.orders(i);
    const std::string path = fmt::format("orders[{}]", i);
    const bool printable =
        std::ranges::all_of(order.order_id(), [](char c) { return c >= ' ' && c <= '~'; });
    violations.Check(
        !order.order_id().empty() && order.order_id().size() <= kMaxOrderId && printable,
        path + ".order_id", "must be 1 to 64 printable ASCII characters");
    violations.Check(seen.insert(order.order_id()).second, path + ".order_id",
                     "is the id of an order before");
    AllocationCommand command{
        .order = {.order_id = order.order_id(),
                  .channel = OptionalId(order.channel(), path + ".channel", violations),
                  .destination = DestinationFrom(order.has_destination(), order.destination(),
                                                 path + ".destination", violations),
                  .node_ids = Ids(order.node_ids(), kMaxNodes, path + ".node_ids", violations)},
        .promise_by = OptionalDay(order.has_promise_by(), order.promise_by(), path + ".promise_by",
                                  violations),
        .order_time = order.has_order_time()
                          ? Instant(order.order_time(), path + ".order_time", violations)
                          : now,
        .zone = ZoneFrom(order.time_zone(), path + ".time_zone", violations)};
    for (const v1::OrderLine& line : LinesFrom(order.lines(), 1, path + ".lines", violations)) {
      command.order.lines.push_back({line.sku_id(), line.quantity()});
    }
    commands.push_back(std::move(command));
  }
  return commands;
}

v1::AllocationResult ToProto(const domain::AllocationOrder& order,
                             const domain::Allocation& allocation,
                             const std::vector<domain::AllocationStock::NodeState>& nodes) {
  v1::AllocationResult proto;
  proto.set_order_id(order.order_id);
  proto.set_outcome(static_cast<v1::AllocationOutcome>(allocation.outcome));
  for (const domain::ReservationLine& line : allocation.lines) {
    v1::ReservationLine* out = proto.add_lines();
    out->set_node_id(line.node_id);
    out->set_sku_id(line.sku_id);
    out->set_owner_id(line.owner_id);
    out->set_quantity(line.quantity);
  }
  for (size_t i = 0; i < order.lines.size(); ++i) {
    if (allocation.missing[i] == 0) continue;
    v1::ShortLine* out = proto.add_short_lines();
    out->set_sku_id(order.lines[i].sku_id);
    out->set_wanted(order.lines[i].quantity);
    out->set_allocated(order.lines[i].quantity - allocation.missing[i]);
  }
  proto.set_parcels(allocation.parcels);
  for (const domain::NodeDecision& each : allocation.nodes) {
    v1::NodeDecision* out = proto.add_nodes();
    out->set_node_id(nodes[each.node].node.id);
    out->set_verdict(static_cast<v1::NodeVerdict>(each.verdict));
    out->set_distance_km(domain::ToKm(each.distance_metres));
    out->set_available_quantity(each.available);
  }
  proto.set_explanation(allocation.explanation);
  return proto;
}

}  // namespace kefu::warehouse::convert
