// Which cases a base reaches.
#include "common/status/status_macros.h"
#include "services/aftersales/store/base_sql.h"
#include "services/aftersales/store/cases.h"

namespace kefu::aftersales::store {
namespace {

constexpr db::Sql kReachedByBase{
    "SELECT c.case_id FROM aftersales_case c WHERE c.org_id = ? AND c.case_id IN (?*)"
    " AND " REACHED_BY_BASE};

}  // namespace

absl::StatusOr<std::set<std::string, std::less<>>> ReachedByBase(
    db::Transaction& t, std::string_view org_id, std::span<const std::string> case_ids,
    std::string_view base_id) {
  const std::vector<db::Param> ids(case_ids.begin(), case_ids.end());
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kReachedByBase, {org_id}, ids, 1, {base_id}));
  std::set<std::string, std::less<>> reached;
  for (const db::Row row : rows) reached.insert(row.Str(0));
  return reached;
}

}  // namespace kefu::aftersales::store
