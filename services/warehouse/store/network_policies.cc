// Versions of the network's policy.
#include "common/status/status_macros.h"
#include "nlohmann/json.hpp"
#include "services/warehouse/store/network.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

using nlohmann::json;

constexpr db::Sql kPolicyOn{
    "SELECT version, effective_from, mode, body, create_us, actor FROM network_policy"
    " WHERE org_id = ? AND effective_from <= ?"
    " ORDER BY effective_from DESC, version DESC LIMIT 1"};
constexpr db::Sql kNextVersion{
    "INSERT INTO network_policy_head (org_id, version) VALUES (?, 1)"
    " ON DUPLICATE KEY UPDATE version = version + 1"};
constexpr db::Sql kVersion{"SELECT version FROM network_policy_head WHERE org_id = ?"};
constexpr db::Sql kInsertPolicy{
    "INSERT INTO network_policy (org_id, version, effective_from, mode, body, create_us, actor)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"};

template <class E>
json NamesOf(const std::vector<E>& values) {
  json names = json::array();
  for (const E value : values) names.push_back(std::string(NameOf(value)));
  return names;
}

template <class E>
std::vector<E> EnumsAt(const json& body, const char* key) {
  std::vector<E> values;
  for (const auto& name : body.at(key)) {
    values.push_back(ParseName<E>(name.get<std::string>()).value_or(E::kUnspecified));
  }
  return values;
}

json MoneyJson(const Money& money) { return json::array({money.minor, money.currency}); }
Money MoneyFrom(const json& value) {
  return {value.at(1).get<std::string>(), value.at(0).get<int64_t>()};
}

std::string BodyOf(const domain::NetworkPolicy& policy) {
  const domain::SiteRule& rule = policy.site_rule;
  return json{{"vendor_route", std::string(NameOf(policy.vendor_route))},
              {"named_node_ids", policy.named_node_ids},
              {"levels", NamesOf(policy.levels)},
              {"least_transfer_units", policy.least_transfer_units},
              {"trade_accounts", NamesOf(policy.trade_accounts)},
              {"witness_node_ids", policy.witness_node_ids},
              {"grace_seconds", absl::ToInt64Seconds(policy.acknowledgement_grace)},
              {"site_rule",
               {{"rent_above", rule.rent_above},
                {"build_above", rule.build_above},
                {"rent_per_1000_orders", MoneyJson(rule.rent_per_1000_orders)},
                {"build_cost_per_1000_orders", MoneyJson(rule.build_cost_per_1000_orders)},
                {"write_off_days", rule.write_off_days}}}}
      .dump();
}

domain::NetworkPolicy PolicyFrom(const db::Row& row) {
  const json body = json::parse(row.Text(3));
  const json& rule = body.at("site_rule");
  return {
      .version = row.Int(0),
      .effective_from = row.Day(1),
      .mode = EnumAt<domain::OperatingMode>(row, 2),
      .vendor_route = ParseName<domain::VendorRoute>(body.at("vendor_route").get<std::string>())
                          .value_or(domain::VendorRoute::kUnspecified),
      .named_node_ids = body.at("named_node_ids").get<std::vector<std::string>>(),
      .levels = EnumsAt<domain::NodeKind>(body, "levels"),
      .least_transfer_units = body.at("least_transfer_units").get<int64_t>(),
      .trade_accounts = EnumsAt<domain::LedgerAccount>(body, "trade_accounts"),
      .witness_node_ids = body.at("witness_node_ids").get<std::vector<std::string>>(),
      .acknowledgement_grace = absl::Seconds(body.at("grace_seconds").get<int64_t>()),
      .site_rule = {.rent_above = rule.at("rent_above").get<int64_t>(),
                    .build_above = rule.at("build_above").get<int64_t>(),
                    .rent_per_1000_orders = MoneyFrom(rule.at("rent_per_1000_orders")),
                    .build_cost_per_1000_orders = MoneyFrom(rule.at("build_cost_per_1000_orders")),
                    .write_off_days = rule.at("write_off_days").get<int32_t>()},
      .create_time = row.Time(4),
      .actor = row.Str(5)};
}

}  // namespace

absl::StatusOr<domain::NetworkPolicy> PolicyOn(db::Reader reader, std::string_view org_id,
                                               absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kPolicyOn, {org_id, day}));
  if (rows.empty()) return domain::NetworkPolicy();
  return PolicyFrom(rows.front());
}

absl::StatusOr<int64_t> AddPolicy(db::Transaction& t, std::string_view org_id,
                                  const domain::NetworkPolicy& policy) {
  RETURN_IF_ERROR(t.Execute(kNextVersion, {org_id}).status());
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kVersion, {org_id}));
  const int64_t version = rows.front().Int(0);
  RETURN_IF_ERROR(
      t.Execute(kInsertPolicy, {org_id, version, policy.effective_from, NameOf(policy.mode),
                                BodyOf(policy), policy.create_time, policy.actor})
          .status());
  return version;
}

}  // namespace kefu::warehouse::store
