// All that opening a case asks of its shop, by one statement. Keeps no state and is thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/store/intake.h"
#include "services/aftersales/store/policies.h"
#include "services/aftersales/store/sla.h"

namespace kefu::aftersales::store {

// Days on which somebody serves a shop, the last one included.
struct ServedDays {
  absl::CivilDay first, last;
};

struct OpeningRules {
  Shop shop;                           // as FindShop
  SlaVersions sla;                     // as SlaVersionsOf, of cases that no base works on
  StoredRules assignment;              // as RulesAt
  std::vector<ServedDays> served;      // all that may touch the instant's day, whatever the zone
  std::vector<std::string> authority;  // as AuthorityPolicies
};
// As they are at that instant. INTERNAL without rules of assignment, since some are shipped; the
// database's errors.
absl::StatusOr<OpeningRules> ReadOpeningRules(db::Transaction& t, std::string_view org_id,
                                              std::string_view shop_id, absl::Time at);

}  // namespace kefu::aftersales::store
