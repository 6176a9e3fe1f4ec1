// Whose cases a caller may reach, and how a case of them is found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/db/transaction.h"
#include "services/aftersales/convert/cases.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales {

// PERMISSION_DENIED ORGANIZATION_REQUIRED: a token of a kefu process owns nothing here.
absl::Status RequireOrganization(const RequestContext& ctx);

// The call's time at the resolution of what is stored.
absl::Time NowOf(const RequestContext& ctx);

// The organization in which the caller may use the shop. PERMISSION_DENIED SHOP_NOT_ALLOWED.
absl::StatusOr<std::string> OrgOfShop(const RequestContext& ctx, std::string_view shop_id);

// Fills whose cases a list shows: one shop's when `shop_id` is set, else all that the caller may
// reach. SHOP_NOT_ALLOWED.
absl::Status SetReach(const RequestContext& ctx, std::string_view shop_id,
                      store::CaseFilter& filter);

// Customers' personal data is masked in every view of a base.
convert::View ViewOf(const RequestContext& ctx);

// The case, if the caller may reach it; with kLock locked until the transaction ends.
// NOT_FOUND; SHOP_NOT_ALLOWED for a case of the caller's own organization outside its confinement.
enum class Access { kRead, kLock };
absl::StatusOr<domain::Case> RequireCase(db::Transaction& t, const RequestContext& ctx,
                                         std::string_view case_id, Access access);

// The same question about a case that is not read again, such as that of a replayed answer.
absl::Status CheckReach(const RequestContext& ctx, std::string_view case_id,
                        std::string_view shop_id);

}  // namespace kefu::aftersales
