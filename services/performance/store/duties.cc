#include "services/performance/store/duties.h"

#include "common/db/sql.h"
#include "common/status/status_macros.h"

namespace kefu::performance::store {
namespace {

using db::Sql;

// From left to right: update_us, by which the others are decided, comes last.
constexpr Sql kSave{
    "INSERT INTO duty (org_id, shop_id, assignment_id, agent_id, duty, start_day, end_day, "
    "update_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
    "start_day = IF(VALUES(update_us) >= update_us, VALUES(start_day), start_day), "
    "end_day = IF(VALUES(update_us) >= update_us, VALUES(end_day), end_day), "
    "update_us = GREATEST(update_us, VALUES(update_us))"};
constexpr Sql kLoad{
    "SELECT agent_id, duty, start_day, end_day FROM duty WHERE org_id = ? AND shop_id = ? ORDER BY "
    "agent_id, start_day, assignment_id"};

constexpr std::string_view kPreSales = "PRE_SALES", kAfterSales = "AFTER_SALES", kBoth = "BOTH";

std::string_view NameOf(domain::Duty duty) {
  if (duty == domain::Duty::kPreSales) return kPreSales;
  return duty == domain::Duty::kAfterSales ? kAfterSales : kBoth;
}

domain::Duty DutyOf(std::string_view name) {
  if (name == kPreSales) return domain::Duty::kPreSales;
  return name == kAfterSales ? domain::Duty::kAfterSales : domain::Duty::kBoth;
}

}  // namespace

absl::Status SaveDuty(db::Transaction& t, const Scope& scope, std::string_view assignment_id,
                      const domain::DutySpan& span, absl::Time update_time) {
  return t
      .Execute(kSave, {scope.org_id, scope.shop_id, assignment_id, span.agent_id, NameOf(span.duty),
                       span.start_day, span.end_day, absl::ToUnixMicros(update_time)})
      .status();
}

absl::StatusOr<std::vector<domain::DutySpan>> LoadDuties(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kLoad, {scope.org_id, scope.shop_id}));
  std::vector<domain::DutySpan> spans;
  for (const db::Row row : rows)
    spans.push_back({row.Str(0), DutyOf(row.Str(1)), row.Day(2), row.OptDay(3)});
  return spans;
}

}  // namespace kefu::performance::store
