#include "services/warehouse/convert/replenishment_plan.h"

#include <algorithm>
#include <cmath>

#include "fmt/format.h"
#include "google/protobuf/util/json_util.h"
#include "services/warehouse/convert/network.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int kMaxNodes = 1'000;
constexpr int kMaxSeries = 10'000;
constexpr int kMaxItems = 100'000;
constexpr int kMaxEvents = 100;
constexpr int64_t kMaxPieces = 1'000'000'000'000;
constexpr double kMaxDays = 365;

double Days(double value, double least, std::string_view field, FieldViolations& violations) {
  violations.Check(value >= least && value <= kMaxDays, field,
                   fmt::format("must be {} to 365 days", least));
  return value;
}

// A shipped rule in the contract's terms and back: they count in the same order, from 1.
rp::PlanRule RuleFrom(v1::ReplenishmentRule rule) {
  return static_cast<rp::PlanRule>(std::max(0, rule - 1));
}

void CheckItem(const v1::ItemSettings& item, const std::string& path, std::string_view currency,
               FieldViolations& violations) {
  const auto field = [&](std::string_view name) { return fmt::format("{}.{}", path, name); };
  OptionalId(item.node_id(), field("node_id"), violations);
  Text(item.series_id(), 100, field("series_id"), violations);
  Whole(item.available(), 0, kMaxPieces, field("available"), violations);
  Whole(item.in_transit(), 0, kMaxPieces, field("in_transit"), violations);
  Whole(item.on_order(), 0, kMaxPieces, field("on_order"), violations);
  Whole(item.minimum_order(), 0, kMaxPieces, field("minimum_order"), violations);
  Whole(item.pack_size(), 0, kMaxPieces, field("pack_size"), violations);
  if (item.has_lead_time_mean_days()) {
    Days(item.lead_time_mean_days(), 0, field("lead_time_mean_days"), violations);
  }
  if (item.has_lead_time_standard_deviation_days()) {
    Days(item.lead_time_standard_deviation_days(), 0, field("lead_time_standard_deviation_days"),
         violations);
  }
  if (item.has_unit_cost()) {
    PriceFrom(item.unit_cost(), field("unit_cost"), violations);
    violations.Check(item.unit_cost().currency_code() == currency, field("unit_cost.currency_code"),
                     fmt::format("must be the policy's, {}", currency));
  }
}

std::vector<PlanCommand::Event> EventsFrom(const v1::PlanReplenishmentRequest& request,
                                           FieldViolations& violations) {
  std::vector<PlanCommand::Event> events;
  violations.Check(request.events_size() <= kMaxEvents, "events", "must hold at most 100");
  for (int i = 0; i < request.events_size(); ++i) {
    const auto& event = request.events(i);
    const std::string path = rp::At("events", i);
    const auto first =
        RequiredDay(event.has_first_date(), event.first_date(), path + ".first_date", violations);
    const auto last =
        RequiredDay(event.has_last_date(), event.last_date(), path + ".last_date", violations);
    violations.Check(last >= first, path + ".last_date", "must not be before first_date");
    violations.Check(event.uplift() >= 0.01 && event.uplift() <= 1000, path + ".uplift",
                     "must be 0.01 to 1000");
    events.push_back({first, last, event.uplift()});
  }
  std::ranges::sort(events, {}, &PlanCommand::Event::first);
  for (size_t i = 1; i < events.size(); ++i) {
    violations.Check(events[i].first > events[i - 1].last, "events", "must not overlap");
  }
  return events;
}

}  // namespace

