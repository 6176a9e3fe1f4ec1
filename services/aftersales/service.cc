#include "services/aftersales/service.h"

#include <optional>
#include <utility>
#include <vector>

#include "common/app/peers.h"
#include "common/events/consumer.h"
#include "services/aftersales/calls.h"
#include "services/aftersales/clocks/clock_job.h"
#include "services/aftersales/clocks/recompute.h"
#include "services/aftersales/handlers/assignment/assignment_job.h"
#include "services/aftersales/handlers/assignment/staffing_feed.h"
#include "services/aftersales/handlers/insight/shipped_events.h"
#include "services/aftersales/handlers/staffing_events.h"
#include "services/aftersales/insight/bad_lot_job.h"
#include "services/aftersales/payments/file_ledger.h"
#include "services/aftersales/processes/flow_engine.h"

namespace kefu::aftersales {
namespace {

class AftersalesService final : public app::Service {
 public:
  static absl::StatusOr<std::unique_ptr<app::Service>> Make(const app::Dependencies& deps) {
    auto service = std::unique_ptr<AftersalesService>(new AftersalesService(deps));
    auto staffing = app::PeerChannel(deps.values, "staffing");
    if (!staffing.ok()) return staffing.status();
    if (*staffing != nullptr) service->ConsumeStaffing(deps, *staffing);
    if (auto status = service->MakeFlows(deps, *std::move(staffing)); !status.ok()) return status;
    return service;
  }

  std::vector<rpc::NamedService> services() override { return calls_.services(); }

  void StartWork() override {
    job_.Start();
    bad_lots_.Start();
    recompute_.Start();
    if (shops_) shops_->Start();
    if (authority_) authority_->Start();
    if (assignment_) assignment_->Start();
    assignment_job_.Start();
    if (shipped_) shipped_->Start();
    flows_->Start();
  }

  void Stop() override {
    flows_->Stop();
    if (shipped_) shipped_->Stop();
    assignment_job_.Stop();
    if (assignment_) assignment_->Stop();
    if (authority_) authority_->Stop();
    if (shops_) shops_->Stop();
    recompute_.Stop();
    bad_lots_.Stop();
    job_.Stop();
  }

 private:
  explicit AftersalesService(const app::Dependencies& deps)
      : notify_([sequencer = deps.sequencer] { sequencer->Notify(); }),
        job_(*deps.database, deps.clock, deps.ids, notify_, &deps.metrics,
             {.interval = deps.values.Duration("clocks.interval")}),
        bad_lots_(*deps.database, deps.clock, deps.ids, notify_, &deps.metrics,
                  deps.values.Duration("insight.interval")),
        assignment_job_(*deps.database, deps.clock, deps.ids, notify_, &deps.metrics,
                        {.interval = deps.values.Duration("assignment.interval")}),
        recompute_(*deps.database, deps.clock, deps.ids, notify_, &deps.metrics,
                   {.interval = deps.values.Duration("clocks.interval")}),
        calls_(deps.dispatcher, {*deps.database, deps.ids, notify_}) {}

