// What a policy would change of what was decided: in cases, in money, and by which rules. Pure,
// thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/money/money.h"
#include "common/status/error.h"
#include "services/aftersales/domain/returns/types.h"

namespace kefu::aftersales::domain::returns {

// Of the organization's own policies the more particular one holds: the shop's, else its
// platform's, else everybody's.
enum class Scope : uint8_t { kNone, kOrganization, kPlatform, kShop };
Scope ScopeOf(const Policy& policy);
// Whether an own policy is for a shop on a platform.
bool IsFor(const Policy& policy, std::string_view shop_id, std::string_view platform);

// What was paid for the goods in question, and for their shipment.
struct Paid {
  std::string currency;
  int64_t goods_minor = 0;
  int64_t freight_minor = 0;
};

// What a remedy gives on the day of asking; of one that needs more, what it would give.
struct Offer {
  Decision decision = Decision::kNotAllowed;
  absl::CivilDay last;  // the rest says nothing where it is not allowed
  Payer return_freight = Payer::kUnspecified;
  Payer outbound_freight = Payer::kUnspecified;
  RuleRef rule;
  friend bool operator==(const Offer&, const Offer&) = default;
};
Offer OfferOf(const Outcome& outcome);

// What an offer is worth to the buyer in money, in minor units: of a return or refund the price,
// with the first freight where that is given back, less the freight back where the buyer pays it;
// of an exchange or repair, less the freights that the buyer pays. Freight back costs what the
// first one did, since nobody knows it better. Nothing where it is not allowed, and never less than
// nothing of a return, which nobody would ask for then.
int64_t Worth(Remedy remedy, const Offer& offer, const Paid& paid);

struct RemedyChange {
  Remedy remedy = Remedy::kUnspecified;
  Offer before, after;
  // Worth after less before. Of an exchange or repair only where both times it is allowed: having
  // goods repaired has no price.
  int64_t more_minor = 0;
};

// What changes of one evaluation; a remedy whose rule alone changes is not among them.
struct EvaluationChange {
  std::vector<RemedyChange> remedies;
  // Of the best of return and refund only: the buyer takes one.
  int64_t more_minor = 0;
};
EvaluationChange Compare(std::span<const Outcome> before, std::span<const Outcome> after,
                         const std::optional<Paid>& paid);

}  // namespace kefu::aftersales::domain::returns
