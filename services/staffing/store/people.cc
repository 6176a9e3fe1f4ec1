// Agents with their accounts, memberships and tier records; assignments.
#include <limits>
#include <map>

#include "services/staffing/domain/schedule.h"
#include "services/staffing/domain/tier.h"
#include "services/staffing/errors.h"
#include "services/staffing/store/careers.h"
#include "services/staffing/store/people_rows.h"
#include "services/staffing/store/rows.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;

constexpr Sql kFindAgent{"SELECT " AGENT_COLUMNS " FROM agent WHERE org_id = ? AND agent_id = ?"};
constexpr Sql kLockAgent{"SELECT " AGENT_COLUMNS
                         " FROM agent WHERE org_id = ? AND agent_id = ? FOR UPDATE"};
constexpr Sql kListAgents{
    "SELECT " AGENT_COLUMNS
    " FROM agent WHERE org_id = ? AND agent_id > ? AND (? OR state <> 'LEFT')"
    " AND (? = '' OR base_id = ?) AND (? = '' OR state = ?) AND (? = '' OR EXISTS ("
    "SELECT 1 FROM team_membership m WHERE m.org_id = agent.org_id AND m.team_id = ?"
    " AND m.agent_id = agent.agent_id AND m.start_date <= ?"
    " AND (m.end_date IS NULL OR m.end_date >= ?))) ORDER BY agent_id LIMIT ?"};
