// Policies of deadlines, whose cases they rule, and the clocks that were replaced. The functions
// are thread-safe and keep nothing but versions of policies, which never change; all return the
// database's errors besides those named.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/transaction.h"
#include "services/aftersales/domain/clocks.h"
#include "services/aftersales/domain/types.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales::store {

// What decides which policy rules a case.
struct CaseScope {
  Shop shop;
  std::string base_id;      // for which the assignee works in the shop; empty: own staff, or nobody
  std::string contract_id;  // under this contract
};
// The shop, and the contract with a base under which the agent serves it at that time. An empty
// agent_id is nobody.
absl::StatusOr<CaseScope> FindCaseScope(db::Transaction& t, Shop shop, std::string_view agent_id,
                                        absl::Time at);
// The same of the shop as FindShop tells it.
absl::StatusOr<CaseScope> FindCaseScope(db::Transaction& t, std::string_view org_id,
                                        std::string_view shop_id, std::string_view agent_id,
                                        absl::Time at);

// The versions that rule cases of that scope at some time or other, the most particular policy
// first, and of each policy the latest version.
struct SlaVersion {
  domain::PolicyRef ref;
  bool withdrawn = false;
  absl::Time effective;
};
using SlaVersions = std::vector<SlaVersion>;
absl::StatusOr<SlaVersions> SlaVersionsOf(db::Transaction& t, const CaseScope& scope);
// The policies of them that are in force at that time, the most particular first. INTERNAL when
// there is none, since one is shipped.
absl::StatusOr<domain::SlaPolicies> ChooseSlaPolicies(db::Transaction& t,
                                                      const SlaVersions& versions, absl::Time at);
// The same for a case of that scope.
absl::StatusOr<domain::SlaPolicies> ChooseSlaPolicies(db::Transaction& t, const CaseScope& scope,
                                                      absl::Time at);
// When others come into force, after `from` and up to `to`, in order.
std::vector<absl::Time> SlaChangesBetween(const SlaVersions& versions, absl::Time from,
                                          absl::Time to);
// One whole version, from memory once it was read. INTERNAL when it is not there.
absl::StatusOr<domain::SlaPolicy> LoadSlaPolicy(db::Transaction& t, const domain::PolicyRef& ref);

// The latest version of the policy of exactly that scope, without its parts, or nothing.
absl::StatusOr<std::optional<domain::SlaPolicy>> LatestOfScope(db::Transaction& t,
                                                               std::string_view org_id,
                                                               const domain::SlaScope& scope);
// Adds a version with its parts. ALREADY_EXISTS DUPLICATE_KEY when another one was faster.
absl::Status InsertSlaPolicy(db::Transaction& t, const domain::SlaPolicy& policy);
// One version of an organization's own policy or of a shipped one; version 0 is the latest. Nothing
// when it is not there.
absl::StatusOr<std::optional<domain::SlaPolicy>> FindSlaPolicy(db::Transaction& t,
                                                               std::string_view org_id,
                                                               std::string_view policy_id,
                                                               int32_t version);
// Up to `limit` versions after that one, the shipped ones first, by policy and version. An empty
// policy_id names all. An empty `after` begins.
absl::StatusOr<std::vector<domain::SlaPolicy>> ListSlaPolicies(
    db::Transaction& t, std::string_view org_id, std::string_view policy_id,
    const std::optional<domain::PolicyRef>& after, int limit);

// What has cases of an organization set anew: a version, or a contract with a base that begins,
// changes or ends.
struct SlaChange {
  domain::PolicyRef policy;  // of a contract the organization alone
  std::string contract_id;   // empty of a version
  std::string shop_id;       // empty: every shop
  absl::Time effective;
  absl::Time next;            // when the job goes on; InfiniteFuture: it is done
  absl::Time walk;            // when this walk over the cases began
  std::string after_case_id;  // up to this one all are set; empty: a walk begins
};
absl::Status InsertSlaChange(db::Transaction& t, const domain::SlaPolicy& policy);
// From `at` on the contract may be another one in the shop. Told again it is worked on again.
absl::Status InsertContractChange(db::Transaction& t, std::string_view org_id,
                                  std::string_view contract_id, std::string_view shop_id,
                                  absl::Time at);
// Locks the one that has waited longest by `now`, passing over those that others hold, or nothing.
absl::StatusOr<std::optional<SlaChange>> ClaimSlaChange(db::Transaction& t, absl::Time now);
absl::Status UpdateSlaChange(db::Transaction& t, const SlaChange& change);
// All that are in force by `now` and not done, of all organizations, by effective time.
absl::StatusOr<std::vector<SlaChange>> PendingSlaChanges(db::Transaction& t, absl::Time now);

// Adds what a change of a locked case has replaced.
absl::Status InsertPastClocks(db::Transaction& t, const domain::Case& record);
// In the order in which they were replaced; what a clock's rule was is read by its policy.
absl::StatusOr<std::vector<domain::PastClock>> ListPastClocks(db::Transaction& t,
                                                              std::string_view org_id,
                                                              std::string_view case_id);

}  // namespace kefu::aftersales::store
