#include "services/aftersales/store/assignment.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;

// The states of domain::NeedsAgent.
#define NEEDS_AGENT "state IN ('OPEN','WAITING_CUSTOMER','AWAITING_APPROVAL','APPEALED')"

constexpr Sql kSaveAgent{
    "INSERT INTO agent (org_id, agent_id, base_id, hire_date, leave_date, languages,"
    " skills, shift_id, shift_told, last_turn) VALUES (?,?,?,?,?,?,?,'',FALSE,0)"
    " ON DUPLICATE KEY UPDATE base_id = VALUES(base_id), hire_date = VALUES(hire_date),"
    " leave_date = VALUES(leave_date), languages = VALUES(languages), skills = VALUES(skills)"};
// A row for an agent of whom only something else is known yet.
#define BARE_AGENT                                                                               \
  "INSERT INTO agent (org_id, agent_id, base_id, hire_date, leave_date, languages,"              \
  " skills, shift_id, shift_told, last_turn) VALUES (?,?,?,NULL,NULL,'','',?,?,0) ON DUPLICATE " \
  "KEY UPDATE "
constexpr Sql kKeepAgent{BARE_AGENT "agent_id = VALUES(agent_id)"};
constexpr Sql kStartShift{BARE_AGENT "shift_id = VALUES(shift_id), shift_told = TRUE"};
constexpr Sql kEndShift{BARE_AGENT
                        "shift_id = CASE WHEN shift_id = ? THEN '' ELSE shift_id END,"
                        " shift_told = TRUE"};
constexpr Sql kSaveSkill{
    "INSERT INTO assignment_skill (org_id, agent_id, agent_skill_id, skill_id, from_date,"
    " until_date) VALUES (?,?,?,?,?,?) ON DUPLICATE KEY UPDATE skill_id = VALUES(skill_id),"
    " from_date = VALUES(from_date), until_date = VALUES(until_date)"};
constexpr Sql kSaveServing{
    "INSERT INTO assignment_shop (org_id, assignment_id, agent_id, shop_id, after_sales, "
    "start_date,"
    " end_date) VALUES (?,?,?,?,?,?,?) ON DUPLICATE KEY UPDATE after_sales = VALUES(after_sales),"
    " start_date = VALUES(start_date), end_date = VALUES(end_date)"};
constexpr Sql kSaveLeave{
    "INSERT INTO assignment_leave (org_id, agent_id, leave_id, counts, start_date, end_date,"
    " from_minute, to_minute) VALUES (?,?,?,?,?,?,?,?) ON DUPLICATE KEY UPDATE"
    " counts = VALUES(counts), start_date = VALUES(start_date), end_date = VALUES(end_date),"
    " from_minute = VALUES(from_minute), to_minute = VALUES(to_minute)"};
constexpr Sql kDeleteContract{
    "DELETE FROM assignment_contract WHERE org_id = ? AND contract_id = ?"};
constexpr Sql kShopsOfContract{
    "SELECT shop_id FROM assignment_contract WHERE org_id = ? AND contract_id = ?"
    " ORDER BY shop_id"};
constexpr std::string_view kInsertContract =
    "INSERT INTO assignment_contract (org_id, shop_id, contract_id, base_id, start_date, end_date)";
constexpr Sql kZones{
    "SELECT DISTINCT s.time_zone FROM assignment_shop a"
    " JOIN shop s ON s.org_id = a.org_id AND s.shop_id = a.shop_id"
    " WHERE a.org_id = ? AND a.agent_id = ?"};
constexpr Sql kAgentsOfBase{
    "SELECT agent_id FROM agent WHERE org_id = ? AND base_id = ? ORDER BY agent_id"};
constexpr Sql kMerchants{
    "SELECT DISTINCT org_id FROM assignment_contract WHERE base_id = ? ORDER BY org_id"};

constexpr Sql kServing{
    "SELECT DISTINCT agent_id FROM assignment_shop WHERE org_id = ? AND shop_id = ?"
    " AND start_date <= ? AND (end_date IS NULL OR end_date >= ?) ORDER BY agent_id"};
#define AGENT_ROWS                                                                            \
  "SELECT agent_id, base_id, hire_date, leave_date, languages, skills, shift_id, shift_told," \
  " last_turn FROM agent WHERE org_id = ? AND agent_id IN (?*) ORDER BY agent_id"
