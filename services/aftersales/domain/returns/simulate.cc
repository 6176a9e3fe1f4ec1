#include "services/aftersales/domain/returns/simulate.h"

#include <algorithm>

namespace kefu::aftersales::domain::returns {
namespace {

bool GivesMoney(Remedy remedy) {
  return remedy == Remedy::kReturn || remedy == Remedy::kRefundOnly;
}

// The same to the buyer, by whatever rule.
bool Same(const Offer& a, const Offer& b) {
  if (a.decision != b.decision) return false;
  return a.decision == Decision::kNotAllowed ||
         (a.last == b.last && a.return_freight == b.return_freight &&
          a.outbound_freight == b.outbound_freight);
}

}  // namespace

Scope ScopeOf(const Policy& policy) {
  if (policy.ref.org_id.empty()) return Scope::kNone;
  if (!policy.shop_id.empty()) return Scope::kShop;
  return policy.platform.empty() ? Scope::kOrganization : Scope::kPlatform;
}

bool IsFor(const Policy& policy, std::string_view shop_id, std::string_view platform) {
  return (policy.shop_id.empty() || policy.shop_id == shop_id) &&
         (policy.platform.empty() || policy.platform == platform);
}

Offer OfferOf(const Outcome& outcome) {
  Offer offer{.decision = outcome.decision};
  if (outcome.decision == Decision::kNotAllowed) return offer;
  const std::vector<Period>& periods =
      outcome.decision == Decision::kAllowed ? outcome.periods : outcome.periods_when_shown;
  if (periods.empty()) return {};
  offer.last = periods.back().last;
  offer.return_freight = periods.front().return_freight.payer;
  offer.outbound_freight = periods.front().outbound_freight.payer;
  offer.rule = periods.front().rule;
  return offer;
}

int64_t Worth(Remedy remedy, const Offer& offer, const Paid& paid) {
  if (offer.decision != Decision::kAllowed) return 0;
  const bool pays_back = offer.return_freight == Payer::kBuyer;
  const bool pays_out = offer.outbound_freight == Payer::kBuyer;
  int64_t worth = pays_back ? -paid.freight_minor : 0;
  if (!GivesMoney(remedy)) return worth - (pays_out ? paid.freight_minor : 0);
  worth += paid.goods_minor + (pays_out ? 0 : paid.freight_minor);
  return std::max<int64_t>(worth, 0);
}

EvaluationChange Compare(std::span<const Outcome> before, std::span<const Outcome> after,
                         const std::optional<Paid>& paid) {
  EvaluationChange change;
  const Paid known = paid.value_or(Paid());
  int64_t best_before = 0, best_after = 0;
  for (const Outcome& then : before) {
    const auto now = std::ranges::find(after, then.remedy, &Outcome::remedy);
    if (now == after.end()) continue;
    RemedyChange one{then.remedy, OfferOf(then), OfferOf(*now)};
    const int64_t was = Worth(one.remedy, one.before, known);
    const int64_t is = Worth(one.remedy, one.after, known);
    if (GivesMoney(one.remedy)) {
      best_before = std::max(best_before, was);
      best_after = std::max(best_after, is);
    }
    if (Same(one.before, one.after)) continue;
    const bool both =
        one.before.decision == Decision::kAllowed && one.after.decision == Decision::kAllowed;
    if (GivesMoney(one.remedy) || both) one.more_minor = is - was;
    change.remedies.push_back(std::move(one));
  }
  change.more_minor = best_after - best_before;
  return change;
}

}  // namespace kefu::aftersales::domain::returns
