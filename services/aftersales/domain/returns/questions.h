// What is to be asked about goods of a category before a return of them is decided. Pure,
// thread-safe.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/aftersales/domain/returns/types.h"

namespace kefu::aftersales::domain::returns {

// The rule is for goods of the category.
bool Covers(const Rule& rule, std::string_view category);

// Every category that some policy knows, with its name: the first that is not empty.
std::map<std::string, Text> CategoriesOf(std::span<const Policy> policies);

// The reasons that fit goods of the category; none where no policy knows it.
std::vector<Reason> ReasonsFor(std::span<const Policy> policies, std::string_view category);

// What is asked about goods of the category: whatever some rule for it takes for not intact.
std::set<Condition> QuestionsFor(std::span<const Policy> policies, std::string_view category);

struct AskedCondition {
  Condition condition = Condition::kUnspecified;
  std::vector<RuleRef> rules;  // that need the answer
};
struct AskedEvidence {
  EvidenceKind kind = EvidenceKind::kUnspecified;
  std::set<Reason> reasons;   // for which it is asked
  std::set<Reason> required;  // of them, those for which some rule gives nothing without it
  std::vector<RuleRef> rules;
};
// Both by their values, rules in the policies' order.
std::vector<AskedCondition> ConditionsAsked(std::span<const Policy> policies,
                                            std::string_view category);
std::vector<AskedEvidence> EvidenceAsked(std::span<const Policy> policies,
                                         std::string_view category);

}  // namespace kefu::aftersales::domain::returns
