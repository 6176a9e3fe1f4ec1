// Shops as staffing tells of them, and the policies that apply to them. The functions keep no state
// and are thread-safe; all return the database's errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales::store {

// The zone of a shop that is not known yet.
inline constexpr std::string_view kDefaultZone = "Asia/Shanghai";

struct Shop {
  std::string org_id;
  std::string shop_id;
  std::string platform;  // name; empty while the shop is not known
  domain::ShopZone zone;
};

// What is assumed of a shop that is not known.
Shop AssumedShop(std::string_view org_id, std::string_view shop_id);
// The shop, or what is assumed of one that is not known.
absl::StatusOr<Shop> FindShop(db::Transaction& t, std::string_view org_id,
                              std::string_view shop_id);
// Adds or replaces it.
absl::Status SaveShop(db::Transaction& t, const Shop& shop);

// The policy in force for the shop at that time. INTERNAL when there is none, since one is shipped.
absl::StatusOr<domain::CasePolicy> ChooseCasePolicy(db::Transaction& t, const Shop& shop,
                                                    absl::Time at);
// Adds the organization's next version and answers its reference. Versions of one organization are
// given one after the other. INVALID_FIELDS when it is to count before the one before it.
absl::StatusOr<domain::PolicyRef> AddCasePolicy(db::Transaction& t, std::string_view org_id,
                                                const domain::CasePolicy& policy);

// Up to `limit` versions after that one, the shipped ones first, by policy and version: those for
// every shop and, where one is named, for that shop; else all. An empty `after` begins.
absl::StatusOr<std::vector<domain::CasePolicy>> ListCasePolicies(db::Transaction& t,
                                                                 std::string_view org_id,
                                                                 std::string_view shop_id,
                                                                 const domain::PolicyRef& after,
                                                                 int limit);

}  // namespace kefu::aftersales::store
