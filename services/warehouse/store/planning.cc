#include "services/warehouse/store/planning.h"

#include "common/db/errors.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

constexpr size_t kPerStatement = 1000;

constexpr db::Sql kLastVersion{
    "SELECT COALESCE(MAX(version), 0) FROM fulfilment_policy"
    " WHERE org_id = ? AND kind = ? AND policy_key = ?"};
constexpr db::Sql kInsertPolicy{
    "INSERT INTO fulfilment_policy (org_id, kind, policy_key, version, effective_from, body,"
    " create_us, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};
#define POLICY_ORDER " ORDER BY policy_key, effective_from DESC, version DESC"
constexpr db::Sql kPoliciesOf{
    "SELECT policy_key, version, effective_from, body, create_us FROM fulfilment_policy"
    " WHERE org_id = ? AND kind = ? AND policy_key IN (?*) AND effective_from <= ?" POLICY_ORDER};
constexpr db::Sql kAllPolicies{
    "SELECT policy_key, version, effective_from, body, create_us FROM fulfilment_policy"
    " WHERE org_id = ? AND kind = ? AND effective_from <= ?" POLICY_ORDER};
#undef POLICY_ORDER

// The first row of each key is the one that counts.
void Take(const db::Rows& rows, std::map<std::string, PolicyVersion>& found) {
  for (const db::Row row : rows) {
    const std::string key = row.Str(0);
    if (found.contains(key)) continue;
    found[key] = {key, row.Int(1), row.Day(2), row.Str(3), row.Time(4)};
  }
}

}  // namespace

absl::StatusOr<int64_t> AddPolicy(db::Transaction& t, std::string_view org_id,
                                  std::string_view kind, const PolicyVersion& policy,
                                  std::string_view actor) {
  ASSIGN_OR_RETURN(const db::Rows last, t.Query(kLastVersion, {org_id, kind, policy.key}));
  const int64_t version = last.front().Int(0) + 1;
  const absl::Status added =
      t.Execute(kInsertPolicy, {org_id, kind, policy.key, version, policy.effective_from,
                                db::Param::Bytes(policy.body), policy.create_time, actor})
          .status();
  if (db::IsDuplicate(added)) {
    return Aborted(db::kConflict, "another version of the policy was added meanwhile");
  }
  RETURN_IF_ERROR(added);
  return version;
}

absl::StatusOr<std::map<std::string, PolicyVersion>> PoliciesOn(db::Transaction& t,
                                                                std::string_view org_id,
                                                                std::string_view kind,
                                                                const std::set<std::string>& keys,
                                                                absl::CivilDay day) {
  std::map<std::string, PolicyVersion> found;
  std::vector<db::Param> list;
  for (auto key = keys.begin(); key != keys.end();) {
    list.clear();
    for (; key != keys.end() && list.size() < kPerStatement; ++key) list.push_back(*key);
    ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kPoliciesOf, {org_id, kind}, list, 1, {day}));
    Take(rows, found);
  }
  return found;
}

absl::StatusOr<std::map<std::string, PolicyVersion>> PoliciesOn(db::Transaction& t,
                                                                std::string_view org_id,
                                                                std::string_view kind,
                                                                absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kAllPolicies, {org_id, kind, day}));
  std::map<std::string, PolicyVersion> found;
  Take(rows, found);
  return found;
}

}  // namespace kefu::warehouse::store
