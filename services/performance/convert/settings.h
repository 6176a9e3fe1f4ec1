// Shop settings between the contract and the domain's form.
#pragma once

#include "absl/status/statusor.h"
#include "kefu/performance/v1/performance_service.pb.h"
#include "services/performance/domain/settings.h"

namespace kefu::performance::convert {

// INVALID_ARGUMENT INVALID_FIELDS with every fault.
absl::StatusOr<domain::Settings> SettingsFrom(const v1::ShopSettings& proto);
v1::ShopSettings ToProto(const domain::Settings& settings);

}  // namespace kefu::performance::convert
