#include "services/staffing/service.h"

#include <vector>

#include "services/staffing/calls.h"
#include "services/staffing/jobs/roster_job.h"

namespace kefu::staffing {
namespace {

class StaffingService final : public app::Service {
 public:
  explicit StaffingService(const app::Dependencies& deps)
      : work_{*deps.database, deps.ids, [sequencer = deps.sequencer] { sequencer->Notify(); }},
        calls_(deps.dispatcher, work_),
        roster_job_(work_, deps.clock, {.owner = deps.ids.Next()}) {}

  std::vector<rpc::NamedService> services() override { return calls_.services(); }
  void StartWork() override { roster_job_.Start(); }
  void Stop() override { roster_job_.Stop(); }

 private:
  const Dependencies work_;
  Calls calls_;
  RosterJob roster_job_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps) {
  return std::make_unique<StaffingService>(deps);
}

}  // namespace kefu::staffing
