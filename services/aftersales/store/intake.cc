#include "services/aftersales/store/intake.h"

#include <map>

#include "common/db/errors.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;

constexpr Sql kRulesAt{
    "SELECT version, body FROM intake_rules WHERE org_id IN (?, '') AND topic = ?"
    " AND effective_us <= ? ORDER BY org_id = '', effective_us DESC, version DESC LIMIT 1"};
constexpr Sql kLastRules{
    "SELECT version FROM intake_rules WHERE org_id = ? AND topic = ?"
    " ORDER BY version DESC LIMIT 1 FOR UPDATE"};
constexpr Sql kInsertRules{
    "INSERT INTO intake_rules (org_id, topic, version, effective_us, body) VALUES (?,?,?,?,?)"};
constexpr Sql kByExternalId{
    "SELECT case_id FROM aftersales_case WHERE org_id = ? AND shop_id = ? AND kind = ?"
    " AND external_id = ?"};
constexpr Sql kByMessages{
    "SELECT message_id, case_id FROM case_message WHERE org_id = ? AND shop_id = ?"
    " AND message_id IN (?*)"};
constexpr Sql kInsertMessage{
    "INSERT INTO case_message (org_id, shop_id, message_id, case_id) VALUES (?,?,?,?)"};
constexpr Sql kDigests{
    "SELECT digests FROM imported_row WHERE org_id = ? AND shop_id = ? AND kind = ?"
    " AND external_id = ?"};
constexpr Sql kInsertDigests{
    "INSERT INTO imported_row (org_id, shop_id, kind, external_id, digests) VALUES (?,?,?,?,?)"};

}  // namespace

absl::StatusOr<StoredRules> RulesAt(db::Transaction& t, std::string_view org_id,
                                    std::string_view topic, absl::Time at) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kRulesAt, {org_id, topic, ToMicros(at)}));
  if (rows.empty()) {
    return Internal(fmt::format("no rules of {} apply, not even shipped ones", topic));
  }
  return StoredRules{static_cast<int32_t>(rows.front().Int(0)), rows.front().Str(1)};
}

absl::StatusOr<int32_t> NextRules(db::Transaction& t, std::string_view org_id,
                                  std::string_view topic) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLastRules, {org_id, topic}));
  return rows.empty() ? 1 : static_cast<int32_t>(rows.front().Int(0)) + 1;
}

absl::Status InsertRules(db::Transaction& t, std::string_view org_id, std::string_view topic,
                         int32_t version, absl::Time effective, std::string_view body) {
  const absl::Status inserted =
      t.Execute(kInsertRules, {org_id, topic, version, ToMicros(effective), body}).status();
  if (!db::IsDuplicate(inserted)) return inserted;
  // The first version has no row before it that both could wait for.
  return Aborted("TRANSACTION_CONFLICT", "the rules were set by somebody else at once");
}

absl::StatusOr<std::string> CaseOfExternalId(db::Transaction& t, std::string_view org_id,
                                             std::string_view shop_id, domain::CaseKind kind,
                                             std::string_view external_id) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kByExternalId, {org_id, shop_id, NameOf(kind), external_id}));
  return rows.empty() ? std::string() : rows.front().Str(0);
}

absl::StatusOr<std::string> CaseOfMessages(db::Transaction& t, std::string_view org_id,
                                           std::string_view shop_id,
                                           std::span<const std::string> message_ids) {
  const std::vector<Param> ids(message_ids.begin(), message_ids.end());
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kByMessages, {org_id, shop_id}, ids));
  std::map<std::string, std::string, std::less<>> cases;
  for (const Row row : rows) cases[row.Str(0)] = row.Str(1);
  for (const std::string& id : message_ids) {
    if (const auto found = cases.find(id); found != cases.end()) return found->second;
  }
  return std::string();
}

absl::Status InsertMessage(db::Transaction& t, const domain::Case& record,
                           std::string_view message_id) {
  return t.Execute(kInsertMessage, {record.org_id, record.shop_id, message_id, record.case_id})
      .status();
}

absl::StatusOr<std::optional<std::string>> DigestsOf(db::Transaction& t,
                                                     const domain::Case& record) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      t.Query(kDigests, {record.org_id, record.shop_id, NameOf(record.kind), record.external_id}));
  return rows.empty() ? std::nullopt : std::optional(rows.front().Str(0));
}

absl::Status InsertDigests(db::Transaction& t, const domain::Case& record,
                           std::string_view digests) {
  return t
      .Execute(kInsertDigests,
               {record.org_id, record.shop_id, NameOf(record.kind), record.external_id, digests})
      .status();
}

}  // namespace kefu::aftersales::store
