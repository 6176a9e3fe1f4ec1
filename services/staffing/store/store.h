// Rows of staffing. Every statement names the tenant: a row of another organization is answered
// like one that does not exist. The functions keep no state and are thread-safe; all return the
// database's errors besides those named.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/db/reader.h"
#include "services/staffing/domain/types.h"

namespace kefu::staffing::store {

using db::Reader;

// The row of that id; NOT_FOUND of its kind. T: Organization (id = the tenant), Shop, Site, Team,
// Agent, Assignment. Teams come without shops and agents without accounts, team and tier: see Fill.
template <class T>
absl::StatusOr<T> Find(Reader reader, std::string_view org_id, std::string_view id);
// The same, locked for update until the transaction ends.
template <class T>
absl::StatusOr<T> Lock(db::Transaction& transaction, std::string_view org_id, std::string_view id);

// Adds a row with its parts (a team's shops, an agent's accounts). ALREADY_EXISTS:
// ORGANIZATION_EXISTS, EXTERNAL_ID_TAKEN, EMPLOYEE_NUMBER_TAKEN, CHAT_ACCOUNT_TAKEN.
absl::Status Insert(db::Transaction& transaction, std::string_view org_id,
                    const domain::Organization& organization);
absl::Status Insert(db::Transaction& transaction, std::string_view org_id,
                    const domain::Shop& shop);
absl::Status Insert(db::Transaction& transaction, std::string_view org_id,
                    const domain::Site& site);
absl::Status Insert(db::Transaction& transaction, std::string_view org_id,
                    const domain::Team& team);
absl::Status Insert(db::Transaction& transaction, std::string_view org_id,
                    const domain::Agent& agent);
absl::Status Insert(db::Transaction& transaction, std::string_view org_id,
                    const domain::Assignment& assignment);

// Writes every mutable column and part of a row that the transaction has locked. Errors as Insert.
absl::Status Update(db::Transaction& transaction, std::string_view org_id,
                    const domain::Organization& organization);
absl::Status Update(db::Transaction& transaction, std::string_view org_id,
                    const domain::Shop& shop);
absl::Status Update(db::Transaction& transaction, std::string_view org_id,
                    const domain::Site& site);
absl::Status Update(db::Transaction& transaction, std::string_view org_id,
                    const domain::Team& team);
absl::Status Update(db::Transaction& transaction, std::string_view org_id,
                    const domain::Agent& agent);
absl::Status Update(db::Transaction& transaction, std::string_view org_id,
                    const domain::Assignment& assignment);

// Reads what belongs to the rows: the teams' shops; the agents' accounts, and their team, tier,
// grade and track on the day. A constant number of statements.
absl::Status Fill(db::Transaction& transaction, std::string_view org_id,
                  std::span<domain::Team> teams);
absl::Status Fill(db::Transaction& transaction, std::string_view org_id, absl::CivilDay today,
                  std::span<domain::Agent> agents);

// A keyset page: up to `limit` rows with ids greater than `after`, in order of id.
struct Page {
  std::string_view after;
  int limit;
};
// Filters: an empty text, a false flag or an absent day does not filter; `shops` lists the only
// shops to show, comma-separated.
absl::StatusOr<std::vector<domain::Organization>> ListOrganizations(Reader reader,
                                                                    std::string_view org_id,
                                                                    Page page, bool archived);
struct ShopFilter {
  bool archived = false;
  std::string_view platform;
  std::string_view shops;
};
absl::StatusOr<std::vector<domain::Shop>> ListShops(Reader reader, std::string_view org_id,
                                                    Page page, const ShopFilter& filter);
struct SiteFilter {
  bool archived = false;
  std::string_view base_id;
};
absl::StatusOr<std::vector<domain::Site>> ListSites(Reader reader, std::string_view org_id,
                                                    Page page, const SiteFilter& filter);
struct TeamFilter {
  bool archived = false;
  std::string_view site_id;
};
absl::StatusOr<std::vector<domain::Team>> ListTeams(Reader reader, std::string_view org_id,
                                                    Page page, const TeamFilter& filter);
struct AgentFilter {
  bool left = false;  // also agents that have left
  std::string_view team_id;
  std::string_view base_id;
  std::string_view state;
  absl::CivilDay today;  // decides about team_id
};
absl::StatusOr<std::vector<domain::Agent>> ListAgents(Reader reader, std::string_view org_id,
                                                      Page page, const AgentFilter& filter);
struct AssignmentFilter {
  std::string_view agent_id;
  std::string_view shop_id;
  std::optional<absl::CivilDay> on_date;
  std::string_view shops;
};
absl::StatusOr<std::vector<domain::Assignment>> ListAssignments(Reader reader,
                                                                std::string_view org_id, Page page,
                                                                const AssignmentFilter& filter);

// The zone of the organization; UTC when it is not registered (it has no rows then).
absl::StatusOr<absl::TimeZone> ZoneOf(Reader reader, std::string_view org_id);
// Whether a site or an agent of the organization names this base.
absl::StatusOr<bool> NamesBase(Reader reader, std::string_view org_id, std::string_view base_id);

// All memberships of an agent by start.
absl::StatusOr<std::vector<domain::TeamMembership>> Memberships(Reader reader,
                                                                std::string_view org_id,
                                                                std::string_view agent_id);
// Replaces them. The agent's row must be locked.
absl::Status SaveMemberships(db::Transaction& transaction, std::string_view org_id,
                             std::string_view agent_id,
                             std::span<const domain::TeamMembership> memberships);

// Up to `limit` tier records of an agent with sequence greater than `after`, in that order.
absl::StatusOr<std::vector<domain::TierRecord>> TierRecords(Reader reader, std::string_view org_id,
                                                            std::string_view agent_id,
                                                            int64_t after, int limit);
// All of them.
absl::StatusOr<std::vector<domain::TierRecord>> TierHistory(Reader reader, std::string_view org_id,
                                                            std::string_view agent_id);
// Adds one. The agent's row must be locked.
absl::Status Insert(db::Transaction& transaction, std::string_view org_id,
                    const domain::TierRecord& record);

// All assignments of an agent. Lock the agent's row before, to decide about overlaps.
absl::StatusOr<std::vector<domain::Assignment>> AssignmentsOf(Reader reader,
                                                              std::string_view org_id,
                                                              std::string_view agent_id);

}  // namespace kefu::staffing::store
