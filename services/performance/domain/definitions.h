// The published definitions that ship with the product. An organization may publish further ones
// and newer versions of these; a shipped one keeps version 1 for good.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/status/error.h"
#include "services/performance/domain/definition.h"

namespace kefu::performance::domain {

// The most attribution_days that a definition may have.
inline constexpr int kMaxAttributionDays = 30;

// "default" first.
std::span<const MetricDefinition> Definitions();

// nullptr when none of this id ships; "" means "default".
const MetricDefinition* FindDefinition(std::string_view id);

// Whether a platform judges its shops by the definition.
bool IsOfPlatform(const MetricDefinition& definition, std::string_view platform);

// A platform's name as in staffing's contract: "PLATFORM_JD".
bool IsPlatform(std::string_view name);

// Whether two definitions compute the same sums and credits: they differ, if at all, in how these
// are shown and where they apply.
bool ComputesAlike(MetricDefinition a, MetricDefinition b);

// A definition by name: "jd" is its newest version, "jd@2" that one, "" is "default".
struct DefinitionName {
  std::string id;
  int version = 0;  // 0: the newest
};
// Nothing when the text is no such name.
std::optional<DefinitionName> ParseDefinitionName(std::string_view text);

// Every fault of a definition that somebody wants to publish; fields as in the contract.
void Check(const MetricDefinition& definition, FieldViolations& violations);

}  // namespace kefu::performance::domain
