#include "services/aftersales/domain/returns/questions.h"

#include <algorithm>
#include <utility>

namespace kefu::aftersales::domain::returns {
namespace {

template <class List, class T>
bool Has(const List& list, const T& value) {
  return std::ranges::find(list, value) != list.end();
}

// Calls `look` with each rule for goods of the category and its name.
template <class Look>
void ForRules(std::span<const Policy> policies, std::string_view category, Look look) {
  for (const Policy& policy : policies) {
    for (const Rule& rule : policy.rules) {
      if (Covers(rule, category)) look(rule, RuleRef{policy.ref, rule.rule_id, rule.source});
    }
  }
}

template <class Key, class Value>
std::vector<Value> ValuesOf(std::map<Key, Value> map) {
  std::vector<Value> values;
  for (auto& [key, value] : map) values.push_back(std::move(value));
  return values;
}

}  // namespace

bool Covers(const Rule& rule, std::string_view category) {
  return (rule.categories.empty() || Has(rule.categories, category)) &&
         !Has(rule.excluded_categories, category);
}

std::map<std::string, Text> CategoriesOf(std::span<const Policy> policies) {
  std::map<std::string, Text> categories;
  for (const Policy& policy : policies) {
    for (const Category& category : policy.categories) {
      Text& name = categories[category.category_id];
      if (name.zh.empty()) name.zh = category.name.zh;
      if (name.en.empty()) name.en = category.name.en;
    }
  }
  return categories;
}

std::vector<Reason> ReasonsFor(std::span<const Policy> policies, std::string_view category) {
  std::set<Reason> reasons;
  for (const Policy& policy : policies) {
    for (const Category& known : policy.categories) {
      if (known.category_id == category) reasons.insert(known.reasons.begin(), known.reasons.end());
    }
  }
  return {reasons.begin(), reasons.end()};
}

std::set<Condition> QuestionsFor(std::span<const Policy> policies, std::string_view category) {
  std::set<Condition> conditions;
  ForRules(policies, category, [&](const Rule& rule, const RuleRef&) {
    conditions.insert(rule.spoiled_by.begin(), rule.spoiled_by.end());
  });
  return conditions;
}

std::vector<AskedCondition> ConditionsAsked(std::span<const Policy> policies,
                                            std::string_view category) {
  std::map<Condition, AskedCondition> asked;
  ForRules(policies, category, [&](const Rule& rule, const RuleRef& ref) {
    for (const Condition condition : rule.spoiled_by) {
      asked[condition].condition = condition;
      asked[condition].rules.push_back(ref);
    }
  });
  return ValuesOf(std::move(asked));
}

std::vector<AskedEvidence> EvidenceAsked(std::span<const Policy> policies,
                                         std::string_view category) {
  const std::vector<Reason> fitting = ReasonsFor(policies, category);
  std::map<EvidenceKind, AskedEvidence> asked;
  ForRules(policies, category, [&](const Rule& rule, const RuleRef& ref) {
    for (const EvidenceKind kind : rule.evidence) {
      AskedEvidence& one = asked[kind];
      one.kind = kind;
      one.rules.push_back(ref);
      for (const Reason reason : fitting) {
        if (!rule.reasons.empty() && !Has(rule.reasons, reason)) continue;
        one.reasons.insert(reason);
        if (rule.evidence_required) one.required.insert(reason);
      }
    }
  });
  // A rule whose reasons do not fit the category asks nobody.
  std::erase_if(asked, [](const auto& entry) { return entry.second.reasons.empty(); });
  return ValuesOf(std::move(asked));
}

}  // namespace kefu::aftersales::domain::returns
