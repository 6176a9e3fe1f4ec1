// Replenishment policies and plans.
#include <algorithm>

#include "common/status/status_macros.h"
#include "services/warehouse/errors_replenishment.h"
#include "services/warehouse/store/replenishment.h"
#include "services/warehouse/store/rows.h"

namespace kefu::warehouse::store {
namespace {

constexpr db::Sql kNewestPolicy{
    "SELECT version, body, create_us FROM replenishment_policy WHERE org_id = ?"
    " ORDER BY version DESC LIMIT 1"};
constexpr db::Sql kPolicy{
    "SELECT version, body, create_us FROM replenishment_policy"
    " WHERE org_id = ? AND version = ?"};
constexpr db::Sql kNextVersion{
    "INSERT INTO replenishment_policy_head (org_id, version) VALUES (?, 1)"
    " ON DUPLICATE KEY UPDATE version = version + 1"};
constexpr db::Sql kVersion{"SELECT version FROM replenishment_policy_head WHERE org_id = ?"};
constexpr db::Sql kInsertPolicy{
    "INSERT INTO replenishment_policy (org_id, version, body, create_us, actor)"
    " VALUES (?, ?, ?, ?, ?)"};
constexpr db::Sql kInsertPlan{
    "INSERT INTO replenishment_plan (org_id, plan_id, body, create_us, actor)"
    " VALUES (?, ?, ?, ?, ?)"};
constexpr std::string_view kInsertLines =
    "INSERT INTO replenishment_line (org_id, plan_id, line_number, has_order, body)";
constexpr db::Sql kPlan{"SELECT body FROM replenishment_plan WHERE org_id = ? AND plan_id = ?"};
constexpr db::Sql kLines{
    "SELECT line_number, has_order, body FROM replenishment_line"
    " WHERE org_id = ? AND plan_id = ? AND line_number > ? ORDER BY line_number LIMIT ?"};
constexpr db::Sql kOrderLines{
    "SELECT line_number, has_order, body FROM replenishment_line"
    " WHERE org_id = ? AND plan_id = ? AND has_order = 1 AND line_number > ?"
    " ORDER BY line_number LIMIT ?"};
constexpr size_t kLinesAtOnce = 2'000;  // keeps the parameters in memory few

}  // namespace

absl::StatusOr<std::optional<StoredPolicy>> FindReplenishmentPolicy(
    db::Reader reader, std::string_view org_id, std::optional<int64_t> version) {
  ASSIGN_OR_RETURN(const db::Rows rows, version ? reader.Query(kPolicy, {org_id, *version})
                                                : reader.Query(kNewestPolicy, {org_id}));
  if (rows.empty()) return std::nullopt;
  return StoredPolicy{rows.front().Int(0), rows.front().Str(1), rows.front().Time(2)};
}

absl::StatusOr<int64_t> AddReplenishmentPolicy(db::Transaction& t, std::string_view org_id,
                                               std::string_view body, absl::Time now,
                                               std::string_view actor) {
  RETURN_IF_ERROR(t.Execute(kNextVersion, {org_id}).status());
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kVersion, {org_id}));
  const int64_t version = rows.front().Int(0);
  RETURN_IF_ERROR(t.Execute(kInsertPolicy, {org_id, version, body, now, actor}).status());
  return version;
}

absl::Status InsertPlan(db::Transaction& t, std::string_view org_id, std::string_view plan_id,
                        std::string_view body, absl::Time now, std::string_view actor,
                        std::span<const PlanLineRow> lines) {
  RETURN_IF_ERROR(t.Execute(kInsertPlan, {org_id, plan_id, body, now, actor}).status());
  for (size_t begin = 0; begin < lines.size(); begin += kLinesAtOnce) {
    std::vector<db::Param> flat;
    for (const PlanLineRow& line :
         lines.subspan(begin, std::min(kLinesAtOnce, lines.size() - begin))) {
      flat.insert(flat.end(),
                  {org_id, plan_id, line.line_number, line.has_order, db::Param::Bytes(line.body)});
    }
    RETURN_IF_ERROR(t.InsertMany(kInsertLines, 5, flat).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> FindPlan(db::Reader reader, std::string_view org_id,
                                     std::string_view plan_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, reader.Query(kPlan, {org_id, plan_id}));
  if (rows.empty()) return error::ReplenishmentPlanNotFound(plan_id);
  return rows.front().Str(0);
}

absl::StatusOr<std::vector<PlanLineRow>> ListPlanLines(db::Reader reader, std::string_view org_id,
                                                       std::string_view plan_id, int64_t after,
                                                       int limit, bool orders_only) {
  return Collect(reader.Query(orders_only ? kOrderLines : kLines, {org_id, plan_id, after, limit}),
                 [](const db::Row& row) {
                   return PlanLineRow{row.Int(0), row.Bool(1), row.Str(2)};
                 });
}

}  // namespace kefu::warehouse::store
