// The services that a case's flow runs through, as processes on one database, all of which can be
// killed.
#pragma once

#include <grpcpp/channel.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/app/child_process.h"
#include "common/db/database.h"
#include "common/testing/temp_folder.h"
#include "common/testing/test_server.h"
#include "common/testing/tokens.h"

namespace kefu::chaos {

// Two replicas of after-sales share its schema, its feed and its ledger.
enum class Part { kAftersales, kAftersalesToo, kWarehouse, kPerformance, kDatabase };
inline constexpr std::array kParts = {Part::kAftersales, Part::kAftersalesToo, Part::kWarehouse,
                                      Part::kPerformance, Part::kDatabase};
std::string_view NameOf(Part part);

// Every commit is on disk before it is answered. Failures to start end the test binary. Kill and
// restart from one thread.
class Suite {
 public:
  Suite();

  // To the same address over all restarts; of kAftersales to either of its replicas.
  const std::shared_ptr<grpc::Channel>& ChannelOf(Part part) const;
  void Kill(Part part);  // SIGKILL
  void Restart(Part part);

  // Schemas of after-sales, warehouse and performance, to be looked at when all is over.
  db::Database& DatabaseOf(Part part) const;
  std::string ledger_file() const { return folder_.File("payments.jsonl"); }
  const std::string& token() const { return token_; }

 private:
  struct Server {
    std::string program, schema, address;
    std::vector<std::string> more;  // arguments
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<db::Database> database;
    std::unique_ptr<testing::ChildProcess> process;
  };
  void Describe(Part part, const std::string& service, std::vector<std::string> more);
  void MakeSchemas();
  void Launch(Server& server) const;
  static void AwaitReady(Server& server);
  std::vector<std::string> CommandOf(const Server& server) const;
  const Server& At(Part part) const { return servers_[static_cast<size_t>(part)]; }
  Server& At(Part part) { return servers_[static_cast<size_t>(part)]; }

  testing::TempFolder folder_{"kefu-chaos"};
  std::unique_ptr<testing::TestServer> database_server_;
  testing::TokenMaker tokens_;
  const std::string token_;
  std::array<Server, 4> servers_;
};

}  // namespace kefu::chaos
