// Rows of careers: ladders, posts, employments, leaves, promotions and months of performance. As
// store.h. Bodies are messages of the contract, opaque here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/staffing/domain/careers/promotion.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {

// A version of the organization's own ladder.
struct LadderRow {
  int32_t version = 0;
  absl::CivilDay effective_date;
  std::string body;
};
// By version.
absl::StatusOr<std::vector<LadderRow>> Ladders(Reader reader, std::string_view org_id);
// Adds one; its version must be the next one, under the lock of the organization's row.
absl::Status InsertLadder(db::Transaction& transaction, std::string_view org_id,
                          const LadderRow& row, std::string_view actor, absl::Time now);

// Posts by tier.
absl::StatusOr<std::map<std::string, int32_t, std::less<>>> PostsByTier(Reader reader,
                                                                        std::string_view org_id);
// How many posts a tier has; 0 without a row. Locks the row until the transaction ends.
absl::StatusOr<int32_t> LockPosts(db::Transaction& transaction, std::string_view org_id,
                                  std::string_view tier_id);
absl::Status SavePosts(db::Transaction& transaction, std::string_view org_id,
                       std::string_view tier_id, int32_t posts, absl::Time now);
// Agents with any tier record of one of the tiers.
absl::StatusOr<std::vector<std::string>> AgentsWithTiers(db::Transaction& transaction,
                                                         std::string_view org_id,
                                                         std::span<const std::string> tier_ids);

// An employment that ended before the present one.
absl::Status InsertPastEmployment(db::Transaction& transaction, std::string_view org_id,
                                  std::string_view agent_id, const domain::EmploymentSpell& spell);
// All employments of the agent by start, the present one included.
absl::StatusOr<std::vector<domain::EmploymentSpell>> Employments(Reader reader,
                                                                 std::string_view org_id,
                                                                 const domain::Agent& agent);
domain::Periods PeriodsOf(std::span<const domain::EmploymentSpell> spells);

// Approved leaves of whole days, by start.
absl::StatusOr<std::vector<domain::Leave>> Leaves(Reader reader, std::string_view org_id,
                                                  std::string_view agent_id);

// All that is known of the service of some agents: a constant number of statements. At most 1000.
absl::StatusOr<std::map<std::string, domain::careers::ServiceRecord, std::less<>>> Services(
    db::Transaction& transaction, std::string_view org_id, std::span<const domain::Agent> agents);
// Agents by id, without parts; unknown ids are left out. At most 1000.
absl::StatusOr<std::vector<domain::Agent>> AgentsByIds(db::Transaction& transaction,
                                                       std::string_view org_id,
                                                       std::span<const std::string> ids);

struct PromotionRow {
  std::string id;
  std::string agent_id;
  std::string_view state;  // NameOf(PromotionState)
  std::string body;
  absl::Time create_time;
  absl::Time update_time;
};
absl::Status SavePromotion(db::Transaction& transaction, std::string_view org_id,
                           const PromotionRow& row);
// The body, locked until the transaction ends; NOT_FOUND.
absl::StatusOr<std::string> LockPromotion(db::Transaction& transaction, std::string_view org_id,
                                          std::string_view promotion_id);
// Ids with bodies; empty filters do not filter.
using Bodies = std::vector<std::pair<std::string, std::string>>;
absl::StatusOr<Bodies> ListPromotions(Reader reader, std::string_view org_id, Page page,
                                      std::string_view agent_id, std::string_view state);

struct EvaluationRow {
  std::string agent_id;
  absl::CivilDay day;
  bool eligible = false;
  std::string body;
};
absl::Status SaveEvaluations(db::Transaction& transaction, std::string_view org_id,
                             std::span<const EvaluationRow> rows);
// Of the last look at everybody.
absl::StatusOr<Bodies> ListEvaluations(Reader reader, std::string_view org_id, Page page,
                                       bool eligible_only);
// Those of the agents that stood as eligible. At most 1000.
absl::StatusOr<std::vector<std::string>> EligibleAmong(db::Transaction& transaction,
                                                       std::string_view org_id,
                                                       std::span<const std::string> agent_ids);
// The last day of which the look is done; nothing before the first.
absl::StatusOr<std::optional<absl::CivilDay>> LastLook(Reader reader, std::string_view org_id);
absl::Status SaveLook(db::Transaction& transaction, std::string_view org_id, absl::CivilDay day);
// Of many agents, by agent. At most 1000.
absl::StatusOr<std::map<std::string, std::vector<domain::TeamMembership>, std::less<>>>
MembershipsOf(db::Transaction& transaction, std::string_view org_id,
              std::span<const domain::Agent> agents);
// Every organization with its zone, for jobs.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ZonesByOrganization(Reader reader);
// Agents whose stored state is not that of the day: left, on leave or active by their dates.
absl::StatusOr<std::vector<std::string>> AgentsOfStaleState(Reader reader, std::string_view org_id,
                                                            absl::CivilDay today);

// A month of performance; agent_id "" is the shop's.
struct MonthRow {
  std::string shop_id;
  absl::CivilMonth month;
  std::string agent_id;
  std::string report_id;
  int32_t report_version = 0;
  std::string body;
};
// Keeps each row unless one of a later report is there.
absl::Status SaveMonths(db::Transaction& transaction, std::string_view org_id,
                        std::span<const MonthRow> rows);
// Forgets what earlier reports of the month said of others.
absl::Status DeleteMonthsBefore(db::Transaction& transaction, std::string_view org_id,
                                std::string_view shop_id, absl::CivilMonth month,
                                int32_t report_version);
// Of the agents and of the shops ("" among the ids), from a month on. At most 1000 ids.
absl::StatusOr<std::vector<MonthRow>> MonthsOf(db::Transaction& transaction,
                                               std::string_view org_id,
                                               std::span<const std::string> agent_ids,
                                               absl::CivilMonth from);
// Of everybody in one shop's month.
absl::StatusOr<std::vector<MonthRow>> MonthOfShop(db::Transaction& transaction,
                                                  std::string_view org_id, std::string_view shop_id,
                                                  absl::CivilMonth month);

// Leads of the teams that are not archived, and on a day the teams of those agents who lead one.
struct LeadGraph {
  std::map<std::string, std::string, std::less<>> lead_of_team, team_of_agent;
};
absl::StatusOr<LeadGraph> LoadLeads(db::Transaction& transaction, std::string_view org_id,
                                    absl::CivilDay day);

}  // namespace kefu::staffing::store
