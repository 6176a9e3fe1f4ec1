#include "services/staffing/store/careers.h"

#include <limits>

#include "services/staffing/errors.h"
#include "services/staffing/store/people_rows.h"
#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;

constexpr Sql kLadders{
    "SELECT version, effective_date, body FROM tier_ladder WHERE org_id = ? ORDER BY version"};
constexpr Sql kInsertLadder{
    "INSERT INTO tier_ladder (org_id, version, effective_date, body, actor, create_us)"
    " VALUES (?,?,?,?,?,?)"};

constexpr Sql kPosts{"SELECT tier_id, posts FROM headcount WHERE org_id = ? ORDER BY tier_id"};
constexpr Sql kLockPosts{"SELECT posts FROM headcount WHERE org_id = ? AND tier_id = ? FOR UPDATE"};
constexpr std::string_view kInsertPosts =
    "INSERT INTO headcount (org_id, tier_id, posts, update_us)";
constexpr std::string_view kReplacePosts =
    " ON DUPLICATE KEY UPDATE posts = VALUES(posts), update_us = VALUES(update_us)";
constexpr Sql kAgentsWithTiers{
    "SELECT DISTINCT agent_id FROM tier_change WHERE org_id = ? AND tier_id IN (?*)"
    " ORDER BY agent_id"};

constexpr Sql kPastEmployments{
    "SELECT start_date, end_date, end_reason FROM past_employment WHERE org_id = ? AND agent_id = ?"
    " ORDER BY start_date"};
constexpr Sql kPastEmploymentsOfMany{
    "SELECT agent_id, start_date, end_date FROM past_employment"
    " WHERE org_id = ? AND agent_id IN (?*) ORDER BY agent_id, start_date"};
constexpr Sql kInsertPastEmployment{
    "INSERT INTO past_employment (org_id, agent_id, start_date, end_date, end_reason)"
    " VALUES (?,?,?,?,?)"};

// Approved leaves that are more than a part of a day.
#define WHOLE_DAYS " AND state = 'APPROVED' AND to_minute = 0"
#define LEAVE_COLUMNS "agent_id, leave_id, kind, start_date, end_date"
constexpr Sql kLeaves{"SELECT " LEAVE_COLUMNS
                      " FROM agent_leave WHERE org_id = ? AND agent_id = ?" WHOLE_DAYS
                      " ORDER BY start_date"};
constexpr Sql kLeavesOfMany{"SELECT " LEAVE_COLUMNS
                            " FROM agent_leave WHERE org_id = ? AND agent_id IN (?*)" WHOLE_DAYS
                            " ORDER BY agent_id, start_date"};

constexpr std::string_view kInsertPromotion =
    "INSERT INTO promotion (org_id, promotion_id, agent_id, state, body, create_us, update_us)";
constexpr std::string_view kReplacePromotion =
    " ON DUPLICATE KEY UPDATE state = VALUES(state), body = VALUES(body),"
    " update_us = VALUES(update_us)";
constexpr Sql kLockPromotion{
    "SELECT body FROM promotion WHERE org_id = ? AND promotion_id = ? FOR UPDATE"};
constexpr Sql kListPromotions{
    "SELECT promotion_id, body FROM promotion WHERE org_id = ? AND promotion_id > ?"
    " AND (? = '' OR agent_id = ?) AND (? = '' OR state = ?) ORDER BY promotion_id LIMIT ?"};

constexpr std::string_view kInsertEvaluations =
    "INSERT INTO promotion_evaluation (org_id, agent_id, day, eligible, body)";
constexpr std::string_view kReplaceEvaluations =
    " ON DUPLICATE KEY UPDATE day = VALUES(day), eligible = VALUES(eligible), body = VALUES(body)";
// Whoever has left meanwhile was not looked at on the last day.
constexpr Sql kListEvaluations{
    "SELECT e.agent_id, e.body FROM promotion_evaluation e JOIN promotion_look l"
    " ON l.org_id = e.org_id AND l.day = e.day WHERE e.org_id = ? AND e.agent_id > ?"
    " AND (NOT ? OR e.eligible) ORDER BY e.agent_id LIMIT ?"};
constexpr Sql kEligibleAmong{
    "SELECT agent_id FROM promotion_evaluation WHERE org_id = ? AND eligible"
    " AND agent_id IN (?*)"};
