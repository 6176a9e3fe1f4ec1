#include "services/aftersales/store/returns.h"

#include <deque>
#include <utility>

#include "absl/strings/str_split.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "services/aftersales/store/base_sql.h"

namespace kefu::aftersales::store {
namespace {

namespace returns = domain::returns;
using db::Param;
using db::Row;
using db::Sql;

#define POLICY \
  "SELECT org_id, policy_id, version, shop_id, platform, effective_us, actor, create_us"
constexpr Sql kChooseShipped{
    POLICY
    " FROM return_policy WHERE org_id = '' AND shop_id = '' AND platform = ?"
    " AND effective_us <= ? ORDER BY effective_us DESC, version DESC LIMIT 1"};
constexpr Sql kChooseOwn{
    POLICY
    " FROM return_policy WHERE org_id = ? AND shop_id IN (?, '') AND platform IN (?, '')"
    " AND effective_us <= ? ORDER BY shop_id = '', platform = '', effective_us DESC, version DESC"
    " LIMIT 1"};
constexpr Sql kVersion{POLICY
                       " FROM return_policy WHERE org_id = ? AND policy_id = ? AND version = ?"};
constexpr Sql kNewest{POLICY
                      " FROM return_policy WHERE org_id = ? AND policy_id = ?"
                      " ORDER BY version DESC LIMIT 1"};
constexpr Sql kListPolicies{
    "SELECT org_id, policy_id, version FROM return_policy"
    " WHERE org_id IN ('', ?) AND (shop_id = '' OR ? OR FIND_IN_SET(shop_id, ?) > 0)"
    " AND (platform = '' OR ? OR platform = ?) AND (org_id, policy_id, version) > (?,?,?)"
    " ORDER BY org_id, policy_id, version LIMIT ?"};
constexpr Sql kRules{
    "SELECT rule_id, source, remedy, categories, excluded_categories, reasons, spoiled_by,"
    " evidence, window_days, window_months, return_freight, outbound_freight, basis,"
    " evidence_required FROM return_rule WHERE org_id = ? AND policy_id = ? AND version = ? ORDER "
    "BY rule_id"};
constexpr Sql kCategories{
    "SELECT category_id, reasons, name_zh, name_en FROM return_category"
    " WHERE org_id = ? AND policy_id = ? AND version = ? ORDER BY category_id"};

constexpr Sql kCountUp{
    "INSERT INTO return_policy_head (org_id, policy_id, last_version) VALUES (?,?,1)"
    " ON DUPLICATE KEY UPDATE last_version = last_version + 1"};
constexpr Sql kCounted{
    "SELECT last_version FROM return_policy_head WHERE org_id = ? AND policy_id = ?"};
constexpr Sql kInsertPolicy{
    "INSERT INTO return_policy (org_id, policy_id, version, shop_id, platform, effective_us, actor,"
    " create_us) VALUES (?,?,?,?,?,?,?,?)"};
constexpr std::string_view kInsertRules =
    "INSERT INTO return_rule (org_id, policy_id, version, rule_id, source, remedy, categories,"
    " excluded_categories, reasons, spoiled_by, evidence, window_days, window_months,"
    " return_freight, outbound_freight, basis, evidence_required)";
constexpr size_t kRuleColumns = 17;
constexpr std::string_view kInsertCategories =
    "INSERT INTO return_category (org_id, policy_id, version, category_id, reasons, name_zh,"
    " name_en)";
constexpr size_t kCategoryColumns = 7;
constexpr Sql kTexts{"SELECT kind, name, zh, en FROM return_text"};

constexpr Sql kInsertEvaluation{
    "INSERT INTO return_evaluation (org_id, evaluation_id, shop_id, case_id, create_us, body, "
    "reason)"
    " VALUES (?,?,?,?,?,?,?)"};
#define EVALUATION \
  "SELECT org_id, evaluation_id, shop_id, case_id, create_us, body FROM return_evaluation"
constexpr Sql kFindEvaluation{EVALUATION " WHERE org_id = ? AND evaluation_id = ?"};
constexpr Sql kListEvaluations{
    EVALUATION
    " WHERE org_id = ? AND case_id IN (?*) AND evaluation_id > ? ORDER BY evaluation_id LIMIT ?"};
constexpr Sql kLatestEvaluation{
    EVALUATION " WHERE org_id = ? AND case_id IN (?*) ORDER BY evaluation_id DESC LIMIT 1"};

// Two statements, so that each has its index.
#define OF_TIME                                                                      \
  " AND create_us >= ? AND (create_us < ? OR (create_us = ? AND evaluation_id < ?))" \
  " ORDER BY create_us DESC, evaluation_id DESC LIMIT ?"
constexpr Sql kEvaluationsOfTime{EVALUATION " WHERE org_id = ?" OF_TIME};
constexpr Sql kEvaluationsOfShop{EVALUATION
                                 " x WHERE org_id = ? AND shop_id = ?"
                                 " AND " CASE_REACHED_BY_BASE OF_TIME};

// Lists are joined by commas; see migrations/.
std::vector<std::string> ListAt(const Row& row, size_t column) {
  if (row.Text(column).empty()) return {};
  return absl::StrSplit(row.Str(column), ',');
}

template <class E>
E EnumAt(const Row& row, size_t column) {
  return ParseName<E>(row.Text(column)).value_or(E::kUnspecified);
}

template <class E>
std::vector<E> EnumsAt(const Row& row, size_t column) {
  std::vector<E> values;
  for (const std::string& name : ListAt(row, column)) {
    values.push_back(ParseName<E>(name).value_or(E::kUnspecified));
  }
  return values;
}

std::string Joined(const std::vector<std::string>& values) {
  return fmt::format("{}", fmt::join(values, ","));
}

template <class E>
std::string Names(const std::vector<E>& values) {
  std::vector<std::string_view> names;
  for (const E value : values) names.push_back(NameOf(value));
  return fmt::format("{}", fmt::join(names, ","));
}

returns::Rule RuleFromRow(const Row& row) {
  return {.rule_id = row.Str(0),
          .source = EnumAt<returns::Source>(row, 1),
          .remedy = EnumAt<returns::Remedy>(row, 2),
          .categories = ListAt(row, 3),
          .excluded_categories = ListAt(row, 4),
          .reasons = EnumsAt<returns::Reason>(row, 5),
          .spoiled_by = EnumsAt<returns::Condition>(row, 6),
          .evidence = EnumsAt<returns::EvidenceKind>(row, 7),
          .evidence_required = row.Int(13) != 0,
          .window_days = static_cast<int32_t>(row.Int(8)),
          .window_months = static_cast<int32_t>(row.Int(9)),
          .return_freight = EnumAt<returns::Payer>(row, 10),
          .outbound_freight = EnumAt<returns::Payer>(row, 11),
          .basis = row.Str(12)};
}

// The policy of a row that was selected, with its rules and categories; nothing without a row.
absl::StatusOr<std::optional<returns::Policy>> WholePolicy(db::Transaction& t,
                                                           absl::StatusOr<db::Rows> rows) {
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::nullopt;
  const Row row = rows->front();
  returns::Policy policy{.ref = {row.Str(0), row.Str(1), static_cast<int32_t>(row.Int(2))},
                         .shop_id = row.Str(3),
                         .platform = row.Str(4),
                         .effective = FromMicros(row.Int(5)),
                         .rules = {},
                         .categories = {},
                         .actor = row.Str(6),
                         .create_time = row.Time(7)};
  const auto& [org_id, policy_id, version] = policy.ref;
  ASSIGN_OR_RETURN(const db::Rows rules, t.Query(kRules, {org_id, policy_id, version}));
  for (const Row rule : rules) policy.rules.push_back(RuleFromRow(rule));
  ASSIGN_OR_RETURN(const db::Rows categories, t.Query(kCategories, {org_id, policy_id, version}));
  for (const Row category : categories) {
    policy.categories.push_back({category.Str(0),
                                 EnumsAt<returns::Reason>(category, 1),
                                 {category.Str(2), category.Str(3)}});
  }
  return policy;
}

ReturnEvaluation EvaluationFromRow(const Row& row) {
  return {row.Str(0), row.Str(1), row.Str(2), row.Str(3), row.Time(4), row.Str(5)};
}

}  // namespace

absl::StatusOr<std::vector<returns::Policy>> ReturnPoliciesFor(db::Transaction& t, const Shop& shop,
                                                               absl::Time at) {
  const int64_t at_us = ToMicros(at);
  std::vector<returns::Policy> policies;
  ASSIGN_OR_RETURN(auto everybodys, WholePolicy(t, t.Query(kChooseShipped, {"", at_us})));
  if (!everybodys) return Internal("no return policy applies, not even the shipped one");
  policies.push_back(*std::move(everybodys));
  if (!shop.platform.empty()) {
    ASSIGN_OR_RETURN(auto platforms,
                     WholePolicy(t, t.Query(kChooseShipped, {shop.platform, at_us})));
    if (platforms) policies.push_back(*std::move(platforms));
  }
  ASSIGN_OR_RETURN(auto own, OwnReturnPolicyFor(t, shop, at));
  if (own) policies.push_back(*std::move(own));
  return policies;
}

absl::StatusOr<std::optional<returns::Policy>> OwnReturnPolicyFor(db::Transaction& t,
                                                                  const Shop& shop, absl::Time at) {
  return WholePolicy(t,
                     t.Query(kChooseOwn, {shop.org_id, shop.shop_id, shop.platform, ToMicros(at)}));
}

absl::StatusOr<std::optional<returns::Policy>> FindReturnPolicy(db::Transaction& t,
                                                                const domain::PolicyRef& ref) {
  return WholePolicy(t, ref.version == 0
                            ? t.Query(kNewest, {ref.org_id, ref.policy_id})
                            : t.Query(kVersion, {ref.org_id, ref.policy_id, ref.version}));
}

absl::StatusOr<std::vector<domain::PolicyRef>> ListReturnPolicies(db::Transaction& t,
                                                                  const ReturnPolicyFilter& filter,
                                                                  const domain::PolicyRef& after,
                                                                  int limit) {
  const std::string shops = filter.shops ? Joined(*filter.shops) : "";
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.Query(kListPolicies, {filter.org_id, !filter.shops, shops, !filter.platform,
                                           filter.platform.value_or(""), after.org_id,
                                           after.policy_id, after.version, limit}));
  std::vector<domain::PolicyRef> refs;
  for (const Row row : rows) {
    refs.push_back({row.Str(0), row.Str(1), static_cast<int32_t>(row.Int(2))});
  }
  return refs;
}

