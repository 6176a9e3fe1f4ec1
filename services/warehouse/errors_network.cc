#include "services/warehouse/errors_network.h"

#include "common/status/error.h"
#include "fmt/format.h"

namespace kefu::warehouse::error {

absl::Status ProcessRequired(std::string_view call, std::string_view instead) {
  return FailedPrecondition("PROCESS_REQUIRED", call,
                            fmt::format("the network's mode is DIRECTED: go through {}", instead));
}

}  // namespace kefu::warehouse::error
