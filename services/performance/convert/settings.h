// Shop settings between the contract and the store's form.
#pragma once

#include "absl/status/statusor.h"
#include "kefu/performance/v1/performance_service.pb.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance::convert {

// INVALID_ARGUMENT INVALID_FIELDS with every fault.
absl::StatusOr<store::Settings> SettingsFrom(const v1::ShopSettings& proto);
v1::ShopSettings ToProto(const store::Settings& settings);

}  // namespace kefu::performance::convert
