// After-sales as a part of a kefu process.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/app/service_main.h"

namespace kefu::aftersales {

// Declares the service's own configuration keys.
void AddKeys(config::Spec& spec);

// The service for app::ServiceMain.
absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps);

}  // namespace kefu::aftersales
