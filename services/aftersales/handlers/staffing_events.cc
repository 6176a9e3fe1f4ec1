#include "services/aftersales/handlers/staffing_events.h"

#include "common/convert/fields.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/aftersales/store/authority.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {
namespace {

namespace staffing = ::kefu::staffing::v1;
using ::kefu::common::v1::Event;

absl::Status Apply(db::Transaction& t, const std::string& org_id,
                   const staffing::ShopChanged& changed) {
  const auto& shop = changed.shop();
  RETURN_IF_ERROR(LoadZone(shop.time_zone()));
  return store::SaveShop(t, {org_id,
                             shop.shop_id(),
                             ::kefu::convert::StoredName(shop.platform(), "PLATFORM_"),
                             {shop.time_zone(), false}});
}

absl::Status Apply(db::Transaction& t, const std::string& org_id,
                   const staffing::OrganizationChanged& changed) {
  return store::SaveCurrency(t, org_id, changed.organization().currency_code());
}

absl::Status Apply(db::Transaction& t, const std::string& org_id,
                   const staffing::AuthorityPolicyChanged& changed) {
  return store::SaveAuthorityPolicy(t, org_id, changed.policy().version(),
                                    changed.policy().SerializeAsString());
}

absl::Status Apply(db::Transaction& t, const std::string& org_id,
                   const staffing::TierChanged& changed) {
  const auto& change = changed.change();
  return store::SaveAgentTier(t, org_id,
                              {change.agent_id(), change.tier_change_id(),
                               ::kefu::convert::FromProto(change.effective_date()),
                               change.tier_id(), change.corrects_tier_change_id()});
}

template <class... Payloads>
std::vector<std::string> Names() {
  return {Payloads::descriptor()->full_name()...};
}

template <class... Payloads>
absl::Status ApplyOneOf(db::Transaction& t, const Event& event) {
  absl::Status status;
  const auto apply = [&](auto payload) {
    if (event.payload().UnpackTo(&payload)) status = Apply(t, event.org_id(), payload);
  };
  (apply(Payloads()), ...);
  return status;
}

}  // namespace

std::vector<std::string> ShopEventTypes() { return Names<staffing::ShopChanged>(); }

std::vector<std::string> AuthorityEventTypes() {
  return Names<staffing::OrganizationChanged, staffing::AuthorityPolicyChanged,
               staffing::TierChanged>();
}

absl::Status ApplyStaffingEvent(db::Transaction& t, const Event& event) {
  return ApplyOneOf<staffing::ShopChanged, staffing::OrganizationChanged,
                    staffing::AuthorityPolicyChanged, staffing::TierChanged>(t, event);
}

}  // namespace kefu::aftersales