  absl::Status MakeFlows(const app::Dependencies& deps, std::shared_ptr<grpc::Channel> staffing) {
    auto warehouse = app::PeerChannel(deps.values, "warehouse");
    if (!warehouse.ok()) return warehouse.status();
    if (*warehouse != nullptr) {
      shipped_ = Follow(deps, *warehouse, "aftersales.shipped", ShippedEventTypes(),
                        ApplyShippedEvent, "warehouse");
    }
    auto performance = app::PeerChannel(deps.values, "performance");
    if (!performance.ok()) return performance.status();
    if (deps.values.Has("payments.ledger_file")) {
      auto ledger = FileLedger::Open(deps.values.Path("payments.ledger_file"), deps.clock);
      if (!ledger.ok()) return ledger.status();
      ledger_ = *std::move(ledger);
    }
    flows_.emplace(FlowEngineParts{
        .database = *deps.database,
        .clock = deps.clock,
        .ids = deps.ids,
        .notify = notify_,
        .peers = {.warehouse = *std::move(warehouse),
                  .performance = *std::move(performance),
                  .staffing = std::move(staffing),
                  .gateway = ledger_.get(),
                  .token = [&values = deps.values] { return app::PeerToken(values); }},
        .feed = deps.feed,
        .worker = {.interval = deps.values.Duration("flows.interval"),
                   .lease = deps.values.Duration("flows.lease"),
                   .call_timeout = deps.values.Duration("flows.call_timeout"),
                   .threads = static_cast<int>(deps.values.Int("flows.threads"))}});
    return absl::OkStatus();
  }

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
                                                  events::EventHandler apply = ApplyStaffingEvent,
                                                  std::string source_name = "staffing") {
    events::ConsumerOptions options;
    options.name = std::move(name);
    options.source_name = std::move(source_name);
    options.types = std::move(types);
    auto source = events::MakeGrpcEventSource(
        std::move(channel), {.token = [&values = deps.values] { return app::PeerToken(values); }});
    return std::make_unique<events::Consumer>(*deps.database, deps.clock, std::move(source),
                                              std::move(apply), std::move(options));
  }

  const std::function<void()> notify_;
  ClockJob job_;
  BadLotJob bad_lots_;
  AssignmentJob assignment_job_;
  RecomputeJob recompute_;
  Calls calls_;
  std::unique_ptr<FileLedger> ledger_;
  std::optional<FlowEngine> flows_;
  std::unique_ptr<events::Consumer> shops_;
  std::unique_ptr<events::Consumer> authority_;
  std::unique_ptr<events::Consumer> assignment_;
  std::unique_ptr<events::Consumer> shipped_;
};

}  // namespace

void AddKeys(config::Spec& spec) {
  app::AddPeerKeys(spec, {"performance", "staffing", "warehouse"});
  spec.Add(config::Key::Duration("clocks.interval",
                                 "How often SLA clocks that have run out are looked for")
               .Default("1s")
               .Range(absl::Milliseconds(100), absl::Minutes(1)))
      .Add(config::Key::Duration("assignment.interval",
                                 "How often cases to hand over or to give out are looked for")
               .Default("1s")
               .Range(absl::Milliseconds(100), absl::Minutes(1)))
      .Add(config::Key::Duration("insight.interval",
                                 "How often it is seen whether a day's lots were looked at")
               .Default("10m")
               .Range(absl::Seconds(1), absl::Hours(6)))
      .Add(config::Key::Path("payments.ledger_file",
                             "Ledger of payments, shared by all replicas; made when it is not "
                             "there. Without it processes that pay wait"))
      .Add(
          config::Key::Duration("flows.interval", "How often processes that are due are looked for")
              .Default("200ms")
              .Range(absl::Milliseconds(10), absl::Minutes(1)))
      .Add(config::Key::Duration("flows.call_timeout", "Longest time of a process's command")
               .Default("20s")
               .Range(absl::Milliseconds(100), absl::Minutes(5)))
      .Add(config::Key::Duration("flows.lease",
                                 "Nobody else sends a command for so long: who dies is replaced "
                                 "after that")
               .Default("60s")
               .Range(absl::Milliseconds(200), absl::Minutes(10)))
      .Add(config::Key::Int("flows.threads", "Commands of processes under way at once")
               .Default("4")
               .Range(1, 64));
  spec.Check([](const config::Values& values, config::Problems& problems) {
    // A call that outlived its lease could be carried out after another worker's.
    if (values.Duration("flows.lease") <= values.Duration("flows.call_timeout")) {
      problems.Add({"flows.lease", "flows.call_timeout"},
                   "a lease lasts longer than the call it protects");
    }
  });
}

absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps) {
  return AftersalesService::Make(deps);
}

}  // namespace kefu::aftersales
