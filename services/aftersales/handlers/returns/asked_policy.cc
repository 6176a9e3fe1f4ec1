#include "services/aftersales/handlers/returns/asked_policy.h"

#include <set>
#include <utility>

#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "services/aftersales/convert/returns.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/returns.h"

namespace kefu::aftersales {
namespace {

namespace returns = domain::returns;

// Categories of rules must be known: shipped, or of the policy itself.
absl::Status CheckCategories(db::Transaction& t, const v1::ReturnPolicy& proto,
                             const returns::Policy& policy, const store::Shop& shop, absl::Time now,
                             FieldViolations& violations) {
  ASSIGN_OR_RETURN(const auto in_force, store::ReturnPoliciesFor(t, shop, now));
  std::set<std::string> known;
  const auto add = [&](const returns::Policy& one) {
    for (const returns::Category& category : one.categories) known.insert(category.category_id);
  };
  add(policy);
  for (const returns::Policy& one : in_force) {
    if (one.ref.org_id.empty()) add(one);
  }
  const auto check = [&](const std::string& path, const auto& categories) {
    for (int i = 0; i < categories.size(); ++i) {
      violations.Check(known.contains(categories[i]), fmt::format("{}[{}]", path, i),
                       "is neither a shipped category nor one of this policy");
    }
  };
  for (int i = 0; i < proto.rules_size(); ++i) {
    check(fmt::format("rules[{}].categories", i), proto.rules(i).categories());
    check(fmt::format("rules[{}].excluded_categories", i), proto.rules(i).excluded_categories());
  }
  return absl::OkStatus();
}

// The shop, or what stands for all shops that the policy is for.
absl::StatusOr<store::Shop> ShopOf(db::Transaction& t, const returns::Policy& policy) {
  if (!policy.shop_id.empty()) return store::FindShop(t, policy.ref.org_id, policy.shop_id);
  return store::Shop{policy.ref.org_id, "", policy.platform, {}};
}

}  // namespace

absl::StatusOr<std::string> OrgOfPolicies(const RequestContext& ctx, const std::string& shop_id) {
  if (!shop_id.empty()) return OrgOfShop(ctx, shop_id);
  return std::string(ctx.org_id());
}

absl::StatusOr<AskedPolicy> AskPolicy(const RequestContext& ctx, bool present,
                                      const v1::ReturnPolicy& proto) {
  AskedPolicy asked{.present = present};
  asked.policy = convert::FromProto(proto, NowOf(ctx), asked.faults);
  // A shop_id that is none is told with everything else.
  ASSIGN_OR_RETURN(asked.policy.ref.org_id, OrgOfPolicies(ctx, asked.policy.shop_id));
  asked.policy.actor = ctx.principal.subject;
  return asked;
}

absl::Status CheckPolicy(db::Transaction& t, const RequestContext& ctx,
                         const v1::ReturnPolicy& proto, const AskedPolicy& asked,
                         FieldViolations& violations) {
  violations.Check(asked.present, "policy", "must be set");
  ASSIGN_OR_RETURN(const store::Shop shop, ShopOf(t, asked.policy));
  FieldViolations inner = asked.faults;
  RETURN_IF_ERROR(CheckCategories(t, proto, asked.policy, shop, NowOf(ctx), inner));
  violations.Merge("policy", inner);
  return absl::OkStatus();
}

}  // namespace kefu::aftersales
