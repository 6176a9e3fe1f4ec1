#include "services/aftersales/store/authority.h"

#include "common/status/status_macros.h"

namespace kefu::aftersales::store {
namespace {

using db::Row;
using db::Sql;

constexpr Sql kSaveCurrency{
    "INSERT INTO organization (org_id, currency_code) VALUES (?,?)"
    " ON DUPLICATE KEY UPDATE currency_code = VALUES(currency_code)"};
constexpr Sql kSavePolicy{
    "INSERT INTO authority_policy (org_id, version, body) VALUES (?,?,?)"
    " ON DUPLICATE KEY UPDATE body = VALUES(body)"};
constexpr Sql kSaveTier{
    "INSERT INTO agent_tier (org_id, agent_id, tier_change_id, effective_date, tier_id, "
    "corrects_id)"
    " VALUES (?,?,?,?,?,?)"
    " ON DUPLICATE KEY UPDATE effective_date = VALUES(effective_date), tier_id = VALUES(tier_id),"
    " corrects_id = VALUES(corrects_id)"};
constexpr Sql kCurrency{"SELECT currency_code FROM organization WHERE org_id = ?"};
constexpr Sql kPolicies{"SELECT body FROM authority_policy WHERE org_id = ? ORDER BY version"};
constexpr Sql kDelegate{
    "SELECT r.tier_id, a.base_id FROM agent a"
    " JOIN agent_tier r ON r.org_id = a.org_id AND r.agent_id = a.agent_id"
    " WHERE a.org_id = ? AND a.agent_id = ? AND a.hire_date <= ?"
    " AND (a.leave_date IS NULL OR a.leave_date >= ?) AND r.effective_date <= ?"
    " AND NOT EXISTS (SELECT 1 FROM agent_tier c WHERE c.org_id = r.org_id"
    " AND c.agent_id = r.agent_id AND c.corrects_id = r.tier_change_id)"
    " ORDER BY r.effective_date DESC, r.tier_change_id DESC LIMIT 1"};
constexpr Sql kContracts{
    "SELECT contract_id FROM assignment_contract WHERE org_id = ? AND shop_id = ? AND base_id = ?"
    " AND start_date <= ? AND end_date >= ? ORDER BY contract_id"};
constexpr Sql kOfBaseOnly{
    "SELECT 1 FROM assignment_contract c JOIN agent a ON a.org_id = c.base_id AND a.agent_id = ?"
    " WHERE c.org_id = ? AND NOT EXISTS (SELECT 1 FROM agent o WHERE o.org_id = c.org_id"
    " AND o.agent_id = a.agent_id AND o.hire_date IS NOT NULL) LIMIT 1"};

}  // namespace

absl::Status SaveCurrency(db::Transaction& t, std::string_view org_id, std::string_view currency) {
  return t.Execute(kSaveCurrency, {org_id, currency}).status();
}

absl::Status SaveAuthorityPolicy(db::Transaction& t, std::string_view org_id, int32_t version,
                                 std::string_view body) {
  return t.Execute(kSavePolicy, {org_id, version, db::Param::Bytes(body)}).status();
}

absl::Status SaveAgentTier(db::Transaction& t, std::string_view org_id, const AgentTier& tier) {
  return t
      .Execute(kSaveTier, {org_id, tier.agent_id, tier.tier_change_id, tier.effective_date,
                           tier.tier_id, tier.corrects_id})
      .status();
}

absl::StatusOr<std::string> Currency(db::Transaction& t, std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kCurrency, {org_id}));
  return rows.empty() ? std::string() : rows.front().Str(0);
}

absl::StatusOr<std::vector<std::string>> AuthorityPolicies(db::Transaction& t,
                                                           std::string_view org_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kPolicies, {org_id}));
  std::vector<std::string> bodies;
  for (const Row row : rows) bodies.push_back(row.Str(0));
  return bodies;
}

absl::StatusOr<std::optional<Delegate>> FindDelegate(db::Transaction& t, std::string_view org_id,
                                                     std::string_view agent_id,
                                                     absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kDelegate, {org_id, agent_id, day, day, day}));
  if (rows.empty()) return std::nullopt;
  return Delegate{rows.front().Str(0), rows.front().Str(1)};
}

absl::StatusOr<std::vector<std::string>> ContractsOf(db::Transaction& t, std::string_view org_id,
                                                     std::string_view shop_id,
                                                     std::string_view base_id, absl::CivilDay day) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kContracts, {org_id, shop_id, base_id, day, day}));
  std::vector<std::string> contracts;
  for (const Row row : rows) contracts.push_back(row.Str(0));
  return contracts;
}

absl::StatusOr<bool> IsOfBaseOnly(db::Transaction& t, std::string_view org_id,
                                  std::string_view agent_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kOfBaseOnly, {agent_id, org_id}));
  return !rows.empty();
}

}  // namespace kefu::aftersales::store
