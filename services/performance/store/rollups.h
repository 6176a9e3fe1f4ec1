// Day rollups, order credits, shop settings and team memberships in the database. Every method runs
// in the caller's transaction and returns the Statuses of db::Transaction.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "common/db/transaction.h"
#include "services/performance/domain/people.h"
#include "services/performance/domain/rollup.h"
#include "services/performance/domain/settings.h"
#include "services/performance/store/facts.h"

namespace kefu::performance::store {

// As stored.
std::string_view KindName(domain::SubjectKind kind);

// Nothing when the shop is not configured. With lock, the row stays locked until the end of the
// transaction.
absl::StatusOr<std::optional<domain::Settings>> LoadSettings(db::Transaction& t, const Scope& scope,
                                                             bool lock = false);
// Of all shops of an organization, by id.
absl::StatusOr<std::vector<domain::Settings>> SettingsOfOrg(db::Transaction& t,
                                                            std::string_view org_id);
absl::Status SaveSettings(db::Transaction& t, const Scope& scope, const domain::Settings& settings);

// Replaces all figures of a day, and tells its month (TouchMonth).
absl::Status SaveDay(db::Transaction& t, const Scope& scope, std::string_view definition_id,
                     absl::CivilDay day,
                     const std::map<domain::SubjectId, domain::Measures>& measures);

struct RollupRow {
  absl::CivilDay day;
  domain::SubjectId subject;
  domain::Measures measures;
};
// Figures of [first, last] by day and subject. kind and id narrow it; an empty id with a kind means
// all of the kind. INTERNAL when a stored value cannot be read.
absl::StatusOr<std::vector<RollupRow>> LoadRollups(db::Transaction& t, const Scope& scope,
                                                   std::string_view definition_id,
                                                   absl::CivilDay first, absl::CivilDay last,
                                                   domain::SubjectKind kind, std::string_view id);
// Days on which an agent has figures, by shop, over all shops of an organization.
absl::StatusOr<std::vector<std::pair<std::string, absl::CivilDay>>> DaysOfAgent(
    db::Transaction& t, std::string_view org_id, std::string_view agent_id);

struct Credit {
  std::string agent_id;
  std::string conversation_id;
  bool operator==(const Credit&) const = default;
};
// Credits of the orders paid on a day, by order id.
absl::StatusOr<std::map<std::string, Credit>> LoadCredits(db::Transaction& t, const Scope& scope,
                                                          std::string_view definition_id,
                                                          absl::CivilDay pay_day);
absl::Status SaveCredits(db::Transaction& t, const Scope& scope, std::string_view definition_id,
                         absl::CivilDay pay_day, const std::map<std::string, Credit>& changed,
                         std::span<const std::string> gone);

// Waits for whoever stores facts of one of the organization's shops, and keeps everybody from doing
// so until the end of the transaction: figures are corrected in the transaction of their facts, by
// the teams and bases that stand then. Call it before these change.
absl::Status LockShops(db::Transaction& t, std::string_view org_id);
// The memberships of an agent, or of all agents, in force on a day.
absl::StatusOr<std::unordered_map<std::string, std::vector<std::string>>> TeamsOnDay(
    db::Transaction& t, std::string_view org_id, absl::CivilDay day);
// Waits for whoever is changing memberships that hold on a day, and keeps them as they are until
// the end of the transaction.
absl::Status LockTeamsOnDay(db::Transaction& t, std::string_view org_id, absl::CivilDay day);
// An agent's teams, by day.
absl::StatusOr<std::vector<domain::Membership>> LoadMemberships(db::Transaction& t,
                                                                std::string_view org_id,
                                                                std::string_view agent_id);
absl::Status ReplaceMemberships(db::Transaction& t, std::string_view org_id,
                                std::string_view agent_id,
                                std::span<const domain::Membership> memberships);

// For whom an agent works, by day; an empty id: the organization itself. Nothing: not known.
absl::StatusOr<std::vector<domain::Membership>> LoadBases(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view agent_id);
absl::Status ReplaceBases(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                          std::span<const domain::Membership> bases);
// The base of each agent that has one on a day. With lock: waits for whoever is changing them, and
// keeps them as they are until the end of the transaction.
absl::StatusOr<std::unordered_map<std::string, std::string>> BasesOnDay(db::Transaction& t,
                                                                        std::string_view org_id,
                                                                        absl::CivilDay day,
                                                                        bool lock);
// The same of every agent and day, by agent and day; days with the organization itself are among
// them. Agents of whom nothing is known are absent.
absl::StatusOr<std::map<std::string, std::vector<domain::Membership>>> BasesOfAgents(
    db::Transaction& t, std::string_view org_id);

}  // namespace kefu::performance::store