constexpr Sql kAgents{AGENT_ROWS};
constexpr Sql kLockAgents{AGENT_ROWS " FOR UPDATE"};
constexpr Sql kServingOf{
    "SELECT DISTINCT agent_id FROM assignment_shop WHERE org_id = ? AND shop_id = ?"
    " AND after_sales AND start_date <= ? AND (end_date IS NULL OR end_date >= ?)"
    " AND agent_id IN (?*)"};
constexpr Sql kLeaves{
    "SELECT agent_id, start_date, from_minute, to_minute FROM assignment_leave"
    " WHERE org_id = ? AND counts AND start_date <= ? AND (end_date IS NULL OR end_date >= ?)"
    " AND agent_id IN (?*)"};
constexpr Sql kSkills{
    "SELECT agent_id, skill_id FROM assignment_skill WHERE org_id = ? AND from_date <= ?"
    " AND (until_date IS NULL OR until_date >= ?) AND agent_id IN (?*)"};
constexpr Sql kLoads{
    "SELECT assignee_agent_id, state, priority, COUNT(*) FROM aftersales_case WHERE org_id = ?"
    " AND assignee_agent_id IN (?*) AND " NEEDS_AGENT
    " GROUP BY assignee_agent_id, state, priority"};
constexpr Sql kBasesOfShop{
    "SELECT DISTINCT base_id FROM assignment_contract WHERE org_id = ? AND shop_id = ?"
    " AND start_date <= ? AND end_date >= ? ORDER BY base_id"};
constexpr Sql kTally{
    "SELECT base_id, assigned FROM assignment_tally WHERE org_id = ? AND shop_id = ?"};
constexpr Sql kAddTally{
    "INSERT INTO assignment_tally (org_id, shop_id, base_id, assigned) VALUES (?,?,?,1)"
    " ON DUPLICATE KEY UPDATE assigned = assigned + 1"};
constexpr Sql kLastTurn{"SELECT COALESCE(MAX(last_turn), 0) FROM agent WHERE org_id = ?"};
constexpr Sql kSaveTurn{"UPDATE agent SET last_turn = ? WHERE org_id = ? AND agent_id = ?"};

constexpr Sql kSaveAssignee{
    "UPDATE aftersales_case SET assignee_agent_id = ?, version = ?, update_us = ?"
    " WHERE org_id = ? AND case_id = ?"};
constexpr Sql kInsertDecision{
    "INSERT INTO case_assignment (org_id, case_id, seq, body) VALUES (?,?,?,?)"};
constexpr Sql kDecisions{
    "SELECT body FROM case_assignment WHERE org_id = ? AND case_id = ? ORDER BY seq DESC LIMIT ?"};
constexpr Sql kShopsHeld{
    "SELECT DISTINCT shop_id FROM aftersales_case WHERE org_id = ? AND assignee_agent_id = ?"
    " AND " NEEDS_AGENT " ORDER BY shop_id"};
constexpr Sql kCasesHeld{
    "SELECT case_id FROM aftersales_case WHERE org_id = ? AND assignee_agent_id = ?"
    " AND shop_id = ? AND " NEEDS_AGENT " ORDER BY due_us, case_id LIMIT ?"};

constexpr std::string_view kSaveUnassigned =
    "INSERT INTO case_unassigned (org_id, case_id, shop_id, reason, since_us, next_us)";
constexpr std::string_view kSaveUnassignedTail =
    " ON DUPLICATE KEY UPDATE reason = VALUES(reason), next_us = VALUES(next_us)";
constexpr size_t kMaxReason = 500;  // characters of the column
constexpr Sql kDeleteUnassigned{"DELETE FROM case_unassigned WHERE org_id = ? AND case_id = ?"};
constexpr Sql kLockUnassigned{
    "SELECT org_id, case_id, reason, since_us, next_us FROM case_unassigned"
    " WHERE org_id = ? AND case_id = ? FOR UPDATE"};
constexpr Sql kDueUnassigned{
    "SELECT org_id, case_id, reason, since_us, next_us FROM case_unassigned WHERE next_us <= ?"
    " ORDER BY next_us LIMIT ?"};
constexpr Sql kWakeForAgent{
    "UPDATE case_unassigned SET next_us = LEAST(next_us, ?) WHERE org_id = ? AND shop_id IN"
    " (SELECT shop_id FROM assignment_shop WHERE org_id = ? AND agent_id = ? AND after_sales)"};