constexpr Sql kInsertAgent{"INSERT INTO agent (org_id, " AGENT_COLUMNS
                           ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdateAgent{
    "UPDATE agent SET display_name = ?, employee_number = ?, hire_date = ?, leave_date = ?,"
    " leave_reason = ?, state = ?, prior_experience_months = ?, education = ?, languages = ?, "
    "skills = ?,"
    " chat_concurrency = ?, version = ?, update_us = ? WHERE org_id = ? AND agent_id = ?"};

constexpr Sql kAccounts{
    "SELECT agent_id, platform, account FROM chat_account WHERE org_id = ? AND agent_id IN (?*)"};
constexpr Sql kDeleteAccounts{"DELETE FROM chat_account WHERE org_id = ? AND agent_id = ?"};
constexpr std::string_view kInsertAccounts =
    "INSERT INTO chat_account (org_id, platform, account, agent_id)";

#define MEMBERSHIP_COLUMNS "agent_id, team_id, start_date, end_date"
constexpr Sql kMemberships{"SELECT " MEMBERSHIP_COLUMNS
                           " FROM team_membership WHERE org_id = ? AND agent_id = ?"
                           " ORDER BY start_date"};
constexpr Sql kMembershipsOfMany{"SELECT " MEMBERSHIP_COLUMNS
                                 " FROM team_membership WHERE org_id = ? AND agent_id IN (?*)"
                                 " ORDER BY agent_id, start_date"};
constexpr Sql kDeleteMemberships{"DELETE FROM team_membership WHERE org_id = ? AND agent_id = ?"};
constexpr std::string_view kInsertMemberships =
    "INSERT INTO team_membership (org_id, " MEMBERSHIP_COLUMNS ")";

constexpr Sql kTierRecords{"SELECT " TIER_COLUMNS
                           " FROM tier_change WHERE org_id = ? AND agent_id = ? AND seq > ?"
                           " ORDER BY seq LIMIT ?"};
constexpr Sql kInsertTierRecord{"INSERT INTO tier_change (org_id, " TIER_COLUMNS
                                ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};

#define ASSIGNMENT_COLUMNS \
  "assignment_id, agent_id, shop_id, duty, start_date, end_date, version, create_us, update_us"
constexpr Sql kFindAssignment{"SELECT " ASSIGNMENT_COLUMNS
                              " FROM assignment WHERE org_id = ? AND assignment_id = ?"};
constexpr Sql kLockAssignment{"SELECT " ASSIGNMENT_COLUMNS
                              " FROM assignment WHERE org_id = ? AND assignment_id = ? FOR UPDATE"};
constexpr Sql kAssignmentsOf{"SELECT " ASSIGNMENT_COLUMNS
                             " FROM assignment WHERE org_id = ? AND agent_id = ?"
                             " ORDER BY assignment_id"};
constexpr Sql kListAssignments{
    "SELECT " ASSIGNMENT_COLUMNS
    " FROM assignment WHERE org_id = ? AND assignment_id > ? AND (? = '' OR agent_id = ?)"
    " AND (? = '' OR shop_id = ?)"
    " AND (? IS NULL OR (start_date <= ? AND (end_date IS NULL OR end_date >= ?)))"
    " AND (? = '' OR FIND_IN_SET(shop_id, ?) > 0) ORDER BY assignment_id LIMIT ?"};
constexpr Sql kInsertAssignment{"INSERT INTO assignment (org_id, " ASSIGNMENT_COLUMNS
                                ") VALUES (?,?,?,?,?,?,?,?,?,?)"};
constexpr Sql kUpdateAssignment{
    "UPDATE assignment SET start_date = ?, end_date = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND assignment_id = ?"};

domain::TeamMembership MembershipFromRow(const Row& row) {
  return {row.Str(0), row.Str(1), {row.Day(2), row.OptDay(3)}};
}

domain::Assignment AssignmentFromRow(const Row& row) {
  return {.id = row.Str(0),
          .agent_id = row.Str(1),
          .shop_id = row.Str(2),
          .duty = EnumAt<domain::Duty>(row, 3),
          .period = {row.Day(4), row.OptDay(5)},
          .info = InfoAt(row, 6)};
}

absl::Status AgentConflict(const absl::Status& status, const domain::Agent& agent) {
  return db::IsDuplicate(status, "agent_employee_number")
             ? error::EmployeeNumberTaken(agent.employee_number)
             : status;
}

// One by one, so that the error names the account that is taken; an agent has few.
absl::Status InsertAccounts(db::Transaction& transaction, std::string_view org_id,
                            const domain::Agent& agent) {
  for (const domain::ChatAccount& account : agent.accounts) {
    const absl::Status status =
        transaction
            .InsertMany(kInsertAccounts, 4,
                        std::vector<db::Param>{org_id, domain::NameOf(account.platform),
                                               account.account, agent.id})
            .status();
    if (db::IsDuplicate(status)) return error::ChatAccountTaken(account.account);
    RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

// The rows of each agent, by the agent's id in column 0.
template <class T, class F>
absl::StatusOr<std::map<std::string, std::vector<T>, std::less<>>> ByAgent(
    absl::StatusOr<db::Rows> rows, F from_row) {
  if (!rows.ok()) return rows.status();
  std::map<std::string, std::vector<T>, std::less<>> grouped;
  for (const Row row : *rows) grouped[row.Str(0)].push_back(from_row(row));
  return grouped;
}

}  // namespace

template <>
absl::StatusOr<domain::Agent> Find(Reader reader, std::string_view org_id, std::string_view id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kFindAgent, {org_id, id}));
  if (rows.empty()) return error::AgentNotFound(id);
  return AgentFromRow(rows.front());
}

template <>
absl::StatusOr<domain::Agent> Lock(db::Transaction& transaction, std::string_view org_id,
                                   std::string_view id) {
  ASSIGN_OR_RETURN(const db::Rows rows, transaction.Query(kLockAgent, {org_id, id}));
  if (rows.empty()) return error::AgentNotFound(id);
  return AgentFromRow(rows.front());
}

