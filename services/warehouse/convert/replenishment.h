// The replenishment calculators: contract and domain.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "kefu/warehouse/v1/replenishment.pb.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/domain/replenishment/campaign.h"
#include "services/warehouse/domain/replenishment/classify.h"
#include "services/warehouse/domain/replenishment/echelons.h"
#include "services/warehouse/domain/replenishment/forecast.h"
#include "services/warehouse/domain/replenishment/lot_sizing.h"
#include "services/warehouse/domain/replenishment/newsvendor.h"
#include "services/warehouse/domain/replenishment/order_quantity.h"
#include "services/warehouse/domain/replenishment/reorder_policy.h"
#include "services/warehouse/domain/replenishment/safety_stock.h"

namespace kefu::warehouse::convert {

namespace rp = ::kefu::warehouse::domain::replenishment;

// The formulas check their numbers themselves; what is found here is told together with theirs.
template <class R>
absl::StatusOr<R> With(FieldViolations violations, absl::StatusOr<R> result) {
  if (violations.empty()) return result;
  if (const auto faults = GetDetail<google::rpc::BadRequest>(result.status())) {
    for (const auto& fault : faults->field_violations()) {
      violations.Add(fault.field(), fault.description());
    }
  }
  return violations.ToStatus();
}

// A fault when none is set; then a normal one of mean 0.
rp::Demand FromProto(const v1::DemandDistribution& proto, std::string_view field,
                     FieldViolations& violations);
void SetFormula(const rp::Formula& formula, v1::FormulaCitation* proto);

rp::EoqInput EoqFrom(const v1::ComputeOrderQuantityRequest& request);
rp::DiscountInput DiscountsFrom(const v1::ComputeOrderQuantityRequest& request,
                                FieldViolations& violations);
v1::ComputeOrderQuantityResponse ToProto(const rp::OrderQuantity& result);

v1::ComputeNewsvendorResponse ToProto(const rp::Newsvendor& result);
rp::HorizonInput FromProto(const v1::ComputeHorizonRequest& request, FieldViolations& violations);
v1::ComputeHorizonResponse ToProto(const rp::Horizon& result);

rp::RqInput RqFrom(const v1::ComputeReorderPolicyRequest& request);
v1::ComputeReorderPolicyResponse ToProto(const rp::RqPolicy& policy);
v1::ComputeReorderPolicyResponse ToProto(const rp::SsPolicy& policy);

rp::SafetyStockInput FromProto(const v1::ComputeSafetyStockRequest& request,
                               FieldViolations& violations);
v1::ComputeSafetyStockResponse ToProto(const rp::SafetyStock& result);
v1::ComputeLotSizesResponse ToProto(const rp::LotPlan& plan);

// Zeros take the defaults.
rp::ClassCuts FromProto(const v1::ClassCuts& proto);
v1::ClassifySkusResponse ToProto(const std::vector<rp::Classified>& items);
std::vector<rp::Stage> StagesFrom(const v1::OptimizeEchelonsRequest& request);
v1::OptimizeEchelonsResponse ToProto(const rp::EchelonPlan& plan);

rp::ForecastMethod MethodFrom(v1::ForecastMethod method);  // not UNSPECIFIED
v1::ForecastMethod ToProto(rp::ForecastMethod method);
rp::ForecastParameters FromProto(const v1::ForecastParameters& proto);
v1::ForecastParameters ToProto(const rp::ForecastParameters& parameters);
v1::ForecastAccuracy ToProto(const rp::Accuracy& accuracy);

rp::CampaignInput FromProto(const v1::GuardCampaignRequest& request);
v1::GuardCampaignResponse ToProto(const rp::CampaignAdvice& advice);

}  // namespace kefu::warehouse::convert
