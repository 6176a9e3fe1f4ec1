// Whose cases a caller may reach, and how a case of them is found.
//
// A merchant's people reach the cases of their organization, or of the shops that they are confined
// to. A base reaches, of the shops that merchants grant it, the cases that nobody has and those
// that one of its own agents has; what goes over to own staff or to another base is gone for it.
// Whatever is kept about a case (activities, comments, evidence, processes, payments, evaluations,
// stored answers) is reached as the case is.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/db/database.h"
#include "common/db/transaction.h"
#include "common/status/status_macros.h"
#include "services/aftersales/convert/cases.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales {

// PERMISSION_DENIED ORGANIZATION_REQUIRED: a token of a kefu process owns nothing here.
absl::Status RequireOrganization(const RequestContext& ctx);

// The call's time at the resolution of what is stored.
absl::Time NowOf(const RequestContext& ctx);

// The organization in which the caller may use the shop. PERMISSION_DENIED SHOP_NOT_ALLOWED.
absl::StatusOr<std::string> OrgOfShop(const RequestContext& ctx, std::string_view shop_id);

// Fills whose cases a list shows: those that the caller may reach, of one shop when `shop_id` is
// set. SHOP_NOT_ALLOWED.
absl::Status SetReach(const RequestContext& ctx, std::string_view shop_id,
                      store::CaseFilter& filter);

// Customers' personal data is masked in every view of a base.
convert::View ViewOf(const RequestContext& ctx);
// The base that the caller is of; empty of others.
std::string_view BaseOf(const RequestContext& ctx);
// Internal comments are the merchant's.
bool SeesInternal(const RequestContext& ctx);

// Where the caller's records are: its own organization, or those of the merchants that grant a
// base shops.
std::vector<std::string> OrgsInReach(const RequestContext& ctx);
// The shop, whoever has its cases.
bool ReachesShop(const RequestContext& ctx, std::string_view org_id, std::string_view shop_id);
// Those of these cases of shops in reach that the caller reaches by who has them.
absl::StatusOr<std::set<std::string, std::less<>>> ReachedCases(
    db::Transaction& t, const RequestContext& ctx, std::string_view org_id,
    std::span<const std::string> case_ids);
// The same of one; true of an empty id, which stands for what is about no case.
absl::StatusOr<bool> ReachesCase(db::Transaction& t, const RequestContext& ctx,
                                 std::string_view org_id, const std::string& case_id);

// What `fetch`, (org_id) -> absl::StatusOr<std::optional<Record>>, finds, if the caller may reach
// it. `not_found`, also for what a base does not reach; SHOP_NOT_ALLOWED for a record of the
// caller's own organization outside its confinement.
template <class Record, class Fetch>
absl::StatusOr<Record> InReach(db::Transaction& t, const RequestContext& ctx, Fetch fetch,
                               const absl::Status& not_found) {
  for (const std::string& org_id : OrgsInReach(ctx)) {
    ASSIGN_OR_RETURN(std::optional<Record> found, fetch(org_id));
    if (!found) continue;
    if (ReachesShop(ctx, found->org_id, found->shop_id)) {
      ASSIGN_OR_RETURN(const bool reached, ReachesCase(t, ctx, found->org_id, found->case_id));
      if (reached) return *std::move(found);
    } else if (!ctx.principal.IsBase()) {
      return error::ShopNotAllowed(found->shop_id);
    }
  }
  return not_found;
}

// The case, if the caller may reach it; with kLock locked until the transaction ends.
// NOT_FOUND; SHOP_NOT_ALLOWED for a case of the caller's own organization outside its confinement.
enum class Access { kRead, kLock };
absl::StatusOr<domain::Case> RequireCase(db::Transaction& t, const RequestContext& ctx,
                                         std::string_view case_id, Access access);

// The same question of whoever is given a stored answer about the case: it was made for another
// call, and a base may reach less by now. Its answer does not say whose shop it is about, so the
// case is looked for in what the base reaches. The database's errors.
absl::Status CheckReach(db::Database& database, const RequestContext& ctx, std::string_view case_id,
                        std::string_view shop_id);
// The same of an answer that tells a base nothing but what it brought itself: the case's shop must
// still be granted, but anybody may have the case.
absl::Status CheckGrant(db::Database& database, const RequestContext& ctx, std::string_view case_id,
                        std::string_view shop_id);

}  // namespace kefu::aftersales