v1::ReplenishmentPolicy ShippedReplenishmentPolicy() {
  v1::ReplenishmentPolicy policy;
  policy.set_rule(v1::REPLENISHMENT_RULE_ORDER_POINT);
  policy.set_measure(v1::SERVICE_MEASURE_FILL_RATE);
  policy.set_a_service_bps(9'800);
  policy.set_b_service_bps(9'500);
  policy.set_c_service_bps(9'000);
  const rp::ClassCuts cuts;
  policy.mutable_cuts()->set_a_share(cuts.a_share);
  policy.mutable_cuts()->set_b_share(cuts.b_share);
  policy.mutable_cuts()->set_x_variation(cuts.x_cv);
  policy.mutable_cuts()->set_y_variation(cuts.y_cv);
  policy.set_review_period_days(1);
  policy.set_lead_time_mean_days(3);
  policy.set_lead_time_standard_deviation_days(1);
  policy.set_holding_cost_bps(2'500);
  SetMoney({"CNY", 5'000}, policy.mutable_order_cost());
  SetMoney({"CNY", 5'000}, policy.mutable_unit_cost());
  policy.set_max_cover_days(28);
  policy.set_history_days(400);
  policy.set_backtest_origins(12);
  *policy.mutable_forecast_parameters() = ToProto(rp::ForecastParameters());
  return policy;
}

rp::PlanSettings FromProto(const v1::ReplenishmentPolicy& proto, FieldViolations& violations) {
  rp::PlanSettings settings;
  settings.rule = RuleFrom(RequiredEnum<v1::ReplenishmentRule>(proto.rule(), "rule", violations));
  const auto measure = RequiredEnum<v1::ServiceMeasure>(proto.measure(), "measure", violations);
  settings.measure = measure == v1::SERVICE_MEASURE_CYCLE_SERVICE
                         ? rp::ServiceMeasure::kCycleService
                         : rp::ServiceMeasure::kFillRate;
  const auto service = [&](int32_t bps, std::string_view field) {
    return static_cast<double>(Whole(bps, 1, 9'999, field, violations)) / 10'000;
  };
  settings.service[0] = service(proto.a_service_bps(), "a_service_bps");
  settings.service[1] = service(proto.b_service_bps(), "b_service_bps");
  settings.service[2] = service(proto.c_service_bps(), "c_service_bps");
  settings.cuts = FromProto(proto.cuts());
  rp::CheckCuts(settings.cuts, "cuts", violations);
  settings.review_days =
      static_cast<int>(Whole(proto.review_period_days(), 1, 365, "review_period_days", violations));
  settings.lead_time_mean = Days(proto.lead_time_mean_days(), 0, "lead_time_mean_days", violations);
  settings.lead_time_sd = Days(proto.lead_time_standard_deviation_days(), 0,
                               "lead_time_standard_deviation_days", violations);
  settings.holding_rate = static_cast<double>(Whole(proto.holding_cost_bps(), 0, 1'000'000,
                                                    "holding_cost_bps", violations)) /
                          10'000;
  const Money order = PriceFrom(proto.order_cost(), "order_cost", violations);
  const Money unit = PriceFrom(proto.unit_cost(), "unit_cost", violations);
  violations.Check(order.currency == unit.currency, "unit_cost.currency_code",
                   "must be that of order_cost");
  settings.order_cost = static_cast<double>(order.minor);
  settings.max_cover_days =
      static_cast<int>(Whole(proto.max_cover_days(), 1, 365, "max_cover_days", violations));
  Whole(proto.history_days(), 14, 3'650, "history_days", violations);
  const auto method =
      OptionalEnum<v1::ForecastMethod>(proto.forecast_method(), "forecast_method", violations);
  if (method != v1::FORECAST_METHOD_UNSPECIFIED) settings.method = MethodFrom(method);
  settings.backtest_origins =
      static_cast<int>(Whole(proto.backtest_origins(), 1, 100, "backtest_origins", violations));
  settings.parameters = FromProto(proto.forecast_parameters());
  rp::CheckParameters(settings.parameters, "forecast_parameters", violations);
  return settings;
}

std::string ToJson(const google::protobuf::Message& message) {
  std::string json;
  // Only unset any-types could fail, which these messages do not have.
  (void)google::protobuf::util::MessageToJsonString(message, &json);
  return json;
}

absl::Status FromJson(std::string_view json, google::protobuf::Message* message) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;  // of a newer version
  const auto status =
      google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, message, options);
  return status.ok() ? absl::OkStatus() : Internal("stored replenishment body does not parse");
}

std::string KindFrom(v1::SeriesKind kind, std::string_view field, FieldViolations& violations) {
  const auto known = RequiredEnum<v1::SeriesKind>(kind, field, violations);
  return known == 0 ? "" : StoredName(known, "SERIES_KIND_");
}

PlanCommand FromProto(const v1::PlanReplenishmentRequest& request, std::string_view currency,
                      FieldViolations& violations) {
  PlanCommand command;
  command.kind = KindFrom(request.series_kind(), "series_kind", violations);
  const auto source = OptionalEnum<v1::DemandSource>(request.source(), "source", violations);
  command.shipments = source == v1::DEMAND_SOURCE_SHIPMENTS;
  if (command.shipments) {
    violations.Check(command.kind == "SKU", "source", "must be imported for categories");
    violations.Check(request.node_ids_size() > 0, "node_ids", "must name nodes for shipments");
  }
  violations.Check(request.node_ids_size() <= kMaxNodes, "node_ids", "must hold at most 1000");
  for (int i = 0; i < request.node_ids_size(); ++i) {
    OptionalId(request.node_ids(i), rp::At("node_ids", i), violations);
    violations.Check(!command.shipments || !request.node_ids(i).empty(), rp::At("node_ids", i),
                     "must not be empty for shipments");
    command.node_ids.push_back(request.node_ids(i));
  }
  if (command.node_ids.empty()) command.node_ids.emplace_back();
  violations.Check(request.series_ids_size() <= kMaxSeries, "series_ids",
                   "must hold at most 10000");
  for (int i = 0; i < request.series_ids_size(); ++i) {
    Text(request.series_ids(i), 100, rp::At("series_ids", i), violations);
    command.series_ids.push_back(request.series_ids(i));
  }
  for (auto* ids : {&command.node_ids, &command.series_ids}) {
    std::ranges::sort(*ids);
    ids->erase(std::unique(ids->begin(), ids->end()), ids->end());
  }
  command.as_of =
      OptionalDay(request.has_as_of_date(), request.as_of_date(), "as_of_date", violations);
  violations.Check(request.items_size() <= kMaxItems, "items", "must hold at most 100000");
  for (int i = 0; i < request.items_size(); ++i) {
    const auto& item = request.items(i);
    CheckItem(item, rp::At("items", i), currency, violations);
    violations.Check(command.items.emplace(ItemKey(item.node_id(), item.series_id()), item).second,
                     rp::At("items", i), "stands twice");
  }
  command.events = EventsFrom(request, violations);
  return command;
}

rp::Lifts LiftsOf(const std::vector<PlanCommand::Event>& events, absl::CivilDay as_of, int days,
                  int ahead) {
  rp::Lifts lifts;
  if (events.empty()) return lifts;
  lifts.past.assign(days, 1);
  lifts.future.assign(ahead, 1);
  const absl::CivilDay first = as_of - (days - 1);
  for (const PlanCommand::Event& event : events) {
    const absl::CivilDay begin = std::max(event.first, first);
    const absl::CivilDay end = std::min(event.last, as_of + ahead);
    for (absl::CivilDay day = begin; day <= end; ++day) {
      if (day <= as_of) {
        lifts.past[day - first] = event.uplift;
      } else {
        lifts.future[day - as_of - 1] = event.uplift;
      }
    }
  }
  return lifts;
}

v1::ReplenishmentLine ToProto(const rp::PlanItem& item, const rp::Learnt& learnt,
                              const rp::PlanLine& line, const rp::PlanSettings& settings) {
  v1::ReplenishmentLine proto;
  proto.set_node_id(item.node_id);
  proto.set_series_id(item.series_id);
  proto.set_abc(std::string(1, line.abc));
  proto.set_xyz(std::string(1, line.xyz));
  proto.set_forecast_method(ToProto(learnt.chosen.method));
  *proto.mutable_forecast_parameters() = ToProto(learnt.chosen.parameters);
  *proto.mutable_accuracy() = ToProto(learnt.chosen.accuracy);
  proto.set_daily_demand(learnt.daily_demand);
  proto.set_exposed_demand(learnt.exposed_demand);
  proto.set_exposed_standard_deviation(learnt.exposed_sd);
  proto.set_service_bps(static_cast<int32_t>(std::lround(line.service * 10'000)));
  proto.set_safety_stock(line.safety_stock);
  proto.set_order_point(static_cast<int64_t>(line.order_point));
  proto.set_order_up_to(static_cast<int64_t>(line.order_up_to));
  proto.set_lot_quantity(line.lot_quantity);
  proto.set_available(static_cast<int64_t>(item.available));
  proto.set_in_transit(static_cast<int64_t>(item.in_transit));
  proto.set_on_order(static_cast<int64_t>(item.on_order));
  proto.set_suggested_quantity(line.suggested);
  proto.set_lead_time_mean_days(item.lead_time_mean);
  proto.set_lead_time_standard_deviation_days(item.lead_time_sd);
  proto.set_rule(static_cast<v1::ReplenishmentRule>(static_cast<int>(settings.rule) + 1));
  proto.set_measure(settings.measure == rp::ServiceMeasure::kFillRate
                        ? v1::SERVICE_MEASURE_FILL_RATE
                        : v1::SERVICE_MEASURE_CYCLE_SERVICE);
  return proto;
}

void Explain(v1::ReplenishmentLine* line) {
  const bool fill = line->measure() == v1::SERVICE_MEASURE_FILL_RATE;
  const int64_t position = line->available() + line->in_transit() + line->on_order();
  const bool orders = line->suggested_quantity() > 0;
  line->set_explanation(fmt::format(
      "Over lead time ({:.1f} ± {:.1f} days) and review {:.1f} pieces are expected, with an error "
      "of"
      " {:.1f} ({}); {} {:.2f} % of class {} asks for {:.1f} more, so the order point is {}, and"
      " orders go up to {} (lot {:.1f}). Position {} = {} available + {} in transit + {} on order"
      " is {} it: {}.",
      line->lead_time_mean_days(), line->lead_time_standard_deviation_days(),
      line->exposed_demand(), line->exposed_standard_deviation(),
      rp::FormulaOf(MethodFrom(line->forecast_method())).name,
      fill ? "a fill rate of" : "a cycle service of", line->service_bps() / 100.0, line->abc(),
      line->safety_stock(), line->order_point(), line->order_up_to(), line->lot_quantity(),
      position, line->available(), line->in_transit(), line->on_order(),
      position <= line->order_point() ? "not above" : "above",
      orders ? fmt::format("order {}", line->suggested_quantity()) : "order nothing"));
  SetFormula(rp::FormulaOf(MethodFrom(line->forecast_method())), line->add_formulas());
  SetFormula(fill ? rp::kFillRateStock : rp::kCycleServiceStock, line->add_formulas());
  SetFormula(line->rule() == v1::REPLENISHMENT_RULE_ORDER_UP_TO   ? rp::kReviewLot
             : line->rule() == v1::REPLENISHMENT_RULE_DYNAMIC_LOT ? rp::kDynamicLot
                                                                  : rp::kEoqLot,
             line->add_formulas());
}

}  // namespace kefu::warehouse::convert