absl::Status Insert(db::Transaction& transaction, std::string_view org_id, const domain::Agent& a) {
  const absl::StatusOr<int64_t> inserted = transaction.Execute(
      kInsertAgent,
      {org_id, a.id, a.display_name, NullIfEmpty(a.employee_number), domain::NameOf(a.employment),
       a.base_id, a.employed.start, a.employed.end, domain::NameOf(a.state),
       a.prior_experience_months, a.education, Join(a.languages, ','), Join(a.skills, ','),
       a.chat_concurrency, a.info.version, a.info.create_time, a.info.update_time, a.leave_reason});
  RETURN_IF_ERROR(AgentConflict(inserted.status(), a));
  return InsertAccounts(transaction, org_id, a);
}

absl::Status Update(db::Transaction& transaction, std::string_view org_id, const domain::Agent& a) {
  const absl::StatusOr<int64_t> updated = transaction.Execute(
      kUpdateAgent,
      {a.display_name, NullIfEmpty(a.employee_number), a.employed.start, a.employed.end,
       a.leave_reason, domain::NameOf(a.state), a.prior_experience_months, a.education,
       Join(a.languages, ','), Join(a.skills, ','), a.chat_concurrency, a.info.version,
       a.info.update_time, org_id, a.id});
  RETURN_IF_ERROR(AgentConflict(updated.status(), a));
  RETURN_IF_ERROR(transaction.Execute(kDeleteAccounts, {org_id, a.id}));
  return InsertAccounts(transaction, org_id, a);
}

