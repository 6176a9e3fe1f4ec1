// Failures of promises; each reason stands in docs/errors/warehouse_promise.md.
#pragma once

#include <span>

#include "absl/status/status.h"
#include "services/warehouse/domain/promise.h"

namespace kefu::warehouse::error {

// FAILED_PRECONDITION with the obstacle of the first promise as reason and one violation each.
// `promises` is not empty and sorted with the most promising first.
absl::Status NoPromise(std::span<const domain::ParcelPromise> promises);

}  // namespace kefu::warehouse::error
