// What handlers, jobs and the fold work with.
#pragma once

#include <functional>

#include "absl/time/time.h"
#include "common/db/database.h"
#include "common/events/feed.h"
#include "common/ids/id_generator.h"
#include "common/obs/metrics.h"
#include "common/time/clock.h"
#include "services/warehouse/cache/availability_cache.h"

namespace kefu::warehouse {

inline const SystemClock kMachineClock;

// All of it outlives those who use it.
struct Dependencies {
  db::Database& database;
  IdGenerator& ids;
  events::Feed& feed;
  AvailabilityCache& cache;
  std::function<void()> on_events;  // called after each commit that wrote events; cheap
  absl::Duration default_ttl = absl::Minutes(30);  // of a reservation that names none
  obs::Counter cache_hits = {};
  obs::Counter cache_misses = {};
  const Clock* clock = &kMachineClock;  // for what comes later than its call began
};

}  // namespace kefu::warehouse