absl::StatusOr<int32_t> NextReturnVersion(db::Transaction& t, std::string_view org_id,
                                          std::string_view policy_id) {
  RETURN_IF_ERROR(t.Execute(kCountUp, {org_id, policy_id}));
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kCounted, {org_id, policy_id}));
  return static_cast<int32_t>(rows.front().Int(0));
}

absl::Status InsertReturnPolicy(db::Transaction& t, const returns::Policy& policy) {
  const auto& [org_id, policy_id, version] = policy.ref;
  RETURN_IF_ERROR(t.Execute(
      kInsertPolicy, {org_id, policy_id, version, policy.shop_id, policy.platform,
                      ToMicros(policy.effective), policy.actor, ToMicros(policy.create_time)}));
  std::deque<std::string> lists;  // parameters are views
  const auto keep = [&lists](std::string list) -> std::string_view {
    return lists.emplace_back(std::move(list));
  };
  std::vector<Param> rules, categories;
  for (const returns::Rule& rule : policy.rules) {
    rules.insert(rules.end(), {org_id, policy_id, version, rule.rule_id, NameOf(rule.source),
                               NameOf(rule.remedy), keep(Joined(rule.categories)),
                               keep(Joined(rule.excluded_categories)), keep(Names(rule.reasons)),
                               keep(Names(rule.spoiled_by)), keep(Names(rule.evidence)),
                               rule.window_days, rule.window_months, NameOf(rule.return_freight),
                               NameOf(rule.outbound_freight), rule.basis, rule.evidence_required});
  }
  RETURN_IF_ERROR(t.InsertMany(kInsertRules, kRuleColumns, rules));
  for (const returns::Category& category : policy.categories) {
    categories.insert(categories.end(),
                      {org_id, policy_id, version, category.category_id,
                       keep(Names(category.reasons)), category.name.zh, category.name.en});
  }
  return t.InsertMany(kInsertCategories, kCategoryColumns, categories).status();
}

