// Everything that moves processes, put together: commands, worker and the feeds that are followed.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "common/context/request_context.h"
#include "common/db/database.h"
#include "common/events/consumer.h"
#include "common/events/event_service.h"
#include "common/events/feed.h"
#include "common/ids/id_generator.h"
#include "common/time/clock.h"
#include "services/aftersales/processes/commands.h"
#include "services/aftersales/processes/worker.h"

namespace kefu::aftersales {

// What it is made of; all references outlive the engine.
struct FlowEngineParts {
  db::Database& database;
  const Clock& clock;
  IdGenerator& ids;
  std::function<void()> notify;  // after each commit that wrote events
  CommandPeers peers;            // what is not configured, processes wait for
  events::Feed* feed = nullptr;  // this service's own; null: missed deadlines are not followed
  ProcessWorkerOptions worker = {};
};

class FlowEngine {
 public:
  explicit FlowEngine(FlowEngineParts parts);

  // Starts threads. Call once.
  void Start();
  // Ends them. Idempotent.
  void Stop();

 private:
  PeerCommands commands_;
  ProcessWorker worker_;
  std::optional<events::EventServiceHandler> own_feed_;
  std::unique_ptr<events::Consumer> warehouse_, own_;
};

}  // namespace kefu::aftersales
