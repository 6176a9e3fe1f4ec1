#include "services/staffing/service.h"

#include <vector>

namespace kefu::staffing {
namespace {

class StaffingService final : public app::Service {
 public:
  explicit StaffingService(const app::Dependencies& deps)
      : handlers_(
            {*deps.database, deps.ids, [sequencer = deps.sequencer] { sequencer->Notify(); }}),
        rpc_(deps.dispatcher, handlers_) {}

  std::vector<rpc::NamedService> services() override { return {&rpc_}; }

 private:
  Handlers handlers_;
  StaffingServiceImpl rpc_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps) {
  return std::make_unique<StaffingService>(deps);
}

}  // namespace kefu::staffing
