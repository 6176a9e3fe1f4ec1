// A database and several processes of one service on it, all of which can be killed.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/app/child_process.h"
#include "common/db/database.h"
#include "common/testing/test_server.h"
#include "common/testing/tokens.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"

namespace kefu::chaos {

using Stub = warehouse::v1::WarehouseService::Stub;

// A number from the environment, so that one binary runs short and long.
int Setting(const char* name, int otherwise);

// Waits for no event: kills come at moments that nothing announces, and clients pause between
// tries.
void Pause(absl::Duration time);

// Every commit is on disk before it is answered. Failures to start end the test binary. Kill and
// restart from one thread; StubOf from any.
class Cluster {
 public:
  explicit Cluster(int servers, const std::string& service = "warehouse");

  int servers() const { return static_cast<int>(servers_.size()); }
  // A connection of its own to that server, which may be dead.
  std::shared_ptr<grpc::Channel> ChannelOf(int server);
  // A stub of a warehouse.
  std::unique_ptr<Stub> StubOf(int server);

  void KillServer(int server);     // SIGKILL
  void RestartServer(int server);  // on another port
  void KillDatabase();             // SIGKILL
  void RestartDatabase();
  // The first server or the database, whichever `random` says: SIGKILL, and a new start.
  void KillEither(std::mt19937_64& random);

  // For looking at the tables when all is over.
  db::Database& database() { return *database_; }
  const std::string& token() const { return token_; }

 private:
  std::vector<std::string> Command() const;

  const std::string program_, schema_;
  std::unique_ptr<testing::TestServer> database_server_;
  std::unique_ptr<db::Database> database_;
  testing::TokenMaker tokens_;
  const std::string token_;
  std::mutex mutex_;
  std::vector<std::string> targets_;  // guarded by mutex_
  std::vector<std::unique_ptr<testing::ChildProcess>> servers_;
};

}  // namespace kefu::chaos
