#include "services/aftersales/store/cases.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/db/errors.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/aftersales/domain/clocks.h"
#include "services/aftersales/errors.h"
#include "services/aftersales/store/base_sql.h"
#include "services/aftersales/store/case_rows.h"
#include "services/aftersales/store/rows.h"
#include "services/aftersales/store/sla.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;

#define CASE_COLUMNS                                                                              \
  "org_id, case_id, shop_id, kind, channel, external_id, priority, order_id, purchase_date,"      \
  " waybill, customer_id, problem, demand, assignee_agent_id, receive_us, state, result, due_us," \
  " next_us, parts, version, create_us, update_us, escalation_level, decision_number, decide_us," \
  " decider, decider_agent_id, merged_into_case_id, language"
constexpr Sql kFindCase{"SELECT " CASE_COLUMNS
                        " FROM aftersales_case WHERE org_id = ? AND case_id = ?"};
constexpr Sql kLockCase{"SELECT " CASE_COLUMNS
                        " FROM aftersales_case WHERE org_id = ? AND case_id = ? FOR UPDATE"};
constexpr Sql kTryLockCase{"SELECT " CASE_COLUMNS
                           " FROM aftersales_case WHERE org_id = ? AND case_id = ?"
                           " FOR UPDATE SKIP LOCKED"};
constexpr Sql kLockFreeCases{"SELECT " CASE_COLUMNS
                             " FROM aftersales_case WHERE org_id = ? AND case_id IN (?*)"
                             " ORDER BY case_id FOR UPDATE SKIP LOCKED"};
constexpr Sql kFindCases{"SELECT " CASE_COLUMNS
                         " FROM aftersales_case WHERE (org_id, case_id) IN (?*)"
                         " ORDER BY org_id, case_id"};
constexpr Sql kClaimCases{"SELECT " CASE_COLUMNS
                          " FROM aftersales_case WHERE next_us <= ? ORDER BY next_us LIMIT ?"
                          " FOR UPDATE SKIP LOCKED"};
constexpr Sql kStretchOfCases{
    "SELECT case_id FROM aftersales_case WHERE org_id = ? AND case_id > ?"
    " ORDER BY case_id LIMIT ?"};
constexpr Sql kLockRunning{
    "SELECT " CASE_COLUMNS
    " FROM aftersales_case WHERE org_id = ? AND case_id > ? AND case_id <= ?"
    " AND (? = '' OR shop_id = ?)"
    " AND (due_us < ? OR state IN ('OPEN','WAITING_CUSTOMER','AWAITING_APPROVAL'))"
    " ORDER BY case_id FOR UPDATE"};
#define CASE_FILTER                                                  \
  " AND (? = '' OR kind = ?) AND (? = '' OR assignee_agent_id = ?)"  \
  " AND (? = '' OR FIND_IN_SET(state, ?) > 0) AND (? OR due_us < ?)" \
  " AND due_us >= ? AND (due_us > ? OR case_id > ?) ORDER BY due_us, case_id LIMIT ?"
constexpr Sql kListOfOrg{"SELECT " CASE_COLUMNS
                         " FROM aftersales_case WHERE org_id = ?" CASE_FILTER};
constexpr Sql kListOfShops{"SELECT " CASE_COLUMNS
                           " FROM aftersales_case c WHERE (org_id, shop_id) IN (?*)"
                           " AND (? = '' OR " REACHED_BY_BASE ")" CASE_FILTER};
constexpr std::string_view kInsertCases = "INSERT INTO aftersales_case (" CASE_COLUMNS ")";
constexpr size_t kCaseColumns = 30;
// Rows of several locked cases by one statement; of each the columns that kUpdateCase sets.
constexpr std::string_view kUpdateCasesTail =
    " ON DUPLICATE KEY UPDATE state = VALUES(state), result = VALUES(result),"
    " due_us = VALUES(due_us), next_us = VALUES(next_us), parts = VALUES(parts),"
    " version = VALUES(version), update_us = VALUES(update_us),"
    " escalation_level = VALUES(escalation_level), decision_number = VALUES(decision_number),"
    " decide_us = VALUES(decide_us), decider = VALUES(decider),"
    " decider_agent_id = VALUES(decider_agent_id),"
    " merged_into_case_id = VALUES(merged_into_case_id), priority = VALUES(priority),"
    " purchase_date = VALUES(purchase_date), waybill = VALUES(waybill), problem = VALUES(problem),"
    " demand = VALUES(demand), order_id = VALUES(order_id),"
    " customer_id = VALUES(customer_id), language = VALUES(language)";