constexpr Sql kWakeAll{"UPDATE case_unassigned SET next_us = LEAST(next_us, ?) WHERE org_id = ?"};
#define UNASSIGNED_COLUMNS                                                                 \
  "SELECT c.org_id, c.case_id, COALESCE(u.reason, ''), COALESCE(u.since_us, c.create_us)," \
  " COALESCE(u.next_us, 9223372036854775807) FROM aftersales_case c"                       \
  " LEFT JOIN case_unassigned u ON u.org_id = c.org_id AND u.case_id = c.case_id WHERE "
#define UNASSIGNED_PAGE                              \
  " AND c.assignee_agent_id = '' AND c." NEEDS_AGENT \
  " AND c.due_us >= ? AND (c.due_us > ? OR c.case_id > ?) ORDER BY c.due_us, c.case_id LIMIT ?"
constexpr Sql kUnassignedOfOrg{UNASSIGNED_COLUMNS "c.org_id = ?" UNASSIGNED_PAGE};
constexpr Sql kUnassignedOfShops{UNASSIGNED_COLUMNS
                                 "(c.org_id, c.shop_id) IN (?*)" UNASSIGNED_PAGE};

constexpr Sql kAddCheck{
    "INSERT INTO assignment_check (org_id, agent_id, due_us) VALUES (?,?,?)"
    " ON DUPLICATE KEY UPDATE due_us = VALUES(due_us)"};
constexpr Sql kAddCheckOfKnown{
    "INSERT INTO assignment_check (org_id, agent_id, due_us) SELECT ?, ?, ? FROM DUAL"
    " WHERE EXISTS (SELECT 1 FROM agent a WHERE a.org_id = ? AND a.agent_id = ?"
    " AND a.hire_date IS NOT NULL)"
    " OR EXISTS (SELECT 1 FROM assignment_contract c JOIN agent a"
    " ON a.org_id = c.base_id AND a.agent_id = ? WHERE c.org_id = ? AND a.hire_date IS NOT NULL)"
    " ON DUPLICATE KEY UPDATE due_us = VALUES(due_us)"};
constexpr Sql kClaimCheck{
    "SELECT org_id, agent_id, due_us FROM assignment_check WHERE due_us <= ? ORDER BY due_us"
    " LIMIT 1 FOR UPDATE SKIP LOCKED"};
constexpr Sql kDeleteChecks{
    "DELETE FROM assignment_check WHERE org_id = ? AND agent_id = ? AND due_us <= ?"};

std::string Joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ","));
}
std::vector<std::string> Split(std::string_view text) {
  const absl::string_view whole(text.data(), text.size());
  return absl::StrSplit(whole, ',', absl::SkipEmpty());
}

// A row that names one string.
absl::StatusOr<std::vector<std::string>> Strings(absl::StatusOr<db::Rows> rows) {
  RETURN_IF_ERROR(rows.status());
  std::vector<std::string> strings;
  for (const Row row : *rows) strings.push_back(row.Str(0));
  return strings;
}

Unassigned UnassignedFromRow(const Row& row) {
  return {row.Str(0), row.Str(1), row.Str(2), FromMicros(row.Int(3)), FromMicros(row.Int(4))};
}

using ById = std::map<std::string, domain::AssignmentCandidate, std::less<>>;

std::vector<Param> IdsOf(const ById& candidates) {
  std::vector<Param> ids;
  for (const auto& [id, candidate] : candidates) ids.emplace_back(id);
  return ids;
}

void Describe(const Row& row, absl::CivilDay day, domain::AssignmentCandidate& candidate) {
  candidate.employed = row.Day(2) <= day && (row.IsNull(3) || row.Day(3) >= day);
  candidate.languages = Split(row.Text(4));
  candidate.skills = Split(row.Text(5));
  candidate.duty = !row.Text(6).empty() ? domain::OnDuty::kYes
                   : row.Bool(7)        ? domain::OnDuty::kNo
                                        : domain::OnDuty::kNeverTold;
}

// Leave and dated skills of agents, as their own organization has them.
absl::Status AddTimes(db::Transaction& t, std::string_view org_id, const AssignmentPlace& place,
                      ById& candidates) {
  const std::vector<Param> ids = IdsOf(candidates);
  // A part of a day may reach into the next one.
  ASSIGN_OR_RETURN(const db::Rows leaves,
                   t.QueryIn(kLeaves, {org_id, place.day, place.day - 1}, ids));
  for (const Row row : leaves) {
    const int64_t minute = (place.day - row.Day(1)) * 1440 + place.minute;
    const bool part = row.Int(3) > 0;
    const bool on = part && minute >= row.Int(2) && minute < row.Int(3);
    if (on) candidates.at(row.Str(0)).on_leave = true;
  }
  ASSIGN_OR_RETURN(const db::Rows whole, t.QueryIn(kLeaves, {org_id, place.day, place.day}, ids));
  for (const Row row : whole) {
    if (row.Int(3) == 0) candidates.at(row.Str(0)).on_leave = true;
  }
  ASSIGN_OR_RETURN(const db::Rows skills, t.QueryIn(kSkills, {org_id, place.day, place.day}, ids));
  for (const Row row : skills) candidates.at(row.Str(0)).skills.push_back(row.Str(1));
  return absl::OkStatus();
}

