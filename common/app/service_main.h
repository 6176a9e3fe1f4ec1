// The life of a kefu process, so that each service's main is a declaration:
//
//   int main(int argc, char** argv) {
//     kefu::app::ServiceSpec spec;
//     spec.name = "kefu-warehouse";
//     spec.summary = "Stock, reservations and the ledger.";
//     spec.schema = "kefu_warehouse";
//     spec.migrations = {migrations::Warehouse()};
//     spec.make = [](const kefu::app::Dependencies& deps) { return warehouse::MakeService(deps); };
//     return kefu::app::ServiceMain(argc, argv, std::move(spec));
//   }
//
// ServiceMain: configuration → log → keys → database → schema check (or --migrate) → gRPC server
// with health, reflection and EventService.Watch → sequencer and background work once the database
// is ready → waits for SIGTERM or SIGINT → drains.
//
// Exit codes: 0 after a drain, --migrate, --help, --version and --print-config; 2 for a wrong
// configuration (every problem at once, in plain text); 1 when it cannot start (port taken, keys
// unreadable, schema behind, …), said in one log line. A database that is down is no reason to end:
// the process listens, reports NOT_SERVING, and serves when the database is there.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/verifier.h"
#include "common/config/config.h"
#include "common/db/database.h"
#include "common/db/migrator.h"
#include "common/events/feed.h"
#include "common/events/sequencer.h"
#include "common/ids/id_generator.h"
#include "common/obs/metrics.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/server.h"
#include "common/time/clock.h"

namespace kefu::app {

// What every service may use. Everything outlives the service. The last three are null in a process
// without a database of its own (ServiceSpec::schema empty).
struct Dependencies {
  const config::Values& values;
  const Clock& clock;
  IdGenerator& ids;
  obs::Metrics& metrics;
  auth::Verifier& verifier;
  rpc::Dispatcher& dispatcher;
  db::Database* database = nullptr;
  events::Sequencer* sequencer = nullptr;
  events::Feed* feed = nullptr;
};

// The parts of one service. The hooks are called in the order of their declaration, once each
// (Ready repeatedly); all but `services` have a default.
class Service {
 public:
  virtual ~Service() = default;

  // The gRPC services; EventService, health and reflection are added by ServiceMain.
  virtual std::vector<rpc::NamedService> services() = 0;
  // The gRPC server listens: opens further ports. Must not need the database. An error ends the
  // process with exit code 1.
  virtual absl::Status Start(rpc::Server& server) {
    (void)server;
    return absl::OkStatus();
  }
  // Further addresses for the log and the port file, such as {"http", "127.0.0.1:8080"}.
  virtual std::vector<std::pair<std::string, std::string>> addresses() { return {}; }
  // Once the database is up and the schema is current: starts background threads. Called from
  // another thread than the rest; not called at all when the process ends before.
  virtual void StartWork() {}
  // Beyond database and schema: is this process able to serve? Asked once a second.
  virtual absl::Status Ready(absl::Time deadline) {
    (void)deadline;
    return absl::OkStatus();
  }
  // The process ends: take no new work from other ports; calls in flight may go on until the
  // deadline. The gRPC server drains after this.
  virtual void Drain(absl::Time deadline) { (void)deadline; }
  // After the last call was answered: stops everything that StartWork and Start have started.
  // Called also when neither was.
  virtual void Stop() {}
};

struct ServiceSpec {
  std::string name;                             // "kefu-warehouse"
  std::string summary;                          // one sentence for --help
  std::string default_address = "127.0.0.1:0";  // of gRPC
  // The default of db.schema; empty: the process has no database, and no db.* keys.
  std::string schema;
  std::vector<db::MigrationSet> migrations;  // of this service; the common tables come before
  // Declares the service's own keys and checks.
  std::function<void(config::Spec&)> add_keys;
  // Must not contact the database. An error ends the process with exit code 1.
  std::function<absl::StatusOr<std::unique_ptr<Service>>(const Dependencies&)> make;
};

// Runs the process; returns its exit code. The first thing in main: no thread may exist before.
//
// The port file (--port-file) is written once the process listens and removed at its end: lines
// "grpc=127.0.0.1:50051", "metrics=…" and those of Service::addresses. The log line "ready" comes
// when it serves.
int ServiceMain(int argc, const char* const* argv, ServiceSpec spec);

}  // namespace kefu::app
