// kefu-test-db start DIR | stop DIR: the database server of one ctest run. A keeper process holds
// the server and ends it on stop, or when the program that called start (ctest) is gone.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "common/testing/test_server.h"

namespace {

namespace fs = std::filesystem;

int OpenPid(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

void WaitReadable(int fd) {
  pollfd wait{fd, POLLIN, 0};
  while (::poll(&wait, 1, -1) < 0 && errno == EINTR) {
  }
}

// Ends the keeper of DIR, if one runs, and waits for it.
void Stop(const std::string& dir) {
  std::ifstream file(dir + "/keeper.pid");
  pid_t pid = 0;
  if (!(file >> pid) || pid <= 1) return;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", error);
  // After a crash the number may belong to another program by now.
  if (error || program.filename().string().rfind("kefu-test-db", 0) != 0) return;
  const int fd = OpenPid(pid);
  if (fd < 0) return;
  ::kill(pid, SIGTERM);
  WaitReadable(fd);
  ::close(fd);
}

// Runs until SIGTERM or the end of `owner`. Writes one byte to `ready` once the server answers.
int Keep(const std::string& dir, pid_t owner, int ready) {
  ::setsid();
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  const int signal_fd = ::signalfd(-1, &signals, SFD_CLOEXEC);
  const int owner_fd = OpenPid(owner);
  const int log = ::open((dir + "/keeper.log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(log, 1);
  ::dup2(log, 2);
  std::ofstream(dir + "/keeper.pid") << ::getpid() << "\n";
  kefu::testing::TestServerOptions options;
  options.dir = dir;
  auto server = kefu::testing::TestServer::Start(options);
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", server.status().ToString().c_str());
    return 1;
  }
  if (::write(ready, "1", 1) != 1) return 1;
  ::close(ready);
  pollfd waits[] = {{signal_fd, POLLIN, 0}, {owner_fd, POLLIN, 0}};
  while (::poll(waits, 2, -1) < 0 && errno == EINTR) {
  }
  server->reset();
  std::error_code ignored;
  fs::remove_all(dir, ignored);
  return 0;
}

int Start(const std::string& dir) {
  Stop(dir);
  fs::remove_all(dir);
  fs::create_directories(dir);
  const pid_t owner = ::getppid();
  int ready[2];
  if (::pipe(ready) != 0) return 1;
  const pid_t keeper = ::fork();
  if (keeper < 0) return 1;
  if (keeper == 0) {
    ::close(ready[0]);
    ::_exit(Keep(dir, owner, ready[1]));
  }
  ::close(ready[1]);
  char byte;
  if (::read(ready[0], &byte, 1) == 1) {
    std::printf("%s/mysqld.sock\n", dir.c_str());
    return 0;
  }
  std::fprintf(stderr, "the test database did not start:\n");
  std::ifstream log(dir + "/keeper.log");
  for (std::string line; std::getline(log, line);) std::fprintf(stderr, "%s\n", line.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc == 3 ? argv[1] : "";
  if (command == "start") return Start(argv[2]);
  if (command == "stop") {
    Stop(argv[2]);
    return 0;
  }
  std::fprintf(stderr, "usage: kefu-test-db start|stop DIR\n");
  return 2;
}
