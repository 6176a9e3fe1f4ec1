#include "services/warehouse/convert/network.h"

#include <algorithm>
#include <set>

#include "fmt/format.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int kMaxNodes = 1000;  // named nodes and witnesses
constexpr int kMaxBatch = 1000;  // records
constexpr int kMaxCode = 100;    // characters, as in resources.cc
constexpr int kMaxLevels = 8;    // far more than anybody's network has
constexpr int64_t kMaxUnits = 1'000'000'000;
constexpr int64_t kMaxOrders = 1'000'000'000'000;  // a day; the country makes some 4 × 10^8
constexpr int64_t kMaxGrace = 30 * 86'400;
constexpr int64_t kMaxWriteOff = 36'500;  // days; a century

// Each value once, none unknown or unspecified.
template <class Proto, class Domain, class Values>
std::vector<Domain> Enums(const Values& values, int max, const std::string& field,
                          FieldViolations& violations) {
  violations.Check(values.size() <= max, field, fmt::format("must have at most {} items", max));
  std::vector<Domain> result;
  std::set<int> seen;
  for (int i = 0; i < values.size(); ++i) {
    const std::string path = fmt::format("{}[{}]", field, i);
    const auto value = static_cast<Domain>(RequiredEnum<Proto>(values.Get(i), path, violations));
    violations.Check(seen.insert(values.Get(i)).second, path, "stands twice");
    result.push_back(value);
  }
  return result;
}

domain::SiteRule RuleFrom(const v1::SiteRule& proto, FieldViolations& violations) {
  domain::SiteRule rule;
  const auto take = [&](int64_t value, int64_t max, std::string_view field, auto& target) {
    Whole(value, 0, max, field, violations);
    if (value > 0) target = value;
  };
  take(proto.rent_above_orders_per_day(), kMaxOrders, "site_rule.rent_above_orders_per_day",
       rule.rent_above);
  take(proto.build_above_orders_per_day(), kMaxOrders, "site_rule.build_above_orders_per_day",
       rule.build_above);
  take(proto.write_off_days(), kMaxWriteOff, "site_rule.write_off_days", rule.write_off_days);
  violations.Check(rule.build_above > rule.rent_above, "site_rule.build_above_orders_per_day",
                   "must be more than rent_above_orders_per_day");
  if (proto.has_rent_per_1000_orders()) {
    rule.rent_per_1000_orders =
        PriceFrom(proto.rent_per_1000_orders(), "site_rule.rent_per_1000_orders", violations);
  }
  if (proto.has_build_cost_per_1000_orders()) {
    rule.build_cost_per_1000_orders = PriceFrom(proto.build_cost_per_1000_orders(),
                                                "site_rule.build_cost_per_1000_orders", violations);
  }
  return rule;
}

}  // namespace

Money PriceFrom(const ::kefu::common::v1::Money& money, const std::string& field,
                FieldViolations& violations) {
  violations.Check(IsKnownCurrency(money.currency_code()), field + ".currency_code",
                   "must be an ISO 4217 code such as CNY");
  violations.Check(money.minor_units() >= 0, field + ".minor_units", "must not be negative");
  return {money.currency_code(), money.minor_units()};
}

void SetMoney(const Money& money, ::kefu::common::v1::Money* proto) {
  proto->set_currency_code(money.currency);
  proto->set_minor_units(money.minor);
}

int64_t Whole(int64_t value, int64_t min, int64_t max, std::string_view field,
              FieldViolations& violations) {
  violations.Check(value >= min && value <= max, field, fmt::format("must be {} to {}", min, max));
  return std::clamp(value, min, max);
}

domain::GeoPoint PointFrom(const v1::GeoPoint& point, const std::string& field,
                           FieldViolations& violations) {
  return {Number(point.latitude_micro_degrees(), -90'000'000, 90'000'000,
                 field + ".latitude_micro_degrees", violations),
          Number(point.longitude_micro_degrees(), -180'000'000, 180'000'000,
                 field + ".longitude_micro_degrees", violations)};
}

