// The configuration keys of kefu-warehouse beside those of every process.
#pragma once

#include <cstddef>

#include "absl/time/time.h"
#include "common/config/config.h"

namespace kefu::warehouse {

struct WarehouseConfig {
  absl::Duration reservation_ttl;
  absl::Duration sweep_interval;
  int fold_writers = 0;
  size_t fold_size = 0;
  size_t fold_queue = 0;
  absl::Duration fold_gather;
  absl::Duration lot_sweep_interval;
  size_t cache_rows = 0;
  absl::Duration cache_max_age;
};

// Declares the keys; config::Load then reports every fault at once.
void AddKeys(config::Spec& spec);
WarehouseConfig ConfigFrom(const config::Values& values);

}  // namespace kefu::warehouse