constexpr Sql kUpdateCase{
    "UPDATE aftersales_case SET state = ?, result = ?, due_us = ?, next_us = ?, parts = ?,"
    " version = ?, update_us = ?, escalation_level = ?, decision_number = ?, decide_us = ?,"
    " decider = ?, decider_agent_id = ?, merged_into_case_id = ?, priority = ?, purchase_date = ?,"
    " waybill = ?, problem = ?, demand = ?, order_id = ?, customer_id = ?, language = ?"
    " WHERE org_id = ? AND case_id = ?"};

constexpr Sql kPauses{
    "SELECT org_id, case_id, from_us, to_us FROM case_pause WHERE (org_id, case_id) IN (?*)"
    " ORDER BY org_id, case_id, seq"};
constexpr std::string_view kSavePauses =
    "INSERT INTO case_pause (org_id, case_id, seq, from_us, to_us)";
constexpr std::string_view kSavePausesTail = " ON DUPLICATE KEY UPDATE to_us = VALUES(to_us)";

constexpr Sql kLines{
    "SELECT org_id, case_id, sku, category, quantity FROM case_line"
    " WHERE (org_id, case_id) IN (?*) ORDER BY org_id, case_id, seq"};
constexpr std::string_view kSaveLines =
    "INSERT INTO case_line (org_id, case_id, seq, sku, category, quantity)";
constexpr std::string_view kSaveLinesTail = " ON DUPLICATE KEY UPDATE category = VALUES(category)";

constexpr Sql kPromises{
    "SELECT org_id, case_id, action FROM case_promise WHERE (org_id, case_id) IN (?*)"
    " ORDER BY org_id, case_id, seq"};
constexpr std::string_view kSavePromises =
    "INSERT INTO case_promise (org_id, case_id, seq, action)";
// Promises are only ever added: those that stand already are the same.
constexpr std::string_view kSavePromisesTail = " ON DUPLICATE KEY UPDATE seq = VALUES(seq)";

constexpr Sql kEvidence{
    "SELECT org_id, case_id, reference, sha256, size_bytes, content_type, superseded_by,"
    " attach_us, attached_by FROM case_evidence"
    " WHERE (org_id, case_id) IN (?*) ORDER BY org_id, case_id, seq"};
constexpr std::string_view kSaveEvidence =
    "INSERT INTO case_evidence (org_id, case_id, seq, reference, sha256, size_bytes, content_type,"
    " superseded_by, attach_us, attached_by)";
constexpr std::string_view kSaveEvidenceTail =
    " ON DUPLICATE KEY UPDATE superseded_by = VALUES(superseded_by)";

constexpr Sql kMerged{
    "SELECT org_id, survivor_case_id, merged_case_id FROM case_merge"
    " WHERE (org_id, survivor_case_id) IN (?*)"
    " ORDER BY org_id, survivor_case_id, merged_case_id"};
constexpr std::string_view kSaveMerged =
    "INSERT INTO case_merge (org_id, survivor_case_id, merged_case_id)";
constexpr std::string_view kSaveMergedTail =
    " ON DUPLICATE KEY UPDATE merged_case_id = VALUES(merged_case_id)";

constexpr Sql kProposals{
    "SELECT org_id, case_id, proposal_id, state, result, cost_minor, cost_currency, note, proposer,"
    " proposer_agent_id, propose_us, decider, decide_us FROM case_proposal"
    " WHERE (org_id, case_id) IN (?*) ORDER BY org_id, case_id, seq"};
constexpr std::string_view kSaveProposals =
    "INSERT INTO case_proposal (org_id, case_id, seq, proposal_id, state, result, cost_minor,"
    " cost_currency, note, proposer, proposer_agent_id, propose_us, decider, decide_us)";
