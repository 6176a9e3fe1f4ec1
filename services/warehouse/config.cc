#include "services/warehouse/config.h"

namespace kefu::warehouse {

void AddKeys(config::Spec& spec) {
  using config::Key;
  spec.Add(Key::Duration("reservations.ttl", "How long a reservation holds that names no time")
               .Default("30m")
               .Range(absl::Seconds(1), absl::Hours(168)))
      .Add(Key::Duration("reservations.sweep_interval",
                         "How often reservations whose time is over are looked for")
               .Default("1s")
               .Range(absl::Milliseconds(10), absl::Minutes(10)))
      .Add(Key::Int("reservations.writers",
                    "Threads that write folds of commands; each needs a connection of db.pool_size")
               .Default("3")
               .Range(1, 16))
      .Add(Key::Int("reservations.fold_size", "Most commands in one transaction")
               .Default("1000")
               .Range(1, 1000))
      .Add(Key::Int("reservations.queue", "Commands that may wait to be written")
               .Default("16384")
               .Range(1, 1'000'000))
      .Add(Key::Duration("reservations.gather",
                         "How long a fold waits for callers that were there a moment ago")
               .Default("2ms")
               .Range(absl::ZeroDuration(), absl::Seconds(1)))
      .Add(Key::Duration("lots.sweep_interval",
                         "How often lots that have ended are looked for, to take them out of sale")
               .Default("1h")
               .Range(absl::Seconds(1), absl::Hours(24)))
      .Add(Key::Int("cache.rows", "Availability rows (SKU x node) kept in memory, 150 bytes each")
               .Default("1000000")
               .Range(1000, 1'000'000'000))
      .Add(Key::Duration("cache.max_age",
                         "The cache is passed by when the change feed was not read for so long")
               .Default("10s")
               .Range(absl::Seconds(2), absl::Hours(1)));
}

WarehouseConfig ConfigFrom(const config::Values& values) {
  return {.reservation_ttl = values.Duration("reservations.ttl"),
          .sweep_interval = values.Duration("reservations.sweep_interval"),
          .fold_writers = static_cast<int>(values.Int("reservations.writers")),
          .fold_size = static_cast<size_t>(values.Int("reservations.fold_size")),
          .fold_queue = static_cast<size_t>(values.Int("reservations.queue")),
          .fold_gather = values.Duration("reservations.gather"),
          .lot_sweep_interval = values.Duration("lots.sweep_interval"),
          .cache_rows = static_cast<size_t>(values.Int("cache.rows")),
          .cache_max_age = values.Duration("cache.max_age")};
}

}  // namespace kefu::warehouse
