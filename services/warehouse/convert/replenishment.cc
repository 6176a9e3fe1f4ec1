#include "services/warehouse/convert/replenishment.h"

#include <cmath>

namespace kefu::warehouse::convert {
namespace {

// 0 stands for "not said".
double Or(double value, double otherwise) { return value == 0 ? otherwise : value; }

}  // namespace

rp::Demand FromProto(const v1::DemandDistribution& proto, std::string_view field,
                     FieldViolations& violations) {
  using Kind = v1::DemandDistribution;
  switch (proto.distribution_case()) {
    case Kind::kNormal:
      return rp::Normal{proto.normal().mean(), proto.normal().standard_deviation()};
    case Kind::kPoisson:
      return rp::Poisson{proto.poisson().mean()};
    case Kind::kLogNormal:
      return rp::LogNormal{proto.log_normal().mu(), proto.log_normal().sigma()};
    case Kind::kGamma:
      return rp::Gamma{proto.gamma().shape(), proto.gamma().scale()};
    case Kind::kUniform:
      return rp::Uniform{proto.uniform().low(), proto.uniform().high()};
    case Kind::kDiscrete: {
      rp::Discrete discrete;
      for (const auto& entry : proto.discrete().pmf()) {
        discrete.pmf.emplace_back(entry.value(), entry.probability());
      }
      return discrete;
    }
    case Kind::DISTRIBUTION_NOT_SET:
      break;
  }
  violations.Add(field, "must be set");
  return rp::Normal{};
}

void SetFormula(const rp::Formula& formula, v1::FormulaCitation* proto) {
  proto->set_name(std::string(formula.name));
  proto->set_expression(std::string(formula.expression));
  proto->set_source(std::string(formula.source));
}

rp::EoqInput EoqFrom(const v1::ComputeOrderQuantityRequest& request) {
  rp::EoqInput input{.fixed_cost = request.fixed_cost(),
                     .holding_cost = request.holding_cost(),
                     .demand_rate = request.demand_rate(),
                     .lead_time = request.lead_time()};
  if (request.has_order_quantity()) input.quantity = request.order_quantity();
  return input;
}

rp::DiscountInput DiscountsFrom(const v1::ComputeOrderQuantityRequest& request,
                                FieldViolations& violations) {
  violations.Check(!request.has_order_quantity(), "order_quantity",
                   "must not be set with discounts");
  const auto& discounts = request.discounts();
  rp::DiscountInput input{.fixed_cost = request.fixed_cost(),
                          .holding_rate = discounts.holding_rate(),
                          .demand_rate = request.demand_rate(),
                          .lead_time = request.lead_time(),
                          .incremental = discounts.incremental()};
  for (const auto& band : discounts.price_bands()) {
    input.bands.push_back({band.from_quantity(), band.unit_price()});
  }
  return input;
}

v1::ComputeOrderQuantityResponse ToProto(const rp::OrderQuantity& result) {
  v1::ComputeOrderQuantityResponse proto;
  SetFormula(result.formula, proto.mutable_formula());
  proto.set_order_quantity(result.quantity);
  proto.set_cost(result.cost);
  proto.set_cycle_time(result.cycle_time);
  proto.set_reorder_point(result.reorder_point);
  proto.set_on_hand_trigger(result.on_hand_trigger);
  proto.set_stockout_fraction(result.stockout_fraction);
  proto.set_unit_cost(result.unit_cost);
  return proto;
}

v1::ComputeNewsvendorResponse ToProto(const rp::Newsvendor& result) {
  v1::ComputeNewsvendorResponse proto;
  SetFormula(result.formula, proto.mutable_formula());
  proto.set_quantity(result.quantity);
  proto.set_cost(result.cost);
  proto.set_critical_ratio(result.critical_ratio);
  proto.set_in_stock_probability(result.in_stock_probability);
  proto.set_fill_rate(result.fill_rate);
  proto.set_expected_surplus(result.expected_surplus);
  proto.set_expected_shortage(result.expected_shortage);
  proto.set_safety_stock(result.safety_stock);
  if (result.profit) proto.set_profit(*result.profit);
  if (result.order_below) proto.set_order_below(*result.order_below);
  return proto;
}

rp::HorizonInput FromProto(const v1::ComputeHorizonRequest& request, FieldViolations& violations) {
  rp::HorizonInput input{
      .terminal_holding_cost = request.terminal_holding_cost(),
      .terminal_stockout_cost = request.terminal_stockout_cost(),
      .discount_factor = request.has_discount_factor() ? request.discount_factor() : 1,
      .initial_inventory = request.initial_inventory()};
  for (const auto& period : request.periods()) {
    const std::string path = rp::At("periods", input.periods.size());
    input.periods.push_back({period.holding_cost(), period.stockout_cost(), period.purchase_cost(),
                             period.fixed_cost(),
                             FromProto(period.demand(), path + ".demand", violations)});
  }
  return input;
}

v1::ComputeHorizonResponse ToProto(const rp::Horizon& result) {
  v1::ComputeHorizonResponse proto;
  SetFormula(result.formula, proto.mutable_formula());
  proto.set_cost(result.cost);
  for (const auto& level : result.levels) {
    auto* added = proto.add_levels();
    added->set_reorder_point(level.reorder_point);
    added->set_order_up_to(level.order_up_to);
  }
  return proto;
}

rp::RqInput RqFrom(const v1::ComputeReorderPolicyRequest& request) {
  return {.holding_cost = request.holding_cost(),
          .stockout_cost = request.stockout_cost(),
          .fixed_cost = request.fixed_cost(),
          .demand_mean = request.demand_mean(),
          .demand_sd = request.demand_standard_deviation(),
          .lead_time = request.lead_time()};
}

v1::ComputeReorderPolicyResponse ToProto(const rp::RqPolicy& policy) {
  v1::ComputeReorderPolicyResponse proto;
  SetFormula(policy.formula, proto.mutable_formula());
  proto.set_reorder_point(policy.reorder_point);
  proto.set_order_quantity(policy.quantity);
  proto.set_order_up_to(policy.reorder_point + policy.quantity);
  proto.set_cost(policy.cost);
  proto.set_approximate_cost(policy.approximate_cost);
  proto.set_safety_stock(policy.safety_stock);
  proto.set_in_stock_probability(policy.in_stock_probability);
  proto.set_fill_rate(policy.fill_rate);
  proto.set_expected_on_hand(policy.expected_on_hand);
  proto.set_expected_backorders(policy.expected_backorders);
  return proto;
}

v1::ComputeReorderPolicyResponse ToProto(const rp::SsPolicy& policy) {
  v1::ComputeReorderPolicyResponse proto;
  SetFormula(policy.formula, proto.mutable_formula());
  proto.set_reorder_point(policy.reorder_point);
  proto.set_order_quantity(policy.order_up_to - policy.reorder_point);
  proto.set_order_up_to(policy.order_up_to);
  proto.set_cost(policy.cost);
  proto.set_approximate_cost(policy.cost);
  return proto;
}

rp::SafetyStockInput FromProto(const v1::ComputeSafetyStockRequest& request,
                               FieldViolations& violations) {
  const auto measure = RequiredEnum<v1::ServiceMeasure>(request.measure(), "measure", violations);
  return {.demand_mean = request.demand_mean(),
          .demand_sd = request.demand_standard_deviation(),
          .lead_time_mean = request.lead_time_mean(),
          .lead_time_sd = request.lead_time_standard_deviation(),
          .review_period = request.review_period(),
          .measure = measure == v1::SERVICE_MEASURE_FILL_RATE ? rp::ServiceMeasure::kFillRate
                                                              : rp::ServiceMeasure::kCycleService,
          .target = request.target(),
          .order_quantity = request.order_quantity(),
          .exact = request.exact()};
}

v1::ComputeSafetyStockResponse ToProto(const rp::SafetyStock& result) {
  v1::ComputeSafetyStockResponse proto;
  SetFormula(result.formula, proto.mutable_formula());
  proto.set_safety_stock(result.safety_stock);
  proto.set_order_point(result.order_point);
  proto.set_safety_factor(result.safety_factor);
  proto.set_exposed_mean(result.exposed_mean);
  proto.set_exposed_standard_deviation(result.exposed_sd);
  proto.set_cycle_service(result.cycle_service);
  proto.set_fill_rate(result.fill_rate);
  return proto;
}

v1::ComputeLotSizesResponse ToProto(const rp::LotPlan& plan) {
  v1::ComputeLotSizesResponse proto;
  SetFormula(plan.formula, proto.mutable_formula());
  proto.mutable_quantities()->Add(plan.quantities.begin(), plan.quantities.end());
  proto.set_cost(plan.cost);
  proto.mutable_next_order_periods()->Add(plan.next_order_period.begin(),
                                          plan.next_order_period.end());
  proto.mutable_costs_to_go()->Add(plan.cost_to_go.begin(), plan.cost_to_go.end());
  return proto;
}

rp::ClassCuts FromProto(const v1::ClassCuts& proto) {
  const rp::ClassCuts shipped;
  return {.a_share = Or(proto.a_share(), shipped.a_share),
          .b_share = Or(proto.b_share(), shipped.b_share),
          .x_cv = Or(proto.x_variation(), shipped.x_cv),
          .y_cv = Or(proto.y_variation(), shipped.y_cv)};
}

v1::ClassifySkusResponse ToProto(const std::vector<rp::Classified>& items) {
  v1::ClassifySkusResponse proto;
  SetFormula(rp::kAbcXyz, proto.mutable_formula());
  for (const rp::Classified& item : items) {
    auto* added = proto.add_items();
    added->set_sku_id(item.id);
    added->set_abc(std::string(1, item.abc));
    added->set_xyz(std::string(1, item.xyz));
    added->set_value_share(item.value_share);
    added->set_cumulative_share(item.cumulative_share);
    if (std::isfinite(item.variation)) added->set_variation(item.variation);
  }
  return proto;
}

std::vector<rp::Stage> StagesFrom(const v1::OptimizeEchelonsRequest& request) {
  std::vector<rp::Stage> stages;
  for (const auto& stage : request.stages()) {
    stages.push_back({.id = stage.stage_id(),
                      .processing_time = stage.processing_time(),
                      .holding_cost = stage.holding_cost(),
                      .safety_factor = stage.safety_factor(),
                      .inbound_service_time = stage.inbound_service_time(),
                      .outbound_service_time =
                          stage.has_outbound_service_time() ? stage.outbound_service_time() : -1,
                      .demand_mean = stage.demand_mean(),
                      .demand_sd = stage.demand_standard_deviation()});
  }
  return stages;
}

v1::OptimizeEchelonsResponse ToProto(const rp::EchelonPlan& plan) {
  v1::OptimizeEchelonsResponse proto;
  SetFormula(plan.formula, proto.mutable_formula());
  proto.set_cost(plan.cost);
  for (const rp::StagePlan& stage : plan.stages) {
    auto* added = proto.add_stages();
    added->set_stage_id(stage.id);
    added->set_service_time(stage.service_time);
    added->set_inbound_time(stage.inbound_time);
    added->set_net_time(stage.net_time);
    added->set_demand_mean(stage.demand_mean);
    added->set_demand_standard_deviation(stage.demand_sd);
    added->set_safety_stock(stage.safety_stock);
    added->set_base_stock(stage.base_stock);
    added->set_cost(stage.cost);
  }
  return proto;
}

// The contract counts from 1, after UNSPECIFIED, in the same order.
rp::ForecastMethod MethodFrom(v1::ForecastMethod method) {
  return static_cast<rp::ForecastMethod>(method - 1);
}
v1::ForecastMethod ToProto(rp::ForecastMethod method) {
  return static_cast<v1::ForecastMethod>(static_cast<int>(method) + 1);
}
static_assert(v1::FORECAST_METHOD_TSB == static_cast<int>(rp::ForecastMethod::kTsb) + 1);
static_assert(v1::ForecastMethod_ARRAYSIZE == rp::kForecastMethods + 1);

rp::ForecastParameters FromProto(const v1::ForecastParameters& proto) {
  rp::ForecastParameters parameters;
  parameters.alpha = Or(proto.alpha(), parameters.alpha);
  if (proto.has_beta()) parameters.beta = proto.beta();
  if (proto.has_gamma()) parameters.gamma = proto.gamma();
  if (proto.window() != 0) parameters.window = proto.window();
  if (proto.season_length() != 0) parameters.season = proto.season_length();
  return parameters;
}

v1::ForecastParameters ToProto(const rp::ForecastParameters& parameters) {
  v1::ForecastParameters proto;
  proto.set_alpha(parameters.alpha);
  proto.set_beta(parameters.beta);
  proto.set_gamma(parameters.gamma);
  proto.set_window(parameters.window);
  proto.set_season_length(parameters.season);
  return proto;
}

v1::ForecastAccuracy ToProto(const rp::Accuracy& accuracy) {
  v1::ForecastAccuracy proto;
  proto.set_origins(accuracy.origins);
  proto.set_points(accuracy.points);
  proto.set_mae(accuracy.mae);
  proto.set_rmse(accuracy.rmse);
  proto.set_bias(accuracy.bias);
  proto.set_wape(accuracy.wape);
  proto.set_mase(accuracy.mase);
  proto.set_total_mae(accuracy.total_mae);
  proto.set_total_standard_deviation(accuracy.total_sd);
  return proto;
}

rp::CampaignInput FromProto(const v1::GuardCampaignRequest& request) {
  rp::CampaignInput input{.unit_margin = request.unit_margin(),
                          .unit_overage = request.unit_overage(),
                          .elapsed = request.elapsed_fraction(),
                          .minimum_order = request.minimum_order()};
  input.dispersion = Or(request.dispersion(), input.dispersion);
  input.alert_probability = Or(request.alert_probability(), input.alert_probability);
  input.surplus_share = Or(request.surplus_share(), input.surplus_share);
  input.pack_size = Or(request.pack_size(), input.pack_size);
  for (const auto& channel : request.channels()) {
    input.channels.push_back({channel.channel(), channel.demand_mean(),
                              channel.demand_standard_deviation(), channel.unit_margin()});
  }
  for (const auto& node : request.nodes()) {
    input.nodes.push_back({node.node_id(), node.demand_mean(), node.demand_standard_deviation(),
                           node.sold(), node.available(), node.inbound()});
  }
  return input;
}

v1::GuardCampaignResponse ToProto(const rp::CampaignAdvice& advice) {
  const auto alert = [](rp::CampaignAlert value) {
    return static_cast<v1::CampaignAlert>(static_cast<int>(value) + 1);
  };
  v1::GuardCampaignResponse proto;
  SetFormula(advice.formula, proto.mutable_formula());
  proto.set_critical_ratio(advice.critical_ratio);
  proto.set_target_stock(advice.target_stock);
  proto.set_buy_quantity(advice.buy_quantity);
  proto.set_alert(alert(advice.alert));
  proto.set_sell_out_probability(advice.sell_out_probability);
  proto.set_expected_surplus(advice.expected_surplus);
  for (const rp::ChannelCap& cap : advice.caps) {
    auto* added = proto.add_caps();
    added->set_channel(cap.channel);
    added->set_cap(cap.cap);
    added->set_in_stock_probability(cap.in_stock_probability);
  }
  for (const rp::NodeOutlook& node : advice.nodes) {
    auto* added = proto.add_nodes();
    added->set_node_id(node.node_id);
    added->set_remaining_mean(node.remaining_mean);
    added->set_remaining_standard_deviation(node.remaining_sd);
    added->set_sell_out_probability(node.sell_out_probability);
    added->set_expected_surplus(node.expected_surplus);
    added->set_target_stock(node.target);
    added->set_alert(alert(node.alert));
  }
  for (const rp::TransferAdvice& transfer : advice.transfers) {
    auto* added = proto.add_transfers();
    added->set_from_node_id(transfer.from_node_id);
    added->set_to_node_id(transfer.to_node_id);
    added->set_quantity(transfer.quantity);
  }
  return proto;
}

}  // namespace kefu::warehouse::convert
