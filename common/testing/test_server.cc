#include "common/testing/test_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "absl/time/clock.h"
#include "common/status/status_macros.h"
#include "common/testing/free_port.h"
#include "fmt/format.h"

namespace kefu::testing {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kStartLimit = absl::Seconds(60);  // recovery under sanitizers and load

std::string Tail(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  const std::string all = text.str();
  return all.substr(all.size() - std::min<size_t>(all.size(), 2000));
}

// Starts a program that dies with this thread's process; its output goes to log.
pid_t Spawn(const std::vector<std::string>& args, const std::string& log) {
  std::vector<char*> argv;
  for (const auto& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(126);
  const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(fd, 1);
  ::dup2(fd, 2);
  ::close_range(3, ~0U, 0);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TestServer>> TestServer::Start(TestServerOptions options) {
  std::unique_ptr<TestServer> server(new TestServer());
  server->options_ = std::move(options);
  if (server->options_.dir.empty()) {
    server->dir_ = server->own_folder_.emplace("kefu-db").path();
  } else {
    server->dir_ = server->options_.dir;
    fs::create_directories(server->dir_);
  }
  server->socket_ = server->dir_ + "/mysqld.sock";
  server->port_ = FreePort();
  RETURN_IF_ERROR(server->Install());
  RETURN_IF_ERROR(server->Launch());
  return server;
}

TestServer::~TestServer() {
  Kill();
  if (gate_ >= 0) ::close(gate_);
}

absl::Status TestServer::Install() {
  const std::string log = dir_ + "/install.log";
  const pid_t pid = Spawn({"mariadb-install-db", "--no-defaults", "--user=root", "--skip-test-db",
                           "--auth-root-authentication-method=normal", "--innodb-log-file-size=16M",
                           // A starting server deletes what other servers keep in its tmpdir.
                           "--tmpdir=" + dir_, "--datadir=" + dir_ + "/data"},
                          log);
  int status = 0;
  if (pid < 0 || ::waitpid(pid, &status, 0) != pid || status != 0) {
    return absl::InternalError("mariadb-install-db failed: " + Tail(log));
  }
  return absl::OkStatus();
}

absl::Status TestServer::Launch() {
  const std::string log = dir_ + "/mysqld.log";
  std::vector<std::string> args;
  if (options_.gated_log) {
    args = {"env", "LD_PRELOAD=" KEFU_LOG_GATE_LIBRARY, "KEFU_LOG_GATE=" + dir_ + "/gate"};
    if (gate_ < 0) gate_ = ::open((dir_ + "/gate").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (gate_ < 0) return absl::InternalError("cannot make the log's gate");
  }
  const std::vector<std::string> server = {
      "mariadbd",
      "--no-defaults",
      "--user=root",
      "--datadir=" + dir_ + "/data",
      "--tmpdir=" + dir_,
      "--socket=" + socket_,
      "--pid-file=" + dir_ + "/mysqld.pid",
      fmt::format("--port={}", port_),
      "--bind-address=127.0.0.1",
      "--skip-name-resolve",
      "--character-set-server=utf8mb4",
      "--collation-server=utf8mb4_bin",
      "--max-connections=500",
      "--local-infile=1",
      "--innodb-buffer-pool-size=128M",
      "--innodb-log-file-size=64M",
      fmt::format("--innodb-flush-log-at-trx-commit={}", options_.flush_at_commit)};
  args.insert(args.end(), server.begin(), server.end());
  // Kept statistics are committed behind the scenes, and statements would wait for that.
  if (options_.gated_log) args.push_back("--innodb-stats-persistent=0");
  args.insert(args.end(), options_.extra_args.begin(), options_.extra_args.end());
  pid_ = Spawn(args, log);
  if (pid_ < 0) return absl::InternalError("cannot start mariadbd");
  ASSIGN_OR_RETURN(const auto database, db::Database::Open(SocketOptions("")));
  const absl::Time limit = absl::Now() + kStartLimit;
  for (;;) {
    const absl::Time attempt = std::min(limit, absl::Now() + absl::Seconds(5));
    const bool answers = database->Read(attempt, db::Sql{"SELECT 1"}).ok();
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return absl::InternalError("mariadbd ended at once: " + Tail(log));
    }
    if (answers) return absl::OkStatus();
    if (absl::Now() > limit) return absl::InternalError("mariadbd does not answer: " + Tail(log));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void TestServer::Kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

absl::Status TestServer::Stop() {
  if (pid_ <= 0) return absl::OkStatus();
  ::kill(pid_, SIGTERM);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  if (status == 0) return absl::OkStatus();
  return absl::InternalError("mariadbd ended badly: " + Tail(dir_ + "/mysqld.log"));
}

void TestServer::HoldLog() { ::flock(gate_, LOCK_EX); }

void TestServer::LetLogGo() { ::flock(gate_, LOCK_UN); }

absl::Status TestServer::Restart() {
  RETURN_IF_ERROR(Stop());
  return Launch();
}

db::DatabaseOptions TestServer::SocketOptions(std::string_view schema) const {
  db::DatabaseOptions options;
  options.unix_socket = socket_;
  options.user = "root";
  options.schema = schema;
  return options;
}

db::DatabaseOptions TestServer::TcpOptions(std::string_view schema) const {
  db::DatabaseOptions options;
  options.hosts = {{"127.0.0.1", port_}};
  options.user = "root";
  options.schema = schema;
  return options;
}

}  // namespace kefu::testing
