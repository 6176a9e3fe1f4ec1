// The rules that are shipped, and where each number comes from.
#pragma once

#include <span>
#include <string_view>

#include "services/staffing/domain/roster/model.h"

namespace kefu::staffing::roster {

struct RuleSource {
  std::string_view rule;  // the field's name in the contract
  std::string_view source;
  std::string_view source_zh;
};

// Rules{} with the source of each number, in the order of the fields. Numbers that no law gives say
// so: an organization replaces them by its own.
std::span<const RuleSource> ShippedRuleSources();

}  // namespace kefu::staffing::roster
