#include "services/performance/service.h"

#include "common/app/peers.h"
#include "common/events/consumer.h"
#include "services/performance/calls.h"
#include "services/performance/handlers/names.h"
#include "services/performance/handlers/staffing_events.h"
#include "services/performance/jobs/arrival_job.h"
#include "services/performance/jobs/conservation_job.h"
#include "services/performance/jobs/report_job.h"

namespace kefu::performance {
namespace {

class PerformanceService final : public app::Service {
 public:
  static absl::StatusOr<std::unique_ptr<app::Service>> Make(const app::Dependencies& deps) {
    auto service = std::unique_ptr<PerformanceService>(new PerformanceService(deps));
    auto staffing = app::PeerChannel(deps.values, "staffing");
    if (!staffing.ok()) return staffing.status();
    if (*staffing != nullptr) service->ConsumeStaffing(deps, *std::move(staffing));
    return service;
  }

  std::vector<rpc::NamedService> services() override { return calls_.services(); }

  void StartWork() override {
    job_.Start();
    report_job_.Start();
    conservation_job_.Start();
    arrival_job_.Start();
    for (const auto& consumer : consumers_) consumer->Start();
  }

  void Stop() override {
    for (const auto& consumer : consumers_) consumer->Stop();
    arrival_job_.Stop();
    conservation_job_.Stop();
    report_job_.Stop();
    job_.Stop();
  }

 private:
  explicit PerformanceService(const app::Dependencies& deps)
      : notify_([sequencer = deps.sequencer] { sequencer->Notify(); }),
        recomputer_(*deps.database, deps.clock, notify_),
        job_(recomputer_, deps.values.Duration("recompute.interval")),
        calls_(deps.dispatcher, {*deps.database, recomputer_, deps.ids, notify_}),
        report_job_(calls_.report_dependencies(), calls_.reports(), deps.clock,
                    {.owner = deps.ids.Next()}),
        conservation_job_(*deps.database, deps.clock, notify_,
                          deps.values.Duration("conservation.interval")),
        arrival_job_(*deps.database, deps.clock, notify_,
                     {.delay = deps.values.Duration("arrivals.delay")}) {}

  void ConsumeStaffing(const app::Dependencies& deps, std::shared_ptr<grpc::Channel> channel) {
    Consume(deps, channel, "performance", StaffingEventTypes(), ApplyStaffingEvent);
    Consume(deps, channel, "performance_names", NameEventTypes(), ApplyNameEvent);
  }

  void Consume(const app::Dependencies& deps, std::shared_ptr<grpc::Channel> channel,
               const char* name, std::vector<std::string> types, events::EventHandler apply) {
    events::ConsumerOptions options;
    options.name = name;
    options.source_name = "staffing";
    options.types = std::move(types);
    auto source = events::MakeGrpcEventSource(
        std::move(channel), {.token = [&values = deps.values] { return app::PeerToken(values); }});
    consumers_.push_back(std::make_unique<events::Consumer>(
        *deps.database, deps.clock, std::move(source), std::move(apply), std::move(options)));
  }

  const std::function<void()> notify_;
  Recomputer recomputer_;
  RecomputeJob job_;
  Calls calls_;
  ReportJob report_job_;
  ConservationJob conservation_job_;
  ArrivalJob arrival_job_;
  std::vector<std::unique_ptr<events::Consumer>> consumers_;  // of staffing's feed
};

}  // namespace

void AddKeys(config::Spec& spec) {
  app::AddPeerKeys(spec, {"staffing"});
  spec.Add(
      config::Key::Duration("recompute.interval",
                            "How often days that a crash left behind are looked for; the second "
                            "look computes them")
          .Default("2s")
          .Range(absl::Milliseconds(100), absl::Hours(1)));
  spec.Add(config::Key::Duration("conservation.interval",
                                 "How often the sales of newly computed days are compared with the "
                                 "orders")
               .Default("10s")
               .Range(absl::Milliseconds(100), absl::Hours(24)));
  spec.Add(config::Key::Duration("arrivals.delay",
                                 "How long after a day's figures changed its arrivals are counted "
                                 "anew for forecasts; no day is counted more often")
               .Default("1h")
               .Range(absl::Seconds(1), absl::Hours(24)));
}

absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps) {
  return PerformanceService::Make(deps);
}

}  // namespace kefu::performance