constexpr std::string_view kSaveProposalsTail =
    " ON DUPLICATE KEY UPDATE state = VALUES(state), decider = VALUES(decider),"
    " decide_us = VALUES(decide_us)";

constexpr Sql kAppeals{
    "SELECT org_id, case_id, appeal_id, party, reason, appellant, appeal_us, appealed_result,"
    " policy_org_id, policy_id, policy_version, outcome, new_result, decider, decide_us"
    " FROM case_appeal WHERE (org_id, case_id) IN (?*) ORDER BY org_id, case_id, seq"};
constexpr std::string_view kSaveAppeals =
    "INSERT INTO case_appeal (org_id, case_id, seq, appeal_id, party, reason, appellant, appeal_us,"
    " appealed_result, policy_org_id, policy_id, policy_version, outcome, new_result, decider,"
    " decide_us)";
constexpr std::string_view kSaveAppealsTail =
    " ON DUPLICATE KEY UPDATE outcome = VALUES(outcome), new_result = VALUES(new_result),"
    " decider = VALUES(decider), decide_us = VALUES(decide_us)";

// Bits of aftersales_case.parts: a case without such rows is read without asking for them.
enum Part : int {
  kHasLines = 1,
  kHasPromises = 2,
  kHasEvidence = 4,
  kHasPauses = 8,
  kHasProposals = 16,
  kHasAppeals = 32,
  kHasMerged = 64
};

int PartsOf(const domain::Case& record) {
  return (record.lines.empty() ? 0 : kHasLines) |
         (record.promised_actions.empty() ? 0 : kHasPromises) |
         (record.evidence.empty() ? 0 : kHasEvidence) | (record.pauses.empty() ? 0 : kHasPauses) |
         (record.work.proposals.empty() ? 0 : kHasProposals) |
         (record.work.appeals.empty() ? 0 : kHasAppeals) |
         (record.work.merged.empty() ? 0 : kHasMerged);
}

domain::Case CaseFromRow(const Row& row) {
  return {.org_id = row.Str(0),
          .case_id = row.Str(1),
          .shop_id = row.Str(2),
          .kind = EnumAt<domain::CaseKind>(row, 3),
          .channel = EnumAt<domain::CaseChannel>(row, 4),
          .external_id = row.Str(5),
          .priority = EnumAt<domain::CasePriority>(row, 6),
          .order_id = row.Str(7),
          .purchase_date = row.OptDay(8),
          .waybill = row.Str(9),
          .customer_id = row.Str(10),
          .lines = {},
          .problem = row.Str(11),
          .demand = row.Str(12),
          .language = row.Str(29),
          .promised_actions = {},
          .evidence = {},
          .assignee_agent_id = row.Str(13),
          .receive_time = row.Time(14),
          .state = EnumAt<domain::CaseState>(row, 15),
          .result = EnumAt<domain::ReviewResult>(row, 16),
          .clocks = {},
          .replaced = {},
          .pauses = {},
          .work = {.level = EnumAt<domain::EscalationLevel>(row, 23),
                   .decision_number = static_cast<int32_t>(row.Int(24)),
                   .decide_time = row.OptTime(25),
                   .decider = {row.Str(26), row.Str(27)},
                   .proposals = {},
                   .appeals = {},
                   .merged_into = row.Str(28),
                   .merged = {}},
          .version = row.Int(20),
          .create_time = row.Time(21),
          .update_time = row.Time(22)};
}

domain::Proposal ProposalFromRow(const Row& row) {
  return {.proposal_id = row.Str(2),
          .state = EnumAt<domain::ProposalState>(row, 3),
          .result = EnumAt<domain::ReviewResult>(row, 4),
          .cost = row.IsNull(5) ? std::nullopt : std::optional(Money{row.Str(6), row.Int(5)}),
          .note = row.Str(7),
          .proposer = {row.Str(8), row.Str(9)},
          .propose_time = row.Time(10),
          .decider = row.Str(11),
          .decide_time = row.OptTime(12)};
}

