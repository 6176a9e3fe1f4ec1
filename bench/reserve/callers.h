// Callers that reserve one piece at a time: by single calls, batches and streams.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "bench/harness/compare.h"
#include "bench/harness/warehouse.h"

namespace kefu::bench {

struct ReserveOptions {
  bool spread = false;       // over all SKUs; else one for all callers
  bool request_ids = false;  // each command carries one
  int commands = 100;        // in a batch, and in a message of a stream
};

// Every operation of the sample is one call; for batches and streams, one message with all of its
// results, and per_second counts commands. A caller begins anew when it has its answer.
Run ReserveOneByOne(const Warehouse& warehouse, int callers, absl::Duration time,
                    ReserveOptions options);
Run ReserveInBatches(const Warehouse& warehouse, int callers, absl::Duration time,
                     ReserveOptions options);
Run ReserveByStream(const Warehouse& warehouse, int callers, absl::Duration time,
                    ReserveOptions options);
// One by one, each reservation confirmed or released afterwards: for a long time.
Run ReserveAndSettle(const Warehouse& warehouse, int callers, absl::Duration time,
                     ReserveOptions options);

// Half the bytes of a Reserve request and its answer: the size of an echo to compare with.
absl::StatusOr<size_t> ReserveBytes(const Warehouse& warehouse, ReserveOptions options);

}  // namespace kefu::bench
