#include "services/aftersales/store/case_rows.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "services/aftersales/store/rows.h"

namespace kefu::aftersales::store {
namespace {

using db::Param;
using db::Row;
using db::Sql;

#define CLOCK_COLUMNS                                                                            \
  "org_id, case_id, clock_kind, state, start_us, base_due_us, due_us, warn_us, warned, met_us,"  \
  " breach_us, breach_owner, remaining_us, pausable, business_hours, warn_before_us, time_zone," \
  " zone_assumed, policy_org_id, policy_id, policy_version, priority, since_us, steps,"          \
  " step_offset_us, step_us, cancel_us"
constexpr size_t kClockColumns = 27;
constexpr Sql kClocks{"SELECT " CLOCK_COLUMNS " FROM case_clock WHERE (org_id, case_id) IN (?*)"};
constexpr Sql kClocksOfOrg{"SELECT " CLOCK_COLUMNS
                           " FROM case_clock WHERE org_id = ? AND case_id IN (?*)"};
constexpr std::string_view kSaveClocks = "INSERT INTO case_clock (" CLOCK_COLUMNS ")";
constexpr std::string_view kSaveClocksTail =
    " ON DUPLICATE KEY UPDATE state = VALUES(state), start_us = VALUES(start_us),"
    " base_due_us = VALUES(base_due_us), due_us = VALUES(due_us), warn_us = VALUES(warn_us), "
    "warned = VALUES(warned), met_us = VALUES(met_us),"
    " breach_us = VALUES(breach_us), breach_owner = VALUES(breach_owner),"
    " remaining_us = VALUES(remaining_us), pausable = VALUES(pausable),"
    " business_hours = VALUES(business_hours), warn_before_us = VALUES(warn_before_us),"
    " policy_org_id = VALUES(policy_org_id), policy_id = VALUES(policy_id),"
    " policy_version = VALUES(policy_version), priority = VALUES(priority),"
    " since_us = VALUES(since_us), steps = VALUES(steps),"
    " step_offset_us = VALUES(step_offset_us), step_us = VALUES(step_us),"
    " cancel_us = VALUES(cancel_us)";

domain::SlaClock ClockFromRow(const Row& row) {
  return {
      .kind = EnumAt<domain::ClockKind>(row, 2),
      .state = EnumAt<domain::ClockState>(row, 3),
      .start = TimeAt(row, 4),
      .base_due = TimeAt(row, 5),
      .due = TimeAt(row, 6),
      .warn = TimeAt(row, 7),
      .warned = row.Bool(8),
      .met = row.OptTime(9),
      .breach = row.OptTime(10),
      .cancel = row.OptTime(26),
      .breach_owner = row.Str(11),
      .remaining = absl::Microseconds(row.Int(12)),
      .pausable = row.Bool(13),
      .business_hours = row.Bool(14),
      .warn_before = absl::Microseconds(row.Int(15)),
      .zone = {row.Str(16), row.Bool(17)},
      .policy = {row.Str(18), row.Str(19), static_cast<int32_t>(row.Int(20))},
      .priority = EnumAt<domain::CasePriority>(row, 21),
      .steps = static_cast<int>(row.Int(23)),
      .step_offset = row.IsNull(24) ? std::nullopt : std::optional(absl::Microseconds(row.Int(24))),
      .step = TimeAt(row, 25),
      .since = TimeAt(row, 22)};
}

}  // namespace

absl::Status ReadClocks(db::Transaction& t, std::span<domain::Case> cases) {
  if (cases.empty()) return absl::OkStatus();
  std::map<std::pair<std::string_view, std::string_view>, domain::Case*> by_id;
  for (domain::Case& record : cases) by_id[{record.org_id, record.case_id}] = &record;
  // Most often all are of one organization: half as many values make the list then.
  const std::string& org_id = cases.front().org_id;
  const bool one = std::ranges::all_of(
      cases, [&](const domain::Case& record) { return record.org_id == org_id; });
  std::vector<Param> ids;
  for (const domain::Case& record : cases) {
    if (!one) ids.emplace_back(record.org_id);
    ids.emplace_back(record.case_id);
  }
  ASSIGN_OR_RETURN(const db::Rows rows,
                   one ? t.QueryIn(kClocksOfOrg, {org_id}, ids) : t.QueryIn(kClocks, {}, ids, 2));
  for (const Row row : rows) {
    by_id.at({row.Text(0), row.Text(1)})->clocks.push_back(ClockFromRow(row));
  }
  for (domain::Case& record : cases) std::ranges::sort(record.clocks, {}, &domain::SlaClock::kind);
  return absl::OkStatus();
}

absl::Status SaveClocks(db::Transaction& t, CaseRows cases) {
  std::vector<Param> flat;
  for (const domain::Case* each : cases) {
    const domain::Case& record = *each;
    for (const domain::SlaClock& clock : record.clocks) {
      flat.insert(flat.end(),
                  {record.org_id,
                   record.case_id,
                   NameOf(clock.kind),
                   NameOf(clock.state),
                   Stored(clock.start),
                   Stored(clock.base_due),
                   Stored(clock.due),
                   Stored(clock.warn),
                   clock.warned,
                   Stored(clock.met),
                   Stored(clock.breach),
                   clock.breach_owner,
                   absl::ToInt64Microseconds(clock.remaining),
                   clock.pausable,
                   clock.business_hours,
                   absl::ToInt64Microseconds(clock.warn_before),
                   clock.zone.name,
                   clock.zone.assumed,
                   clock.policy.org_id,
                   clock.policy.policy_id,
                   clock.policy.version,
                   NameOf(clock.priority),
                   Stored(clock.since),
                   clock.steps,
                   clock.step_offset ? Param(absl::ToInt64Microseconds(*clock.step_offset))
                                     : Param(nullptr),
                   Stored(clock.step),
                   Stored(clock.cancel)});
    }
  }
  return t.InsertMany(kSaveClocks, kClockColumns, flat, kSaveClocksTail).status();
}

}  // namespace kefu::aftersales::store
