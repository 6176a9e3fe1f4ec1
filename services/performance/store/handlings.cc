#include "services/performance/store/handlings.h"

#include "common/db/sql.h"
#include "common/status/status_macros.h"
#include "services/performance/store/lists.h"

namespace kefu::performance::store {
namespace {

using db::Param;
using db::Sql;

constexpr std::string_view kInsert =
    "INSERT INTO handling (org_id, shop_id, day, agent_id, conversation_id)";
constexpr std::string_view kIsThere = " ON DUPLICATE KEY UPDATE agent_id = VALUES(agent_id)";
constexpr Sql kDelete{
    "DELETE FROM handling WHERE org_id = ? AND shop_id = ? AND conversation_id IN (?*)"};
constexpr Sql kHandled{
    "SELECT DISTINCT c.conversation_id, c.body FROM handling h JOIN conversation c ON c.org_id = "
    "h.org_id AND c.shop_id = h.shop_id AND c.conversation_id = h.conversation_id WHERE h.org_id = "
    "? AND h.shop_id = ? AND h.day = ? AND h.agent_id IN (?*)"};
constexpr Sql kListed{
    "SELECT handlings_listed FROM shop_settings WHERE org_id = ? AND shop_id = ?"};
constexpr Sql kSetListed{
    "UPDATE shop_settings SET handlings_listed = 1 WHERE org_id = ? AND shop_id = ?"};
constexpr Sql kToList{
    "SELECT org_id, shop_id FROM shop_settings WHERE handlings_listed = 0 ORDER BY org_id, "
    "shop_id"};

}  // namespace

absl::Status SaveHandlings(db::Transaction& t, const Scope& scope,
                           std::span<const ConversationRow> rows,
                           std::span<const std::string_view> replaced_ids) {
  RETURN_IF_ERROR(DeleteHandlings(t, scope, replaced_ids));
  std::vector<Param> flat;
  for (const ConversationRow& row : rows) {
    for (const auto& [day, agent_id] : row.handled)
      flat.insert(flat.end(), {scope.org_id, scope.shop_id, day, agent_id, row.conversation_id});
  }
  return t.InsertMany(kInsert, 5, flat, kIsThere).status();
}

absl::Status DeleteHandlings(db::Transaction& t, const Scope& scope,
                             std::span<const std::string_view> conversation_ids) {
  return ExecuteForEach(t, kDelete, scope, Flat(conversation_ids));
}

absl::StatusOr<std::vector<std::string>> LoadHandled(db::Transaction& t, const Scope& scope,
                                                     absl::CivilDay day,
                                                     std::span<const std::string> agent_ids) {
  const std::vector<Param> agents(agent_ids.begin(), agent_ids.end());
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.QueryIn(kHandled, {scope.org_id, scope.shop_id, day}, agents));
  std::vector<std::string> bodies;
  for (const db::Row row : rows) bodies.push_back(row.Str(1));
  return bodies;
}

absl::StatusOr<bool> HandlingsListed(db::Transaction& t, const Scope& scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kListed, {scope.org_id, scope.shop_id}));
  return !rows.empty() && rows.front().Bool(0);
}

absl::Status SetHandlingsListed(db::Transaction& t, const Scope& scope) {
  return t.Execute(kSetListed, {scope.org_id, scope.shop_id}).status();
}

absl::StatusOr<std::vector<Scope>> ShopsToList(db::Transaction& t) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kToList, {}));
  std::vector<Scope> shops;
  for (const db::Row row : rows) shops.push_back({row.Str(0), row.Str(1)});
  return shops;
}

}  // namespace kefu::performance::store
