#include "services/performance/handlers/judgement/quality_policy.h"

#include "common/convert/fields.h"
#include "common/events/write.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/performance/convert/quality.h"
#include "services/performance/handlers/judgement/quality_handlers.h"
#include "services/performance/handlers/judgement/store_policy.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/store/quality.h"

namespace kefu::performance {
namespace {

constexpr std::string_view kKind = "quality";

}  // namespace

absl::StatusOr<domain::QualityPolicy> QualityPolicyOn(db::Transaction& t, const store::Scope& scope,
                                                      absl::CivilDay day) {
  ASSIGN_OR_RETURN(const auto stored, store::PolicyInForce(t, scope, kKind, "", day));
  if (!stored) return domain::QualityPolicy();
  return convert::QualityPolicyFromBody(stored->body, stored->version);
}

absl::StatusOr<v1::QualityPolicy> QualityHandlers::SetQualityPolicy(
    const RequestContext& ctx, const v1::SetQualityPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations inner, violations;
  const domain::QualityPolicy policy = convert::FromProto(request.policy(), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const PolicyOwner owner,
                   RequirePolicyOwner(deps_.database, ctx, request.shop_id()));
  return events::RunWrite<v1::QualityPolicy>(deps_.database, ctx, request, [&](db::Transaction& t) {
    return StorePolicy<v1::QualityPolicySet>(t, ctx, owner, kKind, policy.effective_from,
                                             convert::ToProto(policy), deps_.on_events);
  });
}

absl::StatusOr<v1::QualityPolicy> QualityHandlers::GetQualityPolicy(
    const RequestContext& ctx, const v1::GetQualityPolicyRequest& request) const {
  FieldViolations violations;
  const auto day = kefu::convert::OptionalDay(request.has_day(), request.day(), "day", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  ASSIGN_OR_RETURN(
      const auto policy, deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
        return QualityPolicyOn(t, shop.scope, day.value_or(absl::ToCivilDay(ctx.now, shop.zone)));
      }));
  return convert::ToProto(policy);
}

}  // namespace kefu::performance