domain::Appeal AppealFromRow(const Row& row) {
  return {.appeal_id = row.Str(2),
          .party = EnumAt<domain::AppealParty>(row, 3),
          .reason = row.Str(4),
          .appellant = row.Str(5),
          .appeal_time = row.Time(6),
          .appealed_result = EnumAt<domain::ReviewResult>(row, 7),
          .policy = {row.Str(8), row.Str(9), static_cast<int32_t>(row.Int(10))},
          .outcome = EnumAt<domain::AppealOutcome>(row, 11),
          .new_result = EnumAt<domain::ReviewResult>(row, 12),
          .decider = row.Str(13),
          .decide_time = row.OptTime(14)};
}

using ById = std::map<std::pair<std::string_view, std::string_view>, domain::Case*>;

// Reads one table of parts for the cases that have any, and hands each row to its case.
template <class F>
absl::Status FillPart(db::Transaction& t, const Sql& sql, const std::vector<Param>& ids,
                      const ById& cases, F add) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(sql, {}, ids, 2));
  for (const Row row : rows) add(*cases.at({row.Text(0), row.Text(1)}), row);
  return absl::OkStatus();
}

// The first `count` rows as cases with their parts.
absl::StatusOr<std::vector<domain::Case>> CasesFromRows(db::Transaction& t, const db::Rows& rows,
                                                        size_t count) {
  std::vector<domain::Case> cases;
  cases.reserve(count);
  for (size_t i = 0; i < count; ++i) cases.push_back(CaseFromRow(rows[i]));
  ById by_id;
  std::map<int, std::vector<Param>> with;
  for (size_t i = 0; i < cases.size(); ++i) {
    domain::Case& record = cases[i];
    by_id[{record.org_id, record.case_id}] = &record;
    for (const int part : {kHasLines, kHasPromises, kHasEvidence, kHasPauses, kHasProposals,
                           kHasAppeals, kHasMerged}) {
      if ((rows[i].Int(19) & part) != 0) {
        with[part].insert(with[part].end(), {record.org_id, record.case_id});
      }
    }
  }
  RETURN_IF_ERROR(ReadClocks(t, cases));
  RETURN_IF_ERROR(FillPart(t, kPauses, with[kHasPauses], by_id, [](auto& c, const Row& row) {
    c.pauses.push_back({row.Time(2), row.OptTime(3)});
  }));
  RETURN_IF_ERROR(FillPart(t, kLines, with[kHasLines], by_id, [](auto& c, const Row& row) {
    c.lines.push_back({row.Str(2), row.Str(3), row.Int(4)});
  }));
  RETURN_IF_ERROR(FillPart(t, kPromises, with[kHasPromises], by_id, [](auto& c, const Row& row) {
    c.promised_actions.push_back(row.Str(2));
  }));
  RETURN_IF_ERROR(FillPart(t, kEvidence, with[kHasEvidence], by_id, [](auto& c, const Row& row) {
    c.evidence.push_back({row.Str(2), row.Str(3), row.Int(4), row.Str(5),
                          static_cast<int32_t>(row.Int(6)), row.OptTime(7), row.Str(8)});
  }));
  RETURN_IF_ERROR(FillPart(t, kProposals, with[kHasProposals], by_id, [](auto& c, const Row& row) {
    c.work.proposals.push_back(ProposalFromRow(row));
  }));
  RETURN_IF_ERROR(FillPart(t, kAppeals, with[kHasAppeals], by_id, [](auto& c, const Row& row) {
    c.work.appeals.push_back(AppealFromRow(row));
  }));
  RETURN_IF_ERROR(FillPart(t, kMerged, with[kHasMerged], by_id,
                           [](auto& c, const Row& row) { c.work.merged.push_back(row.Str(2)); }));
  return cases;
}

absl::StatusOr<std::optional<domain::Case>> OnlyCase(db::Transaction& t,
                                                     absl::StatusOr<db::Rows> rows) {
  if (!rows.ok()) return rows.status();
  ASSIGN_OR_RETURN(std::vector<domain::Case> cases, CasesFromRows(t, *rows, rows->size()));
  if (cases.empty()) return std::nullopt;
  return std::move(cases.front());
}