constexpr Sql kLastLook{"SELECT day FROM promotion_look WHERE org_id = ?"};
constexpr std::string_view kInsertLook = "INSERT INTO promotion_look (org_id, day)";
constexpr std::string_view kReplaceLook = " ON DUPLICATE KEY UPDATE day = VALUES(day)";
constexpr Sql kZones{"SELECT org_id, time_zone FROM organization ORDER BY org_id"};
constexpr Sql kStaleStates{
    "SELECT agent_id FROM (SELECT a.agent_id, a.state, CASE"
    " WHEN a.leave_date IS NOT NULL AND a.leave_date < ? THEN 'LEFT'"
    " WHEN EXISTS (SELECT 1 FROM agent_leave l WHERE l.org_id = a.org_id"
    " AND l.agent_id = a.agent_id AND l.state = 'APPROVED' AND l.to_minute = 0"
    " AND l.start_date <= ?"
    " AND (l.end_date IS NULL OR l.end_date >= ?)) THEN 'ON_LEAVE' ELSE 'ACTIVE' END AS by_dates"
    " FROM agent a WHERE a.org_id = ?) states WHERE state <> by_dates ORDER BY agent_id"};

#define MONTH_COLUMNS "shop_id, month, agent_id, report_id, report_version, body"
constexpr std::string_view kInsertMonths = "INSERT INTO reported_month (org_id, " MONTH_COLUMNS ")";
// The version last: the others compare with the one that was there.
constexpr std::string_view kReplaceMonths =
    " ON DUPLICATE KEY UPDATE"
    " report_id = IF(VALUES(report_version) < report_version, report_id, VALUES(report_id)),"
    " body = IF(VALUES(report_version) < report_version, body, VALUES(body)),"
    " report_version = GREATEST(report_version, VALUES(report_version))";
constexpr Sql kDeleteMonths{
    "DELETE FROM reported_month WHERE org_id = ? AND shop_id = ? AND month = ?"
    " AND report_version < ?"};
constexpr Sql kMonthsOf{"SELECT " MONTH_COLUMNS
                        " FROM reported_month WHERE org_id = ? AND agent_id IN (?*)"
                        " AND month >= ?"};
constexpr Sql kMonthOfShop{"SELECT " MONTH_COLUMNS
                           " FROM reported_month WHERE org_id = ? AND shop_id = ? AND month = ?"};

constexpr Sql kLeads{
    "SELECT team_id, lead_agent_id FROM team WHERE org_id = ? AND lead_agent_id <> ''"
    " AND state = 'ACTIVE'"};
constexpr Sql kTeamsOfLeads{
    "SELECT m.agent_id, m.team_id FROM team_membership m WHERE m.org_id = ?"
    " AND m.start_date <= ? AND (m.end_date IS NULL OR m.end_date >= ?) AND EXISTS ("
    "SELECT 1 FROM team t WHERE t.org_id = m.org_id AND t.lead_agent_id = m.agent_id)"};

domain::Leave LeaveFromRow(const Row& row) {
  return {row.Str(1), row.Str(0), row.Str(2), {row.Day(3), row.OptDay(4)}};
}

MonthRow MonthFromRow(const Row& row) {
  return {row.Str(0), absl::CivilMonth(row.Day(1)),     row.Str(2),
          row.Str(3), static_cast<int32_t>(row.Int(4)), row.Str(5)};
}

std::pair<std::string, std::string> BodyFromRow(const Row& row) { return {row.Str(0), row.Str(1)}; }

std::vector<db::Param> ParamsOf(std::span<const std::string> ids) {
  return {ids.begin(), ids.end()};
}

}  // namespace

absl::StatusOr<std::vector<LadderRow>> Ladders(Reader reader, std::string_view org_id) {
  return Collect(reader.Query(kLadders, {org_id}), [](const Row& row) {
    return LadderRow{static_cast<int32_t>(row.Int(0)), row.Day(1), row.Str(2)};
  });
}

absl::Status InsertLadder(db::Transaction& transaction, std::string_view org_id,
                          const LadderRow& row, std::string_view actor, absl::Time now) {
  return transaction
      .Execute(kInsertLadder,
               {org_id, row.version, row.effective_date, db::Param::Bytes(row.body), actor, now})
      .status();
}

absl::StatusOr<std::map<std::string, int32_t, std::less<>>> PostsByTier(Reader reader,
                                                                        std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kPosts, {org_id}));
  std::map<std::string, int32_t, std::less<>> posts;
  for (const Row row : rows) posts[row.Str(0)] = static_cast<int32_t>(row.Int(1));
  return posts;
}

absl::StatusOr<int32_t> LockPosts(db::Transaction& transaction, std::string_view org_id,
                                  std::string_view tier_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, transaction.Query(kLockPosts, {org_id, tier_id}));
  return rows.empty() ? 0 : static_cast<int32_t>(rows.front().Int(0));
}

