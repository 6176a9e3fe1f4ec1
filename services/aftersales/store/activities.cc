// The history of cases.
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/aftersales/store/case_rows.h"
#include "services/aftersales/store/cases.h"
#include "services/aftersales/store/rows.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;

#define ACTIVITY_COLUMNS                                                                       \
  "case_id, seq, activity_id, verb, from_state, to_state, note, actor, create_us, cost_minor," \
  " cost_currency, authority_policy_id, authority_policy_version, authority_tier_id, result, " \
  "internal"
constexpr std::string_view kInsertActivities =
    "INSERT INTO case_activity (org_id, " ACTIVITY_COLUMNS ")";
constexpr size_t kInserted = 17;  // values of a row
constexpr Sql kListActivities{
    "SELECT " ACTIVITY_COLUMNS
    " FROM case_activity WHERE org_id = ? AND case_id = ? AND seq > ? AND (? OR internal = FALSE)"
    " ORDER BY seq LIMIT ?"};

constexpr Sql kDecidedCost{
    "SELECT cost_minor, cost_currency FROM case_activity WHERE org_id = ? AND case_id = ?"
    " AND to_state = 'DECIDED' AND from_state <> 'DECIDED' AND result = ?"
    " ORDER BY seq DESC LIMIT 1"};

constexpr std::string_view kInsertChanges =
    "INSERT INTO case_change (org_id, case_id, activity_seq, seq, field, old_value, new_value)";
constexpr Sql kListChanges{
    "SELECT activity_seq, field, old_value, new_value FROM case_change"
    " WHERE org_id = ? AND case_id = ? AND activity_seq BETWEEN ? AND ? ORDER BY activity_seq, "
    "seq"};

void AppendChanges(std::string_view org_id, const domain::Activity& activity,
                   std::vector<Param>& flat) {
  int seq = 0;
  for (const domain::FieldChange& change : activity.changes) {
    flat.insert(flat.end(), {org_id, activity.case_id, activity.seq, seq++, change.field,
                             change.old_value, change.new_value});
  }
}

void AppendActivity(std::string_view org_id, const domain::Activity& a, std::vector<Param>& flat) {
  const auto& by = a.authority;
  const bool costs = by && by->cost;
  flat.insert(
      flat.end(),
      {org_id, a.case_id, a.seq, a.activity_id, a.verb, NameOf(a.from), NameOf(a.to), a.note,
       a.actor, Stored(a.create_time), costs ? Param(by->cost->minor) : Param(nullptr),
       costs ? Param(by->cost->currency) : Param(nullptr),
       by ? Param(by->policy_id) : Param(nullptr), by ? Param(by->policy_version) : Param(nullptr),
       by ? Param(by->tier_id) : Param(nullptr), NameOf(a.result), a.internal});
}

}  // namespace

absl::Status InsertActivities(db::Transaction& t, std::span<const CaseActivity> activities) {
  std::vector<Param> changes, rows;
  for (const CaseActivity& each : activities) {
    AppendChanges(each.org_id, each.activity, changes);
    AppendActivity(each.org_id, each.activity, rows);
  }
  RETURN_IF_ERROR(t.InsertMany(kInsertChanges, 7, changes));
  return t.InsertMany(kInsertActivities, kInserted, rows).status();
}

absl::Status InsertActivity(db::Transaction& t, std::string_view org_id,
                            const domain::Activity& activity) {
  const CaseActivity one{std::string(org_id), activity};
  return InsertActivities(t, {&one, 1});
}

namespace {

std::optional<domain::ReviewAuthority> AuthorityAt(const Row& row) {
  if (row.IsNull(11)) return std::nullopt;
  domain::ReviewAuthority by{{}, row.Str(11), static_cast<int32_t>(row.Int(12)), row.Str(13)};
  if (!row.IsNull(9)) by.cost = Money{row.Str(10), row.Int(9)};
  return by;
}

// Of activities in their order.
absl::Status AddChanges(db::Transaction& t, std::string_view org_id, std::string_view case_id,
                        std::vector<domain::Activity>& activities) {
  if (activities.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      t.Query(kListChanges, {org_id, case_id, activities.front().seq, activities.back().seq}));
  auto activity = activities.begin();
  for (const Row row : rows) {
    while (activity->seq < row.Int(0)) ++activity;
    activity->changes.push_back({row.Str(1), row.Str(2), row.Str(3)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<Money>> DecidedCost(db::Transaction& t, const domain::Case& record) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kDecidedCost, {record.org_id, record.case_id, NameOf(record.result)}));
  if (rows.empty() || rows.front().IsNull(0)) return std::nullopt;
  return Money{rows.front().Str(1), rows.front().Int(0)};
}

absl::StatusOr<std::vector<domain::Activity>> ListActivities(db::Transaction& t,
                                                             std::string_view org_id,
                                                             std::string_view case_id,
                                                             int64_t after, bool internal,
                                                             int limit) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kListActivities, {org_id, case_id, after, internal, limit}));
  std::vector<domain::Activity> activities;
  for (const Row row : rows) {
    activities.push_back({.activity_id = row.Str(2),
                          .case_id = row.Str(0),
                          .seq = row.Int(1),
                          .verb = row.Str(3),
                          .from = EnumAt<domain::CaseState>(row, 4),
                          .to = EnumAt<domain::CaseState>(row, 5),
                          .note = row.Str(6),
                          .actor = row.Str(7),
                          .create_time = row.Time(8),
                          .authority = AuthorityAt(row),
                          .result = EnumAt<domain::ReviewResult>(row, 14),
                          .internal = row.Bool(15)});
  }
  RETURN_IF_ERROR(AddChanges(t, org_id, case_id, activities));
  return activities;
}

}  // namespace kefu::aftersales::store