absl::Status SavePauses(db::Transaction& t, CaseRows cases) {
  std::vector<Param> flat;
  for (const domain::Case* each : cases) {
    const domain::Case& record = *each;
    int seq = 0;
    for (const domain::Pause& pause : record.pauses) {
      flat.insert(flat.end(),
                  {record.org_id, record.case_id, seq++, Stored(pause.from), Stored(pause.to)});
    }
  }
  return t.InsertMany(kSavePauses, 5, flat, kSavePausesTail).status();
}

absl::Status SavePromises(db::Transaction& t, CaseRows cases) {
  std::vector<Param> flat;
  for (const domain::Case* each : cases) {
    const domain::Case& record = *each;
    int seq = 0;
    for (const std::string& action : record.promised_actions) {
      flat.insert(flat.end(), {record.org_id, record.case_id, seq++, action});
    }
  }
  return t.InsertMany(kSavePromises, 4, flat, kSavePromisesTail).status();
}

absl::Status SaveProposals(db::Transaction& t, CaseRows cases) {
  std::vector<Param> flat;
  for (const domain::Case* each : cases) {
    const domain::Case& record = *each;
    int seq = 0;
    for (const domain::Proposal& p : record.work.proposals) {
      flat.insert(flat.end(),
                  {record.org_id, record.case_id, seq++, p.proposal_id, NameOf(p.state),
                   NameOf(p.result), p.cost ? Param(p.cost->minor) : Param(nullptr),
                   p.cost ? Param(p.cost->currency) : Param(nullptr), p.note, p.proposer.subject,
                   p.proposer.agent_id, Stored(p.propose_time), p.decider, Stored(p.decide_time)});
    }
  }
  return t.InsertMany(kSaveProposals, 14, flat, kSaveProposalsTail).status();
}

absl::Status SaveAppeals(db::Transaction& t, CaseRows cases) {
  std::vector<Param> flat;
  for (const domain::Case* each : cases) {
    const domain::Case& record = *each;
    int seq = 0;
    for (const domain::Appeal& a : record.work.appeals) {
      flat.insert(flat.end(),
                  {record.org_id, record.case_id, seq++, a.appeal_id, NameOf(a.party), a.reason,
                   a.appellant, Stored(a.appeal_time), NameOf(a.appealed_result), a.policy.org_id,
                   a.policy.policy_id, a.policy.version, NameOf(a.outcome), NameOf(a.new_result),
                   a.decider, Stored(a.decide_time)});
    }
  }
  return t.InsertMany(kSaveAppeals, 16, flat, kSaveAppealsTail).status();
}

absl::Status SaveLines(db::Transaction& t, CaseRows cases) {
  std::vector<Param> flat;
  for (const domain::Case* each : cases) {
    const domain::Case& record = *each;
    int seq = 0;
    for (const domain::CaseLine& line : record.lines) {
      flat.insert(flat.end(),
                  {record.org_id, record.case_id, seq++, line.sku, line.category, line.quantity});
    }
  }
  return t.InsertMany(kSaveLines, 6, flat, kSaveLinesTail).status();
}

absl::Status SaveEvidence(db::Transaction& t, CaseRows cases) {
  std::vector<Param> flat;
  for (const domain::Case* each : cases) {
    const domain::Case& record = *each;
    int seq = 0;
    for (const domain::Evidence& item : record.evidence) {
      flat.insert(flat.end(), {record.org_id, record.case_id, seq++, item.reference, item.sha256,
                               item.size_bytes, item.content_type, item.superseded_by,
                               Stored(item.attach_time), item.attached_by});
    }
  }
  return t.InsertMany(kSaveEvidence, 10, flat, kSaveEvidenceTail).status();
}

absl::Status SaveMerged(db::Transaction& t, CaseRows cases) {
  std::vector<Param> flat;
  for (const domain::Case* each : cases) {
    const domain::Case& record = *each;
    for (const std::string& merged : record.work.merged) {
      flat.insert(flat.end(), {record.org_id, record.case_id, merged});
    }
  }
  return t.InsertMany(kSaveMerged, 3, flat, kSaveMergedTail).status();
}