// Which of the candidates, whom the merchant does not know itself, are agents of a base that has a
// contract for the shop.
absl::Status FindInBases(db::Transaction& t, const AssignmentPlace& place,
                         const std::vector<std::string>& bases, ById& unknown) {
  for (const std::string& base : bases) {
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kAgents, {base}, IdsOf(unknown)));
    ById found;
    for (const Row row : rows) {
      if (row.IsNull(2)) continue;
      domain::AssignmentCandidate& candidate = found[row.Str(0)] = unknown.at(row.Str(0));
      Describe(row, place.day, candidate);
      candidate.base_id = base;
      candidate.serves_shop = candidate.has_contract = true;
    }
    RETURN_IF_ERROR(AddTimes(t, base, place, found));
    for (auto& [id, candidate] : found) unknown[id] = std::move(candidate);
  }
  return absl::OkStatus();
}

absl::Status AddLoads(db::Transaction& t, std::string_view org_id,
                      const domain::AssignmentPolicy& policy, ById& candidates) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kLoads, {org_id}, IdsOf(candidates)));
  for (const Row row : rows) {
    const auto state =
        ParseName<domain::CaseState>(row.Text(1)).value_or(domain::CaseState::kUnspecified);
    const auto priority =
        ParseName<domain::CasePriority>(row.Text(2)).value_or(domain::CasePriority::kUnspecified);
    domain::AssignmentCandidate& candidate = candidates.at(row.Str(0));
    const auto count = static_cast<int32_t>(row.Int(3));
    candidate.open_cases += count;
    candidate.load += count * domain::WeightOf(policy, state, priority);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SaveAssignmentAgent(db::Transaction& t, std::string_view org_id,
                                 const AssignmentAgent& agent) {
  return t
      .Execute(kSaveAgent, {org_id, agent.agent_id, agent.base_id, agent.hire_date,
                            agent.leave_date, Joined(agent.languages), Joined(agent.skills)})
      .status();
}

absl::Status SaveShift(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                       std::string_view shift_id, bool runs) {
  if (runs) return t.Execute(kStartShift, {org_id, agent_id, "", shift_id, true}).status();
  return t.Execute(kEndShift, {org_id, agent_id, "", "", true, shift_id}).status();
}

absl::Status SaveAssignmentSkill(db::Transaction& t, std::string_view org_id,
                                 const DatedSkill& skill) {
  return t
      .Execute(kSaveSkill, {org_id, skill.agent_id, skill.agent_skill_id, skill.skill_id,
                            skill.from, skill.until})
      .status();
}

absl::Status SaveServing(db::Transaction& t, std::string_view org_id, const Serving& serving) {
  return t
      .Execute(kSaveServing, {org_id, serving.assignment_id, serving.agent_id, serving.shop_id,
                              serving.after_sales, serving.start, serving.end})
      .status();
}

absl::Status SaveLeave(db::Transaction& t, std::string_view org_id, const Leave& leave) {
  return t
      .Execute(kSaveLeave, {org_id, leave.agent_id, leave.leave_id, leave.counts, leave.start,
                            leave.end, leave.from_minute, leave.to_minute})
      .status();
}

absl::StatusOr<std::vector<std::string>> ShopsOfContract(db::Transaction& t,
                                                         std::string_view org_id,
                                                         std::string_view contract_id) {
  return Strings(t.Query(kShopsOfContract, {org_id, contract_id}));
}

absl::Status SaveContractedShops(db::Transaction& t, std::string_view org_id,
                                 const ContractedShops& contract) {
  RETURN_IF_ERROR(t.Execute(kDeleteContract, {org_id, contract.contract_id}));
  std::vector<Param> flat;
  for (const std::string& shop : contract.shop_ids) {
    flat.insert(flat.end(), {org_id, shop, contract.contract_id, contract.base_id, contract.start,
                             contract.end});
  }
  return t.InsertMany(kInsertContract, 6, flat).status();
}

absl::StatusOr<std::vector<std::string>> ZonesOfAgent(db::Transaction& t, std::string_view org_id,
                                                      std::string_view agent_id) {
  return Strings(t.Query(kZones, {org_id, agent_id}));
}

absl::StatusOr<std::vector<std::string>> AgentsOfBase(db::Transaction& t, std::string_view org_id,
                                                      std::string_view base_id) {
  return Strings(t.Query(kAgentsOfBase, {org_id, base_id}));
}

absl::StatusOr<std::vector<std::string>> MerchantsOfBase(db::Transaction& t,
                                                         std::string_view base_id) {
  return Strings(t.Query(kMerchants, {base_id}));
}

absl::StatusOr<std::vector<std::string>> ServingAgents(db::Transaction& t,
                                                       const AssignmentPlace& place) {
  return Strings(t.Query(kServing, {place.org_id, place.shop_id, place.day, place.day}));
}

absl::StatusOr<std::vector<domain::AssignmentCandidate>> LoadCandidates(
    db::Transaction& t, const AssignmentPlace& place, std::vector<std::string> agent_ids,
    const domain::AssignmentPolicy& policy, bool lock) {
  std::ranges::sort(agent_ids);
  ById known, unknown;
  for (const std::string& id : agent_ids) unknown[id].agent_id = id;
  ASSIGN_OR_RETURN(
      const auto bases,
      Strings(t.Query(kBasesOfShop, {place.org_id, place.shop_id, place.day, place.day})));
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.QueryIn(lock ? kLockAgents : kAgents, {place.org_id}, IdsOf(unknown)));
  for (const Row row : rows) {
    domain::AssignmentCandidate& candidate = unknown.at(row.Str(0));
    candidate.last_turn = row.Int(8);
    if (row.IsNull(2)) continue;
    Describe(row, place.day, candidate);
    candidate.base_id = row.Str(1);
    candidate.has_contract = std::ranges::count(bases, candidate.base_id) > 0;
    known.insert(unknown.extract(row.Str(0)));
  }
  ASSIGN_OR_RETURN(
      const db::Rows serving,
      t.QueryIn(kServingOf, {place.org_id, place.shop_id, place.day, place.day}, IdsOf(known)));
  for (const Row row : serving) known.at(row.Str(0)).serves_shop = true;
  RETURN_IF_ERROR(AddTimes(t, place.org_id, place, known));
  if (!unknown.empty()) RETURN_IF_ERROR(FindInBases(t, place, bases, unknown));
  known.merge(unknown);
  RETURN_IF_ERROR(AddLoads(t, place.org_id, policy, known));
  std::vector<domain::AssignmentCandidate> candidates;
  for (auto& [id, candidate] : known) candidates.push_back(std::move(candidate));
  return candidates;
}