absl::StatusOr<ReturnTexts> LoadReturnTexts(db::Transaction& t) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kTexts, {}));
  ReturnTexts texts;
  for (const Row row : rows) texts[{row.Str(0), row.Str(1)}] = {row.Str(2), row.Str(3)};
  return texts;
}

absl::Status InsertReturnEvaluation(db::Transaction& t, const ReturnEvaluation& evaluation) {
  return t
      .Execute(kInsertEvaluation,
               {evaluation.org_id, evaluation.evaluation_id, evaluation.shop_id, evaluation.case_id,
                ToMicros(evaluation.create_time), Param::Bytes(evaluation.body), evaluation.reason})
      .status();
}

absl::StatusOr<std::optional<ReturnEvaluation>> FindReturnEvaluation(
    db::Transaction& t, std::string_view org_id, std::string_view evaluation_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, t.Query(kFindEvaluation, {org_id, evaluation_id}));
  if (rows.empty()) return std::nullopt;
  return EvaluationFromRow(rows.front());
}

absl::StatusOr<std::vector<ReturnEvaluation>> ListReturnEvaluations(db::Transaction& t,
                                                                    std::string_view org_id,
                                                                    CaseIds case_ids,
                                                                    std::string_view after_id,
                                                                    int limit) {
  const std::vector<Param> ids(case_ids.begin(), case_ids.end());
  ASSIGN_OR_RETURN(const db::Rows rows,
                   t.QueryIn(kListEvaluations, {org_id}, ids, 1, {after_id, limit}));
  std::vector<ReturnEvaluation> evaluations;
  for (const Row row : rows) evaluations.push_back(EvaluationFromRow(row));
  return evaluations;
}