absl::Status SavePosts(db::Transaction& transaction, std::string_view org_id,
                       std::string_view tier_id, int32_t posts, absl::Time now) {
  return transaction
      .InsertMany(kInsertPosts, 4, std::vector<db::Param>{org_id, tier_id, posts, now},
                  kReplacePosts)
      .status();
}

absl::StatusOr<std::vector<std::string>> AgentsWithTiers(db::Transaction& transaction,
                                                         std::string_view org_id,
                                                         std::span<const std::string> tier_ids) {
  return Collect(transaction.QueryIn(kAgentsWithTiers, {org_id}, ParamsOf(tier_ids)),
                 [](const Row& row) { return row.Str(0); });
}

absl::Status InsertPastEmployment(db::Transaction& transaction, std::string_view org_id,
                                  std::string_view agent_id, const domain::EmploymentSpell& spell) {
  return transaction
      .Execute(kInsertPastEmployment,
               {org_id, agent_id, spell.period.start, spell.period.end, spell.end_reason})
      .status();
}

absl::StatusOr<std::vector<domain::EmploymentSpell>> Employments(Reader reader,
                                                                 std::string_view org_id,
                                                                 const domain::Agent& agent) {
  ASSIGN_OR_RETURN(auto spells,
                   Collect(reader.Query(kPastEmployments, {org_id, agent.id}), [](const Row& row) {
                     return domain::EmploymentSpell{{row.Day(0), row.Day(1)}, row.Str(2)};
                   }));
  spells.push_back({agent.employed, agent.leave_reason});
  return spells;
}

domain::Periods PeriodsOf(std::span<const domain::EmploymentSpell> spells) {
  domain::Periods periods;
  for (const domain::EmploymentSpell& spell : spells) periods.all.push_back(spell.period);
  return periods;
}

absl::StatusOr<std::vector<domain::Leave>> Leaves(Reader reader, std::string_view org_id,
                                                  std::string_view agent_id) {
  return Collect(reader.Query(kLeaves, {org_id, agent_id}), LeaveFromRow);
}

absl::StatusOr<std::map<std::string, domain::careers::ServiceRecord, std::less<>>> Services(
    db::Transaction& transaction, std::string_view org_id, std::span<const domain::Agent> agents) {
  std::vector<db::Param> ids;
  for (const domain::Agent& agent : agents) ids.emplace_back(agent.id);
  std::map<std::string, domain::careers::ServiceRecord, std::less<>> services;
  ASSIGN_OR_RETURN(const db::Rows past, transaction.QueryIn(kPastEmploymentsOfMany, {org_id}, ids));
  for (const Row row : past) {
    services[row.Str(0)].employments.all.push_back({row.Day(1), row.Day(2)});
  }
  for (const domain::Agent& agent : agents) {
    services[agent.id].employments.all.push_back(agent.employed);
  }
  ASSIGN_OR_RETURN(const db::Rows leaves, transaction.QueryIn(kLeavesOfMany, {org_id}, ids));
  for (const Row row : leaves) services[row.Str(0)].leaves.push_back(LeaveFromRow(row));
  ASSIGN_OR_RETURN(const db::Rows records, transaction.QueryIn(kTierRecordsOfMany, {org_id}, ids));
  for (const Row row : records) services[row.Str(0)].history.push_back(TierFromRow(row));
  return services;
}

absl::StatusOr<std::vector<domain::Agent>> AgentsByIds(db::Transaction& transaction,
                                                       std::string_view org_id,
                                                       std::span<const std::string> ids) {
  return Collect(transaction.QueryIn(kAgentsByIds, {org_id}, ParamsOf(ids)), AgentFromRow);
}

absl::Status SavePromotion(db::Transaction& transaction, std::string_view org_id,
                           const PromotionRow& row) {
  return transaction
      .InsertMany(
          kInsertPromotion, 7,
          std::vector<db::Param>{org_id, row.id, row.agent_id, row.state,
                                 db::Param::Bytes(row.body), row.create_time, row.update_time},
          kReplacePromotion)
      .status();
}

absl::StatusOr<std::string> LockPromotion(db::Transaction& transaction, std::string_view org_id,
                                          std::string_view promotion_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, transaction.Query(kLockPromotion, {org_id, promotion_id}));
  if (rows.empty()) return error::PromotionNotFound(promotion_id);
  return rows.front().Str(0);
}

