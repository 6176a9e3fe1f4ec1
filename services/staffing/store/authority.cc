#include "services/staffing/store/authority.h"

#include "services/staffing/store/rows.h"

namespace kefu::staffing::store {
namespace {

using db::Row;
using db::Sql;

constexpr Sql kPolicies{"SELECT body FROM authority_policy WHERE org_id = ? ORDER BY version"};
constexpr Sql kInsertPolicy{
    "INSERT INTO authority_policy (org_id, version, effective_date, body) VALUES (?,?,?,?)"};
// A record counts unless a correction names it; of those up to the day the latest decides.
#define COUNTS(record)                                                         \
  record                                                                       \
      ".effective_date <= ? AND NOT EXISTS (SELECT 1 FROM tier_change c WHERE" \
      " c.org_id = " record ".org_id AND c.agent_id = " record                 \
      ".agent_id AND"                                                          \
      " c.corrects_id = " record ".tier_change_id)"
constexpr Sql kAgentsAtWork{
    "SELECT a.agent_id FROM agent a JOIN tier_change t ON t.org_id = a.org_id"
    " AND t.agent_id = a.agent_id WHERE a.org_id = ? AND a.base_id IN ('', ?)"
    " AND t.tier_id = ? AND t.role_id = '' AND a.hire_date <= ? AND (a.leave_date IS NULL OR a.leave_date >= ?) AND " COUNTS("t")
    " AND NOT EXISTS (SELECT 1 FROM tier_change n WHERE n.org_id = t.org_id"
    " AND n.agent_id = t.agent_id AND (n.effective_date > t.effective_date"
    " OR (n.effective_date = t.effective_date AND n.seq > t.seq)) AND " COUNTS("n") ")"
    " AND NOT EXISTS (SELECT 1 FROM agent_leave l WHERE l.org_id = a.org_id"
    " AND l.agent_id = a.agent_id AND l.start_date <= ? AND (l.end_date IS NULL"
    " OR l.end_date >= ?)) ORDER BY a.agent_id LIMIT ?"};
#undef COUNTS

}  // namespace

absl::StatusOr<std::vector<std::string>> AuthorityPolicies(Reader reader, std::string_view org_id) {
  return Collect(reader.Query(kPolicies, {org_id}), [](const Row& row) { return row.Str(0); });
}

absl::Status InsertAuthorityPolicy(db::Transaction& transaction, std::string_view org_id,
                                   int32_t version, absl::CivilDay effective_date,
                                   std::string_view body) {
  return transaction
      .Execute(kInsertPolicy, {org_id, version, effective_date, db::Param::Bytes(body)})
      .status();
}

absl::StatusOr<std::vector<std::string>> AgentsAtWork(Reader reader, std::string_view org_id,
                                                      std::string_view base_id,
                                                      std::string_view tier_id, absl::CivilDay day,
                                                      int limit) {
  return Collect(
      reader.Query(kAgentsAtWork, {org_id, base_id, tier_id, day, day, day, day, day, day, limit}),
      [](const Row& row) { return row.Str(0); });
}

}  // namespace kefu::staffing::store