absl::StatusOr<std::optional<ReturnEvaluation>> LatestReturnEvaluation(db::Transaction& t,
                                                                       std::string_view org_id,
                                                                       CaseIds case_ids) {
  const std::vector<Param> ids(case_ids.begin(), case_ids.end());
  ASSIGN_OR_RETURN(const db::Rows rows, t.QueryIn(kLatestEvaluation, {org_id}, ids));
  if (rows.empty()) return std::nullopt;
  return EvaluationFromRow(rows.front());
}

absl::StatusOr<std::vector<ReturnEvaluation>> ListReturnEvaluations(db::Transaction& t,
                                                                    const EvaluationFilter& filter,
                                                                    int limit) {
  const int64_t from_us = ToMicros(filter.from), to_us = ToMicros(filter.to);
  ASSIGN_OR_RETURN(const db::Rows rows,
                   filter.shop_id.empty()
                       ? t.Query(kEvaluationsOfTime,
                                 {filter.org_id, from_us, to_us, to_us, filter.before_id, limit})
                       : t.Query(kEvaluationsOfShop,
                                 {filter.org_id, filter.shop_id, filter.base_id, filter.base_id,
                                  from_us, to_us, to_us, filter.before_id, limit}));
  std::vector<ReturnEvaluation> evaluations;
  for (const Row row : rows) evaluations.push_back(EvaluationFromRow(row));
  return evaluations;
}

}  // namespace kefu::aftersales::store
