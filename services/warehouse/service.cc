#include "services/warehouse/service.h"

#include <vector>

#include "services/warehouse/billing_service.h"
#include "services/warehouse/cache/feed_follower.h"
#include "services/warehouse/config.h"
#include "services/warehouse/inbound_service.h"
#include "services/warehouse/jobs/ledger_auditor.h"
#include "services/warehouse/jobs/lot_sweeper.h"
#include "services/warehouse/jobs/reservation_sweeper.h"
#include "services/warehouse/network_service.h"
#include "services/warehouse/outbound_service.h"
#include "services/warehouse/planning_service.h"
#include "services/warehouse/replenishment_service.h"
#include "services/warehouse/stock_control_service.h"
#include "services/warehouse/warehouse_service.h"

namespace kefu::warehouse {
namespace {

obs::Counter Lookups(obs::Metrics& metrics, std::string_view result) {
  return metrics.Counter("kefu_warehouse_availability_total", "Answers of GetAvailability",
                         {{"result", std::string(result)}});
}

obs::Counter Audits(obs::Metrics& metrics, std::string_view result) {
  return metrics.Counter("kefu_warehouse_ledger_audits_total", "Nightly audits of a ledger",
                         {{"result", std::string(result)}});
}

class WarehouseService final : public app::Service {
 public:
  WarehouseService(const app::Dependencies& deps, const WarehouseConfig& config)
      : cache_({.max_rows = config.cache_rows,
                .max_age = absl::ToChronoNanoseconds(config.cache_max_age)}),
        follower_(*deps.feed, cache_),
        deps_{.database = *deps.database,
              .ids = deps.ids,
              .feed = *deps.feed,
              .cache = cache_,
              .on_events = [sequencer = deps.sequencer] { sequencer->Notify(); },
              .default_ttl = config.reservation_ttl,
              .cache_hits = Lookups(deps.metrics, "hit"),
              .cache_misses = Lookups(deps.metrics, "miss"),
              .clock = &deps.clock},
        sweeper_(deps_, deps.clock,
                 {.interval = config.sweep_interval,
                  .expired = deps.metrics.Counter("kefu_warehouse_expired_total",
                                                  "Reservations whose time ran out")}),
        folder_(deps_,
                {.batching = {.writers = config.fold_writers,
                              .most = config.fold_size,
                              .capacity = config.fold_queue,
                              .gather = config.fold_gather},
                 .folds = deps.metrics.Counter("kefu_warehouse_folds_total",
                                               "Transactions that wrote reservation commands"),
                 .commands = deps.metrics.Counter("kefu_warehouse_fold_commands_total",
                                                  "Reservation commands in them")}),
        auditor_(deps_, deps.clock,
                 {.owner = deps.ids.Next(),
                  .clean = Audits(deps.metrics, "clean"),
                  .with_findings = Audits(deps.metrics, "findings"),
                  .failed = Audits(deps.metrics, "failed")}),
        handlers_(deps_),
        reservations_(deps_, folder_),
        rpc_(deps.dispatcher, handlers_, reservations_),
        network_(deps_),
        network_rpc_(deps.dispatcher, network_),
        planning_rpc_(deps.dispatcher, deps_),
        replenishment_(deps_),
        replenishment_rpc_(deps.dispatcher, replenishment_),
        inbound_(deps.dispatcher, deps_),
        outbound_(deps_),
        outbound_rpc_(deps.dispatcher, outbound_),
        lot_sweeper_(deps_, deps.clock,
                     {.interval = config.lot_sweep_interval,
                      .quarantined = deps.metrics.Counter(
                          "kefu_warehouse_lots_quarantined_pieces_total",
                          "Pieces taken out of sale because their lot ended or was recalled")}),
        stock_control_(deps_),
        stock_control_rpc_(deps.dispatcher, stock_control_),
        billing_(deps_),
        billing_rpc_(deps.dispatcher, billing_),
        rows_(deps.metrics.GaugeCallback("kefu_warehouse_cache_rows", "Availability rows in memory",
                                         {},
                                         [this] { return static_cast<double>(cache_.rows()); })) {}

  std::vector<rpc::NamedService> services() override {
    return {
        &rpc_,                //
        &billing_rpc_,        //
        &inbound_,            //
        &network_rpc_,        //
        &outbound_rpc_,       //
        &planning_rpc_,       //
        &replenishment_rpc_,  //
        &stock_control_rpc_,  //
    };
  }
  void StartWork() override {
    follower_.Start();
    sweeper_.Start();
    lot_sweeper_.Start();
    auditor_.Start();
  }
  void Stop() override {
    sweeper_.Stop();
    lot_sweeper_.Stop();
    auditor_.Stop();
    folder_.Stop();
    deps_.feed.Stop();  // every call is answered; wakes the follower
    follower_.Stop();
  }

 private:
  AvailabilityCache cache_;
  FeedFollower follower_;
  const Dependencies deps_;
  ReservationSweeper sweeper_;
  fold::Folder folder_;
  LedgerAuditor auditor_;
  Handlers handlers_;
  ReservationHandlers reservations_;
  WarehouseServiceImpl rpc_;
  NetworkHandlers network_;
  NetworkServiceImpl network_rpc_;
  PlanningServiceImpl planning_rpc_;
  ReplenishmentHandlers replenishment_;
  ReplenishmentServiceImpl replenishment_rpc_;
  InboundServiceImpl inbound_;
  OutboundHandlers outbound_;
  OutboundServiceImpl outbound_rpc_;
  LotSweeper lot_sweeper_;
  StockControlHandlers stock_control_;
  StockControlServiceImpl stock_control_rpc_;
  BillingHandlers billing_;
  BillingServiceImpl billing_rpc_;
  obs::Registration rows_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<app::Service>> MakeService(const app::Dependencies& deps) {
  return std::make_unique<WarehouseService>(deps, ConfigFrom(deps.values));
}

}  // namespace kefu::warehouse
