// The published definitions. Data: a definition is never changed once used, a change gets a new
// version.
#pragma once

#include <span>
#include <string_view>

#include "services/performance/domain/definition.h"

namespace kefu::performance::domain {

// The shipped definitions, "default" first.
std::span<const MetricDefinition> Definitions();

// nullptr when there is none of this id; "" means "default".
const MetricDefinition* FindDefinition(std::string_view id);

}  // namespace kefu::performance::domain
