// What a benchmark runs against: a private database that writes as a production one does, and kefu
// services as processes of their own.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/app/child_process.h"
#include "common/db/database.h"
#include "common/testing/test_server.h"
#include "common/testing/tokens.h"

namespace kefu::bench {

inline constexpr std::string_view kOrg = "bench";

// The path of a program that was built beside this one.
std::string ProgramPath(std::string_view name);

// Declares --pool-gb, the size of the database's buffer pool.
void AddPool(CLI::App& app, int& gb);

// Options of a server for millions of rows: so large a pool, log files of so many MB for each GB of
// it, and LOAD DATA LOCAL.
std::vector<std::string> LargeDatabase(int pool_gb, int log_mb);

// A service with tokens, metrics and everything else on; killed with its owner.
struct RunningService {
  std::unique_ptr<testing::ChildProcess> process;
  std::string target;  // host:port of gRPC
  db::DatabaseOptions database;
};

// Not thread-safe.
class Environment {
 public:
  // Starts MariaDB with the settings of `./dev run`: every commit is on disk before it is answered.
  // `more`: further options of the server, which override.
  static absl::StatusOr<std::unique_ptr<Environment>> Start(
      const std::vector<std::string>& more = {});

  // Makes the schema kefu_NAME, with `suffix` behind it, migrates it and starts kefu-NAME on it;
  // returns when the service is ready. `more`: further flags of the service.
  absl::StatusOr<RunningService> StartService(std::string_view name, std::string_view suffix = "",
                                              const std::vector<std::string>& more = {});

  pid_t database_pid() const { return server_->pid(); }

  // A bearer token of the organization's owner.
  std::string OwnerToken() const;
  const testing::TokenMaker& tokens() const { return tokens_; }

 private:
  Environment() = default;

  std::unique_ptr<testing::TestServer> server_;
  testing::TokenMaker tokens_;
};

}  // namespace kefu::bench
