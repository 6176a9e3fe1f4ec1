#include "services/aftersales/convert/case_figures.h"

#include <algorithm>
#include <iterator>

#include "common/convert/fields.h"
#include "common/statistics/intervals.h"

namespace kefu::aftersales::convert {
namespace {

namespace fields = ::kefu::convert;
using domain::insight::ReasonDimension;

constexpr double kLevel = 0.95;

v1::SoldUnit UnitOf(ReasonDimension by) {
  switch (by) {
    case ReasonDimension::kSku:
    case ReasonDimension::kCategory:
      return v1::SOLD_UNIT_PIECES_SOLD;
    case ReasonDimension::kNode:
    case ReasonDimension::kLot:
      return v1::SOLD_UNIT_PIECES_SHIPPED;
    case ReasonDimension::kCarrier:
    case ReasonDimension::kShop:
      return v1::SOLD_UNIT_ORDERS;
    default:
      return v1::SOLD_UNIT_UNSPECIFIED;
  }
}

void SetCost(const std::string& currency, int64_t minor_units, kefu::common::v1::Money& cost) {
  cost.set_currency_code(currency);
  cost.set_minor_units(minor_units);
}

}  // namespace

v1::ReasonRow ToProto(const domain::insight::ReasonRow& row, ReasonDimension by,
                      const std::string& currency) {
  v1::ReasonRow proto;
  proto.set_value(row.value);
  proto.set_cases(row.cases);
  proto.set_previous_cases(row.previous_cases);
  if (!currency.empty()) SetCost(currency, row.cost_minor, *proto.mutable_cost());
  if (row.sold == 0) return proto;
  proto.set_sold(row.sold);
  proto.set_sold_unit(UnitOf(by));
  if (const auto interval = statistics::Wilson(row.cases, row.sold, kLevel)) {
    proto.set_rate(static_cast<double>(row.cases) / static_cast<double>(row.sold));
    proto.set_rate_low(interval->low);
    proto.set_rate_high(interval->high);
  }
  return proto;
}

v1::FigureCase ToProto(const domain::insight::FigureCase& one, const std::string& currency) {
  v1::FigureCase proto;
  proto.set_case_id(one.case_id);
  proto.set_shop_id(one.shop_id);
  proto.set_order_id(one.order_id);
  proto.set_kind(static_cast<v1::CaseKind>(one.kind));
  *proto.mutable_receive_time() = fields::ToProto(one.receive_time);
  if (!currency.empty()) SetCost(currency, one.cost_minor, *proto.mutable_cost());
  return proto;
}

v1::TrendPoint ToProto(const domain::insight::TrendPoint& point) {
  v1::TrendPoint proto;
  *proto.mutable_start_date() = fields::ToProto(point.first);
  *proto.mutable_end_date() = fields::ToProto(point.last);
  proto.set_cases(point.cases);
  return proto;
}

v1::SlaComplianceRow ToProto(const domain::insight::SlaRow& row) {
  v1::SlaComplianceRow proto;
  proto.set_value(row.value);
  proto.set_clock_kind(static_cast<v1::ClockKind>(row.clock));
  proto.set_met(row.met);
  proto.set_breached(row.breached);
  proto.set_open(row.open);
  proto.set_cancelled(row.cancelled);
  const int64_t decided = row.met + row.breached;
  if (const auto interval = statistics::Wilson(row.met, decided, kLevel)) {
    proto.set_share(static_cast<double>(row.met) / static_cast<double>(decided));
    proto.set_share_low(interval->low);
    proto.set_share_high(interval->high);
  }
  return proto;
}

v1::SlaDeadline ToProto(const domain::insight::SlaDeadline& one) {
  v1::SlaDeadline proto;
  proto.set_case_id(one.case_id);
  proto.set_shop_id(one.shop_id);
  proto.set_owner(one.owner);
  *proto.mutable_receive_time() = fields::ToProto(one.receive_time);
  *proto.mutable_start_time() = fields::ToProto(one.start);
  if (one.due != absl::InfiniteFuture()) *proto.mutable_due_time() = fields::ToProto(one.due);
  return proto;
}

v1::BacklogRow ToProto(const domain::insight::BacklogRow& row) {
  constexpr int kAges = std::size(domain::insight::kBacklogHours);
  v1::BacklogRow proto;
  proto.set_state(static_cast<v1::CaseState>(row.state));
  proto.set_age_hours(row.age == 0 ? 0 : domain::insight::kBacklogHours[row.age - 1]);
  proto.set_age_below_hours(row.age < kAges ? domain::insight::kBacklogHours[row.age] : 0);
  // Both count the edges that are passed, from overdue on.
  proto.set_due(static_cast<v1::BacklogDue>(row.due + 1));
  proto.set_cases(row.cases);
  return proto;
}

v1::ForecastBreachesResponse ToProto(const domain::insight::Forecast& forecast,
                                     const domain::insight::ClockHistories& histories,
                                     absl::Time now, absl::Duration step, absl::Time end) {
  v1::ForecastBreachesResponse proto;
  for (const domain::insight::ForecastRow& row : forecast.rows) {
    v1::BreachForecastRow& added = *proto.add_rows();
    added.set_clock_kind(static_cast<v1::ClockKind>(row.kind));
    *added.mutable_start_time() = fields::ToProto(now + row.step * step);
    *added.mutable_end_time() = fields::ToProto(std::min(end, now + (row.step + 1) * step));
    added.set_running(row.running);
    added.set_expected_of_running(row.of_running);
    added.set_expected_of_new(row.of_new);
    added.set_expected(row.expected.mean);
    added.set_expected_low(row.expected.low);
    added.set_expected_high(row.expected.high);
  }
  for (const auto& [kind, history] : histories) {
    v1::BreachHistory& added = *proto.add_history();
    added.set_clock_kind(static_cast<v1::ClockKind>(kind));
    added.set_clocks(history.clocks());
    added.set_breached(history.breached);
  }
  proto.set_expected(forecast.all.mean);
  proto.set_expected_low(forecast.all.low);
  proto.set_expected_high(forecast.all.high);
  *proto.mutable_time() = fields::ToProto(now);
  return proto;
}

}  // namespace kefu::aftersales::convert
