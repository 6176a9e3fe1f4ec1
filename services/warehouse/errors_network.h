// Failures of the network's policies and plans; each reason stands in
// docs/errors/warehouse_network.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace kefu::warehouse::error {

// FAILED_PRECONDITION PROCESS_REQUIRED: the mode DIRECTED refuses `call`; `instead` says what to
// do.
absl::Status ProcessRequired(std::string_view call, std::string_view instead);

}  // namespace kefu::warehouse::error
