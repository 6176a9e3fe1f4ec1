#include "services/aftersales/convert/insight.h"

#include <set>

#include "common/convert/fields.h"
#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu::aftersales::convert {
namespace {

namespace fields = ::kefu::convert;
using domain::insight::BadLotPolicy;

}  // namespace

BadLotPolicy FromProto(const v1::BadLotPolicy& proto, absl::Time now, FieldViolations& violations) {
  BadLotPolicy policy;
  policy.period_days = fields::Number(proto.period_days(), 14, 366, "period_days", violations);
  policy.horizon_days = fields::Number(proto.horizon_days(), 1, 180, "horizon_days", violations);
  violations.Check(proto.horizon_days() < proto.period_days(), "horizon_days",
                   "must be less than period_days");
  policy.false_discovery_bps =
      fields::Number(proto.false_discovery_bps(), 1, 5000, "false_discovery_bps", violations);
  policy.least_cases = fields::Number(proto.least_cases(), 2, 1000, "least_cases", violations);
  violations.Check(!proto.kinds().empty(), "kinds", "must name at least one");
  std::set<domain::CaseKind> kinds;
  for (int i = 0; i < proto.kinds_size(); ++i) {
    kinds.insert(static_cast<domain::CaseKind>(fields::RequiredEnum<v1::CaseKind>(
        proto.kinds(i), fmt::format("kinds[{}]", i), violations)));
  }
  policy.kinds.assign(kinds.begin(), kinds.end());
  policy.effective = now;
  if (proto.has_effective_time()) {
    policy.effective =
        FromMicros(ToMicros(fields::Instant(proto.effective_time(), "effective_time", violations)));
    violations.Check(policy.effective >= now, "effective_time", "must not be in the past");
  }
  return policy;
}

v1::BadLotPolicy ToProto(const BadLotPolicy& policy) {
  v1::BadLotPolicy proto;
  proto.set_version(policy.version);
  proto.set_shipped(policy.org_id.empty());
  proto.set_period_days(policy.period_days);
  proto.set_horizon_days(policy.horizon_days);
  proto.set_false_discovery_bps(policy.false_discovery_bps);
  proto.set_least_cases(policy.least_cases);
  for (const domain::CaseKind kind : policy.kinds) {
    proto.add_kinds(static_cast<v1::CaseKind>(kind));
  }
  *proto.mutable_effective_time() = fields::ToProto(policy.effective);
  proto.set_actor(policy.actor);
  if (!policy.org_id.empty()) {
    *proto.mutable_create_time() = fields::ToProto(policy.create_time);
  }
  proto.set_etag(Etag(policy));
  return proto;
}

v1::BadLotWarning ToProto(const domain::insight::Warning& warning) {
  const domain::insight::BadLot& lot = warning.lot;
  v1::BadLotWarning proto;
  proto.set_warning_id(warning.warning_id);
  proto.set_sku(lot.key.sku);
  proto.set_node_id(lot.key.node_id);
  proto.set_lot(lot.key.lot);
  proto.set_state(static_cast<v1::BadLotState>(warning.state));
  *proto.mutable_since_date() = fields::ToProto(lot.since);
  *proto.mutable_earliest_since_date() = fields::ToProto(lot.earliest);
  *proto.mutable_latest_since_date() = fields::ToProto(lot.latest);
  *proto.mutable_last_ship_date() = fields::ToProto(lot.last);
  proto.set_pieces(lot.pieces);
  proto.set_cases(lot.scan.inside);
  proto.set_expected_cases(lot.scan.expected);
  proto.set_other_pieces(lot.other_pieces);
  proto.set_other_cases(lot.scan.total - lot.scan.inside);
  if (lot.scan.ratio) proto.set_rate_ratio(*lot.scan.ratio);
  proto.set_rate_ratio_low(lot.scan.ratio_low);
  if (lot.scan.ratio_high) proto.set_rate_ratio_high(*lot.scan.ratio_high);
  proto.set_p_value(lot.scan.p_value);
  proto.set_adjusted_p_value(lot.adjusted_p);
  *proto.mutable_first_look_date() = fields::ToProto(warning.first_look);
  *proto.mutable_look_date() = fields::ToProto(warning.last_look);
  proto.set_note(warning.note);
  proto.set_actor(warning.actor);
  if (warning.judge_time) *proto.mutable_judge_time() = fields::ToProto(*warning.judge_time);
  *proto.mutable_create_time() = fields::ToProto(warning.create_time);
  *proto.mutable_update_time() = fields::ToProto(warning.update_time);
  proto.set_etag(Etag(warning));
  return proto;
}

void AddRows(const domain::insight::WarningRows& rows, v1::ExplainBadLotResponse& proto) {
  for (size_t i = 0; i < rows.days.size(); ++i) {
    v1::BadLotDay& day = *proto.add_days();
    *day.mutable_ship_date() = fields::ToProto(rows.days[i].day);
    day.set_pieces(rows.days[i].pieces);
    day.set_cases(rows.days[i].complaints);
    day.set_exposure(rows.exposed[i].exposure);
  }
  for (const domain::insight::Complaint& one : rows.complaints) {
    v1::BadLotCase& added = *proto.add_cases();
    added.set_case_id(one.case_id);
    added.set_shop_id(one.shop_id);
    added.set_order_id(one.order_id);
    *added.mutable_ship_date() = fields::ToProto(one.ship_day);
    *added.mutable_receive_date() = fields::ToProto(one.receive_day);
  }
}

std::string RuleText(const BadLotPolicy& policy) {
  return fmt::format(
      "likelihood ratio scan for a raised rate (Kulldorff 1997) over the day since which the "
      "series is "
      "bad, exact p-value by Worsley's recursion (1983), false discovery rate {}.{:02} % over all "
      "series (Benjamini and Hochberg 1995); shipments of {} days, first complaints about a line "
      "of "
      "an order up to {} days after shipment, pieces weighted by the share of complaints that have "
      "come by their age (Lagakos et al. 1988); at least {} complaints",
      policy.false_discovery_bps / 100, policy.false_discovery_bps % 100, policy.period_days,
      policy.horizon_days, policy.least_cases);
}

std::string Etag(const BadLotPolicy& policy) {
  return policy.org_id.empty() ? "" : fmt::format("{:x}", policy.version);
}

std::string Etag(const domain::insight::Warning& warning) {
  return fmt::format("{:x}", warning.version);
}

}  // namespace kefu::aftersales::convert
