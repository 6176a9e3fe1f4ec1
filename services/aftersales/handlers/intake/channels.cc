// By which channel a matter goes to the platform.
#include "fmt/format.h"
#include "services/aftersales/convert/intake.h"
#include "services/aftersales/handlers/intake/intake_handlers.h"
#include "services/aftersales/handlers/intake/rules.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {

absl::StatusOr<v1::ChannelQuote> IntakeHandlers::QuoteChannel(
    const RequestContext& ctx, const v1::QuoteChannelRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  const domain::ChannelQuestion asked = convert::FromProto(request, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const std::string org_id, OrgOfShop(ctx, request.shop_id()));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ChannelQuote> {
        ASSIGN_OR_RETURN(const auto stored,
                         ReadRules<v1::ChannelPolicy>(t, org_id, store::kChannelRules, NowOf(ctx)));
        const domain::ChannelPolicy policy = convert::FromProto(stored);
        FieldViolations currency;
        currency.Check(!request.has_value() || request.value().currency_code() == policy.currency,
                       "value.currency_code",
                       fmt::format("must be {}, in which the rules are set", policy.currency));
        RETURN_IF_ERROR(currency.ToStatus());
        domain::ChannelQuestion question = asked;
        ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, org_id, request.shop_id()));
        question.platform = shop.platform;
        const size_t at = domain::PickChannel(policy, question);
        v1::ChannelQuote quote;
        quote.set_channel(static_cast<v1::CaseChannel>(policy.rules.at(at).channel));
        quote.set_reason(policy.rules.at(at).reason);
        quote.set_rule_number(static_cast<int32_t>(at) + 1);
        quote.set_policy_version(policy.version);
        return quote;
      });
}

absl::StatusOr<v1::ChannelPolicy> IntakeHandlers::SetChannelPolicy(
    const RequestContext& ctx, const v1::SetChannelPolicyRequest& request) const {
  return SetRules<v1::ChannelPolicy>(deps_, ctx, request, store::kChannelRules,
                                     convert::CheckChannels,
                                     [](db::Transaction&, absl::Time) { return absl::OkStatus(); });
}

absl::StatusOr<v1::ChannelPolicy> IntakeHandlers::GetChannelPolicy(
    const RequestContext& ctx, const v1::GetChannelPolicyRequest& request) const {
  return GetRules<v1::ChannelPolicy>(deps_, ctx, request, store::kChannelRules);
}

}  // namespace kefu::aftersales