absl::Status Fill(db::Transaction& transaction, std::string_view org_id, absl::CivilDay today,
                  std::span<domain::Agent> agents) {
  std::vector<db::Param> ids;
  for (const domain::Agent& agent : agents) ids.emplace_back(agent.id);
  ASSIGN_OR_RETURN(auto accounts,
                   ByAgent<domain::ChatAccount>(
                       transaction.QueryIn(kAccounts, {org_id}, ids), [](const Row& row) {
                         return domain::ChatAccount{EnumAt<domain::Platform>(row, 1), row.Str(2)};
                       }));
  ASSIGN_OR_RETURN(const auto memberships, MembershipsOf(transaction, org_id, agents));
  ASSIGN_OR_RETURN(const auto records,
                   ByAgent<domain::TierRecord>(
                       transaction.QueryIn(kTierRecordsOfMany, {org_id}, ids), TierFromRow));
  for (domain::Agent& agent : agents) {
    agent.accounts = std::move(accounts[agent.id]);
    std::ranges::sort(agent.accounts);
    if (const auto it = memberships.find(agent.id); it != memberships.end()) {
      const domain::TeamMembership* current = domain::MembershipOn(it->second, today);
      if (current != nullptr) agent.team_id = current->team_id;
    }
    if (const auto it = records.find(agent.id); it != records.end()) {
      const domain::TierRecord* current = domain::TierOn(agent.employed, it->second, today);
      if (current == nullptr) continue;
      agent.tier_id = current->tier_id;
      agent.grade_id = current->grade_id;
      agent.track = current->track;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<domain::Agent>> ListAgents(Reader reader, std::string_view org_id,
                                                      Page page, const AgentFilter& filter) {
  return Collect(
      reader.Query(kListAgents,
                   {org_id, page.after, filter.left || filter.state == "LEFT", filter.base_id,
                    filter.base_id, filter.state, filter.state, filter.team_id, filter.team_id,
                    filter.today, filter.today, page.limit}),
      AgentFromRow);
}

absl::StatusOr<std::vector<domain::TeamMembership>> Memberships(Reader reader,
                                                                std::string_view org_id,
                                                                std::string_view agent_id) {
  return Collect(reader.Query(kMemberships, {org_id, agent_id}), MembershipFromRow);
}

absl::StatusOr<std::map<std::string, std::vector<domain::TeamMembership>, std::less<>>>
MembershipsOf(db::Transaction& transaction, std::string_view org_id,
              std::span<const domain::Agent> agents) {
  std::vector<db::Param> ids;
  for (const domain::Agent& agent : agents) ids.emplace_back(agent.id);
  return ByAgent<domain::TeamMembership>(transaction.QueryIn(kMembershipsOfMany, {org_id}, ids),
                                         MembershipFromRow);
}

absl::Status SaveMemberships(db::Transaction& transaction, std::string_view org_id,
                             std::string_view agent_id,
                             std::span<const domain::TeamMembership> memberships) {
  RETURN_IF_ERROR(transaction.Execute(kDeleteMemberships, {org_id, agent_id}));
  std::vector<db::Param> rows;
  for (const domain::TeamMembership& m : memberships) {
    rows.insert(rows.end(), {org_id, agent_id, m.team_id, m.period.start, m.period.end});
  }
  return transaction.InsertMany(kInsertMemberships, 5, rows).status();
}

absl::StatusOr<std::vector<domain::TierRecord>> TierRecords(Reader reader, std::string_view org_id,
                                                            std::string_view agent_id,
                                                            int64_t after, int limit) {
  return Collect(reader.Query(kTierRecords, {org_id, agent_id, after, limit}), TierFromRow);
}

absl::StatusOr<std::vector<domain::TierRecord>> TierHistory(Reader reader, std::string_view org_id,
                                                            std::string_view agent_id) {
  return TierRecords(reader, org_id, agent_id, 0, std::numeric_limits<int>::max());
}

absl::Status Insert(db::Transaction& transaction, std::string_view org_id,
                    const domain::TierRecord& r) {
  return transaction
      .Execute(
          kInsertTierRecord,
          {org_id, r.agent_id, r.sequence, r.id, r.tier_id, r.grade_id, domain::NameOf(r.track),
           r.effective_date, domain::NameOf(r.kind), r.reason, Join(r.evidence, '\n'),
           r.ladder_version, r.corrects_id, r.actor, r.record_time, r.role_id, r.ladder_id})
      .status();
}

template <>
absl::StatusOr<domain::Assignment> Find(Reader reader, std::string_view org_id,
                                        std::string_view id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kFindAssignment, {org_id, id}));
  if (rows.empty()) return error::AssignmentNotFound(id);
  return AssignmentFromRow(rows.front());
}

template <>
absl::StatusOr<domain::Assignment> Lock(db::Transaction& transaction, std::string_view org_id,
                                        std::string_view id) {
  ASSIGN_OR_RETURN(const db::Rows rows, transaction.Query(kLockAssignment, {org_id, id}));
  if (rows.empty()) return error::AssignmentNotFound(id);
  return AssignmentFromRow(rows.front());
}

absl::Status Insert(db::Transaction& transaction, std::string_view org_id,
                    const domain::Assignment& a) {
  return transaction
      .Execute(kInsertAssignment,
               {org_id, a.id, a.agent_id, a.shop_id, domain::NameOf(a.duty), a.period.start,
                a.period.end, a.info.version, a.info.create_time, a.info.update_time})
      .status();
}

absl::Status Update(db::Transaction& transaction, std::string_view org_id,
                    const domain::Assignment& a) {
  return transaction
      .Execute(kUpdateAssignment,
               {a.period.start, a.period.end, a.info.version, a.info.update_time, org_id, a.id})
      .status();
}

absl::StatusOr<std::vector<domain::Assignment>> AssignmentsOf(Reader reader,
                                                              std::string_view org_id,
                                                              std::string_view agent_id) {
  return Collect(reader.Query(kAssignmentsOf, {org_id, agent_id}), AssignmentFromRow);
}

absl::StatusOr<std::vector<domain::Assignment>> ListAssignments(Reader reader,
                                                                std::string_view org_id, Page page,
                                                                const AssignmentFilter& filter) {
  return Collect(reader.Query(kListAssignments,
                              {org_id, page.after, filter.agent_id, filter.agent_id, filter.shop_id,
                               filter.shop_id, filter.on_date, filter.on_date, filter.on_date,
                               filter.shops, filter.shops, page.limit}),
                 AssignmentFromRow);
}

}  // namespace kefu::staffing::store