void AppendCase(const domain::Case& c, std::vector<Param>& flat) {
  flat.insert(flat.end(), {c.org_id,
                           c.case_id,
                           c.shop_id,
                           NameOf(c.kind),
                           NameOf(c.channel),
                           c.external_id.empty() ? Param(nullptr) : Param(c.external_id),
                           NameOf(c.priority),
                           c.order_id,
                           c.purchase_date,
                           c.waybill,
                           c.customer_id,
                           c.problem,
                           c.demand,
                           c.assignee_agent_id,
                           Stored(c.receive_time),
                           NameOf(c.state),
                           NameOf(c.result),
                           Stored(domain::CaseDue(c)),
                           Stored(domain::NextTick(c)),
                           PartsOf(c),
                           c.version,
                           Stored(c.create_time),
                           Stored(c.update_time),
                           NameOf(c.work.level),
                           c.work.decision_number,
                           Stored(c.work.decide_time),
                           c.work.decider.subject,
                           c.work.decider.agent_id,
                           c.work.merged_into,
                           c.language});
}

std::vector<Param> RowsOf(CaseRows cases) {
  std::vector<Param> flat;
  flat.reserve(cases.size() * kCaseColumns);
  for (const domain::Case* each : cases) AppendCase(*each, flat);
  return flat;
}

absl::Status UpdateRow(db::Transaction& t, const domain::Case& c) {
  return t
      .Execute(kUpdateCase, {NameOf(c.state),
                             NameOf(c.result),
                             Stored(domain::CaseDue(c)),
                             Stored(domain::NextTick(c)),
                             PartsOf(c),
                             c.version,
                             Stored(c.update_time),
                             NameOf(c.work.level),
                             c.work.decision_number,
                             Stored(c.work.decide_time),
                             c.work.decider.subject,
                             c.work.decider.agent_id,
                             c.work.merged_into,
                             NameOf(c.priority),
                             c.purchase_date,
                             c.waybill,
                             c.problem,
                             c.demand,
                             c.order_id,
                             c.customer_id,
                             c.language,
                             c.org_id,
                             c.case_id})
      .status();
}

absl::Status UpdateRows(db::Transaction& t, CaseRows cases) {
  if (cases.size() == 1) return UpdateRow(t, *cases.front());
  return t.InsertMany(kInsertCases, kCaseColumns, RowsOf(cases), kUpdateCasesTail).status();
}

absl::Status InsertAllPastClocks(db::Transaction& t, CaseRows cases) {
  for (const domain::Case* each : cases) RETURN_IF_ERROR(InsertPastClocks(t, *each));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<domain::Case>> FindCase(db::Transaction& t, std::string_view org_id,
                                                     std::string_view case_id) {
  return OnlyCase(t, t.Query(kFindCase, {org_id, case_id}));
}

absl::StatusOr<std::optional<domain::Case>> LockCase(db::Transaction& t, std::string_view org_id,
                                                     std::string_view case_id) {
  return OnlyCase(t, t.Query(kLockCase, {org_id, case_id}));
}

absl::StatusOr<std::optional<domain::Case>> TryLockCase(db::Transaction& t, std::string_view org_id,
                                                        std::string_view case_id) {
  return OnlyCase(t, t.Query(kTryLockCase, {org_id, case_id}));
}

absl::StatusOr<std::vector<domain::Case>> LockFreeCases(
    db::Transaction& t, std::string_view org_id, std::span<const std::string_view> case_ids) {
  const std::vector<Param> ids(case_ids.begin(), case_ids.end());
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kLockFreeCases, {org_id}, ids));
  return CasesFromRows(t, rows, rows.size());
}

absl::StatusOr<std::vector<domain::Case>> FindCases(db::Transaction& t, std::string_view org_id,
                                                    std::span<const std::string> case_ids) {
  std::vector<Param> ids;
  for (const std::string& case_id : case_ids) ids.insert(ids.end(), {org_id, case_id});
  return FindCases(t, ids);
}

absl::StatusOr<std::vector<domain::Case>> FindCases(db::Transaction& t,
                                                    std::span<const Param> ids) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kFindCases, {}, ids, 2));
  return CasesFromRows(t, rows, rows.size());
}

absl::StatusOr<std::vector<domain::Case>> ClaimDueCases(db::Transaction& t, absl::Time now,
                                                        int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kClaimCases, {Stored(now), limit}));
  return CasesFromRows(t, rows, rows.size());
}

