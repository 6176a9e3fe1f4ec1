#include "services/performance/store/names.h"

#include <vector>

#include "common/db/sql.h"
#include "common/status/status_macros.h"
#include "services/performance/store/lists.h"

namespace kefu::performance::store {
namespace {

using db::Sql;

// Assignments run from left to right: the position last, so that the name is judged by the old one.
constexpr Sql kSave{
    "INSERT INTO shown_name (org_id, kind, subject_id, display_name, feed_position) VALUES (?, ?, "
    "?, ?, ?) ON DUPLICATE KEY UPDATE display_name = IF(VALUES(feed_position) >= feed_position, "
    "VALUES(display_name), display_name), feed_position = GREATEST(feed_position, "
    "VALUES(feed_position))"};
constexpr Sql kNamesOf{
    "SELECT subject_id, display_name FROM shown_name WHERE org_id = ? AND kind = ? AND subject_id "
    "IN (?*)"};
constexpr Sql kAllOfKind{
    "SELECT subject_id, display_name FROM shown_name WHERE org_id = ? AND kind = ? ORDER BY "
    "subject_id"};

// More are cheaper to pick out of all names than to look up one by one.
constexpr size_t kFewNames = 50;

std::string_view KindName(Named kind) { return kind == Named::kAgent ? "AGENT" : "TEAM"; }

}  // namespace

absl::Status SaveName(db::Transaction& t, std::string_view org_id, Named kind, std::string_view id,
                      std::string_view name, int64_t feed_position) {
  return t.Execute(kSave, {org_id, KindName(kind), id, name, feed_position}).status();
}

absl::StatusOr<NamesById> AllNames(db::Transaction& t, std::string_view org_id, Named kind) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kAllOfKind, {org_id, KindName(kind)}));
  NamesById names;
  for (const db::Row row : rows) names.emplace_hint(names.end(), row.Str(0), row.Str(1));
  return names;
}

absl::StatusOr<NamesById> NamesOf(db::Transaction& t, std::string_view org_id, Named kind,
                                  const std::set<std::string>& ids) {
  NamesById names;
  if (ids.empty()) return names;
  if (ids.size() > kFewNames) {
    ASSIGN_OR_RETURN(names, AllNames(t, org_id, kind));
    std::erase_if(names, [&](const auto& named) { return !ids.contains(named.first); });
    return names;
  }
  RETURN_IF_ERROR(ForEachAfter(t, kNamesOf, {org_id, KindName(kind)}, {ids.begin(), ids.end()}, 1,
                               [&](const db::Row& row) { names.emplace(row.Str(0), row.Str(1)); }));
  return names;
}

}  // namespace kefu::performance::store
