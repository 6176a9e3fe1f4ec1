#include "services/performance/store/definitions.h"

#include "common/db/sql.h"
#include "common/status/status_macros.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr Sql kInsertDefinition{
    "INSERT INTO metric_definition (org_id, definition_id, version, body) VALUES (?, ?, ?, ?)"};
constexpr Sql kNewest{
    "SELECT body FROM metric_definition WHERE org_id = ? AND definition_id = ? ORDER BY version "
    "DESC LIMIT 1"};
constexpr Sql kVersionOfDefinition{
    "SELECT body FROM metric_definition WHERE org_id = ? AND definition_id = ? AND version = ?"};
constexpr Sql kAllDefinitions{
    "SELECT body FROM metric_definition WHERE org_id = ? ORDER BY definition_id, version"};

constexpr Sql kActiveKeys{
    "SELECT definition_id FROM shop_definition WHERE org_id = ? AND shop_id = ?"};
constexpr Sql kShopsWithKey{
    "SELECT shop_id FROM shop_definition WHERE org_id = ? AND definition_id = ? ORDER BY shop_id"};
constexpr Sql kActivate{
    "INSERT INTO shop_definition (org_id, shop_id, definition_id) VALUES (?, ?, ?)"};
constexpr Sql kDeactivate{
    "DELETE FROM shop_definition WHERE org_id = ? AND shop_id = ? AND definition_id = ?"};
constexpr Sql kTakeMarksBack{
    "DELETE FROM dirty_day WHERE org_id = ? AND shop_id = ? AND definition_id = ?"};
// Every day with facts has the shop's figures by some definition, or waits for them.
constexpr Sql kDaysOfShop{
    "SELECT day FROM day_rollup WHERE org_id = ? AND shop_id = ? AND subject_kind = 'SHOP' UNION "
    "SELECT day FROM dirty_day WHERE org_id = ? AND shop_id = ?"};

}  // namespace

absl::Status InsertDefinition(db::Transaction& t, std::string_view org_id, std::string_view id,
                              int version, std::string_view body) {
  return t.Execute(kInsertDefinition, {org_id, id, version, Param::Bytes(body)}).status();
}

absl::StatusOr<std::optional<std::string>> LoadDefinition(db::Transaction& t,
                                                          std::string_view org_id,
                                                          std::string_view id, int version) {
  ASSIGN_OR_RETURN(const db::Rows rows, version == 0
                                            ? t.Query(kNewest, {org_id, id})
                                            : t.Query(kVersionOfDefinition, {org_id, id, version}));
  if (rows.empty()) return std::nullopt;
  return rows.front().Str(0);
}

absl::StatusOr<std::vector<std::string>> LoadDefinitions(db::Transaction& t,
                                                         std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kAllDefinitions, {org_id}));
  std::vector<std::string> bodies;
  for (const db::Row row : rows) bodies.push_back(row.Str(0));
  return bodies;
}

absl::StatusOr<std::set<std::string>> ActiveKeys(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kActiveKeys, {scope.org_id, scope.shop_id}));
  std::set<std::string> keys;
  for (const db::Row row : rows) keys.insert(row.Str(0));
  return keys;
}

absl::StatusOr<std::vector<std::string>> ShopsWithKey(db::Transaction& t, std::string_view org_id,
                                                      std::string_view key) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kShopsWithKey, {org_id, key}));
  std::vector<std::string> shops;
  for (const db::Row row : rows) shops.push_back(row.Str(0));
  return shops;
}

absl::Status Activate(db::Transaction& t, const Scope& scope, std::string_view key) {
  ASSIGN_OR_RETURN(const auto active, ActiveKeys(t, scope));
  if (active.contains(std::string(key))) return absl::OkStatus();
  RETURN_IF_ERROR(t.Execute(kActivate, {scope.org_id, scope.shop_id, key}).status());
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kDaysOfShop, {scope.org_id, scope.shop_id,
                                                              scope.org_id, scope.shop_id}));
  std::set<absl::CivilDay> days;
  for (const db::Row row : rows) days.insert(row.Day(0));
  return MarkDaysFor(t, scope, key, days);
}

absl::Status Deactivate(db::Transaction& t, const Scope& scope, std::string_view key) {
  RETURN_IF_ERROR(t.Execute(kDeactivate, {scope.org_id, scope.shop_id, key}).status());
  return t.Execute(kTakeMarksBack, {scope.org_id, scope.shop_id, key}).status();
}

}  // namespace kefu::performance::store
