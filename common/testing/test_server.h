// A private MariaDB server for tests, in a temporary folder, stopped with its owner.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/db/database.h"
#include "common/testing/temp_folder.h"

namespace kefu::testing {

struct TestServerOptions {
  std::string dir = {};     // "" = a new folder under $TMPDIR, removed at the end
  int flush_at_commit = 0;  // innodb_flush_log_at_trx_commit: 1 for tests that kill the server
  bool gated_log = false;   // for HoldLog
  std::vector<std::string> extra_args = {};  // further mariadbd options
};

// The server listens on a unix socket and on a free port of 127.0.0.1; root needs no password. It
// dies with the process that started it. Not thread-safe.
class TestServer {
 public:
  static absl::StatusOr<std::unique_ptr<TestServer>> Start(TestServerOptions options = {});
  ~TestServer();

  const std::string& socket() const { return socket_; }
  int port() const { return port_; }
  pid_t pid() const { return pid_; }

  void Kill();             // SIGKILL, as a crash
  absl::Status Stop();     // orderly
  absl::Status Restart();  // starts again on the same data and port, after Kill or Stop too

  // Commits are made in the server's memory and not yet written to its log, until LetLogGo: their
  // callers wait meanwhile, and Kill loses them. Needs gated_log.
  void HoldLog();
  void LetLogGo();

  // Options for root on `schema`, by socket or by TCP.
  db::DatabaseOptions SocketOptions(std::string_view schema) const;
  db::DatabaseOptions TcpOptions(std::string_view schema) const;

 private:
  TestServer() = default;
  absl::Status Install();
  absl::Status Launch();

  TestServerOptions options_;
  std::optional<TempFolder> own_folder_;  // where the options name none
  std::string dir_, socket_;
  int port_ = 0;
  pid_t pid_ = -1;
  int gate_ = -1;  // the gate's file, locked while the log is held
};

}  // namespace kefu::testing
