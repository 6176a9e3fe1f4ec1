// Delegated authority as staffing tells it; of the agents themselves see assignment.h. The
// functions keep no state and are thread-safe; all return the database's errors. Bodies are
// messages of staffing's contract, opaque here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"

namespace kefu::aftersales::store {

struct AgentTier {
  std::string agent_id;
  std::string tier_change_id;
  absl::CivilDay effective_date;
  std::string tier_id;
  std::string corrects_id;  // empty: none
};

// Each adds or replaces a row: what is told twice stands once.
absl::Status SaveCurrency(db::Transaction& t, std::string_view org_id, std::string_view currency);
absl::Status SaveAuthorityPolicy(db::Transaction& t, std::string_view org_id, int32_t version,
                                 std::string_view body);
absl::Status SaveAgentTier(db::Transaction& t, std::string_view org_id, const AgentTier& tier);

// Empty when staffing has not told of the organization.
absl::StatusOr<std::string> Currency(db::Transaction& t, std::string_view org_id);
// The organization's own policies by version.
absl::StatusOr<std::vector<std::string>> AuthorityPolicies(db::Transaction& t,
                                                           std::string_view org_id);

struct Delegate {
  std::string tier_id;
  std::string base_id;
};
// Who an agent is on a day; nothing when unknown, not employed or without a tier on it.
absl::StatusOr<std::optional<Delegate>> FindDelegate(db::Transaction& t, std::string_view org_id,
                                                     std::string_view agent_id, absl::CivilDay day);

// The contracts under which the base serves the shop on a day.
absl::StatusOr<std::vector<std::string>> ContractsOf(db::Transaction& t, std::string_view org_id,
                                                     std::string_view shop_id,
                                                     std::string_view base_id, absl::CivilDay day);

// Whether the agent is known to a base that has, or had, a contract with the merchant, and not to
// the merchant: its employer is the base alone. A row that only keeps its turn, which whoever
// claims a case has, tells of no employment.
absl::StatusOr<bool> IsOfBaseOnly(db::Transaction& t, std::string_view org_id,
                                  std::string_view agent_id);

}  // namespace kefu::aftersales::store
