#include "services/aftersales/convert/returns.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "common/convert/fields.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/convert/platform.h"

namespace kefu::aftersales::convert {
namespace {

namespace fields = ::kefu::convert;
namespace returns = domain::returns;

// Bounds: far above what a shop promises, low enough for a policy to be read whole.
constexpr int kMaxRules = 200, kMaxCategories = 100;
constexpr int kMaxListed = 50, kMaxBasis = 200, kMaxText = 200;
constexpr int kMaxDays = 36'500, kMaxMonths = 1'200;  // a hundred years

// Enums of a list, none twice.
template <class E, class Proto>
std::vector<E> EnumsFromProto(const google::protobuf::RepeatedField<int>& values,
                              const std::string& field, FieldViolations& violations) {
  std::vector<E> found;
  for (int i = 0; i < values.size(); ++i) {
    const std::string path = fmt::format("{}[{}]", field, i);
    const auto value = static_cast<E>(fields::RequiredEnum<Proto>(values[i], path, violations));
    if (value == E::kUnspecified) continue;
    if (violations.Check(std::ranges::find(found, value) == found.end(), path,
                         "must not stand twice")) {
      found.push_back(value);
    }
  }
  return found;
}

template <class E, class List>
void EnumsToProto(const List& values, google::protobuf::RepeatedField<int>& proto) {
  for (const E value : values) proto.Add(static_cast<int>(value));
}

std::vector<returns::Answer> AnswersFromProto(const v1::ReturnQuestion& proto,
                                              FieldViolations& violations) {
  std::vector<returns::Answer> answers;
  std::set<returns::Condition> seen;
  for (int i = 0; i < proto.answers_size(); ++i) {
    const std::string path = fmt::format("answers[{}].condition", i);
    const auto condition = static_cast<returns::Condition>(
        fields::RequiredEnum<v1::ReturnCondition>(proto.answers(i).condition(), path, violations));
    violations.Check(condition == returns::Condition::kUnspecified || seen.insert(condition).second,
                     path, "must not be answered twice");
    answers.push_back({condition, proto.answers(i).yes()});
  }
  return answers;
}

// Where the goods stay, nothing is sent back, and only there.
void CheckFreights(const returns::Rule& rule, FieldViolations& violations) {
  const bool stays = rule.remedy == returns::Remedy::kRefundOnly;
  const bool sent_back = rule.return_freight != returns::Payer::kUnspecified;
  violations.Check(rule.remedy == returns::Remedy::kUnspecified || stays != sent_back,
                   "return_freight",
                   stays ? "must not be set for refund only" : "must be set but for refund only");
}

returns::Rule RuleFromProto(const v1::ReturnRule& proto, FieldViolations& violations) {
  returns::Rule rule;
  rule.rule_id = fields::Id(proto.rule_id(), "rule_id", violations);
  rule.source = static_cast<returns::Source>(
      fields::RequiredEnum<v1::ReturnRuleSource>(proto.source(), "source", violations));
  violations.Check(rule.source != returns::Source::kLaw, "source",
                   "must not be law: that ships with the product");
  rule.remedy = static_cast<returns::Remedy>(
      fields::RequiredEnum<v1::ReturnRemedy>(proto.remedy(), "remedy", violations));
  rule.categories =
      fields::Words(proto.categories(), kMaxListed, kMaxCategory, "categories", violations);
  rule.excluded_categories = fields::Words(proto.excluded_categories(), kMaxListed, kMaxCategory,
                                           "excluded_categories", violations);
  rule.reasons =
      EnumsFromProto<returns::Reason, v1::ReturnReason>(proto.reasons(), "reasons", violations);
  rule.spoiled_by = EnumsFromProto<returns::Condition, v1::ReturnCondition>(
      proto.spoiled_by(), "spoiled_by", violations);
  rule.evidence = EnumsFromProto<returns::EvidenceKind, v1::ReturnEvidence>(proto.evidence(),
                                                                            "evidence", violations);
  rule.window_days = fields::Number(proto.window_days(), 0, kMaxDays, "window_days", violations);
  rule.window_months =
      fields::Number(proto.window_months(), 0, kMaxMonths, "window_months", violations);
  violations.Check((proto.window_days() == 0) != (proto.window_months() == 0), "window_days",
                   "either window_days or window_months must be set");
  rule.return_freight = static_cast<returns::Payer>(
      fields::OptionalEnum<v1::FreightPayer>(proto.return_freight(), "return_freight", violations));
  rule.outbound_freight = static_cast<returns::Payer>(fields::RequiredEnum<v1::FreightPayer>(
      proto.outbound_freight(), "outbound_freight", violations));
  CheckFreights(rule, violations);
  rule.basis = fields::OptionalText(proto.basis(), kMaxBasis, "basis", violations);
  rule.evidence_required = proto.evidence_required();
  violations.Check(!rule.evidence_required || !rule.evidence.empty(), "evidence_required",
                   "must not be set without evidence");
  return rule;
}

std::vector<returns::Rule> RulesFromProto(const v1::ReturnPolicy& proto,
                                          FieldViolations& violations) {
  violations.Check(proto.rules_size() <= kMaxRules, "rules",
                   fmt::format("must have at most {} items", kMaxRules));
  std::vector<returns::Rule> rules;
  std::set<std::string> ids;
  for (int i = 0; i < proto.rules_size(); ++i) {
    const std::string path = fmt::format("rules[{}]", i);
    FieldViolations inner;
    rules.push_back(RuleFromProto(proto.rules(i), inner));
    inner.Check(ids.insert(proto.rules(i).rule_id()).second, "rule_id", "must not stand twice");
    violations.Merge(path, inner);
  }
  std::ranges::sort(rules, {}, &returns::Rule::rule_id);
  return rules;
}

std::vector<returns::Category> CategoriesFromProto(const v1::ReturnPolicy& proto,
                                                   FieldViolations& violations) {
  violations.Check(proto.categories_size() <= kMaxCategories, "categories",
                   fmt::format("must have at most {} items", kMaxCategories));
  std::vector<returns::Category> categories;
  google::protobuf::RepeatedPtrField<std::string> ids;
  for (int i = 0; i < proto.categories_size(); ++i) {
    const v1::ReturnCategory& category = proto.categories(i);
    const std::string path = fmt::format("categories[{}].reasons", i);
    *ids.Add() = category.category_id();
    violations.Check(category.reasons_size() > 0, path, "must not be empty");
    returns::Category& made = categories.emplace_back(returns::Category{category.category_id()});
    made.reasons =
        EnumsFromProto<returns::Reason, v1::ReturnReason>(category.reasons(), path, violations);
    const std::string name = fmt::format("categories[{}].name", i);
    made.name = {fields::OptionalText(category.name().zh(), kMaxText, name + ".zh", violations),
                 fields::OptionalText(category.name().en(), kMaxText, name + ".en", violations)};
  }
  fields::Words(ids, kMaxCategories, kMaxCategory, "categories.category_id", violations);
  std::ranges::sort(categories, {}, &returns::Category::category_id);
  return categories;
}

v1::RemedyPeriod ToProto(const returns::Period& period) {
  v1::RemedyPeriod proto;
  *proto.mutable_first_date() = fields::ToProto(period.first);
  *proto.mutable_last_date() = fields::ToProto(period.last);
  *proto.mutable_end_time() = fields::ToProto(period.end);
  *proto.mutable_rule() = convert::ToProto(period.rule);
  proto.set_return_freight(static_cast<v1::FreightPayer>(period.return_freight.payer));
  *proto.mutable_return_freight_rule() = convert::ToProto(period.return_freight.rule);
  proto.set_outbound_freight(static_cast<v1::FreightPayer>(period.outbound_freight.payer));
  *proto.mutable_outbound_freight_rule() = convert::ToProto(period.outbound_freight.rule);
  return proto;
}

v1::ReturnRule ToProto(const returns::Rule& rule) {
  v1::ReturnRule proto;
  proto.set_rule_id(rule.rule_id);
  proto.set_source(static_cast<v1::ReturnRuleSource>(rule.source));
  proto.set_remedy(static_cast<v1::ReturnRemedy>(rule.remedy));
  for (const std::string& category : rule.categories) proto.add_categories(category);
  for (const std::string& category : rule.excluded_categories) {
    proto.add_excluded_categories(category);
  }
  EnumsToProto<returns::Reason>(rule.reasons, *proto.mutable_reasons());
  EnumsToProto<returns::Condition>(rule.spoiled_by, *proto.mutable_spoiled_by());
  EnumsToProto<returns::EvidenceKind>(rule.evidence, *proto.mutable_evidence());
  proto.set_window_days(rule.window_days);
  proto.set_window_months(rule.window_months);
  proto.set_return_freight(static_cast<v1::FreightPayer>(rule.return_freight));
  proto.set_outbound_freight(static_cast<v1::FreightPayer>(rule.outbound_freight));
  proto.set_basis(rule.basis);
  proto.set_evidence_required(rule.evidence_required);
  return proto;
}

}  // namespace

absl::Time PastInstant(const google::protobuf::Timestamp& time, absl::Time now,
                       std::string_view field, FieldViolations& violations) {
  const absl::Time instant = FromMicros(ToMicros(fields::Instant(time, field, violations)));
  violations.Check(instant <= now, field, "must not be in the future");
  return instant;
}

v1::ReturnPolicyRef ToProto(const domain::PolicyRef& ref) {
  v1::ReturnPolicyRef proto;
  proto.set_policy_id(ref.policy_id);
  proto.set_policy_version(ref.version);
  proto.set_shipped(ref.org_id.empty());
  return proto;
}

v1::ReturnText ToProto(const returns::Text& text) {
  v1::ReturnText proto;
  proto.set_zh(text.zh);
  proto.set_en(text.en);
  return proto;
}

v1::ReturnRuleRef ToProto(const returns::RuleRef& ref) {
  v1::ReturnRuleRef proto;
  proto.set_policy_id(ref.policy.policy_id);
  proto.set_policy_version(ref.policy.version);
  proto.set_rule_id(ref.rule_id);
  proto.set_source(static_cast<v1::ReturnRuleSource>(ref.source));
  return proto;
}

returns::Question FromProto(const v1::ReturnQuestion& proto, absl::Time now,
                            FieldViolations& violations) {
  returns::Question question{.ask_time = now};
  question.category = fields::OptionalText(proto.category(), kMaxCategory, "category", violations);
  question.reason = static_cast<returns::Reason>(
      fields::RequiredEnum<v1::ReturnReason>(proto.reason(), "reason", violations));
  question.answers = AnswersFromProto(proto, violations);
  question.evidence = EnumsFromProto<returns::EvidenceKind, v1::ReturnEvidence>(
      proto.evidence(), "evidence", violations);
  if (proto.has_sign_time()) {
    question.sign_time = PastInstant(proto.sign_time(), now, "sign_time", violations);
  }
  if (proto.has_ask_time()) {
    question.ask_time = PastInstant(proto.ask_time(), now, "ask_time", violations);
  }
  question.order_id = fields::OptionalId(proto.order_id(), "order_id", violations);
  question.purchase_date = fields::OptionalDay(proto.has_purchase_date(), proto.purchase_date(),
                                               "purchase_date", violations);
  return question;
}

v1::ReturnQuestion ToProto(const returns::Question& question) {
  v1::ReturnQuestion proto;
  proto.set_category(question.category);
  proto.set_reason(static_cast<v1::ReturnReason>(question.reason));
  for (const returns::Answer& answer : question.answers) {
    v1::ReturnConditionAnswer& added = *proto.add_answers();
    added.set_condition(static_cast<v1::ReturnCondition>(answer.condition));
    added.set_yes(answer.yes);
  }
  EnumsToProto<returns::EvidenceKind>(question.evidence, *proto.mutable_evidence());
  if (question.sign_time) *proto.mutable_sign_time() = fields::ToProto(*question.sign_time);
  *proto.mutable_ask_time() = fields::ToProto(question.ask_time);
  proto.set_order_id(question.order_id);
  if (question.purchase_date) {
    *proto.mutable_purchase_date() = fields::ToProto(*question.purchase_date);
  }
  return proto;
}

v1::RemedyOutcome ToProto(const returns::Outcome& outcome) {
  v1::RemedyOutcome proto;
  proto.set_remedy(static_cast<v1::ReturnRemedy>(outcome.remedy));
  proto.set_decision(static_cast<v1::ReturnDecision>(outcome.decision));
  for (const returns::Period& period : outcome.periods) *proto.add_periods() = ToProto(period);
  for (const returns::Period& period : outcome.periods_when_shown) {
    *proto.add_periods_when_shown() = ToProto(period);
  }
  EnumsToProto<returns::EvidenceKind>(outcome.missing_evidence, *proto.mutable_missing_evidence());
  EnumsToProto<returns::Condition>(outcome.missing_answers, *proto.mutable_missing_answers());
  for (const returns::Considered& one : outcome.considered) {
    v1::ConsideredRule& added = *proto.add_considered();
    *added.mutable_rule() = ToProto(one.rule);
    added.set_verdict(static_cast<v1::ReturnVerdict>(one.verdict));
    *added.mutable_last_date() = fields::ToProto(one.last);
    added.set_explanation(one.explanation);
    added.set_basis(one.basis);
  }
  return proto;
}

returns::Policy FromProto(const v1::ReturnPolicy& proto, absl::Time now,
                          FieldViolations& violations) {
  returns::Policy policy{.effective = now, .create_time = now};
  policy.shop_id = fields::OptionalId(proto.shop_id(), "shop_id", violations);
  policy.platform = PlatformFromProto(proto.platform(), violations);
  violations.Check(proto.shop_id().empty() || proto.platform().empty(), "platform",
                   "must not be set with shop_id");
  policy.ref.policy_id = !policy.shop_id.empty()    ? "shop:" + policy.shop_id
                         : !policy.platform.empty() ? "platform:" + policy.platform
                                                    : "own";
  if (proto.has_effective_time()) {
    policy.effective =
        FromMicros(ToMicros(fields::Instant(proto.effective_time(), "effective_time", violations)));
  }
  policy.rules = RulesFromProto(proto, violations);
  policy.categories = CategoriesFromProto(proto, violations);
  return policy;
}

v1::ReturnPolicy ToProto(const returns::Policy& policy) {
  v1::ReturnPolicy proto;
  proto.set_policy_id(policy.ref.policy_id);
  proto.set_version(policy.ref.version);
  proto.set_shop_id(policy.shop_id);
  proto.set_platform(policy.platform);
  for (const returns::Rule& rule : policy.rules) *proto.add_rules() = ToProto(rule);
  for (const returns::Category& category : policy.categories) {
    v1::ReturnCategory& added = *proto.add_categories();
    added.set_category_id(category.category_id);
    EnumsToProto<returns::Reason>(category.reasons, *added.mutable_reasons());
    if (!category.name.zh.empty() || !category.name.en.empty()) {
      *added.mutable_name() = ToProto(category.name);
    }
  }
  if (policy.ref.org_id.empty()) return proto;  // a shipped one holds since ever
  *proto.mutable_effective_time() = fields::ToProto(policy.effective);
  proto.set_actor(policy.actor);
  *proto.mutable_create_time() = fields::ToProto(policy.create_time);
  proto.set_etag(Etag(policy));
  return proto;
}

std::string Etag(const returns::Policy& policy) {
  return policy.ref.org_id.empty() ? "" : fmt::format("{:x}", policy.ref.version);
}

}  // namespace kefu::aftersales::convert
