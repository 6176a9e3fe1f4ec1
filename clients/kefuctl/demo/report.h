// The demo shop's month, asked through the gateway's views.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "clients/kefuctl/client.h"

namespace kefu::demo {

// {"shops": […], "agents": […], "teams": […], "cases": {…}, "stock": […]}. Rates and seconds carry
// at most 6 decimals, money is in minor units; a figure that is not defined is null.
// FAILED_PRECONDITION in words when the demo is not loaded; the status of a service whose part is
// missing.
absl::StatusOr<nlohmann::ordered_json> MakeReport(kefuctl::Client& client);

// The report as tables in the current language; says that the data is made up.
std::string RenderReport(const nlohmann::ordered_json& report, bool colours);

}  // namespace kefu::demo
