#include "services/aftersales/processes/flow_engine.h"

#include <utility>

#include "common/events/event_source.h"
#include "services/aftersales/processes/process_store.h"
#include "services/aftersales/processes/signals.h"

namespace kefu::aftersales {

FlowEngine::FlowEngine(FlowEngineParts parts)
    : commands_(parts.peers),
      worker_({parts.database, parts.ids, parts.notify}, parts.clock, commands_, parts.worker) {
  const Clock& clock = parts.clock;
  if (parts.peers.warehouse) {
    warehouse_ = std::make_unique<events::Consumer>(
        parts.database, clock,
        events::MakeGrpcEventSource(parts.peers.warehouse, {.token = parts.peers.token}),
        [&clock](db::Transaction& t, const ::kefu::common::v1::Event& event) {
          return ApplyWarehouseEvent(t, event, clock.Now());
        },
        events::ConsumerOptions{.name = "aftersales.flows",
                                .source_name = "warehouse",
                                .types = WarehouseEventTypes()});
  }
  if (parts.feed == nullptr) return;
  own_feed_.emplace(*parts.feed);
  RequestContext itself;
  itself.deadline = absl::InfiniteFuture();
  itself.principal.subject = std::string(kProcessActor);
  itself.principal.roles = {auth::Role::kService};
  own_ = std::make_unique<events::Consumer>(
      parts.database, clock, events::MakeLocalEventSource(*own_feed_, std::move(itself)),
      [&clock, &ids = parts.ids](db::Transaction& t, const ::kefu::common::v1::Event& event) {
        return ApplyOwnEvent(t, event, clock.Now(), ids);
      },
      events::ConsumerOptions{
          .name = "aftersales.flows", .source_name = "aftersales", .types = OwnEventTypes()});
}

void FlowEngine::Start() {
  worker_.Start();
  if (warehouse_) warehouse_->Start();
  if (own_) own_->Start();
}

void FlowEngine::Stop() {
  if (own_) own_->Stop();
  if (warehouse_) warehouse_->Stop();
  worker_.Stop();
}

}  // namespace kefu::aftersales
