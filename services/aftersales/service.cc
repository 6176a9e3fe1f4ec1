#include "services/aftersales/service.h"

#include <utility>
#include <vector>

#include "common/app/peers.h"
#include "common/events/consumer.h"
#include "services/aftersales/calls.h"
#include "services/aftersales/clocks/clock_job.h"
#include "services/aftersales/handlers/assignment/assignment_job.h"
#include "services/aftersales/handlers/assignment/staffing_feed.h"
#include "services/aftersales/handlers/staffing_events.h"

namespace kefu::aftersales {
namespace {

class AftersalesService final : public app::Service {
 public:
  static absl::StatusOr<std::unique_ptr<app::Service>> Make(const app::Dependencies& deps) {
    auto service = std::unique_ptr<AftersalesService>(new AftersalesService(deps));
    auto staffing = app::PeerChannel(deps.values, "staffing");
    if (!staffing.ok()) return staffing.status();
    if (*staffing != nullptr) service->ConsumeStaffing(deps, *std::move(staffing));
    return service;
  }

  std::vector<rpc::NamedService> services() override { return calls_.services(); }

  void StartWork() override {
    job_.Start();
    if (shops_) shops_->Start();
    if (authority_) authority_->Start();
    if (assignment_) assignment_->Start();
    assignment_job_.Start();
  }

  void Stop() override {
    assignment_job_.Stop();
    if (assignment_) assignment_->Stop();
    if (authority_) authority_->Stop();
    if (shops_) shops_->Stop();
    job_.Stop();
  }

 private:
  explicit AftersalesService(const app::Dependencies& deps)
      : notify_([sequencer = deps.sequencer] { sequencer->Notify(); }),
        job_(*deps.database, deps.clock, deps.ids, notify_, &deps.metrics,
             {.interval = deps.values.Duration("clocks.interval")}),
        assignment_job_(*deps.database, deps.clock, deps.ids, notify_, &deps.metrics,
                        {.interval = deps.values.Duration("assignment.interval")}),
        calls_(deps.dispatcher, {*deps.database, deps.ids, notify_}) {}

  void ConsumeStaffing(const app::Dependencies& deps,
                       const std::shared_ptr<grpc::Channel>& channel) {
    shops_ = Follow(deps, channel, "aftersales", ShopEventTypes());
    authority_ = Follow(deps, channel, "aftersales.authority", AuthorityEventTypes());
    assignment_ =
        Follow(deps, channel, "aftersales.assignment", AssignmentEventTypes(), ApplyToAssignment);
  }

  static std::unique_ptr<events::Consumer> Follow(const app::Dependencies& deps,
                                                  std::shared_ptr<grpc::Channel> channel,
                                                  std::string name, std::vector<std::string> types,
                                                  events::EventHandler apply = ApplyStaffingEvent) {
    events::ConsumerOptions options;
    options.name = std::move(name);
    options.source_name = "staffing";
    options.types = std::move(types);
    auto source = events::MakeGrpcEventSource(
        std::move(channel), {.token = [&values = deps.values] { return app::PeerToken(values); }});
    return std::make_unique<events::Consumer>(*deps.database, deps.clock, std::move(source),
                                              std::move(apply), std::move(options));
  }

  const std::function<void()> notify_;
  ClockJob job_;
  AssignmentJob assignment_job_;
  Calls calls_;
  std::unique_ptr<events::Consumer> shops_;
  std::unique_ptr<events::Consumer> authority_;
  std::unique_ptr<events::Consumer> assignment_;
};

}  // namespace

void AddKeys(config::Spec& spec) {
  app::AddPeerKeys(spec, {"staffing"});
  spec.Add(config::Key::Duration("clocks.interval",
                                 "How often SLA clocks that have run out are looked for")
               .Default("1s")
               .Range(absl::Milliseconds(100), absl::Minutes(1)))
      .Add(config::Key::Duration("assignment.interval",
                                 "How often cases to hand over or to give out are looked for")
               .Default("1s")
               .Range(absl::Milliseconds(100), absl::Minutes(1)));
}

absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps) {
  return AftersalesService::Make(deps);
}

}  // namespace kefu::aftersales
