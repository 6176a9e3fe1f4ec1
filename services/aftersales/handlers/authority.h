// Whether a caller may give a review result (DOMAIN 2.2, 4.3): staffing's rules, on what staffing
// has told of the merchant's policies and of the agent.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/db/transaction.h"
#include "common/money/money.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/fold/case_batch.h"

namespace kefu::aftersales {

// The authority under which the caller gives `result`, which costs `cost`, to the case. Reasons of
// errors.h: AGENT_REQUIRED, AGENT_UNKNOWN, REVIEW_BEYOND_AUTHORITY, REVIEW_FORBIDDEN,
// LIMITS_IN_OTHER_CURRENCY for a cost that is not in the books' currency, unless the caller decides
// for the merchant and no rule of everybody bounds it; INVALID_FIELDS for a cost that is not in the
// order's currency, or that is not said of a reissue or a refund without return by somebody whom a
// limit bounds, or that is less than LeastCostOf. What nobody knows the price of is within no
// limit, whatever is said of it. An exchange that sends what is worth more than what comes back is
// bounded as a reissue without return too. A return or exchange that the rules of returns refuse by
// the case's latest evaluation is bounded as such a refund or reissue too; one of which nobody has
// asked them is bounded by what it gives. A claim to compensation is bounded as compensation too,
// by what will be paid, which the answer names: see PaidForClaim, whose errors come as well. The
// day is that of the shop's zone.
absl::StatusOr<domain::ReviewAuthority> RequireAuthority(db::Transaction& t,
                                                         const RequestContext& ctx,
                                                         const domain::Case& record,
                                                         domain::ReviewResult result,
                                                         const std::optional<Money>& cost);

// The caller may pay compensation of that amount, beside whatever the case's own decision costs.
// The same reasons.
absl::Status RequireAuthorityToPay(db::Transaction& t, const RequestContext& ctx,
                                   const domain::Case& record, const Money& amount);

// As RequireAuthority; what is read of the merchant is read once for all of the batch.
absl::StatusOr<domain::ReviewAuthority> RequireAuthority(CaseBatch& batch,
                                                         const RequestContext& ctx,
                                                         const domain::Case& record,
                                                         domain::ReviewResult result,
                                                         const std::optional<Money>& cost);

// The caller's authority reaches a result as it was given or proposed, at the cost that was said
// then: whoever rejects or undoes it grants nothing anew, so that no rule of everybody is asked,
// nor whether the rules of returns grant it, and nothing at all of who decides for the merchant.
// Where no cost is known of a result that is bounded by it, that of nobody but the merchant.
// AGENT_REQUIRED, AGENT_UNKNOWN, REVIEW_BEYOND_AUTHORITY, LIMITS_IN_OTHER_CURRENCY; those of
// LeastCostOf.
absl::StatusOr<domain::ReviewAuthority> RequireAuthorityOver(db::Transaction& t,
                                                             const RequestContext& ctx,
                                                             const domain::Case& record,
                                                             domain::ReviewResult result,
                                                             const std::optional<Money>& cost);

// The same of the case's own decision, which stands after an appeal: at what it was said to cost,
// or for who does not decide for the merchant at what leaves by the plan as it is now, where that
// is more.
absl::StatusOr<domain::ReviewAuthority> RequireStanding(db::Transaction& t,
                                                        const RequestContext& ctx,
                                                        const domain::Case& record);

// By what the caller's own authority would be measured, where it need not reach: somebody else
// approves. AGENT_REQUIRED, AGENT_UNKNOWN, REVIEW_FORBIDDEN; LIMITS_IN_OTHER_CURRENCY where a rule
// of everybody bounds the result; INVALID_FIELDS and what is said of claims as above, and always
// where the cost of a reissue or a refund without return is not said.
absl::StatusOr<domain::ReviewAuthority> RequireApprovable(db::Transaction& t,
                                                          const RequestContext& ctx,
                                                          const domain::Case& record,
                                                          domain::ReviewResult result,
                                                          const std::optional<Money>& cost);

// Owner, shop manager, integration and kefu processes: nobody has delegated their authority.
bool DecidesForMerchant(const RequestContext& ctx);

}  // namespace kefu::aftersales
