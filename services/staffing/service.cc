#include "services/staffing/service.h"

#include <utility>
#include <vector>

#include "common/app/peers.h"
#include "common/events/consumer.h"
#include "services/staffing/calls.h"
#include "services/staffing/handlers/performance_events.h"
#include "services/staffing/jobs/announcement_job.h"
#include "services/staffing/jobs/career_job.h"
#include "services/staffing/jobs/checklist_job.h"
#include "services/staffing/jobs/handover_job.h"
#include "services/staffing/jobs/roster_job.h"
#include "services/staffing/jobs/supervision_job.h"
#include "services/staffing/jobs/training_job.h"

namespace kefu::staffing {
namespace {

class StaffingService final : public app::Service {
 public:
  static absl::StatusOr<std::unique_ptr<app::Service>> Make(const app::Dependencies& deps) {
    auto service = std::unique_ptr<StaffingService>(new StaffingService(deps));
    auto performance = app::PeerChannel(deps.values, "performance");
    if (!performance.ok()) return performance.status();
    if (*performance != nullptr) service->ConsumePerformance(deps, *std::move(performance));
    return service;
  }

  std::vector<rpc::NamedService> services() override { return calls_.services(); }

  void StartWork() override {
    announcement_job_.Start();
    checklist_job_.Start();
    handover_job_.Start();
    roster_job_.Start();
    career_job_.Start();
    supervision_job_.Start();
    training_job_.Start();
    if (consumer_) consumer_->Start();
  }

  void Stop() override {
    if (consumer_) consumer_->Stop();
    training_job_.Stop();
    supervision_job_.Stop();
    career_job_.Stop();
    roster_job_.Stop();
    handover_job_.Stop();
    checklist_job_.Stop();
    announcement_job_.Stop();
  }

 private:
  explicit StaffingService(const app::Dependencies& deps)
      : work_{*deps.database, deps.ids, [sequencer = deps.sequencer] { sequencer->Notify(); }},
        calls_(deps.dispatcher, work_),
        announcement_job_(work_, deps.clock),
        checklist_job_(work_, deps.clock),
        handover_job_(work_, deps.clock),
        roster_job_(work_, deps.clock, {.owner = deps.ids.Next()}),
        career_job_(work_, deps.clock, {.owner = deps.ids.Next()}),
        supervision_job_(work_, deps.clock),
        training_job_(work_, deps.clock) {}

  void ConsumePerformance(const app::Dependencies& deps, std::shared_ptr<grpc::Channel> channel) {
    events::ConsumerOptions options;
    options.name = "staffing";
    options.source_name = "performance";
    options.types = PerformanceEventTypes();
    auto source = events::MakeGrpcEventSource(
        std::move(channel), {.token = [&values = deps.values] { return app::PeerToken(values); }});
    consumer_ = std::make_unique<events::Consumer>(
        *deps.database, deps.clock, std::move(source),
        [this](db::Transaction& t, const common::v1::Event& event) {
          return ApplyPerformanceEvent(work_, t, event);
        },
        std::move(options));
  }

  const Dependencies work_;
  Calls calls_;
  AnnouncementJob announcement_job_;
  ChecklistJob checklist_job_;
  HandoverJob handover_job_;
  RosterJob roster_job_;
  CareerJob career_job_;
  SupervisionJob supervision_job_;
  TrainingJob training_job_;
  std::unique_ptr<events::Consumer> consumer_;
};

}  // namespace

void AddKeys(config::Spec& spec) { app::AddPeerKeys(spec, {"performance"}); }

absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps) {
  return StaffingService::Make(deps);
}

}  // namespace kefu::staffing
