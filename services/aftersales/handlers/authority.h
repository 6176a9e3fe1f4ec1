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
// errors.h: AGENT_REQUIRED, AGENT_UNKNOWN, REVIEW_BEYOND_AUTHORITY, REVIEW_FORBIDDEN;
// INVALID_FIELDS for a cost that is not in the currency in which limits are set, or that is not
// said of a reissue or a refund without return by somebody whom a limit bounds, or that is less
// than LeastCostOf. An exchange that sends more pieces than come back is bounded as a reissue
// without return. The day is that of the shop's zone.
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

// The caller's authority reaches what was decided or proposed before at this cost; whether it would
// have to cost more by now is not asked. Where nobody said what it costs, REVIEW_BEYOND_AUTHORITY
// for everybody but who decides for the merchant.
absl::StatusOr<domain::ReviewAuthority> RequireAuthorityOver(db::Transaction& t,
                                                             const RequestContext& ctx,
                                                             const domain::Case& record,
                                                             domain::ReviewResult result,
                                                             const std::optional<Money>& cost);

// By what the caller's own authority would be measured, where it need not reach: somebody else
// approves. AGENT_REQUIRED, AGENT_UNKNOWN, REVIEW_FORBIDDEN; INVALID_FIELDS as above, and always
// where the cost of a reissue or a refund without return is not said.
absl::StatusOr<domain::ReviewAuthority> RequireApprovable(db::Transaction& t,
                                                          const RequestContext& ctx,
                                                          const domain::Case& record,
                                                          domain::ReviewResult result,
                                                          const std::optional<Money>& cost);

// Owner, shop manager, integration and kefu processes: nobody has delegated their authority.
bool DecidesForMerchant(const RequestContext& ctx);

}  // namespace kefu::aftersales
