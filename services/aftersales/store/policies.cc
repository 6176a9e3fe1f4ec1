#include "services/aftersales/store/policies.h"

#include "absl/strings/str_split.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace kefu::aftersales::store {
namespace {

using db::Row;
using db::Sql;

constexpr Sql kFindShop{"SELECT platform, time_zone FROM shop WHERE org_id = ? AND shop_id = ?"};
constexpr Sql kSaveShop{
    "INSERT INTO shop (org_id, shop_id, platform, time_zone) VALUES (?,?,?,?)"
    " ON DUPLICATE KEY UPDATE platform = VALUES(platform), time_zone = VALUES(time_zone)"};

// What applies to a shop, the most particular first: see migrations/.
#define APPLICABLE                                                            \
  " WHERE org_id IN (?, '') AND shop_id IN (?, '') AND platform IN (?, '')"   \
  " AND effective_us <= ? ORDER BY org_id = '', shop_id = '', platform = ''," \
  " effective_us DESC, version DESC LIMIT 1"
#define CASE_POLICY                                                                     \
  "SELECT org_id, policy_id, version, shop_id, effective_us, levels, appeal_term_days," \
  " max_appeals, max_evidence_bytes, max_evidence_items, evidence_types FROM case_policy"
constexpr Sql kChooseCasePolicy{CASE_POLICY APPLICABLE};
constexpr Sql kListCasePolicies{
    CASE_POLICY
    " WHERE org_id IN (?, '') AND (? = '' OR shop_id IN (?, ''))"
    " AND (org_id > ? OR (org_id = ? AND (policy_id > ? OR (policy_id = ? AND version > ?))))"
    " ORDER BY org_id, policy_id, version LIMIT ?"};
// The row of the organization is there for the lock: one without a currency counts as not told of.
constexpr Sql kLockOrganization{
    "INSERT INTO organization (org_id, currency_code) VALUES (?, '')"
    " ON DUPLICATE KEY UPDATE org_id = org_id"};
constexpr Sql kLastCasePolicy{
    "SELECT COALESCE(MAX(version), 0) FROM case_policy WHERE org_id = ? AND policy_id = ?"};
constexpr Sql kLastCasePolicyOfShop{
    "SELECT COALESCE(MAX(effective_us), 0) FROM case_policy"
    " WHERE org_id = ? AND policy_id = ? AND shop_id = ?"};
constexpr Sql kAddCasePolicy{
    "INSERT INTO case_policy (org_id, policy_id, version, shop_id, platform, effective_us, levels,"
    " appeal_term_days, max_appeals, max_evidence_bytes, max_evidence_items, evidence_types)"
    " VALUES (?,?,?,?,'',?,?,?,?,?,?,?)"};
constexpr std::string_view kOwnCasePolicy = "own/case";

domain::PolicyRef RefFromRow(const Row& row) {
  return {row.Str(0), row.Str(1), static_cast<int32_t>(row.Int(2))};
}

std::vector<domain::EscalationLevel> LevelsAt(const Row& row, size_t column) {
  std::vector<domain::EscalationLevel> levels;
  for (const absl::string_view name : absl::StrSplit(row.Str(column), ',')) {
    const auto level = ParseName<domain::EscalationLevel>({name.data(), name.size()});
    if (level) levels.push_back(*level);
  }
  return levels;
}

domain::CasePolicy CasePolicyFromRow(const Row& row) {
  return {.ref = RefFromRow(row),
          .shop_id = row.Str(3),
          .effective = FromMicros(row.Int(4)),
          .levels = LevelsAt(row, 5),
          .appeal_term_days = static_cast<int32_t>(row.Int(6)),
          .max_appeals = static_cast<int32_t>(row.Int(7)),
          .max_evidence_bytes = row.Int(8),
          .max_evidence_items = static_cast<int32_t>(row.Int(9)),
          .evidence_types = absl::StrSplit(row.Str(10), ',')};
}

}  // namespace

Shop AssumedShop(std::string_view org_id, std::string_view shop_id) {
  return {std::string(org_id), std::string(shop_id), "", {std::string(kDefaultZone), true}};
}

absl::StatusOr<Shop> FindShop(db::Transaction& t, std::string_view org_id,
                              std::string_view shop_id) {
  Shop shop = AssumedShop(org_id, shop_id);
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kFindShop, {org_id, shop_id}));
  if (!rows.empty()) {
    shop.platform = rows.front().Str(0);
    shop.zone = {rows.front().Str(1), false};
  }
  return shop;
}

absl::Status SaveShop(db::Transaction& t, const Shop& shop) {
  return t.Execute(kSaveShop, {shop.org_id, shop.shop_id, shop.platform, shop.zone.name}).status();
}

absl::StatusOr<domain::CasePolicy> ChooseCasePolicy(db::Transaction& t, const Shop& shop,
                                                    absl::Time at) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kChooseCasePolicy, {shop.org_id, shop.shop_id,
                                                                    shop.platform, ToMicros(at)}));
  if (rows.empty()) return Internal("no case policy applies, not even a shipped one");
  return CasePolicyFromRow(rows.front());
}

absl::StatusOr<std::vector<domain::CasePolicy>> ListCasePolicies(db::Transaction& t,
                                                                 std::string_view org_id,
                                                                 std::string_view shop_id,
                                                                 const domain::PolicyRef& after,
                                                                 int limit) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      t.Query(kListCasePolicies, {org_id, shop_id, shop_id, after.org_id, after.org_id,
                                  after.policy_id, after.policy_id, after.version, limit}));
  std::vector<domain::CasePolicy> policies;
  for (const Row row : rows) policies.push_back(CasePolicyFromRow(row));
  return policies;
}

absl::StatusOr<domain::PolicyRef> AddCasePolicy(db::Transaction& t, std::string_view org_id,
                                                const domain::CasePolicy& policy) {
  RETURN_IF_ERROR(t.Execute(kLockOrganization, {org_id}));
  ASSIGN_OR_RETURN(const db::Rows last, t.Query(kLastCasePolicy, {org_id, kOwnCasePolicy}));
  ASSIGN_OR_RETURN(const db::Rows before,
                   t.Query(kLastCasePolicyOfShop, {org_id, kOwnCasePolicy, policy.shop_id}));
  FieldViolations violations;
  violations.Check(ToMicros(policy.effective) >= before.front().Int(0), "policy.effective_time",
                   "must not be before that of the version before");
  RETURN_IF_ERROR(violations.ToStatus());
  const domain::PolicyRef ref{std::string(org_id), std::string(kOwnCasePolicy),
                              static_cast<int32_t>(last.front().Int(0) + 1)};
  std::vector<std::string_view> levels;
  for (const domain::EscalationLevel level : policy.levels) levels.push_back(NameOf(level));
  RETURN_IF_ERROR(
      t.Execute(kAddCasePolicy,
                {org_id, kOwnCasePolicy, ref.version, policy.shop_id, ToMicros(policy.effective),
                 fmt::format("{}", fmt::join(levels, ",")), policy.appeal_term_days,
                 policy.max_appeals, policy.max_evidence_bytes, policy.max_evidence_items,
                 fmt::format("{}", fmt::join(policy.evidence_types, ","))}));
  return ref;
}

}  // namespace kefu::aftersales::store
