// A child process whose log a test reads. Test code only.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace kefu::testing {

// Runs a program with its stdout and stderr captured by line; dies with the test. Not thread-safe.
class ChildProcess {
 public:
  explicit ChildProcess(std::vector<std::string> command, std::vector<std::string> environment = {})
      : command_(std::move(command)) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    // The sanitizers' options reach the child too; nothing else of the test's environment does.
    for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
      const char* value = std::getenv(name);
      if (value != nullptr) environment.push_back(std::string(name) + "=" + value);
    }
    std::vector<char*> argv, envp;
    for (std::string& word : command_) argv.push_back(word.data());
    argv.push_back(nullptr);
    for (std::string& entry : environment) envp.push_back(entry.data());
    envp.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      dup2(ends[1], 1);
      dup2(ends[1], 2);
      execve(argv[0], argv.data(), envp.data());
      _exit(127);
    }
    close(ends[1]);
    reader_ = std::thread([this, fd = ends[0]] { Read(fd); });
  }
  ~ChildProcess() {
    if (!ended_) {
      kill(pid_, SIGKILL);
      Wait();
    }
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void Signal(int number) { kill(pid_, number); }
  pid_t pid() const { return pid_; }

  // Waits for the end; returns the exit code, or 128 + the signal that killed it.
  int Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    ended_ = true;
    reader_.join();
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  // The first line after the `skip` first ones that contains `text`; "" and a note on stderr when
  // the output ends, or a minute passes, without it.
  std::string WaitForLine(std::string_view text, size_t skip = 0) {
    std::unique_lock<std::mutex> lock(mutex_);
    std::string found;
    changed_.wait_for(lock, std::chrono::minutes(1), [&] {
      for (size_t i = skip; i < lines_.size() && found.empty(); ++i) {
        if (lines_[i].find(text) != std::string::npos) found = lines_[i];
      }
      return !found.empty() || closed_;
    });
    if (found.empty()) {
      std::fprintf(stderr, "no line with \"%s\" in:\n", std::string(text).c_str());
      for (const std::string& line : lines_) std::fprintf(stderr, "  %s\n", line.c_str());
    }
    return found;
  }

  std::vector<std::string> lines() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return lines_;
  }
  std::string text() {
    std::string all;
    for (const std::string& line : lines()) all += line + "\n";
    return all;
  }

 private:
  void Read(int fd) {
    std::string partial;
    char buffer[4096];
    for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0;) {
      partial.append(buffer, static_cast<size_t>(got));
      const std::lock_guard<std::mutex> lock(mutex_);
      for (size_t end; (end = partial.find('\n')) != std::string::npos;) {
        lines_.push_back(partial.substr(0, end));
        partial.erase(0, end + 1);
      }
      changed_.notify_all();
    }
    close(fd);
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!partial.empty()) lines_.push_back(partial);
    closed_ = true;
    changed_.notify_all();
  }

  std::vector<std::string> command_;
  pid_t pid_ = -1;
  bool ended_ = false;
  std::thread reader_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
  bool closed_ = false;
};

}  // namespace kefu::testing
