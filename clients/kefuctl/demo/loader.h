// Puts the demo shop into a running suite through the gateway.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "clients/kefuctl/client.h"
#include "clients/kefuctl/demo/dataset.h"

namespace kefu::demo {

// Told often: steps done, out of all. Must be cheap.
using OnProgress = std::function<void(int64_t done, int64_t total)>;

struct LoadSummary {
  int64_t created = 0;    // records and facts that were new
  int64_t unchanged = 0;  // that were there already
};

// Loads everything into the organization of the client's token. Idempotent: what is there already
// is found again by its number, name or request id and left as it is, so a load that broke off goes
// on when it is run again. Calls that find a server away are repeated for about half a minute, then
// its UNAVAILABLE is returned; else the first error of a service.
absl::StatusOr<LoadSummary> Load(kefuctl::Client& client, const Dataset& data,
                                 const OnProgress& progress);

}  // namespace kefu::demo
