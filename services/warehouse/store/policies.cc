// The policy of outbound work.
#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "services/warehouse/store/outbound.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

using nlohmann::json;

constexpr db::Sql kCurrent{
    "SELECT version, body FROM outbound_policy WHERE org_id = ? ORDER BY version DESC LIMIT 1"};
constexpr db::Sql kVersion{
    "SELECT version, body FROM outbound_policy WHERE org_id = ? AND version = ?"};
constexpr db::Sql kInsert{
    "INSERT INTO outbound_policy (org_id, version, body, actor, create_us) VALUES (?, ?, ?, ?, ?)"};

// Calls f(name, member) for each number of the policy.
template <class Policy, class F>
void EachNumber(Policy& policy, F f) {
  f("max_wave_orders", policy.max_wave_orders);
  f("max_wave_pieces", policy.max_wave_pieces);
  f("weight_tolerance_bps", policy.weight_tolerance_bps);
  f("weight_tolerance_grams", policy.weight_tolerance_grams);
  f("recount_tolerance_pieces", policy.recount_tolerance_pieces);
  f("recount_tolerance_bps", policy.recount_tolerance_bps);
  f("recount_tolerance_value_minor", policy.recount_tolerance_value_minor);
  f("max_counts", policy.max_counts);
  f("min_remaining_days", policy.min_remaining_days);
  f("aisle_pitch_mm", policy.aisle_pitch_mm);
  f("position_pitch_mm", policy.position_pitch_mm);
  f("abc_days", policy.abc_days);
  f("abc_a_bps", policy.abc_a_bps);
  f("abc_b_bps", policy.abc_b_bps);
}

absl::StatusOr<domain::OutboundPolicy> PolicyFrom(absl::StatusOr<db::Rows> rows) {
  RETURN_IF_ERROR(rows.status());
  domain::OutboundPolicy policy;
  if (rows->empty()) return policy;
  policy.version = rows->front().Int(0);
  // Only this file writes it. A number that an older version did not know keeps its default.
  const json body = json::parse(rows->front().Text(1), nullptr, /*allow_exceptions=*/false);
  policy.staging_location = body.value("staging_location", policy.staging_location);
  policy.channel_days = body.value("channel_days", policy.channel_days);
  EachNumber(policy, [&](const char* name, auto& number) { number = body.value(name, number); });
  return policy;
}

}  // namespace

absl::StatusOr<domain::OutboundPolicy> CurrentPolicy(db::Reader reader, std::string_view org_id) {
  return PolicyFrom(reader.Query(kCurrent, {org_id}));
}

absl::StatusOr<domain::OutboundPolicy> PolicyOf(db::Reader reader, std::string_view org_id,
                                                int64_t version) {
  return PolicyFrom(reader.Query(kVersion, {org_id, version}));
}

absl::Status Insert(db::Transaction& t, std::string_view org_id,
                    const domain::OutboundPolicy& policy, std::string_view actor, absl::Time now) {
  json body;
  body["staging_location"] = policy.staging_location;
  body["channel_days"] = policy.channel_days;
  EachNumber(policy, [&](const char* name, const auto& number) { body[name] = number; });
  return t.Execute(kInsert, {org_id, policy.version, body.dump(), actor, now}).status();
}

}  // namespace kefu::warehouse::store
