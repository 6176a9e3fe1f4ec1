#include "services/aftersales/convert/processes.h"

#include <limits>
#include <set>

#include "common/convert/fields.h"
#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu::aftersales::convert {
namespace {

namespace fields = ::kefu::convert;

constexpr int kMaxAttempts = 1000, kMaxLines = 100, kMaxSku = 64, kMaxWaitDays = 365;
constexpr size_t kMaxRegion = 12;                             // digits down to a village
constexpr int64_t kMaxQuantity = 1'000'000;                   // of a line of a reservation
constexpr int kHour = 3600, kDay = 86'400, kWeek = 7 * kDay;  // seconds

domain::GoodsFaultAction ActionFrom(int value, std::string_view field,
                                    FieldViolations& violations) {
  return static_cast<domain::GoodsFaultAction>(
      fields::RequiredEnum<v1::GoodsFaultAction>(value, field, violations));
}

}  // namespace

domain::FlowPolicy FromProto(const v1::FlowPolicy& proto, absl::Time now,
                             FieldViolations& violations) {
  const auto seconds = [&](int32_t value, int least, int most, std::string_view field) {
    return absl::Seconds(fields::Number(value, least, most, field, violations));
  };
  domain::FlowPolicy policy;
  policy.shop_id = fields::OptionalId(proto.shop_id(), "shop_id", violations);
  policy.effective = now;
  if (proto.has_effective_time()) {
    policy.effective =
        FromMicros(ToMicros(fields::Instant(proto.effective_time(), "effective_time", violations)));
    violations.Check(policy.effective >= now, "effective_time", "must not be in the past");
  }
  policy.max_attempts =
      fields::Number(proto.max_attempts(), 2, kMaxAttempts, "max_attempts", violations);
  policy.backoff_min = seconds(proto.backoff_min_seconds(), 1, kHour, "backoff_min_seconds");
  policy.backoff_max = seconds(proto.backoff_max_seconds(), 1, kDay, "backoff_max_seconds");
  violations.Check(proto.backoff_max_seconds() >= proto.backoff_min_seconds(),
                   "backoff_max_seconds", "must not be less than backoff_min_seconds");
  policy.reservation_ttl =
      seconds(proto.reservation_ttl_seconds(), 60, kWeek, "reservation_ttl_seconds");
  policy.return_node_id = fields::OptionalId(proto.return_node_id(), "return_node_id", violations);
  policy.missing_goods = ActionFrom(proto.missing_goods(), "missing_goods", violations);
  policy.damaged_goods = ActionFrom(proto.damaged_goods(), "damaged_goods", violations);
  policy.complaint_conduct_kind_id = fields::OptionalId(proto.complaint_conduct_kind_id(),
                                                        "complaint_conduct_kind_id", violations);
  policy.breach_conduct_kind_id =
      fields::OptionalId(proto.breach_conduct_kind_id(), "breach_conduct_kind_id", violations);
  policy.return_wait_days =
      fields::Number(proto.return_wait_days(), 0, kMaxWaitDays, "return_wait_days", violations);
  return policy;
}

std::string Etag(const domain::FlowPolicy& policy) {
  return fmt::format("{}/{:x}", policy.ref.policy_id, policy.ref.version);
}

v1::FlowPolicy ToProto(const domain::FlowPolicy& policy) {
  const auto seconds = [](absl::Duration duration) {
    return static_cast<int32_t>(absl::ToInt64Seconds(duration));
  };
  v1::FlowPolicy proto;
  proto.set_shop_id(policy.shop_id);
  proto.set_policy_id(policy.ref.policy_id);
  proto.set_version(policy.ref.version);
  proto.set_etag(Etag(policy));
  if (!policy.ref.org_id.empty()) {
    *proto.mutable_effective_time() = fields::ToProto(policy.effective);
    proto.set_actor(policy.actor);
    *proto.mutable_create_time() = fields::ToProto(policy.create_time);
  }
  proto.set_max_attempts(policy.max_attempts);
  proto.set_backoff_min_seconds(seconds(policy.backoff_min));
  proto.set_backoff_max_seconds(seconds(policy.backoff_max));
  proto.set_reservation_ttl_seconds(seconds(policy.reservation_ttl));
  proto.set_return_node_id(policy.return_node_id);
  proto.set_missing_goods(static_cast<v1::GoodsFaultAction>(policy.missing_goods));
  proto.set_damaged_goods(static_cast<v1::GoodsFaultAction>(policy.damaged_goods));
  proto.set_complaint_conduct_kind_id(policy.complaint_conduct_kind_id);
  proto.set_breach_conduct_kind_id(policy.breach_conduct_kind_id);
  proto.set_return_wait_days(policy.return_wait_days);
  return proto;
}

v1::CasePlan CheckedPlan(const v1::CasePlan& proto, FieldViolations& violations) {
  v1::CasePlan plan;
  plan.set_case_id(fields::Id(proto.case_id(), "case_id", violations));
  violations.Check(proto.sent_lines_size() <= kMaxLines, "sent_lines",
                   fmt::format("must have at most {} items", kMaxLines));
  std::set<std::string> skus;
  for (int i = 0; i < proto.sent_lines_size(); ++i) {
    const std::string path = fmt::format("sent_lines[{}]", i);
    v1::ProcessLine& line = *plan.add_sent_lines();
    line.set_sku(fields::Text(proto.sent_lines(i).sku(), kMaxSku, path + ".sku", violations));
    line.set_quantity(fields::Number(proto.sent_lines(i).quantity(), 1, kMaxQuantity,
                                     path + ".quantity", violations));
    violations.Check(skus.insert(line.sku()).second, path + ".sku", "stands there before");
  }
  if (proto.has_price_difference()) {
    const auto& difference = proto.price_difference();
    const std::string_view path = "price_difference.currency_code";
    violations.Check(!difference.currency_code().empty(), path, "must be set");
    fields::OptionalCurrency(difference.currency_code(), path, violations);
    violations.Check(difference.minor_units() != std::numeric_limits<int64_t>::min(),
                     "price_difference.minor_units", "has no counterpart");
    *plan.mutable_price_difference() = difference;
  }
  plan.set_conduct_agent_id(
      fields::OptionalId(proto.conduct_agent_id(), "conduct_agent_id", violations));
  plan.set_region_code(fields::OptionalId(proto.region_code(), "region_code", violations));
  violations.Check(plan.region_code().size() <= kMaxRegion, "region_code",
                   fmt::format("must have at most {} characters", kMaxRegion));
  return plan;
}

std::vector<domain::CaseLine> Pieces(
    const google::protobuf::RepeatedPtrField<v1::ProcessLine>& lines) {
  std::vector<domain::CaseLine> pieces;
  for (const v1::ProcessLine& line : lines) {
    pieces.push_back({.sku = line.sku(), .category = "", .quantity = line.quantity()});
  }
  return pieces;
}

std::vector<domain::ReturnedLine> ReturnedLines(const v1::ProcessFacts& facts) {
  std::vector<domain::ReturnedLine> lines;
  for (const v1::ProcessLine& line : facts.returned_lines()) {
    lines.push_back({.sku = line.sku(),
                     .expected = line.quantity(),
                     .received = line.received_quantity(),
                     .intact = line.intact_quantity(),
                     .sent_wrongly = line.sent_wrongly()});
  }
  return lines;
}

}  // namespace kefu::aftersales::convert
