// The calculators: the request's numbers through one formula.
#include <set>

#include "services/warehouse/convert/replenishment.h"
#include "services/warehouse/handlers/replenishment.h"
#include "services/warehouse/handlers/support.h"

namespace kefu::warehouse {
namespace {

namespace rp = ::kefu::warehouse::domain::replenishment;

using Order = absl::StatusOr<v1::ComputeOrderQuantityResponse>;
using Policy = absl::StatusOr<v1::ComputeReorderPolicyResponse>;

Order Discounts(const v1::ComputeOrderQuantityRequest& request) {
  FieldViolations violations;
  const rp::DiscountInput input = convert::DiscountsFrom(request, violations);
  ASSIGN_OR_RETURN(const rp::DiscountQuantity found,
                   convert::With(violations, rp::EoqWithDiscounts(input)));
  auto response = convert::ToProto(found.best);
  for (const rp::BandResult& band : found.bands) {
    auto* added = response.add_bands();
    added->set_order_quantity(band.candidate);
    added->set_cost(band.cost);
    added->set_feasible(band.feasible);
  }
  return response;
}

Order Joint(const v1::ComputeOrderQuantityRequest& request) {
  FieldViolations violations;
  violations.Check(!request.has_order_quantity(), "order_quantity",
                   "must not be set with joint orders");
  std::vector<rp::JointItem> items;
  for (const auto& item : request.joint().items()) {
    items.push_back({item.fixed_cost(), item.holding_cost(), item.demand_rate()});
  }
  ASSIGN_OR_RETURN(const rp::JointReplenishment found,
                   convert::With(violations, rp::JointOrders(request.fixed_cost(), items)));
  v1::ComputeOrderQuantityResponse response;
  convert::SetFormula(found.formula, response.mutable_formula());
  response.set_cost(found.cost);
  response.set_cycle_time(found.cycle_time);
  response.mutable_multiples()->Add(found.multiples.begin(), found.multiples.end());
  response.mutable_item_quantities()->Add(found.quantities.begin(), found.quantities.end());
  return response;
}

Policy SsExact(const v1::ComputeReorderPolicyRequest& request) {
  FieldViolations violations;
  const double lead_time = request.lead_time();
  const bool whole =
      violations.Check(lead_time >= 0 && lead_time <= 1000 && lead_time == std::floor(lead_time),
                       "lead_time", "must be whole, 0 to 1000 periods");
  const rp::SsInput input{.holding_cost = request.holding_cost(),
                          .stockout_cost = request.stockout_cost(),
                          .fixed_cost = request.fixed_cost(),
                          .demand = convert::FromProto(request.demand(), "demand", violations),
                          .lead_time = whole ? static_cast<int64_t>(lead_time) : 0};
  if (!request.has_given()) {
    ASSIGN_OR_RETURN(const rp::SsPolicy policy, convert::With(violations, rp::SolveSs(input)));
    return convert::ToProto(policy);
  }
  const auto level = [&](double value, std::string_view field) {
    violations.Check(std::abs(value) <= 1e9 && value == std::floor(value), field,
                     "must be whole and at most 1e9 in size");
    return static_cast<int64_t>(std::abs(value) <= 1e9 ? value : 0);
  };
  const int64_t s = level(request.given().reorder_point(), "given.reorder_point");
  const int64_t up = level(request.given().order_up_to(), "given.order_up_to");
  ASSIGN_OR_RETURN(const rp::SsPolicy policy,
                   convert::With(violations, rp::EvaluateSs(input, s, up)));
  return convert::ToProto(policy);
}

Policy SsPower(const v1::ComputeReorderPolicyRequest& request) {
  FieldViolations violations;
  violations.Check(!request.has_given(), "given", "must not be set with this method");
  ASSIGN_OR_RETURN(
      const rp::SsPolicy policy,
      convert::With(violations,
                    rp::PowerApproximation({request.holding_cost(), request.stockout_cost(),
                                            request.fixed_cost(), request.demand_mean(),
                                            request.demand_standard_deviation(),
                                            request.lead_time(), request.cap_small_quantity()})));
  return convert::ToProto(policy);
}

Policy Rq(const v1::ComputeReorderPolicyRequest& request) {
  const auto method = static_cast<rp::RqMethod>(request.method() - 1);
  const rp::RqInput input = convert::RqFrom(request);
  FieldViolations violations;
  const bool exact = method == rp::RqMethod::kExact || method == rp::RqMethod::kPoissonExact;
  violations.Check(exact || !request.has_given(), "given", "must not be set with this method");
  if (exact && request.has_given()) {
    ASSIGN_OR_RETURN(
        const rp::RqPolicy policy,
        rp::EvaluateRq(input, method == rp::RqMethod::kPoissonExact,
                       request.given().reorder_point(), request.given().order_quantity()));
    return convert::ToProto(policy);
  }
  ASSIGN_OR_RETURN(const rp::RqPolicy policy,
                   convert::With(violations, rp::SolveRq(input, method)));
  return convert::ToProto(policy);
}

}  // namespace

Order ReplenishmentHandlers::ComputeOrderQuantity(
    const RequestContext& ctx, const v1::ComputeOrderQuantityRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  using Request = v1::ComputeOrderQuantityRequest;
  const rp::EoqInput input = convert::EoqFrom(request);
  absl::StatusOr<rp::OrderQuantity> result;
  switch (request.variant_case()) {
    case Request::kDiscounts:
      return Discounts(request);
    case Request::kJoint:
      return Joint(request);
    case Request::kBackorders: {
      const auto& backorders = request.backorders();
      result = rp::EoqWithBackorders(input, backorders.stockout_cost(),
                                     backorders.has_stockout_fraction()
                                         ? std::optional(backorders.stockout_fraction())
                                         : std::nullopt);
      break;
    }
    case Request::kProduction:
      result = rp::EconomicProductionQuantity(input, request.production().production_rate());
      break;
    case Request::VARIANT_NOT_SET:
      result = rp::Eoq(input);
      break;
  }
  RETURN_IF_ERROR(result.status());
  return convert::ToProto(*result);
}

absl::StatusOr<v1::ComputeNewsvendorResponse> ReplenishmentHandlers::ComputeNewsvendor(
    const RequestContext& ctx, const v1::ComputeNewsvendorRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const rp::Demand demand = convert::FromProto(request.demand(), "demand", violations);
  const auto quantity = request.has_quantity() ? std::optional(request.quantity()) : std::nullopt;
  if (request.has_prices()) {
    violations.Check(request.lead_time() == 0, "lead_time", "must be 0 with prices");
    violations.Check(!request.has_review_period(), "review_period", "must be absent with prices");
    violations.Check(request.fixed_cost() == 0, "fixed_cost", "must be 0 with prices");
    const auto& prices = request.prices();
    ASSIGN_OR_RETURN(const rp::Newsvendor result,
                     convert::With(violations, rp::SolvePricedNewsvendor(
                                                   {prices.selling_price(), prices.purchase_price(),
                                                    prices.salvage_value(), request.holding_cost(),
                                                    request.stockout_cost(), demand, quantity})));
    return convert::ToProto(result);
  }
  ASSIGN_OR_RETURN(
      const rp::Newsvendor result,
      convert::With(violations,
                    rp::SolveNewsvendor({request.holding_cost(), request.stockout_cost(), demand,
                                         request.lead_time(),
                                         request.has_review_period() ? request.review_period() : 1,
                                         request.fixed_cost(), quantity})));
  return convert::ToProto(result);
}

absl::StatusOr<v1::ComputeHorizonResponse> ReplenishmentHandlers::ComputeHorizon(
    const RequestContext& ctx, const v1::ComputeHorizonRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const rp::HorizonInput input = convert::FromProto(request, violations);
  ASSIGN_OR_RETURN(const rp::Horizon result, convert::With(violations, rp::SolveHorizon(input)));
  return convert::ToProto(result);
}

Policy ReplenishmentHandlers::ComputeReorderPolicy(
    const RequestContext& ctx, const v1::ComputeReorderPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  switch (convert::RequiredEnum<v1::ReorderMethod>(request.method(), "method", violations)) {
    case v1::REORDER_METHOD_SS_EXACT:
      return SsExact(request);
    case v1::REORDER_METHOD_SS_POWER:
      return SsPower(request);
    default:
      break;
  }
  if (violations.empty()) return Rq(request);
  ASSIGN_OR_RETURN(const rp::RqPolicy policy,
                   convert::With(violations, rp::SolveRq(convert::RqFrom(request),
                                                         rp::RqMethod::kEoqSafetyStock)));
  return convert::ToProto(policy);
}

absl::StatusOr<v1::ComputeSafetyStockResponse> ReplenishmentHandlers::ComputeSafetyStock(
    const RequestContext& ctx, const v1::ComputeSafetyStockRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const rp::SafetyStockInput input = convert::FromProto(request, violations);
  ASSIGN_OR_RETURN(const rp::SafetyStock result,
                   convert::With(violations, rp::ComputeSafetyStock(input)));
  return convert::ToProto(result);
}

absl::StatusOr<v1::ComputeLotSizesResponse> ReplenishmentHandlers::ComputeLotSizes(
    const RequestContext& ctx, const v1::ComputeLotSizesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const auto rule = convert::RequiredEnum<v1::LotRule>(request.rule(), "rule", violations);
  const auto values = [](const google::protobuf::RepeatedField<double>& field) {
    return std::vector<double>(field.begin(), field.end());
  };
  const rp::LotInput input{values(request.demand()), values(request.fixed_cost()),
                           values(request.holding_cost()), values(request.purchase_cost())};
  // The contract counts from 1, after UNSPECIFIED, in the same order.
  const auto plan_rule = static_cast<rp::LotRule>(rule == 0 ? 0 : rule - 1);
  ASSIGN_OR_RETURN(const rp::LotPlan plan,
                   convert::With(violations, rp::PlanLots(input, plan_rule)));
  return convert::ToProto(plan);
}

absl::StatusOr<v1::ComputeLossResponse> ReplenishmentHandlers::ComputeLoss(
    const RequestContext& ctx, const v1::ComputeLossRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const rp::Demand demand = convert::FromProto(request.demand(), "demand", violations);
  rp::CheckDemand(demand, "demand", violations);
  rp::Number(request.x(), "x", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const rp::Loss loss = rp::LossOf(demand, request.x());
  v1::ComputeLossResponse response;
  response.set_shortage(loss.shortage);
  response.set_surplus(loss.surplus);
  response.set_probability(rp::Cdf(demand, request.x()));
  if (const auto* normal = std::get_if<rp::Normal>(&demand)) {
    const rp::Loss second = rp::NormalSecondLoss(request.x(), normal->mean, normal->sd);
    response.set_second_order_shortage(second.shortage);
    response.set_second_order_surplus(second.surplus);
  }
  return response;
}

absl::StatusOr<v1::ClassifySkusResponse> ReplenishmentHandlers::ClassifySkus(
    const RequestContext& ctx, const v1::ClassifySkusRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  std::vector<rp::ClassItem> items;
  std::set<std::string_view> seen;
  for (const auto& item : request.items()) {
    const std::string path = rp::At("items", items.size()) + ".sku_id";
    convert::Text(item.sku_id(), 100, path, violations);
    violations.Check(seen.insert(item.sku_id()).second, path, "stands twice");
    items.push_back({item.sku_id(), item.value(), {item.demand().begin(), item.demand().end()}});
  }
  ASSIGN_OR_RETURN(
      const std::vector<rp::Classified> classified,
      convert::With(violations, rp::Classify(items, convert::FromProto(request.cuts()))));
  return convert::ToProto(classified);
}

absl::StatusOr<v1::OptimizeEchelonsResponse> ReplenishmentHandlers::OptimizeEchelons(
    const RequestContext& ctx, const v1::OptimizeEchelonsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  std::vector<rp::StageLink> links;
  for (const auto& link : request.links()) {
    links.push_back({link.from_stage_id(), link.to_stage_id()});
  }
  ASSIGN_OR_RETURN(const rp::EchelonPlan plan,
                   rp::OptimizeServiceTimes(convert::StagesFrom(request), links));
  return convert::ToProto(plan);
}

absl::StatusOr<v1::OptimizeSerialSystemResponse> ReplenishmentHandlers::OptimizeSerialSystem(
    const RequestContext& ctx, const v1::OptimizeSerialSystemRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  rp::SerialInput input{.stockout_cost = request.stockout_cost(),
                        .demand_mean = request.demand_mean(),
                        .demand_sd = request.demand_standard_deviation()};
  for (const auto& stage : request.stages()) {
    input.stages.push_back({stage.echelon_holding_cost(), stage.lead_time()});
  }
  ASSIGN_OR_RETURN(const rp::SerialPlan plan, rp::OptimizeSerial(input));
  v1::OptimizeSerialSystemResponse response;
  convert::SetFormula(plan.formula, response.mutable_formula());
  response.mutable_base_stock()->Add(plan.base_stock.begin(), plan.base_stock.end());
  response.mutable_newsvendor_base_stock()->Add(plan.newsvendor.begin(), plan.newsvendor.end());
  response.set_cost(plan.cost);
  return response;
}

absl::StatusOr<v1::GuardCampaignResponse> ReplenishmentHandlers::GuardCampaign(
    const RequestContext& ctx, const v1::GuardCampaignRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const rp::CampaignAdvice advice, rp::GuardCampaign(convert::FromProto(request)));
  return convert::ToProto(advice);
}

}  // namespace kefu::warehouse