absl::StatusOr<Bodies> ListPromotions(Reader reader, std::string_view org_id, Page page,
                                      std::string_view agent_id, std::string_view state) {
  return Collect(reader.Query(kListPromotions,
                              {org_id, page.after, agent_id, agent_id, state, state, page.limit}),
                 BodyFromRow);
}

absl::Status SaveEvaluations(db::Transaction& transaction, std::string_view org_id,
                             std::span<const EvaluationRow> rows) {
  std::vector<db::Param> flat;
  for (const EvaluationRow& row : rows) {
    flat.insert(flat.end(),
                {org_id, row.agent_id, row.day, row.eligible, db::Param::Bytes(row.body)});
  }
  return transaction.InsertMany(kInsertEvaluations, 5, flat, kReplaceEvaluations).status();
}

absl::StatusOr<Bodies> ListEvaluations(Reader reader, std::string_view org_id, Page page,
                                       bool eligible_only) {
  return Collect(reader.Query(kListEvaluations, {org_id, page.after, eligible_only, page.limit}),
                 BodyFromRow);
}

absl::StatusOr<std::vector<std::string>> EligibleAmong(db::Transaction& transaction,
                                                       std::string_view org_id,
                                                       std::span<const std::string> agent_ids) {
  return Collect(transaction.QueryIn(kEligibleAmong, {org_id}, ParamsOf(agent_ids)),
                 [](const Row& row) { return row.Str(0); });
}

absl::StatusOr<std::optional<absl::CivilDay>> LastLook(Reader reader, std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kLastLook, {org_id}));
  if (rows.empty()) return std::nullopt;
  return rows.front().Day(0);
}

absl::Status SaveLook(db::Transaction& transaction, std::string_view org_id, absl::CivilDay day) {
  return transaction.InsertMany(kInsertLook, 2, std::vector<db::Param>{org_id, day}, kReplaceLook)
      .status();
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ZonesByOrganization(
    Reader reader) {
  return Collect(reader.Query(kZones, {}), BodyFromRow);
}

absl::StatusOr<std::vector<std::string>> AgentsOfStaleState(Reader reader, std::string_view org_id,
                                                            absl::CivilDay today) {
  return Collect(reader.Query(kStaleStates, {today, today, today, org_id}),
                 [](const Row& row) { return row.Str(0); });
}

absl::Status SaveMonths(db::Transaction& transaction, std::string_view org_id,
                        std::span<const MonthRow> rows) {
  std::vector<db::Param> flat;
  for (const MonthRow& row : rows) {
    flat.insert(flat.end(), {org_id, row.shop_id, absl::CivilDay(row.month), row.agent_id,
                             row.report_id, row.report_version, db::Param::Bytes(row.body)});
  }
  return transaction.InsertMany(kInsertMonths, 7, flat, kReplaceMonths).status();
}

absl::Status DeleteMonthsBefore(db::Transaction& transaction, std::string_view org_id,
                                std::string_view shop_id, absl::CivilMonth month,
                                int32_t report_version) {
  return transaction
      .Execute(kDeleteMonths, {org_id, shop_id, absl::CivilDay(month), report_version})
      .status();
}

absl::StatusOr<std::vector<MonthRow>> MonthsOf(db::Transaction& transaction,
                                               std::string_view org_id,
                                               std::span<const std::string> agent_ids,
                                               absl::CivilMonth from) {
  return Collect(
      transaction.QueryIn(kMonthsOf, {org_id}, ParamsOf(agent_ids), 1, {absl::CivilDay(from)}),
      MonthFromRow);
}

absl::StatusOr<std::vector<MonthRow>> MonthOfShop(db::Transaction& transaction,
                                                  std::string_view org_id, std::string_view shop_id,
                                                  absl::CivilMonth month) {
  return Collect(transaction.Query(kMonthOfShop, {org_id, shop_id, absl::CivilDay(month)}),
                 MonthFromRow);
}

absl::StatusOr<LeadGraph> LoadLeads(db::Transaction& transaction, std::string_view org_id,
                                    absl::CivilDay day) {
  LeadGraph graph;
  ASSIGN_OR_RETURN(const db::Rows leads, transaction.Query(kLeads, {org_id}));
  for (const Row row : leads) graph.lead_of_team[row.Str(0)] = row.Str(1);
  ASSIGN_OR_RETURN(const db::Rows teams, transaction.Query(kTeamsOfLeads, {org_id, day, day}));
  for (const Row row : teams) graph.team_of_agent[row.Str(0)] = row.Str(1);
  return graph;
}

}  // namespace kefu::staffing::store