absl::StatusOr<domain::ShareTally> Tally(db::Transaction& t, std::string_view org_id,
                                         std::string_view shop_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kTally, {org_id, shop_id}));
  domain::ShareTally tally;
  for (const Row row : rows) tally[row.Str(0)] = row.Int(1);
  return tally;
}

absl::Status KeepTurnOf(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                        std::string_view base_id) {
  return t.Execute(kKeepAgent, {org_id, agent_id, base_id, "", false}).status();
}

absl::Status AddTurn(db::Transaction& t, std::string_view org_id, std::string_view shop_id,
                     std::string_view agent_id, std::string_view base_id) {
  ASSIGN_OR_RETURN(const db::Rows last, t.Query(kLastTurn, {org_id}));
  RETURN_IF_ERROR(t.Execute(kSaveTurn, {last.front().Int(0) + 1, org_id, agent_id}));
  return t.Execute(kAddTally, {org_id, shop_id, base_id}).status();
}

absl::Status SaveAssignee(db::Transaction& t, const domain::Case& record) {
  return t
      .Execute(kSaveAssignee, {record.assignee_agent_id, record.version,
                               ToMicros(record.update_time), record.org_id, record.case_id})
      .status();
}

absl::Status InsertDecision(db::Transaction& t, const domain::Case& record, std::string_view body) {
  return t
      .Execute(kInsertDecision, {record.org_id, record.case_id, record.version, Param::Bytes(body)})
      .status();
}

absl::StatusOr<std::vector<std::string>> ListDecisions(db::Transaction& t, std::string_view org_id,
                                                       std::string_view case_id, int limit) {
  return Strings(t.Query(kDecisions, {org_id, case_id, limit}));
}

