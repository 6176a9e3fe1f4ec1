#include "services/performance/handlers/judgement/diagnosis_policy.h"

#include "common/status/status_macros.h"
#include "services/performance/convert/quality.h"
#include "services/performance/store/quality.h"

namespace kefu::performance {

absl::StatusOr<domain::DiagnosisPolicy> DiagnosisPolicyOn(db::Transaction& t,
                                                          const store::Scope& scope,
                                                          absl::CivilDay day) {
  ASSIGN_OR_RETURN(const auto stored, store::PolicyInForce(t, scope, kDiagnosisPolicy, "", day));
  if (!stored) return domain::ShippedDiagnosisPolicy();
  return convert::DiagnosisPolicyFromBody(stored->body, stored->version);
}

absl::StatusOr<ClickCosts::ByDay> ClickCosts::Read(db::Transaction& t, const store::Scope& scope,
                                                   std::string_view currency) {
  ASSIGN_OR_RETURN(const auto versions, store::ListPolicies(t, scope, kDiagnosisPolicy));
  ByDay costs;
  for (const store::PolicyVersion& version : versions) {
    ASSIGN_OR_RETURN(const domain::DiagnosisPolicy policy,
                     convert::DiagnosisPolicyFromBody(version.body, version.version));
    costs.emplace_back(policy.effective_from, domain::ClickCostFor(policy, currency));
  }
  return costs;
}

absl::StatusOr<ClickCosts> ClickCosts::Load(db::Transaction& t, const ShopScope& shop) {
  ClickCosts costs;
  ASSIGN_OR_RETURN(costs.own_, Read(t, shop.scope, shop.settings.currency_code));
  ASSIGN_OR_RETURN(costs.of_organization_,
                   Read(t, {shop.scope.org_id, ""}, shop.settings.currency_code));
  return costs;
}

// As PolicyOn: of two from the same day the later version.
const domain::ClickCost* ClickCosts::Latest(const ByDay& costs, absl::CivilDay day) {
  const ByDay::value_type* latest = nullptr;
  for (const auto& each : costs) {
    if (each.first <= day && (latest == nullptr || each.first >= latest->first)) latest = &each;
  }
  return latest == nullptr ? nullptr : &latest->second;
}

domain::ClickCost ClickCosts::On(absl::CivilDay day) const {
  for (const ByDay* costs : {&own_, &of_organization_}) {
    if (const domain::ClickCost* cost = Latest(*costs, day)) return *cost;
  }
  return {};
}

}  // namespace kefu::performance