domain::NetworkPolicy FromProto(const v1::NetworkPolicy& proto, FieldViolations& violations) {
  using domain::OperatingMode, domain::VendorRoute;
  domain::NetworkPolicy policy;
  policy.effective_from =
      RequiredDay(proto.has_effective_from(), proto.effective_from(), "effective_from", violations);
  policy.mode =
      static_cast<OperatingMode>(RequiredEnum<v1::OperatingMode>(proto.mode(), "mode", violations));
  const auto route = static_cast<VendorRoute>(
      OptionalEnum<v1::VendorRoute>(proto.vendor_route(), "vendor_route", violations));
  if (route != VendorRoute::kUnspecified) policy.vendor_route = route;
  policy.named_node_ids = Ids(proto.named_node_ids(), kMaxNodes, "named_node_ids", violations);
  violations.Check(policy.mode != OperatingMode::kSelfRun || route != VendorRoute::kNamedNodes ||
                       !policy.named_node_ids.empty(),
                   "named_node_ids", "must name a node where vendor_route is NAMED_NODES");
  const auto levels =
      Enums<v1::NodeKind, domain::NodeKind>(proto.levels(), kMaxLevels, "levels", violations);
  if (!levels.empty()) policy.levels = levels;
  const int64_t least =
      Whole(proto.least_transfer_units(), 0, kMaxUnits, "least_transfer_units", violations);
  if (least > 0) policy.least_transfer_units = least;
  const auto accounts = Enums<v1::LedgerAccount, domain::LedgerAccount>(
      proto.trade_accounts(), kMaxLevels, "trade_accounts", violations);
  violations.Check(std::ranges::none_of(accounts,
                                        [](domain::LedgerAccount a) {
                                          return a == domain::LedgerAccount::kFree ||
                                                 a == domain::LedgerAccount::kReserved;
                                        }),
                   "trade_accounts", "must not hold FREE or RESERVED: that is no trade");
  if (!accounts.empty()) policy.trade_accounts = accounts;
  policy.witness_node_ids =
      Ids(proto.witness_node_ids(), kMaxNodes, "witness_node_ids", violations);
  const int64_t grace = Whole(proto.acknowledgement_grace_seconds(), 0, kMaxGrace,
                              "acknowledgement_grace_seconds", violations);
  if (grace > 0) policy.acknowledgement_grace = absl::Seconds(grace);
  policy.site_rule = RuleFrom(proto.site_rule(), violations);
  return policy;
}

v1::NetworkPolicy ToProto(const domain::NetworkPolicy& policy) {
  v1::NetworkPolicy proto;
  proto.set_version(policy.version);
  *proto.mutable_effective_from() = ::kefu::convert::ToProto(policy.effective_from);
  proto.set_mode(static_cast<v1::OperatingMode>(policy.mode));
  proto.set_vendor_route(static_cast<v1::VendorRoute>(policy.vendor_route));
  for (const auto& id : policy.named_node_ids) proto.add_named_node_ids(id);
  for (const auto kind : policy.levels) proto.add_levels(static_cast<v1::NodeKind>(kind));
  proto.set_least_transfer_units(policy.least_transfer_units);
  for (const auto account : policy.trade_accounts) {
    proto.add_trade_accounts(static_cast<v1::LedgerAccount>(account));
  }
  for (const auto& id : policy.witness_node_ids) proto.add_witness_node_ids(id);
  proto.set_acknowledgement_grace_seconds(absl::ToInt64Seconds(policy.acknowledgement_grace));
  v1::SiteRule& rule = *proto.mutable_site_rule();
  rule.set_rent_above_orders_per_day(policy.site_rule.rent_above);
  rule.set_build_above_orders_per_day(policy.site_rule.build_above);
  SetMoney(policy.site_rule.rent_per_1000_orders, rule.mutable_rent_per_1000_orders());
  SetMoney(policy.site_rule.build_cost_per_1000_orders, rule.mutable_build_cost_per_1000_orders());
  rule.set_write_off_days(policy.site_rule.write_off_days);
  if (policy.version > 0) {
    *proto.mutable_create_time() = ::kefu::convert::ToProto(policy.create_time);
    proto.set_actor(policy.actor);
  }
  return proto;
}

std::vector<NewNode> Nodes(const v1::BatchCreateNodesRequest& request,
                           FieldViolations& violations) {
  violations.Check(request.nodes_size() >= 1 && request.nodes_size() <= kMaxBatch, "nodes",
                   fmt::format("must have 1 to {} items", kMaxBatch));
  std::vector<NewNode> nodes;
  std::set<std::string> seen;
  for (int i = 0; i < std::min(request.nodes_size(), kMaxBatch); ++i) {
    const v1::NewNode& item = request.nodes(i);
    const std::string path = fmt::format("nodes[{}]", i);
    FieldViolations inner;
    domain::Node node = FromProto(item.node(), inner);
    inner.Check(!node.external_id.empty(), "external_id", "must be set in a batch");
    inner.Check(node.external_id.empty() || seen.insert(node.external_id).second, "external_id",
                "stands twice");
    violations.Merge(path + ".node", inner);
    violations.Check(item.parent_external_id().empty() || node.parent_node_id.empty(),
                     path + ".parent_external_id", "must be empty where parent_node_id is set");
    nodes.push_back({std::move(node), OptionalText(item.parent_external_id(), kMaxCode,
                                                   path + ".parent_external_id", violations)});
  }
  return nodes;
}

std::vector<domain::Sku> Skus(const v1::BatchCreateSkusRequest& request,
                              FieldViolations& violations) {
  violations.Check(request.skus_size() >= 1 && request.skus_size() <= kMaxBatch, "skus",
                   fmt::format("must have 1 to {} items", kMaxBatch));
  std::vector<domain::Sku> skus;
  std::set<std::string> seen;
  for (int i = 0; i < std::min(request.skus_size(), kMaxBatch); ++i) {
    FieldViolations inner;
    skus.push_back(FromProto(request.skus(i), inner));
    inner.Check(seen.insert(skus.back().code).second, "code", "stands twice");
    violations.Merge(fmt::format("skus[{}]", i), inner);
  }
  return skus;
}

}  // namespace kefu::warehouse::convert
