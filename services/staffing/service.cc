#include "services/staffing/service.h"

#include <vector>

#include "services/staffing/calls.h"

namespace kefu::staffing {
namespace {

class StaffingService final : public app::Service {
 public:
  explicit StaffingService(const app::Dependencies& deps)
      : calls_(deps.dispatcher,
               {*deps.database, deps.ids, [sequencer = deps.sequencer] { sequencer->Notify(); }}) {}

  std::vector<rpc::NamedService> services() override { return calls_.services(); }

 private:
  Calls calls_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps) {
  return std::make_unique<StaffingService>(deps);
}

}  // namespace kefu::staffing