absl::StatusOr<CaseWalk> LockRunningCases(db::Transaction& t, std::string_view org_id,
                                          std::string_view shop_id, std::string_view after_id,
                                          int limit) {
  ASSIGN_OR_RETURN(const db::Rows ids, t.Query(kStretchOfCases, {org_id, after_id, limit}));
  if (ids.empty()) return CaseWalk{};
  const std::string last_id = ids[ids.size() - 1].Str(0);
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kLockRunning, {org_id, after_id, last_id, shop_id, shop_id,
                                          Stored(absl::InfiniteFuture())}));
  ASSIGN_OR_RETURN(std::vector<domain::Case> cases, CasesFromRows(t, rows, rows.size()));
  return CaseWalk{std::move(cases), ids.size() < limit ? "" : last_id};
}

absl::Status InsertCases(db::Transaction& t, CaseRows cases) {
  const absl::Status inserted = t.InsertMany(kInsertCases, kCaseColumns, RowsOf(cases)).status();
  if (cases.size() == 1 && db::IsDuplicate(inserted, "case_external_id")) {
    return error::ExternalIdTaken(cases.front()->external_id);
  }
  RETURN_IF_ERROR(inserted);
  RETURN_IF_ERROR(InsertAllPastClocks(t, cases));
  RETURN_IF_ERROR(SavePromises(t, cases));
  RETURN_IF_ERROR(SaveEvidence(t, cases));
  return SaveLines(t, cases);
}

absl::Status UpdateCases(db::Transaction& t, CaseRows cases) {
  RETURN_IF_ERROR(UpdateRows(t, cases));
  RETURN_IF_ERROR(InsertAllPastClocks(t, cases));
  RETURN_IF_ERROR(SavePauses(t, cases));
  RETURN_IF_ERROR(SavePromises(t, cases));
  RETURN_IF_ERROR(SaveProposals(t, cases));
  RETURN_IF_ERROR(SaveAppeals(t, cases));
  RETURN_IF_ERROR(SaveEvidence(t, cases));
  return SaveMerged(t, cases);
}

absl::Status InsertCase(db::Transaction& t, const domain::Case& record) {
  const domain::Case* one = &record;
  RETURN_IF_ERROR(InsertCases(t, {&one, 1}));
  return SaveClocks(t, {&one, 1});
}

absl::Status UpdateCase(db::Transaction& t, const domain::Case& record) {
  const domain::Case* one = &record;
  RETURN_IF_ERROR(UpdateCases(t, {&one, 1}));
  return SaveClocks(t, {&one, 1});
}

absl::Status SaveLines(db::Transaction& t, const domain::Case& record) {
  const domain::Case* one = &record;
  return SaveLines(t, CaseRows{&one, 1});
}

absl::StatusOr<CaseList> ListCases(db::Transaction& t, const CaseFilter& filter,
                                   const CasePage& page) {
  const int64_t after = Stored(page.after_due);
  const int64_t before = filter.due_before ? Stored(*filter.due_before) : 0;
  const bool any_due = !filter.due_before;
  const int limit = page.limit + 1;  // one more tells whether there is a next page
  const std::string& kind = filter.kind;
  const std::string& agent = filter.assignee_agent_id;
  const std::string& states = filter.states;
  std::vector<Param> shops;
  for (const ShopId& shop : filter.shops) shops.insert(shops.end(), {shop.org_id, shop.shop_id});
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      filter.whole_org_id.empty()
          ? t.QueryIn(kListOfShops, {}, shops, 2,
                      {filter.base_id, filter.base_id, kind, kind, agent, agent, states, states,
                       any_due, before, after, after, page.after_id, limit})
          : t.Query(kListOfOrg, {filter.whole_org_id, kind, kind, agent, agent, states, states,
                                 any_due, before, after, after, page.after_id, limit}));
  const size_t shown = std::min<size_t>(rows.size(), page.limit);
  ASSIGN_OR_RETURN(std::vector<domain::Case> cases, CasesFromRows(t, rows, shown));
  return CaseList{std::move(cases), rows.size() > shown};
}

}  // namespace kefu::aftersales::store