absl::StatusOr<std::vector<std::string>> ShopsHeldBy(db::Transaction& t, std::string_view org_id,
                                                     std::string_view agent_id) {
  return Strings(t.Query(kShopsHeld, {org_id, agent_id}));
}

absl::StatusOr<std::vector<std::string>> CasesHeldBy(db::Transaction& t, std::string_view org_id,
                                                     std::string_view agent_id,
                                                     std::string_view shop_id, int limit) {
  return Strings(t.Query(kCasesHeld, {org_id, agent_id, shop_id, limit}));
}

absl::Status SaveUnassigned(db::Transaction& t, std::span<const UnassignedRow> rows) {
  std::vector<Param> flat;
  for (const UnassignedRow& row : rows) {
    const Unassigned& u = row.unassigned;
    flat.insert(flat.end(),
                {u.org_id, u.case_id, row.shop_id, std::string_view(u.reason).substr(0, kMaxReason),
                 ToMicros(u.since), ToMicros(u.next)});
  }
  return t.InsertMany(kSaveUnassigned, 6, flat, kSaveUnassignedTail).status();
}

absl::Status SaveUnassigned(db::Transaction& t, const domain::Case& record, std::string_view reason,
                            absl::Time since, absl::Time next) {
  const UnassignedRow row{{record.org_id, record.case_id, std::string(reason), since, next},
                          record.shop_id};
  return SaveUnassigned(t, {&row, 1});
}

absl::Status DeleteUnassigned(db::Transaction& t, std::string_view org_id,
                              std::string_view case_id) {
  return t.Execute(kDeleteUnassigned, {org_id, case_id}).status();
}

absl::StatusOr<std::optional<Unassigned>> LockUnassigned(db::Transaction& t,
                                                         std::string_view org_id,
                                                         std::string_view case_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLockUnassigned, {org_id, case_id}));
  if (rows.empty()) return std::nullopt;
  return UnassignedFromRow(rows.front());
}

absl::StatusOr<std::vector<Unassigned>> DueUnassigned(db::Transaction& t, absl::Time now,
                                                      int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kDueUnassigned, {ToMicros(now), limit}));
  std::vector<Unassigned> due;
  for (const Row row : rows) due.push_back(UnassignedFromRow(row));
  return due;
}

absl::Status WakeForAgent(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                          absl::Time at) {
  return t.Execute(kWakeForAgent, {ToMicros(at), org_id, org_id, agent_id}).status();
}

absl::Status WakeAll(db::Transaction& t, std::string_view org_id, absl::Time at) {
  return t.Execute(kWakeAll, {ToMicros(at), org_id}).status();
}

absl::StatusOr<std::vector<Unassigned>> ListUnassigned(db::Transaction& t, const CaseFilter& reach,
                                                       const CasePage& page) {
  const int64_t after = ToMicros(page.after_due);
  std::vector<Param> shops;
  for (const ShopId& shop : reach.shops) shops.insert(shops.end(), {shop.org_id, shop.shop_id});
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      reach.whole_org_id.empty()
          ? t.QueryIn(kUnassignedOfShops, {}, shops, 2, {after, after, page.after_id, page.limit})
          : t.Query(kUnassignedOfOrg,
                    {reach.whole_org_id, after, after, page.after_id, page.limit}));
  std::vector<Unassigned> list;
  for (const Row row : rows) list.push_back(UnassignedFromRow(row));
  return list;
}

absl::Status AddCheck(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                      absl::Time due) {
  return t.Execute(kAddCheck, {org_id, agent_id, ToMicros(due)}).status();
}

absl::Status AddCheckOfKnown(db::Transaction& t, std::string_view org_id, std::string_view agent_id,
                             absl::Time due) {
  return t
      .Execute(kAddCheckOfKnown,
               {org_id, agent_id, ToMicros(due), org_id, agent_id, agent_id, org_id})
      .status();
}

absl::StatusOr<std::optional<Check>> ClaimCheck(db::Transaction& t, absl::Time now) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kClaimCheck, {ToMicros(now)}));
  if (rows.empty()) return std::nullopt;
  const Row row = rows.front();
  return Check{row.Str(0), row.Str(1), FromMicros(row.Int(2))};
}

absl::Status DeleteChecks(db::Transaction& t, const Check& check) {
  return t.Execute(kDeleteChecks, {check.org_id, check.agent_id, ToMicros(check.due)}).status();
}

}  // namespace kefu::aftersales::store
